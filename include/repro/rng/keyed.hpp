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
using host_device::from_bits;
using host_device::fused;
using host_device::fused_polynomial;
using host_device::square_root;
using host_device::truncated;

[[nodiscard]] REPRO_HOST_DEVICE constexpr std::uint64_t joined(std::uint32_t low,
                                                               std::uint32_t high) noexcept {
    return static_cast<std::uint64_t>(high) << 32 | low;
}

} // namespace detail::keyed

/// Minimax polynomials of the normals, fitted with Remez' exchange. A kernel that takes them as a parameter
/// reads them from the constant bank, which costs no instruction.
///
/// `logarithm` is log(1 + f) / f, in float times 2^23 / ln 2; `cosine` and `sine` are those of pi/2 t, the
/// latter divided by t, in t^2 for |t| <= 1, both times the root of two, in float times that of ln 2 / 2^23
/// as well.
template <std::floating_point Real> struct normal_terms;
template <> struct normal_terms<float> {
    std::uint32_t two = 0x40000001; // the exponent of [2, 4), and the lowest bit
    float logarithm[8] = {0x1.715472p+23f, -0x1.715458p+22f, 0x1.ec8242p+21f, -0x1.717154p+21f,
                          0x1.246e8ep+21f, -0x1.e525b4p+20f, 0x1.f9a22cp+20f, -0x1.c60b50p+20f};
    float cosine[5] = {0x1.aa4498p-12f, -0x1.06f16ap-11f, 0x1.b07e24p-14f, -0x1.1bde72p-17f, 0x1.76994cp-22f};
    float sine[5] = {0x1.4eca42p-11f, -0x1.135a8ap-12f, 0x1.0fc10cp-15f, -0x1.fe10c8p-20f, 0x1.08d46ap-24f};
};
template <> struct normal_terms<double> {
    std::uint64_t two = 0x4000000000000001;
    double logarithm[21] = {0x1.0000000000000p+0,  -0x1.0000000000004p-1, 0x1.555555555550bp-2,
                            -0x1.fffffffffd9bbp-3, 0x1.99999999a24e0p-3,  -0x1.555555570748fp-3,
                            0x1.24924922386a9p-3,  -0x1.fffffee69e98dp-4, 0x1.c71c71ca4c72fp-4,
                            -0x1.9999caf4234bdp-4, 0x1.745d488d4eba9p-4,  -0x1.55505336b7484p-4,
                            0x1.3b0a7180cb89ap-4,  -0x1.24dd7a4f6dcf7p-4, 0x1.11dca3ea7e85dp-4,
                            -0x1.fb66abded01ffp-5, 0x1.cf7c130110546p-5,  -0x1.d139d754fb1ebp-5,
                            0x1.0b9bbf0905e68p-4,  -0x1.ec2772c605504p-5, 0x1.aca051b71517cp-6};
    double cosine[9] = {0x1.6a09e667f3bcdp+0,  -0x1.bea5b6072b25ep+0,  0x1.6f5a49b297c6fp-2,
                        -0x1.e36ab0c1276d6p-6, 0x1.54cb8f4ae947fp-10,  -0x1.2afa9b8045841p-15,
                        0x1.65ab7d9793471p-21, -0x1.36203083cc1dap-27, 0x1.89d27f4bd9238p-34};
    double sine[9] = {0x1.1c5831add62e4p+1,  -0x1.d3ba5c1c5f47dp-1,  0x1.cda1063820d89p-4,
                      -0x1.b1e9f34ca3626p-8, 0x1.dbd6fd52fee48p-13,  -0x1.558d8121f0b9fp-18,
                      0x1.59bd8c7ac306ap-24, -0x1.03d8f1ac3a9c0p-30, 0x1.243af893f6242p-37};
};

namespace detail::keyed {

/// -log(u) for u in (0, 1), times 2^23 / ln 2, from 2^32 u. 2^32 u = 2^e (1 + f), f in [-1/3, 1/3].
[[nodiscard]] REPRO_HOST_DEVICE inline float minus_log(float scaled,
                                                       const normal_terms<float>& terms) noexcept {
    constexpr std::uint32_t two_thirds = 0x3f2aaaabu, scale = 32u << 23, exponent = 0xff800000u;
    const auto bits = __builtin_bit_cast(std::uint32_t, scaled);
    const std::uint32_t power = (bits - (two_thirds + scale)) & exponent; // (e - 32) 2^23
    const float f = from_bits(bits - power - scale) - 1.0f;
    return fused(-f, fused_polynomial(terms.logarithm, f),
                 -static_cast<float>(static_cast<std::int32_t>(power)));
}

/// -log(u) for u in (0, 1). u = 2^e (1 + f), 1 + f in [sqrt(1/2), sqrt(2)).
[[nodiscard]] REPRO_HOST_DEVICE inline double minus_log(double u,
                                                        const normal_terms<double>& terms) noexcept {
    constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcd;
    constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
    const auto bits = __builtin_bit_cast(std::uint64_t, u);
    const auto e = static_cast<std::int32_t>(static_cast<std::int64_t>(bits - sqrt_half) >> 52);
    const double f = from_bits(bits - (static_cast<std::uint64_t>(e) << 52)) - 1.0;
    const auto k = static_cast<double>(e);
    const double low = fused(-f, fused_polynomial(terms.logarithm, f), host_device::product(k, -ln2_low));
    return fused(k, -ln2_high, low);
}

/// Two independent standard normals by Box and Muller: r = sqrt(-2 log u) times the cosine and the sine of
/// pi/2 t, t in (-1, 1), the cosine under the sign in the top bit of `sign`: half a turn, and the other half.
template <class Real, class Word>
REPRO_HOST_DEVICE inline void normal_pair(Real u, Real t, Word sign, const normal_terms<Real>& terms,
                                          Real* out) noexcept {
    constexpr Word top = Word{1} << (8 * sizeof(Word) - 1);
    const Real r = square_root(minus_log(u, terms));
    const Real z = host_device::product(t, t);
    const Real cosine = host_device::product(r, fused_polynomial(terms.cosine, z));
    out[0] = __builtin_bit_cast(Real, __builtin_bit_cast(Word, cosine) ^ (sign & top));
    out[1] = host_device::product(host_device::product(r, t), fused_polynomial(terms.sine, z));
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
/// A pair takes a uniform number from (0, 1) of 32 (52) bits and an angle of 23 (53) bits.
/// Stability: contract 1; class ieee with explicit fma.
template <std::floating_point Real>
[[nodiscard]] REPRO_HOST_DEVICE inline keyed_values<Real>
normal_values(detail::keyed::words w, const normal_terms<Real>& terms = {}) noexcept {
    using detail::keyed::from_bits;
    using detail::keyed::joined;
    using detail::keyed::normal_pair;
    keyed_values<Real> result;
    if constexpr (sizeof(Real) == 4) {
        // An odd multiple of 2^-22 from the low bits, under the exponent of [2, 4).
        constexpr std::uint32_t fraction = 0x007fffff;
        const float t0 = from_bits((w.b & fraction) | terms.two) - 3.0f;
        const float t1 = from_bits((w.d & fraction) | terms.two) - 3.0f;
        normal_pair(detail::keyed::truncated(w.a) + 0.5f, t0, w.b, terms, result.value);
        normal_pair(detail::keyed::truncated(w.c) + 0.5f, t1, w.d, terms, result.value + 2);
    } else {
        // An odd multiple of 2^-53 and one of 2^-51, the former under the exponent of [1, 2).
        constexpr std::uint64_t fraction = 0x000fffffffffffff, one = 0x3ff0000000000000;
        const std::uint64_t angle = joined(w.c, w.d);
        const double u = from_bits(joined(w.a, w.b) >> 12 | one) - 0x1.fffffffffffffp-1;
        const double t = from_bits((angle & fraction) | terms.two) - 3.0;
        normal_pair(u, t, angle, terms, result.value);
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
