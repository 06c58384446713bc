// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of numpy.random: `repro::fill::random(g, out)` and its siblings, over numpy::generator and
// numpy::random_state.

#include <repro/compat/numpy/fill/generator.hpp>
#include <repro/compat/numpy/fill/random_state.hpp>
