// SPDX-License-Identifier: MIT
#pragma once
// Checks that each hold one safety step. A program of them prints the names of those that fail, so that
// mutations.py can tell which step it took away.

#include <cstdio>
#include <exception>
#include <span>
#include <sys/wait.h>
#include <unistd.h>

namespace guards {

struct guard {
    const char* name;
    bool (*holds)();
};

/// Returns whether a check holds, in a process of its own: one that a mutation kills or hangs has failed.
[[nodiscard]] inline bool holds(const guard& each) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(20);
        bool good = false;
        try {
            good = each.holds();
        } catch (const std::exception& problem) {
            std::fprintf(stderr, "%s: %s\n", each.name, problem.what());
        }
        ::_exit(good ? 0 : 1);
    }
    int status = 1;
    return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

/// Prints the names of the checks that fail, one a line; returns 1 if there are any.
[[nodiscard]] inline int run_all(std::span<const guard> all) {
    int status = 0;
    for (const guard& each : all)
        if (!holds(each)) {
            status = 1;
            std::puts(each.name);
        }
    return status;
}

} // namespace guards
