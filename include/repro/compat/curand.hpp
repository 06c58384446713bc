// SPDX-License-Identifier: MIT
#pragma once
// Exact twins of cuRAND's host generators, made on the CPU.

#include <repro/compat/curand/philox.hpp>
#include <repro/compat/curand/xorwow.hpp>
