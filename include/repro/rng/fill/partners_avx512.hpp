// SPDX-License-Identifier: MIT
#pragma once
// The partners of a shuffle, sixteen words at a time.

#if defined(__x86_64__)
#include <repro/detail/config.hpp>
#include <repro/rng/fill/partners.hpp>

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

REPRO_BEGIN_AVX512
namespace repro::inline v0 {
namespace detail {

struct partners_avx512 {
    /// As partners_portable::pick.
    static std::size_t pick(const std::uint32_t* words, std::size_t n, std::uint32_t mask, std::uint32_t i,
                            std::uint32_t* partners) noexcept {
        std::uint32_t picked = 0;
        std::size_t k = 0;
        for (; k + 16 <= n && i - picked >= 16; k += 16) {
            const __m512i last = _mm512_set1_epi32(static_cast<int>(i - picked));
            const __m512i values =
                _mm512_and_si512(_mm512_loadu_si512(words + k), _mm512_set1_epi32(static_cast<int>(mask)));
            const __mmask16 any = _mm512_cmple_epu32_mask(values, last);
            // A value within 15 of the bound depends on how many before it passed: then one after the other.
            const __mmask16 sure =
                _mm512_cmple_epu32_mask(values, _mm512_sub_epi32(last, _mm512_set1_epi32(15)));
            if (any != sure) [[unlikely]] {
                picked += static_cast<std::uint32_t>(
                    partners_portable::pick(words + k, 16, mask, i - picked, partners + picked));
                continue;
            }
            _mm512_storeu_si512(partners + picked, _mm512_mask_compress_epi32(values, sure, values));
            picked += static_cast<std::uint32_t>(__builtin_popcount(sure));
        }
        return picked + partners_portable::pick(words + k, n - k, mask, i - picked, partners + picked);
    }
};

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif
