// SPDX-License-Identifier: MIT
#pragma once
// logf, expf and powf with glibc's bits, and log1pf correctly rounded as glibc has it from 2.41 on; powf for
// the positive arguments of distributions alone. They compute in double and round once. Origin: ARM
// optimized-routines, logf.c, expf.c, powf.c and their data, Copyright (c) 2017-2023, Arm Limited, MIT OR
// Apache-2.0 WITH LLVM-exception.

#include <repro/detail/libm.hpp>

namespace repro::inline v0 {
namespace detail::libm {

/// One of the 16 intervals of logf and powf: 1/c, log(c) and log2(c) for a c near its centre.
struct float_interval {
    double inverse_centre;
    double log_centre;
    double log2_centre;
};

// clang-format off
inline constexpr float_interval float_intervals[16] = {
    {0x1.661ec79f8f3bep+0, -0x1.57bf7808caadep-2, -0x1.efec65b963019p-2},
    {0x1.571ed4aaf883dp+0, -0x1.2bef0a7c06ddbp-2, -0x1.b0b6832d4fca4p-2},
    {0x1.49539f0f010bp+0, -0x1.01eae7f513a67p-2, -0x1.7418b0a1fb77bp-2},
    {0x1.3c995b0b80385p+0, -0x1.b31d8a68224e9p-3, -0x1.39de91a6dcf7bp-2},
    {0x1.30d190c8864a5p+0, -0x1.6574f0ac07758p-3, -0x1.01d9bf3f2b631p-2},
    {0x1.25e227b0b8eap+0, -0x1.1aa2bc79c81p-3, -0x1.97c1d1b3b7afp-3},
    {0x1.1bb4a4a1a343fp+0, -0x1.a4e76ce8c0e5ep-4, -0x1.2f9e393af3c9fp-3},
    {0x1.12358f08ae5bap+0, -0x1.1973c5a611cccp-4, -0x1.960cbbf788d5cp-4},
    {0x1.0953f419900a7p+0, -0x1.252f438e10c1ep-5, -0x1.a6f9db6475fcep-5},
    {0x1p+0, 0x0p+0, 0x0p+0},
    {0x1.e608cfd9a47acp-1, 0x1.aa5aa5df25984p-5, 0x1.338ca9f24f53dp-4},
    {0x1.ca4b31f026aap-1, 0x1.c5e53aa362eb4p-4, 0x1.476a9543891bap-3},
    {0x1.b2036576afce6p-1, 0x1.526e57720db08p-3, 0x1.e840b4ac4e4d2p-3},
    {0x1.9c2d163a1aa2dp-1, 0x1.bc2860d22477p-3, 0x1.40645f0c6651cp-2},
    {0x1.886e6037841edp-1, 0x1.1058bc8a07ee1p-2, 0x1.88e9c2c1b9ff8p-2},
    {0x1.767dcf5534862p-1, 0x1.4043057b6ee09p-2, 0x1.ce0a44eb17bccp-2},
};

/// The bits of 2^(k/32), less k 2^47.
inline constexpr std::uint64_t exp2_steps[32] = {
    0x3ff0000000000000, 0x3fefd9b0d3158574, 0x3fefb5586cf9890f, 0x3fef9301d0125b51,
    0x3fef72b83c7d517b, 0x3fef54873168b9aa, 0x3fef387a6e756238, 0x3fef1e9df51fdee1,
    0x3fef06fe0a31b715, 0x3feef1a7373aa9cb, 0x3feedea64c123422, 0x3feece086061892d,
    0x3feebfdad5362a27, 0x3feeb42b569d4f82, 0x3feeab07dd485429, 0x3feea47eb03a5585,
    0x3feea09e667f3bcd, 0x3fee9f75e8ec5f74, 0x3feea11473eb0187, 0x3feea589994cce13,
    0x3feeace5422aa0db, 0x3feeb737b0cdc5e5, 0x3feec49182a3f090, 0x3feed503b23e255d,
    0x3feee89f995ad3ad, 0x3feeff76f2fb5e47, 0x3fef199bdd85529c, 0x3fef3720dcef9069,
    0x3fef5818dcfba487, 0x3fef7c97337b9b5f, 0x3fefa4afa2a490da, 0x3fefd0765b6e4540,
};
// clang-format on

[[nodiscard]] constexpr std::uint32_t bits(float x) noexcept { return std::bit_cast<std::uint32_t>(x); }

/// A positive float as 2^k z: z / c - 1 and k, and the interval of z.
struct float_reduction {
    double r;
    double k;
    const float_interval& interval;
};

[[gnu::always_inline]] inline float_reduction reduce(float x) noexcept {
    std::uint32_t ix = bits(x);
    if (ix < 0x00800000) ix = bits(x * 0x1p23f) - (23u << 23);
    const std::uint32_t offset = ix - 0x3f330000;
    const float_interval& interval = float_intervals[(offset >> 19) & 15];
    const auto z = static_cast<double>(std::bit_cast<float>(ix - (offset & 0xff800000)));
    const auto k = static_cast<double>(static_cast<std::int32_t>(offset) >> 23);
    return {fma(z, interval.inverse_centre, -1.0), k, interval};
}

[[gnu::always_inline]] inline float logf_kernel(float x) noexcept {
    constexpr double a[] = {-0x1.00ea348b88334p-2, 0x1.5575b0be00b6ap-2, -0x1.ffffef20a4123p-2};
    constexpr double ln2 = 0x1.62e42fefa39efp-1;
    if (x == 1.0f) return 0.0f;
    if (x == 0.0f) return -__builtin_inff();
    if (!(x > 0.0f)) return x != x ? x : __builtin_nanf("");
    if (x == __builtin_inff()) return x;
    const float_reduction s = reduce(x);
    const double r2 = rounded(s.r * s.r);
    const double y0 = fma(s.k, ln2, s.interval.log_centre);
    return static_cast<float>(fma(fma(a[0], r2, fma(a[1], s.r, a[2])), r2, y0 + s.r));
}

/// 2^(x/32) from x's whole part in `k` and the rest r; the polynomial is that of 2^r or of 2^(r/32).
[[gnu::always_inline]] inline float exp2_of_parts(std::uint64_t k, double r, const double (&c)[3]) noexcept {
    const double scale = from_bits(exp2_steps[k % 32] + (k << 47));
    const double r2 = rounded(r * r);
    const double y = fma(fma(c[0], r, c[1]), r2, fma(c[2], r, 1.0));
    return static_cast<float>(rounded(y * scale));
}

[[gnu::always_inline]] inline float expf_kernel(float x) noexcept {
    constexpr double c[] = {0x1.c6af84b912394p-5 / 32 / 32 / 32, 0x1.ebfce50fac4f3p-3 / 32 / 32,
                            0x1.62e42ff0c52d6p-1 / 32};
    constexpr double inverse_ln2 = 0x1.71547652b82fep+0 * 32, shift = 0x1.8p52;
    if (x != x) return x;
    if (x > 0x1.62e42ep6f) return __builtin_inff();
    if (x < -0x1.9fe368p6f) return 0.0f;
    const double k_shifted = fma(inverse_ln2, x, shift);
    return exp2_of_parts(bits(k_shifted), fma(inverse_ln2, x, -(k_shifted - shift)), c);
}

/// x^y for x >= 0 and y > 0.
[[gnu::always_inline]] inline float powf_kernel(float x, float y) noexcept {
    constexpr double a[] = {0x1.27616c9496e0bp-2, -0x1.71969a075c67ap-2, 0x1.ec70a6ca7baddp-2,
                            -0x1.7154748bef6c8p-1, 0x1.71547652ab82bp0};
    constexpr double c[] = {0x1.c6af84b912394p-5, 0x1.ebfce50fac4f3p-3, 0x1.62e42ff0c52d6p-1};
    constexpr double shift = 0x1.8p52 / 32;
    if (x == 0.0f) return 0.0f;
    if (x == 1.0f) return 1.0f;
    if (x != x || y != y) return x + y;
    if (x == __builtin_inff() || y == __builtin_inff()) return x > 1.0f ? __builtin_inff() : 0.0f;
    const float_reduction s = reduce(x);
    const double r2 = rounded(s.r * s.r);
    const double y0 = s.interval.log2_centre + s.k;
    const double low = fma(fma(a[2], s.r, a[3]), r2, fma(a[4], s.r, y0));
    const double log2_x = fma(fma(a[0], s.r, a[1]), rounded(r2 * r2), low);
    const double product = rounded(y * log2_x);
    if (product > 0x1.fffffffd1d571p+6) return __builtin_inff();
    if (product <= -150.0) return 0.0f;
    const double k_shifted = rounded(product + shift);
    return exp2_of_parts(bits(k_shifted), product - (k_shifted - shift), c);
}

[[nodiscard]] inline float logf(float x) noexcept { return dispatch<logf_kernel>(x); }
[[nodiscard]] inline float expf(float x) noexcept { return dispatch<expf_kernel>(x); }
[[nodiscard]] inline float powf(float x, float y) noexcept { return dispatch<powf_kernel>(x, y); }
/// log(1 + x), correctly rounded for every float in (-1, 0].
[[nodiscard]] inline float log1pf(float x) noexcept {
    return static_cast<float>(log1p(static_cast<double>(x)));
}
[[nodiscard]] inline float sqrtf(float x) noexcept { return __builtin_sqrtf(x); }

} // namespace detail::libm
} // namespace repro::inline v0
