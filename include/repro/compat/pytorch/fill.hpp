// SPDX-License-Identifier: MIT
#pragma once
// Bulk draws of PyTorch's CPU generator: what the methods of pytorch::cpu_generator would write, sooner, and
// the generator where they would leave it.

#include <repro/compat/pytorch/fill/floats_avx2.hpp>
#include <repro/compat/pytorch/generator.hpp>
#include <repro/detail/cpu.hpp>
#include <repro/detail/fill_access.hpp>
#include <repro/rng/fill/mt19937.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {
namespace fill {

/// Fills `out` as pytorch::cpu_generator::rand does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class ieee.
inline void rand(pytorch::cpu_generator& g, std::span<float> out, simd tier = best_simd()) noexcept {
    constexpr std::size_t at_once = 2 * mt19937::state_size;
    alignas(64) std::uint32_t buffer[at_once];
    while (!out.empty()) {
        const std::size_t n = out.size() < at_once ? out.size() : at_once;
        words(detail::fill_access::engine(g), std::span(buffer, n), tier);
        std::size_t i = 0;
#if defined(__x86_64__)
        if (tier != simd::portable) i = pytorch::detail::floats_avx2::uniform(buffer, out.data(), n);
#endif
        for (; i < n; ++i)
            out[i] = static_cast<float>(static_cast<std::int32_t>(buffer[i] & 0xffffff)) * 0x1p-24f;
        out = out.subspan(n);
    }
}

/// Fills `out` as pytorch::cpu_generator::normal_ does; in bulk on path::vector, from 16 elements on.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class simd, below 16 elements libm.
/// Errors: errc::argument_invalid for std < 0 or NaN.
inline void normal_(pytorch::cpu_generator& g, std::span<float> out, double mean = 0.0, double std = 1.0,
                    simd tier = best_simd()) {
    if (tier == simd::portable || out.size() < 16 || g.kernels() == pytorch::path::baseline || !(std >= 0.0))
        return g.normal_(out, mean, std);
#if defined(__x86_64__)
    const auto make = [&](std::span<float> part) {
        pytorch::detail::floats_avx2::normals(part.data(), part.size(), static_cast<float>(mean),
                                              static_cast<float>(std));
    };
    constexpr std::size_t at_once = 4096; // stays in the first cache between the two steps
    for (std::size_t i = 0; i < out.size(); i += at_once) {
        const auto part = out.subspan(i, out.size() - i < at_once ? out.size() - i : at_once);
        rand(g, part, tier);
        make(part);
    }
    if (out.size() % 16 == 0) return;
    rand(g, out.last(16), tier);
    make(out.last(16));
#endif
}

/// Fills `out` as pytorch::cpu_generator::randn does.
///
/// Precondition: has_simd(tier).
/// Stability: contract 1; class simd, below 16 elements libm.
inline void randn(pytorch::cpu_generator& g, std::span<float> out, simd tier = best_simd()) {
    normal_(g, out, 0.0, 1.0, tier);
}

} // namespace fill
} // namespace repro::inline v0
