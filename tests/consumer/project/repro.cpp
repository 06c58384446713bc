// SPDX-License-Identifier: MIT
#include <repro/repro.hpp>

int main() {
    repro::run run({.id = "consumer", .seed = 42});
    run.metric("word", 0, static_cast<double>(repro::stream("a")() >> 11));
    return run.finish();
}
