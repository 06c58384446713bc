// SPDX-License-Identifier: MIT
#include <repro/core.hpp>

int main() {
    repro::seed_everything(42);
    return repro::stream("a")() == repro::stream("b")() ? 1 : 0;
}
