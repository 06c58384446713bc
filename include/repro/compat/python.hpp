// SPDX-License-Identifier: MIT
#pragma once
// Exact twins of CPython's module random and of its hash().

#include <repro/compat/python/hash.hpp>
#include <repro/compat/python/random.hpp>
