// SPDX-License-Identifier: MIT
#pragma once
// What the distributions of Generator draw from: uniforms, and normals and exponentials by NumPy's ziggurats.
// Origin: NumPy 2.2 (BSD-3-Clause), numpy/random/src/distributions/distributions.c, after Julia's (MIT); G.
// Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random Variables", 2000.

#include <repro/compat/numpy/ziggurat_tables.hpp>
#include <repro/detail/fp.hpp>
#include <repro/detail/libm_float.hpp>

#include <bit>
#include <cstdint>

namespace repro::inline v0::numpy {
namespace detail {

namespace libm = repro::detail::libm;

/// Draws from a bit generator. A fast path is one multiplication; exp decides in the wedges, log1p makes the
/// tail.
template <class Bits> class ziggurat_source {
public:
    explicit ziggurat_source(const Bits& from) : bits(from) {}

    double uniform() noexcept { return bits.next_double(); }
    /// A float in [0, 1) with 24 random bits.
    float uniform_f() noexcept { return static_cast<float>(bits.next_uint32() >> 8) * 0x1p-24f; }

    double normal() noexcept {
        for (;;) {
            const std::uint64_t word = bits.next_uint64();
            const auto layer = static_cast<unsigned>(word & 0xff);
            const std::uint64_t magnitude = word >> 9 & 0x000fffffffffffff;
            const double x = with_sign(as_double(magnitude) * normal_width[layer], word >> 8 & 1);
            if (magnitude < normal_limit[layer]) [[likely]]
                return x;
            if (layer == 0) return normal_beyond(magnitude);
            if (height(normal_density, layer) < libm::exp(-0.5 * x * x)) return x;
        }
    }

    double exponential() noexcept {
        for (;;) {
            const std::uint64_t word = bits.next_uint64() >> 3;
            const auto layer = static_cast<unsigned>(word & 0xff);
            const std::uint64_t magnitude = word >> 8;
            const double x = as_double(magnitude) * exponential_width[layer];
            if (magnitude < exponential_limit[layer]) [[likely]]
                return x;
            if (layer == 0) return exponential_tail - libm::log1p(-uniform());
            if (height(exponential_density, layer) < libm::exp(-x)) return x;
        }
    }

    /// The single-precision normal: one 32-bit word; the wedge compares with an exp in double, as the
    /// original.
    float normal_f() noexcept {
        for (;;) {
            const std::uint32_t word = bits.next_uint32();
            const unsigned layer = word & 0xff;
            const std::uint32_t magnitude = word >> 9;
            const float x = with_sign(static_cast<float>(magnitude) * normal_width_f[layer], word >> 8 & 1);
            if (magnitude < normal_limit_f[layer]) [[likely]]
                return x;
            if (layer == 0) return normal_beyond_f(magnitude);
            const auto wide = static_cast<double>(x);
            if (height(normal_density_f, layer) < libm::exp(-0.5 * wide * wide)) return x;
        }
    }

    float exponential_f() noexcept {
        for (;;) {
            const std::uint32_t word = bits.next_uint32() >> 1;
            const unsigned layer = word & 0xff;
            const std::uint32_t magnitude = word >> 8;
            const float x = static_cast<float>(magnitude) * exponential_width_f[layer];
            if (magnitude < exponential_limit_f[layer]) [[likely]]
                return x;
            if (layer == 0) return exponential_tail_f - libm::log1pf(-uniform_f());
            if (height(exponential_density_f, layer) < libm::expf(-x)) return x;
        }
    }

    Bits bits;

private:
    /// Without a branch, which would be mispredicted every other time.
    static double with_sign(double x, std::uint64_t negative) noexcept {
        return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ negative << 63);
    }
    static float with_sign(float x, std::uint32_t negative) noexcept {
        return std::bit_cast<float>(std::bit_cast<std::uint32_t>(x) ^ negative << 31);
    }
    /// Exact, and one instruction on machines that convert signed integers alone.
    static double as_double(std::uint64_t magnitude) noexcept {
        return static_cast<double>(static_cast<std::int64_t>(magnitude));
    }

    /// A random height between the tops of two layers.
    double height(const double (&density)[256], unsigned layer) noexcept {
        return repro::detail::mul_add(density[layer - 1] - density[layer], uniform(), density[layer]);
    }
    float height(const float (&density)[256], unsigned layer) noexcept {
        return repro::detail::mul_add(density[layer - 1] - density[layer], uniform_f(), density[layer]);
    }

    /// Marsaglia's tail; the sign comes from a bit of the magnitude, not from the sign bit. Inlined: a call
    /// would put the generator's state in memory for every draw.
    [[gnu::always_inline]] double normal_beyond(std::uint64_t magnitude) noexcept {
        for (;;) {
            const double x = -normal_tail_inverse * libm::log1p(-uniform());
            const double y = -libm::log1p(-uniform());
            if (!(y + y > x * x)) continue;
            return (magnitude >> 8 & 1) != 0 ? -(normal_tail + x) : normal_tail + x;
        }
    }
    [[gnu::always_inline]] float normal_beyond_f(std::uint32_t magnitude) noexcept {
        for (;;) {
            const float x = -normal_tail_inverse_f * libm::log1pf(-uniform_f());
            const float y = -libm::log1pf(-uniform_f());
            if (!(y + y > x * x)) continue;
            return (magnitude >> 8 & 1) != 0 ? -(normal_tail_f + x) : normal_tail_f + x;
        }
    }
};

} // namespace detail
} // namespace repro::inline v0::numpy
