// SPDX-License-Identifier: MIT
#pragma once
// The known answers under tests/vectors/golden. Tests run in the root of the repository.

#include "../replay/compare.hpp"
#include "../replay/host.hpp"
#include "../replay/runner.hpp"

#include <catch2/catch_message.hpp>

#include <sstream>
#include <string>

namespace support {

using replay::host_is_reference_libm;

/// Returns the cases of a file of known answers.
inline nlohmann::json golden_cases(const std::string& name) {
    return replay::read_cases("tests/vectors/golden/" + name);
}

/// Runs them with the twins; the next assertion tells which did not pass.
inline replay::tally replayed(const nlohmann::json& cases) {
    replay::tally t;
    std::ostringstream told;
    replay::run_cases(cases, t, told);
    UNSCOPED_INFO(told.str());
    return t;
}

} // namespace support
