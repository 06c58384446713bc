// SPDX-License-Identifier: MIT
#pragma once
// Runs a program with the audit's library preloaded, and waits for it.

#include <repro/launch/entropy_audit.hpp>

#include "console.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tool {

enum class child_output { as_it_is, on_standard_error };

/// A program that ran under an audit.
struct watched_run {
    repro::entropy_report seen;
    std::string unseen; ///< why nothing of the program itself could be seen; empty where it was
    int status = 0;     ///< exit status; 128 and the signal where one ended it
    int signal = 0;     ///< the signal that ended it; 0 where it exited
    bool started = false;
};

/// Returns the library that is preloaded. It stands beside the program's folder, in the build tree as in an
/// installation.
///
/// Errors: errc::unreadable where it is not there, or its path cannot be preloaded.
[[nodiscard]] std::filesystem::path audit_library();

/// Runs `command`, found as a shell finds it. Where it cannot be started, says so, and gives a shell's
/// status.
///
/// Errors: errc::unreadable without the library; errc::unwritable where the block of counts cannot be made.
[[nodiscard]] watched_run run_watched(const std::vector<std::string>& command, child_output output,
                                      console& out);

/// Ends this process by the signal that ended the program, as a shell's `exec` would have; returns where that
/// is not possible. What was printed must be flushed.
void end_by(int signal);

/// Returns why the library cannot be preloaded into the program at `path`: linked statically, of another word
/// size, with rights of its own. Empty where it can. Of a script, its interpreter counts.
[[nodiscard]] std::string obstacle_to_watching(const std::string& path);

} // namespace tool
