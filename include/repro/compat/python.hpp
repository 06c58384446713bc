// SPDX-License-Identifier: MIT
#pragma once
// Exact twin of CPython's module random: the same words and values from the same seeds.

#include <repro/compat/python/random.hpp>
