// SPDX-License-Identifier: MIT
#pragma once
// Checkpoints of runs, as the tool shows them.

#include "command.hpp"
#include "console.hpp"

#include <string>

namespace tool {

/// Returns whether a file begins as checkpoints do.
[[nodiscard]] bool looks_like_checkpoint(const std::string& path);

/// Prints what a checkpoint holds, and the runs that it comes from.
[[nodiscard]] exit_code explain_checkpoint(const std::string& path, console& out);

} // namespace tool
