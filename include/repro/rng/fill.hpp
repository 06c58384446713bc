// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of the engines: the same values as single draws, several times sooner, and the engine where
// single draws would leave it. The instructions are chosen when it runs; every choice gives the same bits.
// See docs/fills.md.

#include <repro/rng/fill/counter.hpp>
#include <repro/rng/fill/mt19937.hpp>
#include <repro/rng/fill/pcg64.hpp>
#include <repro/rng/fill/polar_fill.hpp>
