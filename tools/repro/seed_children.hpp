// SPDX-License-Identifier: MIT
#pragma once
// Several programs at once, each with its log, none left behind.

#include <repro/launch/settings.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tool {

/// A program to be started.
struct seed_child {
    std::vector<std::string> command;
    std::vector<repro::setting> environment; ///< set for it alone
    std::filesystem::path log;               ///< takes what it prints, both of its outputs
};

/// How a program ended: "" where it exited with 0, else "exit status 3", "killed by signal 9", "cannot be
/// started: ...".
struct seed_child_end {
    std::size_t which = 0; ///< its place in the list
    std::string problem;
    double seconds = 0;
};

/// Runs the programs, at most `jobs` at a time, in order. `prepare` is called before each is started, and can
/// say that there is nothing to start; `ended` after each end. Returns 0, or the number of the signal
/// (SIGINT, SIGTERM, SIGHUP) that told the tool to end: the programs were told the same by then, and are
/// gone, after five seconds by force.
///
/// Errors: errc::unwritable where no process can be made, with the others stopped.
[[nodiscard]] int run_seed_children(const std::vector<seed_child>& children, std::size_t jobs,
                                    const std::function<bool(std::size_t)>& prepare,
                                    const std::function<void(const seed_child_end&)>& ended);

} // namespace tool
