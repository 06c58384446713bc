// SPDX-License-Identifier: MIT
#pragma once
// Single, correctly rounded floating-point operations that no compiler fuses. GCC contracts a * b + c by
// default and ignores #pragma STDC FP_CONTRACT; an empty asm on the intermediate value stops GCC and Clang
// alike, is inlined, and costs no instruction.

#include <concepts>
#include <type_traits>

// Clang has no macro for the parts of -ffast-math; GCC has.
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ == 1) ||                \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__)
#error "repro promises bits, and -ffast-math, whole or in part, takes them away: compile without it"
#endif

namespace repro::inline v0 {
namespace detail {

/// Returns `value`, rounded to its type and opaque to the optimiser's contraction.
template <std::floating_point Float> [[nodiscard]] constexpr Float rounded(Float value) noexcept {
    if (!std::is_constant_evaluated()) {
#if defined(__x86_64__)
        asm("" : "+x"(value));
#elif defined(__aarch64__)
        asm("" : "+w"(value));
#else
        asm("" : "+m"(value));
#endif
    }
    return value;
}

/// Returns a * b, rounded once, never fused with what follows.
template <std::floating_point Float> [[nodiscard]] constexpr Float mul(Float a, Float b) noexcept {
    return rounded(a * b);
}

/// Returns a * b + c with two roundings.
template <std::floating_point Float>
[[nodiscard]] constexpr Float mul_add(Float a, Float b, Float c) noexcept {
    return rounded(a * b) + c;
}

} // namespace detail
} // namespace repro::inline v0
