// SPDX-License-Identifier: MIT
// refused: repro promises bits, and -ffast-math
// flags: -ffinite-math-only
#include <repro/detail/fp.hpp>
