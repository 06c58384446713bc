// SPDX-License-Identifier: MIT
// A program that knows nothing of ranks: one run, with a number from its seed.

#include <repro/repro.hpp>

#include <cstdio>
#include <exception>

int main() try {
    repro::run run({.id = "ranked", .seed = 42});
    run.metric("value", 0, repro::uniform_closed_open(repro::stream("value")));
    return run.finish();
} catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
}
