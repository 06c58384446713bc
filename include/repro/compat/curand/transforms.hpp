// SPDX-License-Identifier: MIT
#pragma once
// From words to numbers, as cuRAND's generators do it. Origin: cuRAND's device headers (CUDA 13),
// curand_uniform.h and curand_normal.h.

#include <repro/compat/argument.hpp>
#include <repro/compat/cuda_math.hpp>

#include <cstddef>
#include <cstdint>

namespace repro::inline v0::curand {
namespace detail {

namespace cuda = repro::detail::cuda;

[[gnu::always_inline]] inline float uniform(std::uint32_t word) noexcept {
    return static_cast<float>(word) * 0x1p-32f + 0x1p-33f; // the product is exact
}
/// From two words: 53 bits of low ^ high 2^21.
[[gnu::always_inline]] inline double uniform(std::uint32_t low, std::uint32_t high) noexcept {
    return static_cast<double>(std::uint64_t{low} ^ std::uint64_t{high} << 21) * 0x1p-53 + 0x1p-54;
}

/// Two standard normals by Box and Muller, the sine first: from two words in float, from four in double.
[[gnu::always_inline]] inline void normal_pair(const std::uint32_t (&w)[2], float* out) noexcept {
    constexpr float unit = 0x1.921fb6p-30f; // 2 pi / 2^32
    const float angle = cuda::fma(static_cast<float>(w[1]), unit, unit * 0.5f);
    const float radius = __builtin_sqrtf(-2.0f * cuda::log(uniform(w[0])));
    const cuda::fast_sine_and_cosine both = cuda::fast_sincos(angle);
    out[0] = repro::detail::mul(both.sine, radius);
    out[1] = repro::detail::mul(both.cosine, radius);
}
[[gnu::always_inline]] inline void normal_pair(const std::uint32_t (&w)[4], double* out) noexcept {
    const double angle =
        static_cast<double>(std::uint64_t{w[2]} ^ std::uint64_t{w[3]} << 21) * 0x1p-52 + 0x1p-53;
    const double radius = __builtin_sqrt(-2.0 * cuda::log(uniform(w[0], w[1])));
    const cuda::sine_and_cosine both = cuda::sincospi(angle);
    out[0] = repro::detail::mul(both.sine, radius);
    out[1] = repro::detail::mul(both.cosine, radius);
}

inline void require_pairs(std::size_t count) {
    repro::detail::require(count % 2 == 0, "generate_normal()", "the number of normals is odd",
                           "ask for an even number: they come in pairs");
}

} // namespace detail
} // namespace repro::inline v0::curand
