// SPDX-License-Identifier: MIT
// refused: repro promises bits, and -ffast-math
// flags: -ffast-math
#include <repro/detail/fp.hpp>
