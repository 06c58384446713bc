// SPDX-License-Identifier: MIT
// A program that knows nothing of ranks: one run, with a number from its seed.

#include <repro/repro.hpp>

int main() {
    repro::run run({.id = "ranked", .seed = 42});
    run.metric("value", 0, repro::uniform_closed_open(repro::stream("value")));
    return run.finish();
}
