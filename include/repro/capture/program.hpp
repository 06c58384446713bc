// SPDX-License-Identifier: MIT
#pragma once
// Runs a few programs of the PATH side by side and reads what they print, within one time budget.

#include <repro/detail/clock.hpp>
#include <repro/detail/descriptor.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns the first program of that name on the PATH; nothing when there is none. Relative entries are
/// passed over: they would let the working directory choose what is run.
[[nodiscard]] inline std::optional<std::string> find_program(std::string_view name) {
    const char* const path = std::getenv("PATH");
    for (std::string_view rest = path != nullptr ? path : ""; !rest.empty();) {
        const std::size_t colon = std::min(rest.find(':'), rest.size());
        std::string file(rest.substr(0, colon));
        rest.remove_prefix(std::min(colon + 1, rest.size()));
        if (!file.starts_with('/')) continue;
        file.append("/").append(name);
        struct stat facts{};
        if (::stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && ::access(file.c_str(), X_OK) == 0)
            return file;
    }
    return std::nullopt;
}

/// A program with its arguments; what it printed, or why that is not known.
struct program_call {
    std::vector<std::string> command; ///< the path first
    std::string output{};
    std::string failure{}; ///< empty when it ended well
};

inline void sleep_a_little() noexcept {
    const timespec pause{0, 200'000};
    ::nanosleep(&pause, nullptr);
}

/// A child in a process group of its own, ended and reaped by its own number.
class child_process {
public:
    child_process() = default;
    child_process(child_process&& other) noexcept
        : pid_(std::exchange(other.pid_, 0)), output_(std::move(other.output_)) {}
    child_process& operator=(child_process&&) = delete;
    ~child_process() { end(); }

    /// Starts `command` with nothing to read and only its standard output kept; returns 0 or an errno value.
    [[nodiscard]] int start(const std::vector<std::string>& command) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
        output_ = descriptor(ends[0]);
        const descriptor write_end(ends[1]);
        std::vector<char*> arguments;
        for (const std::string& word : command)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        spawn_settings settings(write_end.get());
        // vfork underneath: no fork handler runs, and no page of a large process is copied.
        return ::posix_spawn(&pid_, arguments[0], &settings.actions, &settings.attributes, arguments.data(),
                             ::environ);
    }

    /// Kills the child and what it started in its group, unless it was reaped by another: then its number may
    /// be another's by now.
    void end() noexcept {
        siginfo_t facts{};
        if (pid_ > 0 && ::waitid(P_PID, static_cast<id_t>(pid_), &facts, WEXITED | WNOHANG | WNOWAIT) == 0) {
            ::kill(-pid_, SIGKILL);
            for (int tries = 0; tries < 500 && ::waitpid(pid_, nullptr, WNOHANG) == 0; ++tries)
                sleep_a_little();
        }
        pid_ = 0;
    }

    [[nodiscard]] int output() const noexcept { return output_.get(); }
    void close_output() noexcept { output_.reset(); }

    /// Waits until it ended or the deadline is past; nothing when it had to be ended, else whether it ended
    /// well.
    [[nodiscard]] std::optional<bool> finish(std::int64_t deadline_ms) noexcept {
        int status = 0;
        while (true) {
            const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
            if (reaped != 0) { // gone, by us or by a host that reaps every child
                pid_ = 0;
                return reaped < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
            }
            if (monotonic_ms() >= deadline_ms) break;
            sleep_a_little();
        }
        return std::nullopt;
    }

private:
    struct spawn_settings {
        posix_spawn_file_actions_t actions{};
        posix_spawnattr_t attributes{};

        explicit spawn_settings(int output) noexcept {
            ::posix_spawn_file_actions_init(&actions);
            ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
            ::posix_spawn_file_actions_adddup2(&actions, output, 1);
            ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
            sigset_t none;
            sigset_t all;
            sigemptyset(&none);
            sigfillset(&all);
            ::posix_spawnattr_init(&attributes);
            ::posix_spawnattr_setsigmask(&attributes, &none);
            ::posix_spawnattr_setsigdefault(&attributes, &all);
            ::posix_spawnattr_setpgroup(&attributes, 0);
            ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                        POSIX_SPAWN_SETPGROUP);
        }
        spawn_settings(const spawn_settings&) = delete;
        spawn_settings& operator=(const spawn_settings&) = delete;
        ~spawn_settings() {
            ::posix_spawnattr_destroy(&attributes);
            ::posix_spawn_file_actions_destroy(&actions);
        }
    };

    pid_t pid_ = 0;
    descriptor output_;
};

inline constexpr std::size_t most_output = std::size_t{1} << 16;

/// Reads what has arrived; false once nothing more can.
[[nodiscard]] inline bool drain(int from, std::string& to) {
    char buffer[4096];
    const ssize_t count = ::read(from, buffer, sizeof buffer);
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    to.append(buffer, static_cast<std::size_t>(count));
    return count > 0 && to.size() < most_output;
}

/// Runs all calls side by side. When the budget is spent, those still running are ended and say so.
inline void run_programs(std::vector<program_call>& calls, int budget_ms) {
    const std::int64_t deadline = monotonic_ms() + budget_ms;
    std::vector<child_process> children(calls.size());
    std::vector<pollfd> waiting;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (const int code = children[i].start(calls[i].command); code != 0) {
            calls[i].failure = errno_text(code);
            children[i].close_output();
        }
        waiting.push_back({children[i].output(), POLLIN, 0}); // poll passes over -1
    }
    const auto open = [&] {
        return std::any_of(waiting.begin(), waiting.end(), [](const pollfd& each) { return each.fd >= 0; });
    };
    while (open()) {
        const std::int64_t left = deadline - monotonic_ms();
        if (left <= 0) break;
        if (::poll(waiting.data(), waiting.size(), static_cast<int>(left)) < 0 && errno != EINTR) break;
        for (std::size_t i = 0; i < calls.size(); ++i) {
            if (waiting[i].fd < 0 || waiting[i].revents == 0 || drain(waiting[i].fd, calls[i].output))
                continue;
            waiting[i].fd = -1;
            children[i].close_output();
        }
    }
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (!calls[i].failure.empty()) continue;
        const std::optional<bool> well = waiting[i].fd < 0 ? children[i].finish(deadline) : std::nullopt;
        children[i].end();
        if (!well)
            calls[i].failure = "it did not answer in time";
        else if (!*well)
            calls[i].failure = "it failed";
    }
}

} // namespace detail
} // namespace repro::inline v0
