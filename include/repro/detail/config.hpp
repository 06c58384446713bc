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

/// Declares that a function stands in the place of a symbol of another library, for every object of the
/// process: `inline int our_rand() REPRO_REPLACES("rand");`.
#define REPRO_REPLACES(symbol) __asm__(symbol) __attribute__((used, visibility("default")))

/// Marks what a CUDA kernel may call as well; nothing without nvcc.
#if defined(__CUDACC__)
#define REPRO_HOST_DEVICE __host__ __device__
#else
#define REPRO_HOST_DEVICE
#endif

// Before a loop of a kernel: its whole body, this many times.
#if defined(__CUDACC__)
#define REPRO_UNROLL(times)
#else
#define REPRO_PRAGMA(text) _Pragma(#text)
#define REPRO_UNROLL(times) REPRO_PRAGMA(GCC unroll times)
#endif

// Functions between REPRO_BEGIN_AVX2 (or REPRO_BEGIN_AVX512) and REPRO_END_TARGET are compiled for processors
// that have these instructions, whatever the flags. GCC 12 warns of its own header there (its bug 105593).
#if defined(__x86_64__) && defined(__clang__)
// clang-format off
#define REPRO_BEGIN_AVX2 \
    _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define REPRO_BEGIN_AVX512 \
    _Pragma("clang attribute push(__attribute__((target(\"fma,avx512dq,avx512vl,avx512ifma,avx512vbmi\"))), apply_to = function)")
// clang-format on
#define REPRO_END_TARGET _Pragma("clang attribute pop")
#elif defined(__x86_64__)
#define REPRO_BEGIN_AVX2 REPRO_BEGIN_TARGET _Pragma("GCC target(\"avx2,fma\")")
#define REPRO_BEGIN_AVX512                                                                                   \
    REPRO_BEGIN_TARGET _Pragma("GCC target(\"fma,avx512dq,avx512vl,avx512ifma,avx512vbmi\")")
#define REPRO_BEGIN_TARGET                                                                                   \
    _Pragma("GCC push_options") _Pragma("GCC diagnostic push")                                               \
        _Pragma("GCC diagnostic ignored \"-Wmaybe-uninitialized\"")                                          \
            _Pragma("GCC diagnostic ignored \"-Wuninitialized\"")
#define REPRO_END_TARGET _Pragma("GCC diagnostic pop") _Pragma("GCC pop_options")
#endif
