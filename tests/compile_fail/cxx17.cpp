// SPDX-License-Identifier: MIT
// refused: repro needs C\+\+20: compile with -std=c\+\+20 or later
// flags: -std=c++17
#include <repro/detail/config.hpp>
