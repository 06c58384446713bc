// SPDX-License-Identifier: MIT
#pragma once
// 64-bit words as doubles from [0, 1): the upper 53 bits times 2^-53.

#include <repro/detail/cpu.hpp>

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>

REPRO_BEGIN_AVX512
namespace repro::inline v0 {
namespace detail {

/// Converts as many of `n` words as fill registers, and returns how many.
inline std::size_t unit_doubles_avx512(const std::uint64_t* words, double* out, std::size_t n) noexcept {
    const __m512d unit = _mm512_set1_pd(0x1p-53);
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m512i bits = _mm512_srli_epi64(_mm512_loadu_si512(words + i), 11);
        _mm512_storeu_pd(out + i, _mm512_mul_pd(_mm512_cvtepi64_pd(bits), unit));
    }
    return i;
}

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif

namespace repro::inline v0 {
namespace detail {

inline void unit_doubles(const std::uint64_t* words, double* out, std::size_t n, simd tier) noexcept {
    std::size_t i = 0;
#if defined(__x86_64__)
    if (tier == simd::avx512) i = unit_doubles_avx512(words, out, n);
#endif
    for (; i < n; ++i)
        out[i] = static_cast<double>(static_cast<std::int64_t>(words[i] >> 11)) * 0x1p-53;
}

} // namespace detail
} // namespace repro::inline v0
