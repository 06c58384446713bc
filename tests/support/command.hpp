// SPDX-License-Identifier: MIT
#pragma once
// A shell command that a test runs.

#include <cstdio>
#include <stdexcept>
#include <string>
#include <sys/wait.h>

namespace support {

struct command_result {
    int status = -1; ///< of the last program; 127 where there is none
    std::string output;
};

/// Runs `line` and returns what it wrote to its standard output.
[[nodiscard]] inline command_result run_command(const std::string& line) {
    std::FILE* const pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("no shell");
    command_result result;
    char chunk[4096];
    for (std::size_t n; (n = std::fread(chunk, 1, sizeof chunk, pipe)) > 0;)
        result.output.append(chunk, n);
    const int status = ::pclose(pipe);
    if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
    return result;
}

} // namespace support
