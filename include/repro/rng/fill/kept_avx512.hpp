// SPDX-License-Identifier: MIT
#pragma once
// Rejection without branches: the values that pass their test move together and are stored side by side.

#if defined(__x86_64__)
#include <repro/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

REPRO_BEGIN_AVX512
namespace repro::inline v0 {
namespace detail {

/// Stores `low` plus each of 16 values.
template <class T> [[gnu::always_inline]] inline void put_sixteen(T* out, __m512i values, T low) noexcept {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8);
    if constexpr (sizeof(T) == 4) {
        _mm512_storeu_si512(out, _mm512_add_epi32(values, _mm512_set1_epi32(static_cast<int>(low))));
    } else {
        const __m512i base = _mm512_set1_epi64(static_cast<long long>(low));
        const __m512i first = _mm512_cvtepu32_epi64(_mm512_castsi512_si256(values));
        const __m512i second = _mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(values, 1));
        _mm512_storeu_si512(out, _mm512_add_epi64(first, base));
        _mm512_storeu_si512(out + 8, _mm512_add_epi64(second, base));
    }
}

/// Moves the values whose bit is set in `kept` to the front. The rest is any: what the processor need not
/// wait for.
[[gnu::always_inline]] inline __m512i together(__mmask16 kept, __m512i values) noexcept {
    return _mm512_mask_compress_epi32(values, kept, values);
}

/// Stores `low` plus those of 16 values whose bit is set in `kept`, in order, and returns how many they are.
/// Writes 16 elements in any case.
template <class T>
[[gnu::always_inline]] inline std::size_t put_kept(T* out, __mmask16 kept, __m512i values, T low) noexcept {
    put_sixteen(out, together(kept, values), low);
    return static_cast<std::size_t>(__builtin_popcount(kept));
}

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif
