// SPDX-License-Identifier: MIT
#pragma once
// The polar method with FMA, and eight points at a time with AVX-512.

#if defined(__x86_64__)
#include <repro/detail/config.hpp>
#include <repro/rng/fill/log_avx512.hpp>
#include <repro/rng/fill/polar.hpp>

#include <cstddef>
#include <immintrin.h>

REPRO_BEGIN_AVX2
namespace repro::inline v0 {
namespace detail {

struct polar_avx2 {
    static void candidates(const double* uniforms, std::size_t n, polar_batch& batch) noexcept {
        polar_candidates(uniforms, n, batch);
    }
    static void normals(const polar_batch& batch, double* out) noexcept {
        polar_normals(batch, out, [](double x) { return libm::log_kernel(x); });
    }
};

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET

REPRO_BEGIN_AVX512
namespace repro::inline v0 {
namespace detail {

struct polar_avx512 {
    static void candidates(const double* uniforms, std::size_t n, polar_batch& batch) noexcept {
        const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
        const __m512i odd = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
        const __m512d one = _mm512_set1_pd(1.0);
        std::size_t i = 0, size = batch.size;
        for (; i + 8 <= n; i += 8) {
            const __m512d a = _mm512_loadu_pd(uniforms + 2 * i), b = _mm512_loadu_pd(uniforms + 2 * i + 8);
            const __m512d x1 = centred(_mm512_permutex2var_pd(a, even, b));
            const __m512d x2 = centred(_mm512_permutex2var_pd(a, odd, b));
            const __m512d r2 = _mm512_add_pd(square(x1), square(x2));
            const __mmask8 inside = _mm512_cmp_pd_mask(r2, one, _CMP_LT_OQ) &
                                    _mm512_cmp_pd_mask(r2, _mm512_setzero_pd(), _CMP_NEQ_OQ);
            _mm512_storeu_pd(batch.x1 + size, _mm512_maskz_compress_pd(inside, x1));
            _mm512_storeu_pd(batch.x2 + size, _mm512_maskz_compress_pd(inside, x2));
            _mm512_storeu_pd(batch.r2 + size, _mm512_maskz_compress_pd(inside, r2));
            size += static_cast<std::size_t>(__builtin_popcount(inside));
        }
        batch.size = size;
        polar_candidates(uniforms + 2 * i, n - i, batch);
    }

    static void normals(polar_batch& batch, double* out) noexcept {
        const __m512i first = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
        const __m512i second = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
        _mm512_storeu_pd(batch.r2 + batch.size, _mm512_set1_pd(0.5)); // the last points need not be eight
        for (std::size_t i = 0; i < batch.size; i += 8) {
            const __m512d r2 = _mm512_load_pd(batch.r2 + i);
            const __m512d f =
                _mm512_sqrt_pd(_mm512_div_pd(_mm512_mul_pd(_mm512_set1_pd(-2.0), log_of_eight(r2)), r2));
            const __m512d a = _mm512_mul_pd(f, _mm512_load_pd(batch.x2 + i));
            const __m512d b = _mm512_mul_pd(f, _mm512_load_pd(batch.x1 + i));
            const std::size_t left = 2 * (batch.size - i);
            put(out + 2 * i, left, _mm512_permutex2var_pd(a, first, b));
            put(out + 2 * i + 8, left < 8 ? 0 : left - 8, _mm512_permutex2var_pd(a, second, b));
        }
    }

private:
    [[gnu::always_inline]] static __m512d centred(__m512d u) noexcept { // exact, fused or not
        return _mm512_sub_pd(_mm512_add_pd(u, u), _mm512_set1_pd(1.0));
    }
    [[gnu::always_inline]] static __m512d square(__m512d x) noexcept { // not to be fused with the sum
        __m512d product = _mm512_mul_pd(x, x);
        asm("" : "+v"(product));
        return product;
    }
    [[gnu::always_inline]] static void put(double* out, std::size_t n, __m512d values) noexcept {
        if (n >= 8)
            _mm512_storeu_pd(out, values);
        else
            _mm512_mask_storeu_pd(out, static_cast<__mmask8>((1u << n) - 1), values);
    }
};

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif
