// SPDX-License-Identifier: MIT
#pragma once
// Runs the built program as a user would, and catches what it prints.

#include "../support/temporary_folder.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pty.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace support {

struct program_result {
    int status = -1; ///< exit status; 128 + number for a signal, as a shell counts
    std::string out;
    std::string err;
};

struct program_options {
    std::filesystem::path folder = "/"; ///< working directory
    std::vector<std::pair<std::string, std::string>> environment;
    bool (*prepare)() = nullptr; ///< called in the child; where it does not hold, the status is 77
    unsigned short columns = 80; ///< of a terminal
};

[[nodiscard]] inline std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Becomes the program under test; never returns.
[[noreturn]] inline void become_program(const std::vector<std::string>& arguments,
                                        const program_options& options) {
    std::vector<std::string> words = {REPRO_TOOL};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    ::unsetenv("NO_COLOR");
    ::unsetenv("REPRO_EXPERIMENTS");
    for (const auto& [name, value] : options.environment)
        ::setenv(name.c_str(), value.c_str(), 1);
    if (options.prepare != nullptr && !options.prepare()) ::_exit(77);
    if (::chdir(options.folder.c_str()) == 0) ::execv(argv[0], argv.data());
    ::_exit(127);
}

[[nodiscard]] inline int exit_status(pid_t child) {
    int status = 0;
    if (::waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid failed");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Runs it with standard output and standard error in files.
[[nodiscard]] inline program_result run_program(const std::vector<std::string>& arguments,
                                                const program_options& options = {}) {
    const temporary_folder folder;
    const std::filesystem::path out = folder / "out";
    const std::filesystem::path err = folder / "err";
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
        ::dup2(::open("/dev/null", O_RDONLY), 0);
        ::dup2(::open(out.c_str(), flags, 0600), 1);
        ::dup2(::open(err.c_str(), flags, 0600), 2);
        become_program(arguments, options);
    }
    const int status = exit_status(child);
    return {status, file_text(out), file_text(err)};
}

/// Runs it on a terminal, where standard output and standard error are one.
[[nodiscard]] inline program_result run_on_terminal(const std::vector<std::string>& arguments,
                                                    const program_options& options = {}) {
    int terminal = -1;
    winsize size{.ws_row = 24, .ws_col = options.columns, .ws_xpixel = 0, .ws_ypixel = 0};
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (child == 0) {
        ::setenv("TERM", "xterm", 1);
        ::unsetenv("COLUMNS");
        become_program(arguments, options);
    }
    program_result result;
    char chunk[4096];
    for (ssize_t count; (count = ::read(terminal, chunk, sizeof chunk)) > 0;) // ends with EIO
        result.out.append(chunk, static_cast<std::size_t>(count));
    ::close(terminal);
    result.status = exit_status(child);
    return result;
}

} // namespace support
