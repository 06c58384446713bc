// SPDX-License-Identifier: MIT
#pragma once
// The three steps of MT19937 in bulk, sixteen words at a time.

#if defined(__x86_64__)
#include <repro/detail/config.hpp>
#include <repro/rng/fill/bounded.hpp>
#include <repro/rng/fill/kept_avx512.hpp>
#include <repro/rng/fill/mt19937_portable.hpp>
#include <repro/rng/fill/partners_avx512.hpp>
#include <repro/rng/fill/store.hpp>
#include <repro/rng/fill/ternary.hpp>

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

REPRO_BEGIN_AVX512
namespace repro::inline v0 {
namespace detail {

struct mt19937_avx512 {
    using partners = partners_avx512;

    /// Replaces a block, at a multiple of 64, by the next one. 624 is 39 registers, which are loaded once:
    /// the neighbours at distances 1 and 397 = 24 * 16 + 13 are cut out of two of them.
    static void twist(std::uint32_t* w) noexcept {
        __m512i current = _mm512_load_si512(w), far = _mm512_load_si512(w + 384);
#pragma GCC unroll 39
        for (int j = 0; j < 39; ++j) {
            const __m512i next = _mm512_load_si512(w + (j < 38 ? 16 * (j + 1) : 0));
            const __m512i next_far = _mm512_load_si512(w + 16 * (j + 25 < 39 ? j + 25 : j + 25 - 39));
            const __m512i lower = _mm512_alignr_epi32(next, current, 1);
            _mm512_store_si512(w + 16 * j, twisted(current, lower, _mm512_alignr_epi32(next_far, far, 13)));
            current = next;
            far = next_far;
        }
    }

    /// Tempers `n` words.
    static void temper(const std::uint32_t* in, std::uint32_t* out, std::size_t n, store_kind kind) noexcept {
        std::size_t i = 0;
        if (kind == store_kind::streaming)
            for (; i + 16 <= n; i += 16)
                _mm512_stream_si512(reinterpret_cast<__m512i*>(out + i),
                                    tempered(_mm512_loadu_si512(in + i)));
        for (; i + 16 <= n; i += 16)
            _mm512_storeu_si512(out + i, tempered(_mm512_loadu_si512(in + i)));
        const auto rest = static_cast<__mmask16>((1u << (n - i)) - 1);
        _mm512_mask_storeu_epi32(out + i, rest, tempered(_mm512_maskz_loadu_epi32(rest, in + i)));
    }

    /// Makes `n` doubles of 2n words.
    static void doubles(const std::uint32_t* in, double* out, std::size_t n, store_kind kind) noexcept {
        std::size_t i = 0;
        if (kind == store_kind::streaming)
            for (; i + 8 <= n; i += 8)
                _mm512_stream_pd(out + i, unit_interval(tempered(_mm512_loadu_si512(in + 2 * i))));
        for (; i + 8 <= n; i += 8)
            _mm512_storeu_pd(out + i, unit_interval(tempered(_mm512_loadu_si512(in + 2 * i))));
        const auto rest = static_cast<__mmask8>((1u << (n - i)) - 1);
        _mm512_mask_storeu_pd(out + i, rest,
                              unit_interval(tempered(_mm512_maskz_loadu_epi64(rest, in + 2 * i))));
    }

    /// Writes those of `n` words, a multiple of 16, that pass the rule, plus `low`; returns how many. Writes
    /// `n` elements in any case.
    template <class T>
    static std::size_t masked(const std::uint32_t* in, std::size_t n, masked32 rule, T low, T* out) noexcept {
        const __m512i mask = _mm512_set1_epi32(static_cast<int>(rule.mask));
        const __m512i range = _mm512_set1_epi32(static_cast<int>(rule.range));
        std::size_t written = 0;
        for (std::size_t i = 0; i < n; i += 16) {
            const __m512i values = _mm512_and_si512(tempered(_mm512_loadu_si512(in + i)), mask);
            written += put_kept(out + written, _mm512_cmple_epu32_mask(values, range), values, low);
        }
        return written;
    }

    [[gnu::always_inline]] static __m512i tempered(__m512i y) noexcept {
        const __m512i b = _mm512_set1_epi32(static_cast<int>(0x9d2c5680u));
        const __m512i c = _mm512_set1_epi32(static_cast<int>(0xefc60000u));
        y = _mm512_xor_si512(y, _mm512_srli_epi32(y, 11));
        y = _mm512_ternarylogic_epi32(y, _mm512_slli_epi32(y, 7), b, ternary::xor_and);
        y = _mm512_ternarylogic_epi32(y, _mm512_slli_epi32(y, 15), c, ternary::xor_and);
        return _mm512_xor_si512(y, _mm512_srli_epi32(y, 18));
    }

    /// Eight doubles of eight pairs of words, the first word in the low half.
    [[gnu::always_inline]] static __m512d unit_interval(__m512i v) noexcept {
        const __m512i bits =
            _mm512_ternarylogic_epi64(_mm512_rol_epi64(v, 21), _mm512_set1_epi64(0x1ffffffc000000),
                                      _mm512_srli_epi64(v, 38), ternary::and_or);
        return _mm512_mul_pd(_mm512_cvtepi64_pd(bits), _mm512_set1_pd(0x1p-53));
    }

private:
    [[gnu::always_inline]] static __m512i twisted(__m512i upper, __m512i lower, __m512i far) noexcept {
        const __m512i y =
            _mm512_ternarylogic_epi32(_mm512_set1_epi32(INT32_MIN), upper, lower, ternary::select);
        const __mmask16 odd = _mm512_test_epi32_mask(lower, _mm512_set1_epi32(1));
        const __m512i word = _mm512_xor_si512(far, _mm512_srli_epi32(y, 1));
        return _mm512_mask_xor_epi32(word, odd, word, _mm512_set1_epi32(static_cast<int>(0x9908b0dfu)));
    }
};

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif
