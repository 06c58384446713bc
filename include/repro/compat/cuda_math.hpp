// SPDX-License-Identifier: MIT
#pragma once
// The functions of CUDA's mathematical library as device code computes them, on the host. Those in double,
// and logf, are polynomials with explicit fused steps, followed here operation by operation; their reciprocal
// starts from a hardware approximation, which is known but for a rounding: about one logarithm in 10^7
// differs, in its last bits. The float intrinsics (lg2, ex2, sin, cos of the special function unit) are
// hardware tables: here they are rounded from double, and differ by what docs/cuda.md says. Origin: the
// algorithms and constants of CUDA 13.0's libdevice as its compiler emits them (PTX); facts, no code.

#include <repro/detail/fp.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace repro::inline v0 {
namespace detail::cuda {

[[gnu::always_inline]] inline double fma(double a, double b, double c) noexcept {
    return __builtin_fma(a, b, c);
}
[[gnu::always_inline]] inline float fma(float a, float b, float c) noexcept {
    return __builtin_fmaf(a, b, c);
}

/// 1 / x for a normal x > 0: an approximation of 20 bits, refined by one cubic step. The hardware makes the
/// approximation from the high word of x, as a high word; this one is the exact reciprocal plus 0.072 units,
/// cut off, which is the hardware's (an H100's) for 98.4 % of the 2^20 high words of [1, 2), and else one
/// unit less or more: then the refined bits rarely differ.
[[gnu::always_inline]] inline double reciprocal(double x) noexcept {
    constexpr std::uint64_t high = 0xffffffff00000000;
    const double exact = 1.0 / std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & high);
    const auto start = std::bit_cast<double>(
        (std::bit_cast<std::uint64_t>(exact) + (std::uint64_t{18} << 24)) & high); // 0.0703
    const double e = fma(-x, start, 1.0);
    return fma(fma(e, e, e), start, start);
}

/// Horner's scheme with fused steps, the highest coefficient first.
template <class Real, std::size_t N>
[[gnu::always_inline]] inline Real horner(const Real (&coefficients)[N], Real x) noexcept {
    Real value = coefficients[0];
    for (std::size_t i = 1; i < N; ++i)
        value = fma(value, x, coefficients[i]);
    return value;
}

inline constexpr double ln2_high = 0x1.62e42fefa39efp-1, ln2_low = 0x1.abc9e3b39803fp-56;

/// log(x) for a normal x > 0. x = 2^e m, m in [1/sqrt 2, sqrt 2); u = 2 (m - 1) / (m + 1).
[[gnu::always_inline]] inline double log(double x) noexcept {
    constexpr double terms[] = {
        std::bit_cast<double>(0x3eb1380b3ae80f1e), std::bit_cast<double>(0x3ed0ee258b7a8b04),
        std::bit_cast<double>(0x3ef3b2669f02676f), std::bit_cast<double>(0x3f1745cba9ab0956),
        std::bit_cast<double>(0x3f3c71c72d1b5154), std::bit_cast<double>(0x3f624924923be72d),
        std::bit_cast<double>(0x3f8999999999a3c4), std::bit_cast<double>(0x3fb5555555555554)};
    constexpr std::uint64_t fraction = 0x000fffffffffffff, one = 0x3ff0000000000000;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    auto e = static_cast<std::int64_t>(bits >> 52) - 1023;
    std::uint64_t m_bits = (bits & fraction) | one;
    if ((m_bits >> 32) > 0x3ff6a09e) {
        m_bits -= std::uint64_t{1} << 52;
        ++e;
    }
    const auto m = std::bit_cast<double>(m_bits);
    const double f = m - 1.0;
    const double inverse = reciprocal(m + 1.0);
    const double u = fma(f, inverse, rounded(f * inverse));
    const double v = rounded(u * u);
    const double series = rounded(v * horner(terms, v));
    const double difference = f - u;
    const double rest = rounded(inverse * fma(-u, f, difference + difference));
    const double low = fma(series, u, rest);
    const auto k = static_cast<double>(e);
    const double sum = fma(k, ln2_high, u);
    const double lost = fma(-k, ln2_high, sum) - u;
    return sum + fma(k, ln2_low, low - lost);
}

/// exp(x), to the ends of its range.
[[gnu::always_inline]] inline double exp(double x) noexcept {
    constexpr double terms[] = {std::bit_cast<double>(0x3e5ade1569ce2bdf),
                                std::bit_cast<double>(0x3e928af3fca213ea),
                                std::bit_cast<double>(0x3ec71dee62401315),
                                std::bit_cast<double>(0x3efa01997c89eb71),
                                std::bit_cast<double>(0x3f2a01a014761f65),
                                std::bit_cast<double>(0x3f56c16c1852b7af),
                                std::bit_cast<double>(0x3f81111111122322),
                                std::bit_cast<double>(0x3fa55555555502a1),
                                std::bit_cast<double>(0x3fc5555555555511),
                                std::bit_cast<double>(0x3fe000000000000b),
                                1.0,
                                1.0};
    constexpr double inverse_ln2 = 0x1.71547652b82fep+0, shift = 0x1.8p52;
    if (x != x) return x;
    if (x > 710.0) return __builtin_inf();
    if (x < -746.0) return 0.0;
    const double shifted = fma(x, inverse_ln2, shift);
    const double k = shifted - shift;
    const double r = fma(k, -ln2_low, fma(k, -ln2_high, x));
    const double mantissa = horner(terms, r);
    const auto power = static_cast<std::int64_t>(k);
    const std::int64_t half = power / 2; // two steps: neither scale leaves the range
    const auto scale = [](std::int64_t of) {
        return std::bit_cast<double>(static_cast<std::uint64_t>(of + 1023) << 52);
    };
    return rounded(mantissa * scale(half)) * scale(power - half);
}

struct sine_and_cosine {
    double sine, cosine;
};

/// sin(pi x) and cos(pi x) for 0 <= x < 2^31.
[[gnu::always_inline]] inline sine_and_cosine sincospi(double x) noexcept {
    constexpr double cosine_terms[] = {std::bit_cast<double>(0xbda8ff8320fd8164),
                                       std::bit_cast<double>(0x3e21eea7c1ef8528),
                                       std::bit_cast<double>(0xbe927e4f8e06e6d9),
                                       std::bit_cast<double>(0x3efa01a019ddbce9),
                                       std::bit_cast<double>(0xbf56c16c16c15d47),
                                       std::bit_cast<double>(0x3fa5555555555551),
                                       -0.5,
                                       1.0};
    constexpr double sine_terms[] = {std::bit_cast<double>(0x3de5db65f9785eba),
                                     std::bit_cast<double>(0xbe5ae5f12cb0d246),
                                     std::bit_cast<double>(0x3ec71de369ace392),
                                     std::bit_cast<double>(0xbf2a01a019db62a1),
                                     std::bit_cast<double>(0x3f81111111110818),
                                     std::bit_cast<double>(0xbfc5555555555554),
                                     0.0};
    constexpr double pi_high = 0x1.921fb54442d18p+1, pi_low = 0x1.1a62633145c07p-53;
    const double twice = x + x;
    auto quarter = static_cast<std::int64_t>(twice); // round half away from zero, as round() does
    if (twice - static_cast<double>(quarter) >= 0.5) ++quarter;
    const double t = fma(-static_cast<double>(quarter), 0.5, x);
    const double a = fma(t, pi_high, rounded(t * pi_low));
    const double z = rounded(a * a);
    double c = horner(cosine_terms, z);
    double s = fma(horner(sine_terms, z), a, a);
    if ((quarter & 1) != 0) {
        const double held = s;
        s = c;
        c = -held;
    }
    if ((quarter & 2) != 0) {
        s = -s;
        c = -c;
    }
    if (x == static_cast<double>(static_cast<std::int64_t>(x))) s = 0.0;
    return {s, c + 0.0};
}

/// tan(x) for |x| <= 2.
[[gnu::always_inline]] inline double tan(double x) noexcept {
    constexpr double terms[] = {
        std::bit_cast<double>(0x3ee48dac2799bcb9), std::bit_cast<double>(0xbef9757c5b27ebb1),
        std::bit_cast<double>(0x3f0980e90fd91e04), std::bit_cast<double>(0xbefae2b0417d7e1d),
        std::bit_cast<double>(0x3f119f5341bfba57), std::bit_cast<double>(0x3f15e791a00f6919),
        std::bit_cast<double>(0x3f2ff2e7fadec73a), std::bit_cast<double>(0x3f434bc1b206da62),
        std::bit_cast<double>(0x3f57db18ef2f83f9), std::bit_cast<double>(0x3f6d6d2e7ae49fbc),
        std::bit_cast<double>(0x3f8226e3a816a776), std::bit_cast<double>(0x3f9664f485d25660),
        std::bit_cast<double>(0x3faba1ba1babf31d), std::bit_cast<double>(0x3fc11111111105d2),
        std::bit_cast<double>(0x3fd555555555555e)};
    constexpr double half_pi[] = {0x1.921fb54442d18p+0, 0x1.1a62633145c00p-54, 0x1.b839a252049c0p-104};
    const double k = __builtin_rint(rounded(x * 0x1.45f306dc9c883p-1));
    double z = x;
    for (const double part : half_pi)
        z = fma(-k, part, z);
    const double square = rounded(z * z);
    const double p = rounded(square * horner(terms, square));
    const double tangent = fma(p, z, z);
    if ((static_cast<std::int64_t>(k) & 1) == 0) return tangent;
    const double low = fma(p, z, -(tangent - z));
    const double inverse = tangent < 0 ? reciprocal(-tangent) : -reciprocal(tangent);
    return fma(fma(inverse, low, fma(tangent, inverse, 1.0)), inverse, inverse);
}

/// logf(x) for a normal x > 0: exact.
[[gnu::always_inline]] inline float log(float x) noexcept {
    constexpr float terms[] = {std::bit_cast<float>(0xbe055027u),
                               std::bit_cast<float>(0x3e1039f6u),
                               std::bit_cast<float>(0xbdf8cdccu),
                               std::bit_cast<float>(0x3e0f2955u),
                               std::bit_cast<float>(0xbe2ad8b9u),
                               std::bit_cast<float>(0x3e4ced0bu),
                               std::bit_cast<float>(0xbe7fff22u),
                               std::bit_cast<float>(0x3eaaaa78u),
                               -0.5f};
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const std::uint32_t power = (bits - 0x3f2aaaab) & 0xff800000;
    const float k = static_cast<float>(static_cast<std::int32_t>(power)) * 0x1p-23f;
    const float f = std::bit_cast<float>(bits - power) - 1.0f;
    const float series = rounded(f * horner(terms, f));
    return fma(k, 0x1.62e430p-1f, fma(series, f, f));
}

// What the special function unit approximates: the nearest float stands for its table's.

/// __logf(x): lg2(x) ln 2, both floats.
[[gnu::always_inline]] inline float fast_log(float x) noexcept {
    constexpr double inverse_ln2 = 0x1.71547652b82fep+0;
    return rounded(static_cast<float>(log(static_cast<double>(x)) * inverse_ln2) * 0x1.62e430p-1f);
}
/// __expf(x): ex2(x / ln 2).
[[gnu::always_inline]] inline float fast_exp(float x) noexcept {
    const float scaled = rounded(x * 0x1.715476p+0f);
    return static_cast<float>(exp(static_cast<double>(scaled) * ln2_high));
}
/// The sine and cosine of a float, 0 <= |x| <= 2 pi, each the nearest float.
struct fast_sine_and_cosine {
    float sine, cosine;
};
[[gnu::always_inline]] inline fast_sine_and_cosine fast_sincos(float x) noexcept {
    constexpr double inverse_pi = 0x1.45f306dc9c883p-2;
    const double turns = static_cast<double>(x) * inverse_pi;
    const sine_and_cosine both = sincospi(turns < 0 ? -turns : turns);
    return {static_cast<float>(turns < 0 ? -both.sine : both.sine), static_cast<float>(both.cosine)};
}
/// __tanf(x).
[[gnu::always_inline]] inline float fast_tan(float x) noexcept {
    const fast_sine_and_cosine both = fast_sincos(x);
    return both.sine / both.cosine;
}

} // namespace detail::cuda
} // namespace repro::inline v0
