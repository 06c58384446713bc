// SPDX-License-Identifier: MIT
#include <repro/repro.hpp>

int main() {
    repro::run run({.id = "train", .seed = 42, .root = "runs"});
    return run.finish();
}
