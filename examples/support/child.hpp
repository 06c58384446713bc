// SPDX-License-Identifier: MIT
#pragma once
// A program run as a process of its own, its output handed over line by line while it runs.

#include <repro/core/error.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace examples {

/// A started program, and the end of the pipe that its output comes out of.
struct child {
    pid_t id;
    int output;
};

/// Starts `command`, program first.
///
/// Errors: errc::unreadable when the program cannot be started.
inline child start_child(std::vector<std::string> command) {
    std::vector<char*> arguments;
    for (std::string& argument : command)
        arguments.push_back(argument.data());
    arguments.push_back(nullptr);

    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        throw repro::error(repro::errc::internal, "pipe", "cannot be opened", "close some files");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t id = 0;
    const int failure = posix_spawn(&id, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failure == 0) return {id, ends[0]};
    close(ends[0]);
    throw repro::error(repro::errc::unreadable, command.front(), "cannot be started", "build it first");
}

/// Runs `command`, calls `on_line` with each line of its standard output as it comes, and returns its exit
/// status; 128 and the signal's number when a signal ended it.
///
/// Errors: errc::unreadable when the program cannot be started.
template <class OnLine> int run_child(std::vector<std::string> command, OnLine on_line) {
    const child running = start_child(std::move(command));
    std::string line;
    char buffer[4096];
    for (ssize_t got = 1; got > 0;) {
        got = read(running.output, buffer, sizeof buffer);
        for (ssize_t i = 0; i < got; ++i) {
            if (buffer[i] != '\n') {
                line += buffer[i];
                continue;
            }
            on_line(line);
            line.clear();
        }
    }
    close(running.output);
    int status = 0;
    waitpid(running.id, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace examples
