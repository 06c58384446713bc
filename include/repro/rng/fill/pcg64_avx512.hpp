// SPDX-License-Identifier: MIT
#pragma once
// PCG64 in bulk in 32 lanes, each of which takes every 32nd word. A state is three limbs of 52 bits, in which
// AVX-512 IFMA multiplies.

#if defined(__x86_64__)
#include <repro/detail/config.hpp>
#include <repro/rng/fill/bounded.hpp>
#include <repro/rng/fill/kept_avx512.hpp>
#include <repro/rng/fill/partners_avx512.hpp>
#include <repro/rng/fill/pcg64_core.hpp>
#include <repro/rng/fill/pcg64_portable.hpp>
#include <repro/rng/fill/store.hpp>
#include <repro/rng/fill/ternary.hpp>

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

REPRO_BEGIN_AVX512
namespace repro::inline v0 {
namespace detail {

/// One 128-bit number, the same in eight lanes, in limbs of 52, 52 and 24 bits.
struct pcg64_limbs {
    __m512i low, middle, high;

    [[gnu::always_inline]] explicit pcg64_limbs(uint128 value) noexcept
        : low(limb(value)), middle(limb(value >> 52)), high(limb(value >> 104)) {}

private:
    static constexpr std::uint64_t mask = (std::uint64_t{1} << 52) - 1;
    [[gnu::always_inline]] static __m512i limb(uint128 value) noexcept {
        return _mm512_set1_epi64(static_cast<long long>(low_half(value) & mask));
    }
};

/// The states of eight lanes. Limbs may carry more than 52 bits; the multiplication reads the lower 52 of
/// each.
struct pcg64_eight {
    __m512i low, middle, high;

    /// Lanes at the next eight states of `core`, which goes with them.
    [[gnu::always_inline]] explicit pcg64_eight(fill::pcg64_core& core) noexcept {
        alignas(64) std::uint64_t limbs[3][8];
        for (int lane = 0; lane < 8; ++lane) {
            (void)core();
            limbs[0][lane] = low_half(core.state); // the upper bits of a limb are not read
            limbs[1][lane] = low_half(core.state >> 52);
            limbs[2][lane] = low_half(core.state >> 104);
        }
        const __m512i mask = _mm512_set1_epi64((1LL << 52) - 1);
        low = _mm512_and_si512(_mm512_load_si512(limbs[0]), mask);
        middle = _mm512_and_si512(_mm512_load_si512(limbs[1]), mask);
        high = _mm512_load_si512(limbs[2]);
    }

    /// Multiplies and adds, modulo 2^128.
    [[gnu::always_inline]] void step(const pcg64_limbs& m, const pcg64_limbs& c) noexcept {
        const __m512i new_low = _mm512_madd52lo_epu64(c.low, low, m.low);
        __m512i new_middle = _mm512_madd52hi_epu64(c.middle, low, m.low);
        new_middle = _mm512_madd52lo_epu64(new_middle, low, m.middle);
        new_middle = _mm512_madd52lo_epu64(new_middle, middle, m.low);
        new_middle = _mm512_add_epi64(new_middle, _mm512_srli_epi64(new_low, 52));
        __m512i new_high = _mm512_madd52hi_epu64(c.high, low, m.middle);
        new_high = _mm512_madd52lo_epu64(new_high, low, m.high);
        new_high = _mm512_madd52hi_epu64(new_high, middle, m.low);
        new_high = _mm512_madd52lo_epu64(new_high, middle, m.middle);
        new_high = _mm512_madd52lo_epu64(new_high, high, m.low);
        low = new_low;
        middle = new_middle;
        high = _mm512_add_epi64(new_high, _mm512_srli_epi64(new_middle, 52));
    }

    /// The words of the states: both halves exclusive-or, turned right by the upper six bits.
    [[gnu::always_inline]] __m512i words() const noexcept {
        // Bits 12 to 51 of `middle` begin the upper half, bits 0 to 11 end the lower one; 55 to 63 are zero.
        const __m512i ends = _mm512_multishift_epi64_epi8(_mm512_set1_epi64(0x043c382c241c140c), middle);
        const __m512i mask = _mm512_set1_epi64((1LL << 52) - 1);
        const __m512i folded = _mm512_xor_si512(_mm512_ternarylogic_epi64(ends, low, mask, ternary::xor_and),
                                                _mm512_slli_epi64(high, 40));
        return _mm512_rorv_epi64(folded, _mm512_srli_epi64(high, 18));
    }
};

/// 32 lanes of one generator.
class pcg64_lanes {
public:
    static constexpr std::size_t count = 32;

    [[gnu::always_inline]] explicit pcg64_lanes(const fill::pcg64_core& core) noexcept
        : next_(core),
          factor_(jump.factor),
          term_(core.increment * jump.series),
          a_(next_),
          b_(a_),
          c_(a_),
          d_(a_) {
        const pcg64_limbs factor(jump_eight.factor), term(core.increment * jump_eight.series);
        b_.step(factor, term);
        c_ = b_;
        c_.step(factor, term);
        d_ = c_;
        d_.step(factor, term);
    }

    /// Hands over the next 32 words, eight at a time and in order.
    template <class Use> [[gnu::always_inline]] void next(Use use) noexcept {
        use(0, taken(a_));
        use(8, taken(b_));
        use(16, taken(c_));
        use(24, taken(d_));
    }

    /// Returns the generator after the words handed over: one step before the first lane.
    [[gnu::always_inline]] fill::pcg64_core core() const noexcept {
        const auto limb = [](__m512i lanes) {
            return static_cast<uint128>(
                static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm512_castsi512_si128(lanes))));
        };
        constexpr std::uint64_t mask = (std::uint64_t{1} << 52) - 1;
        fill::pcg64_core core = next_;
        core.state = (limb(a_.low) & mask) | (limb(a_.middle) & mask) << 52 | limb(a_.high) << 104;
        step_back(core);
        return core;
    }

private:
    static constexpr pcg64_jump jump{count};
    static constexpr pcg64_jump jump_eight{8};

    [[gnu::always_inline]] __m512i taken(pcg64_eight& lanes) const noexcept {
        const __m512i words = lanes.words();
        lanes.step(factor_, term_);
        return words;
    }

    fill::pcg64_core next_;
    pcg64_limbs factor_, term_;
    pcg64_eight a_, b_, c_, d_;
};

struct pcg64_avx512 {
    using partners = partners_avx512;

    static void words(fill::pcg64_core& core, std::uint64_t* out, std::size_t n, store_kind kind) noexcept {
        const std::size_t done =
            chunks(core, n, [&](std::size_t i, __m512i words) { put(out + i, words, kind); });
        for (std::size_t i = done; i < n; ++i)
            out[i] = core();
    }

    // Integers become floating-point numbers of their upper bits, and 2^-64 (2^-32) times these by a
    // subtraction from the exponents, which stops at zero: multipliers are what a step has too few of.

    static void doubles(fill::pcg64_core& core, double* out, std::size_t n, store_kind kind) noexcept {
        const __m512i upper_53 = _mm512_set1_epi64(-(1LL << 11)), minus_64 = _mm512_set1_epi64(64LL << 52);
        const std::size_t done = chunks(core, n, [&](std::size_t i, __m512i words) {
            const __m512d values = _mm512_cvtepu64_pd(_mm512_and_si512(words, upper_53));
            put(out + i, _mm512_subs_epu16(_mm512_castpd_si512(values), minus_64), kind);
        });
        for (std::size_t i = done; i < n; ++i)
            out[i] = pcg64_double(core());
    }

    /// Makes 2n floats of n words.
    static void floats(fill::pcg64_core& core, float* out, std::size_t n, store_kind kind) noexcept {
        const __m512i upper_24 = _mm512_set1_epi32(-(1 << 8)), minus_32 = _mm512_set1_epi32(32 << 23);
        const std::size_t done = chunks(core, n, [&](std::size_t i, __m512i words) {
            const __m512 values = _mm512_cvtepu32_ps(_mm512_and_si512(words, upper_24));
            put(out + 2 * i, _mm512_subs_epu16(_mm512_castps_si512(values), minus_32), kind);
        });
        pcg64_portable::floats(core, out + 2 * done, n - done, kind);
    }

    /// Writes bounded integers plus `low` as long as at least one word's worth is wanted; returns how many.
    template <class T>
    static std::size_t integers(fill::pcg64_core& core, T* out, std::size_t n, lemire32 rule,
                                T low) noexcept {
        constexpr std::size_t most = 2 * pcg64_lanes::count; // values of one round
        std::size_t written = 0;
        if (n >= 2 * most) {
            const __m512i bound = _mm512_set1_epi64(rule.bound);
            const __m512i threshold = _mm512_set1_epi32(static_cast<int>(rule.threshold));
            pcg64_lanes lanes(core);
            while (n - written >= most)
                lanes.next([&](std::size_t, __m512i words) __attribute__((always_inline)) {
                    const __m512i even = _mm512_mul_epu32(words, bound);
                    const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(words, 32), bound);
                    const __m512i values = _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 32), odd);
                    const __m512i rests = _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
                    const __mmask16 kept = _mm512_cmpge_epu32_mask(rests, threshold);
                    put_sixteen(out + written, kept == 0xffff ? values : together(kept, values), low);
                    written += static_cast<std::size_t>(__builtin_popcount(kept));
                });
            core = lanes.core();
        }
        return written + pcg64_portable::integers(core, out + written, n - written, rule, low);
    }

private:
    template <class T> [[gnu::always_inline]] static void put(T* out, __m512i v, store_kind kind) noexcept {
        if (kind == store_kind::streaming)
            _mm512_stream_si512(reinterpret_cast<__m512i*>(out), v);
        else
            _mm512_storeu_si512(out, v);
    }

    /// Hands over as many of `n` words as fill whole chunks, and returns how many.
    template <class Use>
    [[gnu::always_inline]] static std::size_t chunks(fill::pcg64_core& core, std::size_t n,
                                                     Use use) noexcept {
        if (n < 2 * pcg64_lanes::count) return 0;
        pcg64_lanes lanes(core);
        std::size_t i = 0;
        for (; i + pcg64_lanes::count <= n; i += pcg64_lanes::count)
            lanes.next([&](std::size_t k, __m512i words)
                           __attribute__((always_inline)) { use(i + k, words); });
        core = lanes.core();
        return i;
    }
};

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif
