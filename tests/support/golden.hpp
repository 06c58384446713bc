// SPDX-License-Identifier: MIT
#pragma once
// The known answers under tests/vectors/golden. Tests run in the root of the repository.

#include <repro/detail/libm_trigonometric.hpp>

#include "../replay/compare.hpp"
#include "../replay/runner.hpp"

#include <catch2/catch_message.hpp>

#include <sstream>
#include <string>

namespace support {

/// Whether sin, cos and acos of this machine are those of the reference, glibc's FMA path.
inline bool host_is_reference_libm() { return repro::detail::libm::host_has_reference(); }

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

/// For its lifetime, sin, cos and acos are correctly rounded, as on a host without the reference.
struct rounded_trigonometry {
    rounded_trigonometry() { in_use = repro::detail::libm::correctly_rounded; }
    ~rounded_trigonometry() { in_use = before; }
    rounded_trigonometry(const rounded_trigonometry&) = delete;
    rounded_trigonometry& operator=(const rounded_trigonometry&) = delete;

    repro::detail::libm::trigonometry& in_use = repro::detail::libm::trigonometry_in_use();
    repro::detail::libm::trigonometry before = in_use;
};

} // namespace support
