// SPDX-License-Identifier: MIT
#include <repro/stream/registry.hpp>

int main() {
    repro::streams().seed(42);
    return repro::stream("a")() == repro::stream("b")();
}
