// SPDX-License-Identifier: MIT
// A unit compiled with -funsafe-math-optimizations, which Clang has no macro for.
#include <repro/capture/build_note.hpp>
