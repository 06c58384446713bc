// SPDX-License-Identifier: MIT
#pragma once
// The one place for macros and for what is asked of the compiler.

#if __cplusplus < 202002L
#error "repro needs C++20: compile with -std=c++20 or later"
#endif
#if !defined(__GNUC__)
#error "repro needs GCC 12 or newer, or Clang 14 or newer"
#endif

#include <cassert>

/// A caller's bug, checked in debug builds: `REPRO_EXPECTS(n > 0)`.
#define REPRO_EXPECTS(condition) assert(condition)

/// Marks state of which a process has one, also in objects compiled with hidden visibility.
#define REPRO_SHARED __attribute__((visibility("default")))
