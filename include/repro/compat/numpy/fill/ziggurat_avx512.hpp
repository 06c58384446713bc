// SPDX-License-Identifier: MIT
#pragma once
// NumPy's ziggurat for normals in blocks: every word of a block becomes the value that it would give by the
// fast path; the one in ninety that needs more is settled alone; what is not a result is dropped as the block
// moves out.

#if defined(__x86_64__)
#include <repro/compat/numpy/ziggurat_tables.hpp>
#include <repro/detail/config.hpp>
#include <repro/detail/fp.hpp>
#include <repro/detail/libm.hpp>
#include <repro/rng/fill/pcg64_avx512.hpp>
#include <repro/rng/fill/pcg64_core.hpp>
#include <repro/rng/fill/ternary.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <immintrin.h>

namespace repro::inline v0::numpy::detail {

/// What the fast path needs of a layer, in one load.
struct alignas(16) ziggurat_layer {
    double width;
    std::uint64_t limit;
};

inline constexpr std::array<ziggurat_layer, 256> normal_layers = [] {
    std::array<ziggurat_layer, 256> layers{};
    for (std::size_t i = 0; i < layers.size(); ++i)
        layers[i] = {normal_width[i], normal_limit[i]};
    return layers;
}();

} // namespace repro::inline v0::numpy::detail

REPRO_BEGIN_AVX512
namespace repro::inline v0::numpy::detail {

class ziggurat_avx512 {
public:
    static constexpr std::size_t block = 1024;

    explicit ziggurat_avx512(repro::fill::pcg64_core& core) noexcept : core_(core), lanes_(core) {}
    ziggurat_avx512(const ziggurat_avx512&) = delete;
    ziggurat_avx512& operator=(const ziggurat_avx512&) = delete;
    /// The generator stands after the last word that a normal took.
    ~ziggurat_avx512() {
        core_ = lanes_.core();
        core_.advance(first_);
    }

    /// Writes the normals of one block, `block` at most, and returns how many. Writes over `block` + 8
    /// elements.
    [[gnu::noinline]] std::size_t normals(double* out) noexcept {
        make_values();
        drop_first();
        settle();
        return move_out(out);
    }

private:
    /// Fast path for every word, and a list of the words for which it does not hold. Words and values take
    /// turns: the processor works on both at once.
    void make_values() noexcept {
        repro::detail::pcg64_lanes lanes = lanes_;
        const __m256i eight = _mm256_set1_epi32(8);
        __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        std::size_t n_slow = 0;
        for (std::size_t first = 0; first < block; first += repro::detail::pcg64_lanes::count) {
            lanes.next([&](std::size_t k, __m512i words)
                           __attribute__((always_inline)) { _mm512_store_si512(words_ + first + k, words); });
#pragma GCC unroll 4
            for (std::size_t i = first; i < first + repro::detail::pcg64_lanes::count; i += 8) {
                const __mmask8 slow = make_eight(i);
                const __m256i listed = _mm256_mask_compress_epi32(index, slow, index);
                _mm256_storeu_si256(reinterpret_cast<__m256i*>(slow_ + n_slow), listed);
                n_slow += static_cast<std::size_t>(__builtin_popcount(slow));
                index = _mm256_add_epi32(index, eight);
            }
        }
        n_slow_ = n_slow;
        lanes_ = lanes;
    }

    /// The values of eight words by the fast path; returns for which of them it does not hold.
    [[gnu::always_inline]] __mmask8 make_eight(std::size_t i) noexcept {
        const __m512i word = _mm512_load_si512(words_ + i);
        const __m512i magnitude =
            _mm512_and_si512(_mm512_srli_epi64(word, 9), _mm512_set1_epi64(0x000fffffffffffff));
        const __m512d even = four_layers(i), odd = four_layers(i + 1);
        const __m512d value = _mm512_mul_pd(_mm512_cvtepi64_pd(magnitude), _mm512_unpacklo_pd(even, odd));
        const __m512i with_sign =
            _mm512_ternarylogic_epi64(_mm512_castpd_si512(value), _mm512_slli_epi64(word, 55),
                                      _mm512_set1_epi64(INT64_MIN), repro::detail::ternary::xor_and);
        _mm512_store_si512(values_ + i, with_sign);
        return _mm512_cmpge_epu64_mask(magnitude, _mm512_castpd_si512(_mm512_unpackhi_pd(even, odd)));
    }

    /// The layers of words i, i + 2, i + 4 and i + 6.
    [[gnu::always_inline]] __m512d four_layers(std::size_t i) const noexcept {
        const auto layer = [&](std::size_t k) __attribute__((always_inline)) {
            return _mm_load_pd(&normal_layers[static_cast<std::uint8_t>(words_[i + k])].width);
        };
        const __m256d low = _mm256_insertf128_pd(_mm256_castpd128_pd256(layer(0)), layer(2), 1);
        const __m256d high = _mm256_insertf128_pd(_mm256_castpd128_pd256(layer(4)), layer(6), 1);
        return _mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1);
    }

    /// The last normal of the block before took the first words of this one.
    void drop_first() noexcept {
        for (std::uint8_t& bits : kept_)
            bits = 0xff;
        for (std::size_t i = 0; i < first_; ++i)
            drop_if(true, i);
    }

    /// Decides over the words of the list in turn, each of which may take the words after it.
    void settle() noexcept {
        std::size_t next = first_; // the first word that is not part of an earlier normal
        for (std::size_t k = 0; k < n_slow_; ++k) {
            const std::size_t i = slow_[k];
            if (i < next) continue;
            const auto layer = static_cast<std::uint8_t>(words_[i]);
            if (layer == 0) [[unlikely]] {
                next = tail(i);
                for (std::size_t taken = i + 1; taken < next && taken < block; ++taken)
                    drop_if(true, taken);
            } else {
                const double height = repro::detail::mul_add(
                    normal_density[layer - 1] - normal_density[layer], uniform(i + 1), normal_density[layer]);
                drop_if(!(height < libm_exp(-0.5 * values_[i] * values_[i])), i);
                drop_if(true, i + 1);
                next = i + 2;
            }
        }
        first_ = next > block ? next - block : 0;
    }

    /// Marsaglia's tail; returns the word after the last one taken.
    [[gnu::noinline]] std::size_t tail(std::size_t i) noexcept {
        const bool negative = (words_[i] >> 17 & 1) != 0; // a bit of the magnitude
        for (std::size_t next = i + 1;; next += 2) {
            const double x = -normal_tail_inverse * libm_log1p(-uniform(next));
            const double y = -libm_log1p(-uniform(next + 1));
            if (!(y + y > repro::detail::mul(x, x))) continue;
            values_[i] = negative ? -(normal_tail + x) : normal_tail + x;
            return next + 2;
        }
    }

    std::size_t move_out(double* out) const noexcept {
        std::size_t written = 0;
#pragma GCC unroll 8
        for (std::size_t i = 0; i < block; i += 8) {
            const __mmask8 kept = kept_[i / 8];
            const __m512d values = _mm512_load_pd(values_ + i);
            _mm512_storeu_pd(out + written, _mm512_mask_compress_pd(values, kept, values));
            written += static_cast<std::size_t>(__builtin_popcount(kept));
        }
        return written;
    }

    void drop_if(bool condition, std::size_t i) noexcept {
        kept_[i / 8] &= static_cast<std::uint8_t>(~(static_cast<unsigned>(condition) << (i % 8)));
    }

    /// The uniform of word i, which may lie beyond the block.
    double uniform(std::size_t i) const noexcept {
        if (i < block) [[likely]]
            return repro::detail::pcg64_double(words_[i]);
        repro::fill::pcg64_core beyond = lanes_.core();
        beyond.advance(i - block + 1);
        return repro::detail::pcg64_double(beyond.word());
    }

    static double libm_exp(double x) noexcept { return repro::detail::libm::exp_kernel(x, 0.0, 0); }
    static double libm_log1p(double x) noexcept { return repro::detail::libm::log1p_kernel(x); }

    repro::fill::pcg64_core& core_;
    repro::detail::pcg64_lanes lanes_; // after the block
    std::size_t first_ = 0;            // words of the next block that are taken already
    std::size_t n_slow_ = 0;
    alignas(64) std::uint64_t words_[block];
    alignas(64) double values_[block];
    alignas(64) std::uint8_t kept_[block / 8 + 1]; // a wedge at the end drops the word after the block
    std::uint32_t slow_[block + 8];
};

} // namespace repro::inline v0::numpy::detail
REPRO_END_TARGET
#endif
