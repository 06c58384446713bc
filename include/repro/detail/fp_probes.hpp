// SPDX-License-Identifier: MIT
#pragma once
// What the compiler made of four expressions in the including translation unit. No compiler tells its
// preprocessor whether it fuses a * b + c, and Clang does not tell which parts of -ffast-math are on: so each
// unit keeps four small functions, and whoever wants to know calls them.

#include <repro/detail/fp_control.hpp>

#include <bit>
#include <cstdint>

namespace repro::inline v0 {
namespace detail {

/// One expression each, as one translation unit compiled it.
struct fp_probes {
    double (*multiply_add)(double, double, double); ///< a * b + c
    double (*add_subtract)(double, double);         ///< (a + b) - a
    double (*third)(double);                        ///< a / 3
    double (*add_zero)(double);                     ///< a + 0
};

// Flags belong to a translation unit, so this constant and its functions have internal linkage. No inline
// function may name it; it is passed as a value.
constexpr fp_probes this_unit_probes = {[](double a, double b, double c) { return a * b + c; },
                                        [](double a, double b) { return (a + b) - a; },
                                        [](double a) { return a / 3.0; }, [](double a) { return a + 0.0; }};

/// What one translation unit does to floating-point expressions.
struct fp_habits {
    bool contracts = false;        ///< computes a * b + c with one rounding
    bool reassociates = false;     ///< computes (a + b) - a as b
    bool reciprocates = false;     ///< computes a / 3 as a * (1 / 3)
    bool drops_zero_signs = false; ///< computes -0 + 0 as -0

    friend bool operator==(const fp_habits&, const fp_habits&) = default;
};

/// Returns a function that the optimiser does not know, so that a call of it is neither computed at compile
/// time nor moved out of a scope of control registers.
template <class Function> [[nodiscard]] Function* opaque(Function* function) noexcept {
    asm volatile("" : "+r"(function) : : "memory");
    return function;
}

/// Returns what the unit does, in whatever environment the calling thread is.
[[nodiscard]] inline fp_habits observe(const fp_probes& unit) noexcept {
    const fp_control_scope nearest(default_fp_control()); // rounding down, -0 + 0 is -0 for everybody
    constexpr double a = 1.0 + 0x1p-27; // a^2 = 1 + 2^-26 + 2^-54: the last term takes 55 bits
    // By bits: this function itself may be one that a unit with -ffast-math compiled.
    const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
    return {bits(opaque(unit.multiply_add)(a, a, -(1.0 + 0x1p-26))) == bits(0x1p-54),
            bits(opaque(unit.add_subtract)(0x1p+60, 1.0)) == bits(1.0),
            bits(opaque(unit.third)(5.0)) != bits(0x1.aaaaaaaaaaaabp+0),
            bits(opaque(unit.add_zero)(-0.0)) != 0};
}

} // namespace detail
} // namespace repro::inline v0
