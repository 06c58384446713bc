// SPDX-License-Identifier: MIT
#pragma once
// Starts a program under conditions of its own and waits for its end.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace tool {

/// A change of one environment variable; without a value it is unset.
using variable_change = std::pair<std::string, std::optional<std::string>>;

enum class addresses { randomised, fixed };

/// The conditions under which a program runs.
struct conditions {
    std::vector<variable_change> variables;
    std::optional<int> only_processor; ///< the one it may run on
    tool::addresses addresses = addresses::randomised;
    std::size_t environment_bytes = 0; ///< how large the environment is padded to be, at least
};

enum class ending { exited, killed, timed_out };

struct child_end {
    tool::ending how = ending::exited;
    int number = 0; ///< exit status, or the number of the signal

    [[nodiscard]] bool success() const noexcept { return how == ending::exited && number == 0; }
};

/// Returns "exit status 1", "killed by signal 11" or "timed out".
[[nodiscard]] std::string to_string(const child_end& end);

/// Where what a program prints goes.
struct child_files {
    std::filesystem::path out;
    std::filesystem::path err;
};

/// For its lifetime, SIGINT, SIGTERM and SIGHUP wait, so that none ends the tool before it has tidied up:
/// run_child looks for them, and what still waits at the end of the lifetime ends the tool then.
class held_interrupts {
public:
    held_interrupts() noexcept;
    held_interrupts(const held_interrupts&) = delete;
    held_interrupts& operator=(const held_interrupts&) = delete;
    ~held_interrupts();
    /// Returns the signals that were blocked before: a program that is started gets these.
    [[nodiscard]] const sigset_t& before() const noexcept { return before_; }

private:
    sigset_t before_{};
};

/// Runs `command` in a process group of its own, and ends what is left of the group with it. An interrupt of
/// the tool, which `held` keeps, ends the group first; `before_interrupted` is called then, and the tool ends
/// by the signal.
///
/// Errors: errc::unreadable where it cannot be started; errc::unwritable where the files cannot be made.
[[nodiscard]] child_end run_child(const std::vector<std::string>& command, const conditions& under,
                                  const child_files& files, std::chrono::milliseconds timeout,
                                  const held_interrupts& held,
                                  const std::function<void()>& before_interrupted);

/// Whether a program's address layout can be fixed here.
[[nodiscard]] bool addresses_can_be_fixed();

/// Returns the processors that this process may run on, ascending.
[[nodiscard]] std::vector<int> allowed_processors();

/// Returns how many bytes the environment of a child takes before it is padded.
[[nodiscard]] std::size_t environment_size(const std::vector<variable_change>& changes);

} // namespace tool
