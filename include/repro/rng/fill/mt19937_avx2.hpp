// SPDX-License-Identifier: MIT
#pragma once
// The three steps of MT19937 in bulk, eight words at a time.

#if defined(__x86_64__)
#include <repro/detail/config.hpp>
#include <repro/rng/fill/mt19937_portable.hpp>
#include <repro/rng/fill/partners.hpp>
#include <repro/rng/fill/store.hpp>

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

REPRO_BEGIN_AVX2
namespace repro::inline v0 {
namespace detail {

struct mt19937_avx2 {
    using partners = partners_portable;

    static constexpr std::size_t size = 624, shift = 397;

    /// Replaces a block by the next one.
    static void twist(std::uint32_t* w) noexcept {
        std::size_t i = 0;
        for (; i + 8 <= size - shift; i += 8)
            store(w + i, twisted(load(w + i), load(w + i + 1), load(w + i + shift)));
        for (; i < size - shift; ++i)
            w[i] = mt19937_portable::twisted(w[i], w[i + 1], w[i + shift]);
        for (; i + 8 < size; i += 8)
            store(w + i, twisted(load(w + i), load(w + i + 1), load(w + i + shift - size)));
        for (; i + 1 < size; ++i)
            w[i] = mt19937_portable::twisted(w[i], w[i + 1], w[i + shift - size]);
        w[size - 1] = mt19937_portable::twisted(w[size - 1], w[0], w[shift - 1]);
    }

    /// Tempers `n` words.
    static void temper(const std::uint32_t* in, std::uint32_t* out, std::size_t n, store_kind kind) noexcept {
        std::size_t i = 0;
        if (kind == store_kind::streaming)
            for (; i + 8 <= n; i += 8)
                _mm256_stream_si256(reinterpret_cast<__m256i*>(out + i), tempered(load(in + i)));
        for (; i + 8 <= n; i += 8)
            store(out + i, tempered(load(in + i)));
        mt19937_portable::temper(in + i, out + i, n - i, kind);
    }

    /// Makes `n` doubles of 2n words.
    static void doubles(const std::uint32_t* in, double* out, std::size_t n, store_kind kind) noexcept {
        std::size_t i = 0;
        if (kind == store_kind::streaming)
            for (; i + 4 <= n; i += 4)
                _mm256_stream_pd(out + i, unit_interval(tempered(load(in + 2 * i))));
        for (; i + 4 <= n; i += 4)
            _mm256_storeu_pd(out + i, unit_interval(tempered(load(in + 2 * i))));
        mt19937_portable::doubles(in + 2 * i, out + i, n - i, kind);
    }

    /// Writes those of `n` words that pass the rule, plus `low`; returns how many. May write `n` elements in
    /// any case.
    template <class T>
    static std::size_t masked(const std::uint32_t* in, std::size_t n, masked32 rule, T low, T* out) noexcept {
        return mt19937_masked<mt19937_avx2>(in, n, rule, low, out);
    }

private:
    [[gnu::always_inline]] static __m256i load(const std::uint32_t* p) noexcept {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    }
    [[gnu::always_inline]] static void store(std::uint32_t* p, __m256i v) noexcept {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v);
    }

    [[gnu::always_inline]] static __m256i twisted(__m256i upper, __m256i lower, __m256i far) noexcept {
        const __m256i top = _mm256_set1_epi32(INT32_MIN),
                      matrix = _mm256_set1_epi32(static_cast<int>(0x9908b0dfu));
        const __m256i y = _mm256_or_si256(_mm256_and_si256(top, upper), _mm256_andnot_si256(top, lower));
        const __m256i odd = _mm256_srai_epi32(_mm256_slli_epi32(lower, 31), 31);
        return _mm256_xor_si256(_mm256_xor_si256(far, _mm256_srli_epi32(y, 1)),
                                _mm256_and_si256(odd, matrix));
    }

    [[gnu::always_inline]] static __m256i tempered(__m256i y) noexcept {
        const __m256i b = _mm256_set1_epi32(static_cast<int>(0x9d2c5680u));
        const __m256i c = _mm256_set1_epi32(static_cast<int>(0xefc60000u));
        y = _mm256_xor_si256(y, _mm256_srli_epi32(y, 11));
        y = _mm256_xor_si256(y, _mm256_and_si256(_mm256_slli_epi32(y, 7), b));
        y = _mm256_xor_si256(y, _mm256_and_si256(_mm256_slli_epi32(y, 15), c));
        return _mm256_xor_si256(y, _mm256_srli_epi32(y, 18));
    }

    // The 53 bits go through the mantissas of 2^84 and 2^52: AVX2 converts no 64-bit integers.
    [[gnu::always_inline]] static __m256d unit_interval(__m256i v) noexcept {
        const __m256i first = _mm256_and_si256(_mm256_srli_epi64(_mm256_slli_epi64(v, 32), 11),
                                               _mm256_set1_epi64x(0x1ffffffc000000));
        const __m256i bits = _mm256_or_si256(first, _mm256_srli_epi64(v, 38));
        const __m256i high =
            _mm256_or_si256(_mm256_srli_epi64(bits, 32), _mm256_set1_epi64x(0x4530000000000000));
        const __m256i low = _mm256_blend_epi32(_mm256_set1_epi64x(0x4330000000000000), bits, 0x55);
        const __m256d shifted = _mm256_sub_pd(_mm256_castsi256_pd(high), _mm256_set1_pd(0x1p84 + 0x1p52));
        return _mm256_mul_pd(_mm256_add_pd(shifted, _mm256_castsi256_pd(low)), _mm256_set1_pd(0x1p-53));
    }
};

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif
