// SPDX-License-Identifier: MIT
#pragma once
// sinf and cosf with glibc's bits, for arguments of fewer than 120 radians: a polynomial in double, rounded
// once. Origin: ARM optimized-routines, sincosf.h and sincosf_data.c, Copyright (c) 2018, Arm Limited, MIT OR
// Apache-2.0 WITH LLVM-exception.

#include <repro/detail/libm.hpp>

#include <cstdint>

namespace repro::inline v0 {
namespace detail::libm {

/// sin(x) of the reduced x, with the square given.
[[nodiscard]] inline double sine_polynomial(double x, double square) noexcept {
    constexpr double s1 = -0x1.555545995a603p-3, s2 = 0x1.1107605230bc4p-7, s3 = -0x1.994eb3774cf24p-13;
    const double cube = rounded(x * square);
    const double high = s2 + rounded(square * s3);
    const double low = x + rounded(cube * s1);
    return low + rounded(rounded(cube * square) * high);
}

/// cos(x) of the reduced x, its square given.
[[nodiscard]] inline double cosine_polynomial(double square) noexcept {
    constexpr double c1 = -0x1.ffffffd0c621cp-2, c2 = 0x1.55553e1068f19p-5, c3 = -0x1.6c087e89a359dp-10,
                     c4 = 0x1.99343027bf8c3p-16;
    const double fourth = rounded(square * square);
    const double high = c3 + rounded(square * c4);
    const double low = 1.0 + rounded(square * c1);
    return low + rounded(fourth * c2) + rounded(rounded(fourth * square) * high);
}

/// The sine of x + quarter_turns pi/2.
[[nodiscard]] inline float sine_of_quarters(float x, std::int32_t quarter_turns) noexcept {
    constexpr double two_over_pi = 0x1.45f306dc9c883p+23,
                     half_pi = 0x1.921fb54442d18p0; // the first times 2^24
    const auto scaled = static_cast<std::int32_t>(rounded(static_cast<double>(x) * two_over_pi));
    const std::int32_t n = (scaled + 0x800000) >> 24;
    const double reduced = static_cast<double>(x) - rounded(static_cast<double>(n) * half_pi);
    const double square = rounded(reduced * reduced);
    const std::int32_t quadrant = n + quarter_turns;
    const double value = (quadrant & 1) == 0 ? sine_polynomial(reduced, square) : cosine_polynomial(square);
    return static_cast<float>((quadrant & 2) == 0 ? value : -value);
}

[[nodiscard]] inline float sinf(float x) noexcept { return sine_of_quarters(x, 0); }
[[nodiscard]] inline float cosf(float x) noexcept { return sine_of_quarters(x, 1); }

} // namespace detail::libm
} // namespace repro::inline v0
