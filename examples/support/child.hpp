// SPDX-License-Identifier: MIT
#pragma once
// A program run as a process of its own, its output handed over line by line while it runs.

#include <repro/core/error.hpp>

#include <cstdio>
#include <fcntl.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace examples {

/// Runs `command` (program first), calls `on_line` with each line of its standard output, and returns its
/// exit status; 128 and the signal's number when a signal ended it.
///
/// Errors: errc::unreadable when the program cannot be started.
template <class OnLine> int run_child(std::vector<std::string> command, OnLine on_line) {
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
    pid_t child = 0;
    const int failure = posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failure != 0) {
        close(ends[0]);
        throw repro::error(repro::errc::unreadable, command.front(), "cannot be started", "build it first");
    }

    std::FILE* const output = fdopen(ends[0], "r");
    std::string line;
    for (int c = std::getc(output); c != EOF; c = std::getc(output)) {
        if (c != '\n') {
            line += static_cast<char>(c);
            continue;
        }
        on_line(line);
        line.clear();
    }
    std::fclose(output);
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace examples
