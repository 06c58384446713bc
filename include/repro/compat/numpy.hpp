// SPDX-License-Identifier: MIT
#pragma once
// Exact twins of numpy.random: RandomState and Generator with their bit generators.

#include <repro/compat/numpy/random_state.hpp>
