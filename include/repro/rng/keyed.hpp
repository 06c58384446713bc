// SPDX-License-Identifier: MIT
#pragma once
// Numbers of our own by key and index: element i of a stream depends on the key, the stream and i alone, and
// has the same bits on the host and in a CUDA kernel (rng/keyed_device.hpp fills the GPU's memory with them).

#include <repro/detail/host_device.hpp>
#include <repro/rng/philox.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {

/// A stream of blocks of Philox4x32-10: block b is that of the counter (b, stream) under the key, each of the
/// three cut into words, the low one first.
struct keyed_stream {
    using generator = philox4x32<10>;
    std::uint64_t key = 0;
    std::uint64_t stream = 0;

    /// Returns the four words of a block. On the host and in a kernel.
    ///
    /// Stability: contract 1; class int.
    [[nodiscard]] REPRO_HOST_DEVICE constexpr generator::lanes
    operator()(std::uint64_t block) const noexcept {
        return generator::apply_lanes(
            {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
             static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)},
            static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32));
    }
};

/// The numbers of one block: four floats or two doubles, sixteen bytes.
template <std::floating_point Real> struct alignas(16) keyed_values {
    static constexpr int size = 16 / sizeof(Real);
    Real value[size];
};

namespace detail::keyed {

using words = keyed_stream::generator::lanes;
using host_device::fused;
using host_device::fused_polynomial;
using host_device::product;
using host_device::square_root;
using host_device::truncated;

// Minimax polynomials, fitted with Remez' exchange: cos(pi/2 t) and sin(pi/2 t) / t in t^2, for |t| <= 1/2.

[[nodiscard]] REPRO_HOST_DEVICE inline float cosine(float z) noexcept {
    constexpr float terms[] = {1.0f, -0x1.3bd392p+0f, 0x1.03af5cp-2f, -0x1.4e5ed6p-6f};
    return fused_polynomial(terms, z);
}
[[nodiscard]] REPRO_HOST_DEVICE inline double cosine(double z) noexcept {
    constexpr double terms[] = {1.0,
                                -0x1.3bd3cc9be458bp+0,
                                0x1.03c1f081b078ep-2,
                                -0x1.55d3c7dbfe0e2p-6,
                                0x1.e1f4fb6119ab7p-11,
                                -0x1.a6c9c229f45afp-16,
                                0x1.f3dbf26bf3a0dp-22};
    return fused_polynomial(terms, z);
}
[[nodiscard]] REPRO_HOST_DEVICE inline float sine_ratio(float z) noexcept {
    constexpr float terms[] = {0x1.921fb6p+0f, -0x1.4abbbap-1f, 0x1.465ec6p-4f, -0x1.2d9bb8p-8f};
    return fused_polynomial(terms, z);
}
[[nodiscard]] REPRO_HOST_DEVICE inline double sine_ratio(double z) noexcept {
    constexpr double terms[] = {0x1.921fb54442d18p+0,  -0x1.4abbce625be41p-1, 0x1.466bc677587fdp-4,
                                -0x1.32d2cce2e60e5p-8, 0x1.50782fda6c376p-13, -0x1.e30071ff2f4d1p-19,
                                0x1.e3f39e113747fp-25};
    return fused_polynomial(terms, z);
}

/// -log(u) for u in (0, 1). u = 2^e (1 + f), f in [-1/3, 1/3]; the terms are those of (log(1 + f) / f - 1) /
/// f.
[[nodiscard]] REPRO_HOST_DEVICE inline float minus_log(float u) noexcept {
    constexpr float terms[] = {-0x1.ffffd6p-2f, 0x1.5554bap-2f, -0x1.001454p-2f, 0x1.99ef2ep-3f,
                               -0x1.50327ap-3f, 0x1.1d04fap-3f, -0x1.3b43f8p-3f, 0x1.26c038p-3f};
    constexpr std::uint32_t two_thirds = 0x3f2aaaab, exponent = 0xff800000;
    const auto bits = __builtin_bit_cast(std::uint32_t, u);
    const std::uint32_t power = (bits - two_thirds) & exponent; // e 2^23
    const float f = __builtin_bit_cast(float, bits - power) - 1.0f;
    const float quotient = fused(fused_polynomial(terms, f), f, 1.0f);
    const float shift = product(static_cast<float>(static_cast<std::int32_t>(power)), -0x1.62e430p-24f);
    return fused(-f, quotient, shift);
}

/// -log(u) for u in (0, 1). u = 2^e m, m in [sqrt(1/2), sqrt(2)); log m = 2 artanh(s), s = (m - 1) / (m + 1);
/// the terms are those of (2 artanh(s) / s - 2) / s^2 in s^2.
[[nodiscard]] REPRO_HOST_DEVICE inline double minus_log(double u) noexcept {
    constexpr double terms[] = {0x1.5555555555593p-1, 0x1.999999997fb59p-2, 0x1.2492494215cc6p-2,
                                0x1.c71c51e9449d0p-3, 0x1.746645ef25cfap-3, 0x1.39a0faabb67f9p-3,
                                0x1.2f0d59b4efc14p-3};
    constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcd;
    constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
    const auto bits = __builtin_bit_cast(std::uint64_t, u);
    const auto e = static_cast<std::int32_t>(static_cast<std::int64_t>(bits - sqrt_half) >> 52);
    const auto m = __builtin_bit_cast(double, bits - (static_cast<std::uint64_t>(e) << 52));
    const double f = m - 1.0;
    const double s = host_device::quotient(f, m + 1.0);
    const double z = product(s, s);
    const double series = product(fused_polynomial(terms, z), z);
    const auto k = static_cast<double>(e);
    return -fused(k, ln2_high, fused(s, series, fused(k, ln2_low, 2.0 * s)));
}

/// Two independent standard normals by Box and Muller: r = sqrt(-2 log u), times the sine and the cosine of
/// an angle in the first quadrant, pi/4 + pi/2 t, t in (-1/2, 1/2), each under a sign of its own (the top bit
/// of `signs`, and the one below). sin(pi/4 + a) = (cos a + sin a) sqrt(1/2): no quadrants to choose from.
template <class Real, class Word>
REPRO_HOST_DEVICE inline void normal_pair(Real u, Real t, Word signs, Real* out) noexcept {
    constexpr Word sign = Word{1} << (8 * sizeof(Word) - 1);
    const Real r = square_root(minus_log(u)); // sqrt(1/2) goes in here
    const Real z = product(t, t);
    const Real c = cosine(z);
    const Real s = sine_ratio(z);
    const Real a = product(r, fused(t, s, c)), b = product(r, fused(-t, s, c));
    out[0] = __builtin_bit_cast(Real, __builtin_bit_cast(Word, a) ^ (signs & sign));
    out[1] = __builtin_bit_cast(Real, __builtin_bit_cast(Word, b) ^ (signs << 1 & sign));
}

[[nodiscard]] REPRO_HOST_DEVICE constexpr std::uint64_t joined(std::uint32_t low,
                                                               std::uint32_t high) noexcept {
    return static_cast<std::uint64_t>(high) << 32 | low;
}

} // namespace detail::keyed

/// Returns the uniform numbers of a block, multiples of 2^-24 (float, one word each) or 2^-53 (double, two
/// words each) from [0, 1). On the host and in a kernel.
///
/// Stability: contract 1; class ieee.
template <std::floating_point Real>
[[nodiscard]] REPRO_HOST_DEVICE inline keyed_values<Real> uniform_values(detail::keyed::words w) noexcept {
    using detail::keyed::joined;
    if constexpr (sizeof(Real) == 4) {
        constexpr float unit = 0x1p-24f;
        return {{static_cast<float>(w.a >> 8) * unit, static_cast<float>(w.b >> 8) * unit,
                 static_cast<float>(w.c >> 8) * unit, static_cast<float>(w.d >> 8) * unit}};
    } else {
        constexpr double unit = 0x1p-53;
        return {{static_cast<double>(joined(w.a, w.b) >> 11) * unit,
                 static_cast<double>(joined(w.c, w.d) >> 11) * unit}};
    }
}

/// Returns the standard normal numbers of a block; at most 6.8 (float) or 8.7 (double) in size. On the host
/// and in a kernel.
///
/// A pair takes a uniform number from (0, 1) of 32 (53) bits and an angle of 24 (54) bits.
/// Stability: contract 1; class ieee with explicit fma.
template <std::floating_point Real>
[[nodiscard]] REPRO_HOST_DEVICE inline keyed_values<Real> normal_values(detail::keyed::words w) noexcept {
    using detail::keyed::fused;
    using detail::keyed::joined;
    using detail::keyed::normal_pair;
    keyed_values<Real> result;
    if constexpr (sizeof(Real) == 4) {
        const auto pair = [](std::uint32_t radius, std::uint32_t angle, float* out) {
            const float u = fused(detail::keyed::truncated(radius), 0x1p-32f, 0x1p-33f);
            const float t = __builtin_bit_cast(float, (angle & 0x007ffffeu) | 0x3f800001u) - 1.5f;
            normal_pair(u, t, angle, out);
        };
        pair(w.a, w.b, result.value);
        pair(w.c, w.d, result.value + 2);
    } else {
        const double u = fused(static_cast<double>(joined(w.a, w.b) >> 12), 0x1p-52, 0x1p-53);
        const std::uint64_t angle = joined(w.c, w.d);
        const double t =
            __builtin_bit_cast(double, (angle & 0x000ffffffffffffeu) | 0x3ff0000000000001u) - 1.5;
        normal_pair(u, t, angle, result.value);
    }
    return result;
}

namespace detail::keyed {

template <class Values, class Real>
[[gnu::always_inline]] inline void fill_blocks(std::span<Real> out, const keyed_stream& s,
                                               std::uint64_t block, Values values) noexcept {
    constexpr std::size_t size = keyed_values<Real>::size;
    std::size_t i = 0;
    for (; i + size <= out.size(); i += size) {
        const keyed_values<Real> v = values(s(block++));
        std::copy_n(v.value, size, &out[i]);
    }
    if (i < out.size()) std::copy_n(values(s(block)).value, out.size() - i, &out[i]);
}

template <class Real>
[[gnu::always_inline]] inline void fill_normal_blocks(std::span<Real> out, const keyed_stream& s,
                                                      std::uint64_t block) noexcept {
    fill_blocks(out, s, block, [](words w) __attribute__((always_inline)) { return normal_values<Real>(w); });
}
#if defined(__x86_64__)
template <class Real>
[[gnu::target("fma")]] inline void fill_normal_fused(std::span<Real> out, const keyed_stream& s,
                                                     std::uint64_t block) noexcept {
    fill_normal_blocks(out, s, block);
}
#endif

} // namespace detail::keyed

/// Fills `out` with the stream's uniform numbers, from the first of block `first_block` on.
///
/// Stability: contract 1; class ieee.
template <std::floating_point Real>
void fill_uniform(const keyed_stream& s, std::span<Real> out, std::uint64_t first_block = 0) noexcept {
    detail::keyed::fill_blocks(out, s, first_block,
                               [](detail::keyed::words w) { return uniform_values<Real>(w); });
}

/// Fills `out` with the stream's standard normal numbers, from the first of block `first_block` on.
///
/// Stability: contract 1; class ieee with explicit fma.
template <std::floating_point Real>
void fill_normal(const keyed_stream& s, std::span<Real> out, std::uint64_t first_block = 0) noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("fma")) return detail::keyed::fill_normal_fused(out, s, first_block);
#endif
    detail::keyed::fill_normal_blocks(out, s, first_block);
}

} // namespace repro::inline v0
