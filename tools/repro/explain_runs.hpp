// SPDX-License-Identifier: MIT
#pragma once
// repro explain A B: in what two runs differ, by how much, since when, most likely why, and what to do.

#include "command.hpp"

#include <string>

namespace tool {

/// Prints the verdict at each level, the likeliest causes, the first tensor that differs where both runs kept
/// a trace, and what to do next. Each of `a` and `b` is a RUN.
///
/// Returns the verdict of the level that both declare: 0 accepted, 1 rejected, 3 undecided.
/// Errors: those of find_run and read_manifest. A trace that cannot be read is warned of.
[[nodiscard]] exit_code explain_runs(const std::string& a, const std::string& b, console& out);

} // namespace tool
