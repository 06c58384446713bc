// SPDX-License-Identifier: MIT
#pragma once
// Exact twins of numpy.random: RandomState, and Generator over PCG64. The other bit generators have headers
// of their own: numpy/philox.hpp, numpy/sfc64.hpp, numpy/mt19937_jump.hpp; PCG64DXSM comes with PCG64,
// MT19937 with RandomState.

#include <repro/compat/numpy/generator.hpp>
#include <repro/compat/numpy/random_state.hpp>
