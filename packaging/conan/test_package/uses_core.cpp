// SPDX-License-Identifier: MIT
#include <repro/core/seed.hpp>

int main() { return repro::seed::parse("42") == repro::seed{42} ? 0 : 1; }
