// SPDX-License-Identifier: MIT
// refused: seed_error
#include <repro/core/seed.hpp>

constexpr repro::seed good{0};
#ifdef REFUSED
constexpr repro::seed bad{-1};
#endif
