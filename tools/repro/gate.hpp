// SPDX-License-Identifier: MIT
#pragma once
// repro verify --gate: whether runs are evidence.

#include "command.hpp"

#include <string>
#include <vector>

namespace tool {

/// Prints why the runs do not pass the gate of that name, "run" or "publication"; `differs` where they do
/// not.
///
/// Errors: errc::argument_invalid for another name; those of find_runs and of repro::read_manifest.
[[nodiscard]] exit_code pass_gate(const std::string& kind, const std::vector<std::string>& runs,
                                  console& out);

} // namespace tool
