// SPDX-License-Identifier: MIT
#pragma once
// Uniform and normal floats of PyTorch's CPU generator, eight at a time: pytorch/cephes.hpp step by step.

#if defined(__x86_64__)
#include <repro/compat/pytorch/cephes.hpp>
#include <repro/detail/config.hpp>

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

REPRO_BEGIN_AVX2
namespace repro::inline v0::pytorch {
namespace detail {

struct floats_avx2 {
    /// Makes uniform floats of as many of `n` words as fill registers, and returns how many.
    static std::size_t uniform(const std::uint32_t* words, float* out, std::size_t n) noexcept {
        const __m256i mask = _mm256_set1_epi32(0xffffff);
        const __m256 unit = _mm256_set1_ps(0x1p-24f);
        std::size_t i = 0;
        for (; i + 8 <= n; i += 8) {
            const __m256i word = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(words + i));
            _mm256_storeu_ps(out + i, _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_and_si256(word, mask)), unit));
        }
        return i;
    }

    /// Makes normals of `n` uniform numbers, whole blocks of sixteen.
    static void normals(float* x, std::size_t n, float mean, float std) noexcept {
        const __m256 one = _mm256_set1_ps(1.0f), shift = _mm256_set1_ps(mean), factor = _mm256_set1_ps(std);
        for (std::size_t i = 0; i + 16 <= n; i += 16) {
            const __m256 u1 = _mm256_sub_ps(one, _mm256_loadu_ps(x + i)), u2 = _mm256_loadu_ps(x + i + 8);
            const __m256 radius = _mm256_sqrt_ps(_mm256_mul_ps(_mm256_set1_ps(-2.0f), log(u1)));
            const angle a = sincos(_mm256_mul_ps(_mm256_set1_ps(two_pi), u2));
            _mm256_storeu_ps(x + i, _mm256_fmadd_ps(_mm256_mul_ps(radius, a.cosine), factor, shift));
            _mm256_storeu_ps(x + i + 8, _mm256_fmadd_ps(_mm256_mul_ps(radius, a.sine), factor, shift));
        }
    }

private:
    static constexpr float two_pi = 6.283185307179586f;

    struct angle {
        __m256 sine;
        __m256 cosine;
    };

    [[gnu::always_inline]] static __m256 log(__m256 x) noexcept {
        const __m256 one = _mm256_set1_ps(1.0f);
        const __m256i bits = _mm256_castps_si256(x);
        const __m256 mantissa = _mm256_castsi256_ps(_mm256_or_si256(
            _mm256_and_si256(bits, _mm256_set1_epi32(0x007fffff)), _mm256_set1_epi32(0x3f000000)));
        const __m256 low = _mm256_cmp_ps(mantissa, _mm256_set1_ps(cephes::sqrt_half), _CMP_LT_OS);
        __m256 e = _mm256_cvtepi32_ps(_mm256_sub_epi32(_mm256_srli_epi32(bits, 23), _mm256_set1_epi32(126)));
        e = _mm256_sub_ps(e, _mm256_and_ps(low, one));
        const __m256 r = _mm256_add_ps(_mm256_sub_ps(mantissa, one), _mm256_and_ps(low, mantissa));
        const __m256 z = _mm256_mul_ps(r, r);
        __m256 y = _mm256_set1_ps(cephes::log_terms[0]);
        for (int i = 1; i < 9; ++i)
            y = _mm256_fmadd_ps(y, r, _mm256_set1_ps(cephes::log_terms[i]));
        const __m256 small = _mm256_mul_ps(e, _mm256_set1_ps(cephes::log_q1));
        y = _mm256_fmadd_ps(_mm256_mul_ps(y, r), z, small);
        y = _mm256_fmadd_ps(z, _mm256_set1_ps(-0.5f), y);
        return _mm256_fmadd_ps(e, _mm256_set1_ps(cephes::log_q2), _mm256_add_ps(r, y));
    }

    [[gnu::always_inline]] static __m256 horner(const float (&k)[3], __m256 z) noexcept {
        const __m256 first = _mm256_fmadd_ps(_mm256_set1_ps(k[0]), z, _mm256_set1_ps(k[1]));
        return _mm256_fmadd_ps(first, z, _mm256_set1_ps(k[2]));
    }

    [[gnu::always_inline]] static __m256 negated_where(__m256 x, __m256i octant_bit_2) noexcept {
        return _mm256_xor_ps(x, _mm256_castsi256_ps(_mm256_slli_epi32(octant_bit_2, 29)));
    }

    [[gnu::always_inline]] static angle sincos(__m256 x) noexcept {
        const __m256i two = _mm256_set1_epi32(2), four = _mm256_set1_epi32(4);
        __m256i octant = _mm256_cvttps_epi32(_mm256_mul_ps(x, _mm256_set1_ps(cephes::four_over_pi)));
        octant = _mm256_and_si256(_mm256_add_epi32(octant, _mm256_set1_epi32(1)), _mm256_set1_epi32(~1));
        const __m256 turns = _mm256_cvtepi32_ps(octant);
        for (const float part : cephes::quarter_pi)
            x = _mm256_fmadd_ps(turns, _mm256_set1_ps(part), x);
        const __m256 z = _mm256_mul_ps(x, x);
        __m256 c = _mm256_mul_ps(horner(cephes::cosine_terms, z), z);
        c = _mm256_fmadd_ps(c, z, _mm256_mul_ps(z, _mm256_set1_ps(-0.5f)));
        c = _mm256_add_ps(c, _mm256_set1_ps(1.0f));
        __m256 s = _mm256_mul_ps(horner(cephes::sine_terms, z), z);
        s = _mm256_fmadd_ps(s, x, x);
        const __m256 swap = _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(octant, two), two));
        const __m256 zero = _mm256_setzero_ps();
        const __m256 sine = _mm256_add_ps(_mm256_blendv_ps(s, c, swap), zero);
        const __m256 cosine = _mm256_add_ps(_mm256_blendv_ps(c, s, swap), zero);
        return {negated_where(sine, _mm256_and_si256(octant, four)),
                negated_where(cosine, _mm256_andnot_si256(_mm256_sub_epi32(octant, two), four))};
    }
};

} // namespace detail
} // namespace repro::inline v0::pytorch
REPRO_END_TARGET
#endif
