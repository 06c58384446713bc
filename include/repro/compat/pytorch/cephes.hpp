// SPDX-License-Identifier: MIT
#pragma once
// Single-precision log, sine and cosine as PyTorch's vector kernels compute them, one lane at a time: Cephes
// polynomials, with the sums that the compiler of its binaries fuses written as fma, and no other fused.
// Constants: avx_mathfun, Copyright (C) 2012 Giovanni Garberoglio (zlib licence), after sse_mathfun of Julien
// Pommier and Cephes of Stephen L. Moshier.

#include <repro/detail/libm.hpp>

#include <bit>
#include <cstdint>

namespace repro::inline v0::pytorch {
namespace detail::cephes {

using repro::detail::mul;
using repro::detail::libm::fmaf;

inline constexpr float log_terms[] = {7.0376836292E-2f,  -1.1514610310E-1f, 1.1676998740E-1f,
                                      -1.2420140846E-1f, 1.4249322787E-1f,  -1.6668057665E-1f,
                                      2.0000714765E-1f,  -2.4999993993E-1f, 3.3333331174E-1f};
inline constexpr float log_q1 = -2.12194440e-4f, log_q2 = 0.693359375f; ///< ln 2 in two parts
inline constexpr float sqrt_half = 0.707106781186547524f;
inline constexpr float four_over_pi = 1.27323954473516f;
/// -pi/4 in three parts.
inline constexpr float quarter_pi[] = {-0.78515625f, -2.4187564849853515625e-4f, -3.77489497744594108e-8f};
inline constexpr float sine_terms[] = {-1.9515295891E-4f, 8.3321608736E-3f, -1.6666654611E-1f};
inline constexpr float cosine_terms[] = {2.443315711809948E-005f, -1.388731625493765E-003f,
                                         4.166664568298827E-002f};

// Without branches, which nothing could predict.
[[gnu::always_inline]] inline float masked(float x, std::uint32_t mask) noexcept {
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) & mask);
}
[[gnu::always_inline]] inline float flipped(float x, std::int32_t bit_2) noexcept {
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) ^ static_cast<std::uint32_t>(bit_2) << 29);
}

/// log(x) for a normal x > 0.
[[gnu::always_inline]] inline float log(float x) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const float mantissa = std::bit_cast<float>((bits & 0x007fffff) | 0x3f000000); // in [1/2, 1)
    const std::uint32_t low = mantissa < sqrt_half ? 0xffffffff : 0;
    const auto e = static_cast<float>(static_cast<std::int32_t>((bits >> 23) + low) - 126);
    const float r = (mantissa - 1.0f) + masked(mantissa, low);
    const float z = mul(r, r);
    float y = log_terms[0];
    for (int i = 1; i < 9; ++i)
        y = fmaf(y, r, log_terms[i]);
    y = fmaf(mul(y, r), z, mul(e, log_q1));
    y = fmaf(z, -0.5f, y);
    return fmaf(e, log_q2, r + y);
}

struct sine_cosine {
    float sine;
    float cosine;
};

/// sin(x) and cos(x) for 0 <= x < 8192.
[[gnu::always_inline]] inline sine_cosine sincos(float x) noexcept {
    const std::int32_t octant = (static_cast<std::int32_t>(mul(x, four_over_pi)) + 1) & ~1;
    const auto turns = static_cast<float>(octant);
    for (const float part : quarter_pi)
        x = fmaf(turns, part, x);
    const float z = mul(x, x);
    float c = fmaf(fmaf(cosine_terms[0], z, cosine_terms[1]), z, cosine_terms[2]);
    c = fmaf(mul(c, z), z, mul(z, -0.5f)) + 1.0f;
    float s = fmaf(fmaf(sine_terms[0], z, sine_terms[1]), z, sine_terms[2]);
    s = fmaf(mul(s, z), x, x);
    const std::uint32_t swap = (octant & 2) != 0 ? 0xffffffff : 0;
    const float sine = masked(c, swap) + masked(s, ~swap), cosine = masked(s, swap) + masked(c, ~swap);
    return {flipped(sine, octant & 4), flipped(cosine, ~(octant - 2) & 4)};
}

} // namespace detail::cephes
} // namespace repro::inline v0::pytorch
