// SPDX-License-Identifier: MIT
#pragma once
// Other processes that a test asks: a forked child, or this program started anew on one hidden test case.

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace support {

inline constexpr int answer_descriptor = 100;

inline void write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(file, text.data(), text.size());
        if (n <= 0) throw std::runtime_error("cannot write to a pipe");
        text.remove_prefix(static_cast<std::size_t>(n));
    }
}

inline std::string read_all(int file) {
    std::string text;
    char chunk[4096];
    for (ssize_t n; (n = ::read(file, chunk, sizeof chunk)) > 0;)
        text.append(chunk, static_cast<std::size_t>(n));
    return text;
}

/// Runs `child(descriptor)` in a forked child, which ends when it returns, and returns what it wrote there.
template <class Child> [[nodiscard]] std::string read_from_child(Child child) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("no child");
    if (pid == 0) {
        ::close(ends[0]);
        int status = 0;
        try {
            child(ends[1]);
        } catch (...) {
            status = 99;
        }
        // Not _exit, where the thread sanitizer would call the parent's threads leaked.
        ::syscall(SYS_exit_group, status);
    }
    ::close(ends[1]);
    std::string text = read_all(ends[0]);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error("the child ended with status " + std::to_string(status));
    return text;
}

/// Returns the text that `body()` returns in a forked child.
template <class Body> [[nodiscard]] std::string in_forked_child(Body body) {
    return read_from_child([&](int out) { write_all(out, body()); });
}

/// Starts this program anew on the hidden test case tagged `tag` and returns what it handed to `answer`.
/// `question` reaches it through the environment.
[[nodiscard]] inline std::string in_fresh_process(const std::string& tag, const std::string& question = {}) {
    return read_from_child([&](int out) {
        ::dup2(out, answer_descriptor);
        ::setenv("REPRO_TEST_QUESTION", question.c_str(), 1);
        const std::string filter = "[" + tag + "]";
        ::execl("/proc/self/exe", "tests", filter.c_str(), "-o", "/dev/null", static_cast<char*>(nullptr));
        throw std::runtime_error("cannot start this program anew");
    });
}

/// In a hidden test case: what the asking process wants to know, and the way back to it.
[[nodiscard]] inline std::string question() {
    const char* text = std::getenv("REPRO_TEST_QUESTION");
    return text == nullptr ? std::string() : std::string(text);
}
inline void answer(std::string_view text) { write_all(answer_descriptor, text); }

} // namespace support
