// SPDX-License-Identifier: MIT
#pragma once
// Exact twin of jax.random with its default generator, threefry2x32: the same keys, bits and values from the
// same seeds, in both layouts.

#include <repro/compat/jax/categorical.hpp>
#include <repro/compat/jax/continuous.hpp>
#include <repro/compat/jax/permutation.hpp>
#include <repro/compat/jax/randint.hpp>
#include <repro/compat/jax/uniform.hpp>
