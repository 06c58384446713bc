// SPDX-License-Identifier: MIT
#pragma once
// Eight logarithms at once with the bits of detail::libm::log: the same operations in the same order.
// Origin: log from ARM optimized-routines (MIT), as in detail/libm.hpp.

#if defined(__x86_64__)
#include <repro/detail/config.hpp>
#include <repro/detail/libm.hpp>

#include <cstdint>
#include <immintrin.h>

REPRO_BEGIN_AVX512
namespace repro::inline v0 {
namespace detail {

/// The intervals of eight indices: 1/c in `inverse_centre`, log(c) in `log_centre`. Sixteen bytes a load; a
/// gather takes longer.
struct eight_log_intervals {
    __m512d inverse_centre, log_centre;

    [[gnu::always_inline]] explicit eight_log_intervals(__m512i indices) noexcept {
        alignas(64) std::uint64_t at[8];
        _mm512_store_si512(at, indices);
        const auto entry = [&](int lane) __attribute__((always_inline)) {
            return _mm_loadu_pd(&libm::log_intervals[at[lane]].inverse_centre);
        };
        const __m512d even = joined(entry(0), entry(2), entry(4), entry(6));
        const __m512d odd = joined(entry(1), entry(3), entry(5), entry(7));
        inverse_centre = _mm512_unpacklo_pd(even, odd);
        log_centre = _mm512_unpackhi_pd(even, odd);
    }

private:
    [[gnu::always_inline]] static __m512d joined(__m128d a, __m128d b, __m128d c, __m128d d) noexcept {
        const __m256d low = _mm256_insertf128_pd(_mm256_castpd128_pd256(a), b, 1);
        const __m256d high = _mm256_insertf128_pd(_mm256_castpd128_pd256(c), d, 1);
        return _mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1);
    }
};

[[gnu::always_inline]] inline __m512d log_by_table_of_eight(__m512d x) noexcept {
    const auto all = [&](double value) __attribute__((always_inline)) { return _mm512_set1_pd(value); };
    const __m512i ix = _mm512_castpd_si512(x);
    const __m512i offset = _mm512_sub_epi64(ix, _mm512_set1_epi64(0x3fe6000000000000));
    const eight_log_intervals interval(
        _mm512_and_si512(_mm512_srli_epi64(offset, 45), _mm512_set1_epi64(127)));
    const __m512d k = _mm512_cvtepi64_pd(_mm512_srai_epi64(offset, 52));
    const __m512i exponent =
        _mm512_and_si512(offset, _mm512_set1_epi64(static_cast<long long>(0xfff0000000000000)));
    const __m512d z = _mm512_castsi512_pd(_mm512_sub_epi64(ix, exponent));
    const __m512d r = _mm512_fmadd_pd(z, interval.inverse_centre, all(-1.0));
    const __m512d w = _mm512_fmadd_pd(k, all(libm::ln2_high), interval.log_centre);
    const __m512d sum = _mm512_add_pd(r, w);
    const __m512d r2 = _mm512_mul_pd(r, r);
    const __m512d rest = _mm512_add_pd(_mm512_sub_pd(w, sum), r);
    const __m512d low =
        _mm512_fmadd_pd(r2, all(libm::log_table_terms[0]), _mm512_fmadd_pd(k, all(libm::ln2_low), rest));
    const __m512d upper = _mm512_fmadd_pd(all(libm::log_table_terms[4]), r, all(libm::log_table_terms[3]));
    const __m512d lower = _mm512_fmadd_pd(all(libm::log_table_terms[2]), r, all(libm::log_table_terms[1]));
    const __m512d polynomial = _mm512_fmadd_pd(upper, r2, lower);
    return _mm512_add_pd(_mm512_fmadd_pd(_mm512_mul_pd(r, r2), polynomial, low), sum);
}

[[gnu::always_inline]] inline __m512d log_near_one_of_eight(__m512d x) noexcept {
    const auto b = [&](int i)
                       __attribute__((always_inline)) { return _mm512_set1_pd(libm::log_near_one_terms[i]); };
    const __m512d r = _mm512_sub_pd(x, _mm512_set1_pd(1.0));
    const __m512d r2 = _mm512_mul_pd(r, r), r3 = _mm512_mul_pd(r, r2);
    const __m512d low = _mm512_fmadd_pd(r2, b(3), _mm512_fmadd_pd(b(2), r, b(1)));
    const __m512d middle = _mm512_fmadd_pd(r2, b(6), _mm512_fmadd_pd(b(5), r, b(4)));
    const __m512d high =
        _mm512_fmadd_pd(r3, b(10), _mm512_fmadd_pd(r2, b(9), _mm512_fmadd_pd(b(8), r, b(7))));
    const __m512d tail = _mm512_fmadd_pd(_mm512_fmadd_pd(high, r3, middle), r3, low);
    const __m512d shift = _mm512_set1_pd(0x1p27);
    const __m512d r_high = _mm512_fnmadd_pd(shift, r, _mm512_fmadd_pd(r, shift, r));
    const __m512d r_low = _mm512_sub_pd(r, r_high);
    const __m512d square = _mm512_mul_pd(r_high, r_high);
    const __m512d sum = _mm512_fmadd_pd(square, b(0), r);
    const __m512d error = _mm512_fmadd_pd(_mm512_mul_pd(b(0), r_low), _mm512_add_pd(r, r_high),
                                          _mm512_fmadd_pd(square, b(0), _mm512_sub_pd(r, sum)));
    return _mm512_add_pd(sum, _mm512_fmadd_pd(tail, r3, error));
}

/// log of eight normal numbers from (0, 1).
[[gnu::always_inline]] inline __m512d log_of_eight(__m512d x) noexcept {
    const __mmask8 near_one = _mm512_cmp_pd_mask(x, _mm512_set1_pd(0x1.ep-1), _CMP_GE_OQ);
    return _mm512_mask_blend_pd(near_one, log_by_table_of_eight(x), log_near_one_of_eight(x));
}

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif
