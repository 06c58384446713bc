// SPDX-License-Identifier: MIT
#pragma once
// Starts the program of tests/unit/run/subject.cpp and waits for it.

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace support {

/// A child process that has been started.
class subject {
public:
    /// Starts the program in `folder`, quiet, with its runs in `folder`/runs.
    subject(const std::filesystem::path& folder, const std::string& ending) : pid_(::fork()) {
        if (pid_ < 0) throw std::runtime_error("no child");
        if (pid_ > 0) return;
        ::setenv("REPRO_EXPERIMENTS", (folder / "runs").c_str(), 1);
        ::setenv("REPRO_QUIET", "1", 1);
        const int output = ::open((folder / "output.txt").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (::chdir(folder.c_str()) == 0 && ::dup2(output, STDOUT_FILENO) > 0 &&
            ::dup2(output, STDERR_FILENO) > 0)
            ::execl(REPRO_TEST_SUBJECT, "subject", ending.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    subject(const subject&) = delete;
    subject& operator=(const subject&) = delete;
    ~subject() {
        if (pid_ > 0) (void)wait();
    }

    void kill() const { ::kill(pid_, SIGKILL); }

    /// Returns the exit status, or minus the number of the signal that ended it.
    int wait() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    pid_t pid_;
};

/// Runs the program to its end and returns how it ended.
[[nodiscard]] inline int run_subject(const std::filesystem::path& folder, const std::string& ending) {
    return subject(folder, ending).wait();
}

} // namespace support
