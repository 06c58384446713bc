// SPDX-License-Identifier: MIT
#pragma once
// Counter-based generators in bulk with AVX-512: a block a lane, four registers of lanes in turn, so
// that the rounds of one hide the waiting of another.

#if defined(__x86_64__)
#include <repro/detail/config.hpp>
#include <repro/rng/fill/ternary.hpp>
#include <repro/rng/philox.hpp>
#include <repro/rng/threefry.hpp>

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

REPRO_BEGIN_AVX512
namespace repro::inline v0 {
namespace detail {

[[gnu::always_inline]] inline __m512i all_lanes(std::uint64_t value) noexcept {
    return _mm512_set1_epi64(static_cast<long long>(value));
}
[[gnu::always_inline]] inline __m512i all_lanes(std::uint32_t value) noexcept {
    return _mm512_set1_epi32(static_cast<int>(value));
}

/// `first` to `first` + 7.
[[gnu::always_inline]] inline __m512i counters_from(std::uint64_t first) noexcept {
    return _mm512_add_epi64(all_lanes(first), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
}

/// Writes eight blocks of four 64-bit words, of which `x` holds one a lane.
[[gnu::always_inline]] inline void store_blocks(const __m512i (&x)[4], std::uint64_t* out) noexcept {
    const __m512i low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11),
                  high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
    const __m512i first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    const __m512i a = _mm512_permutex2var_epi64(x[0], low, x[1]),
                  b = _mm512_permutex2var_epi64(x[2], low, x[3]);
    const __m512i c = _mm512_permutex2var_epi64(x[0], high, x[1]),
                  d = _mm512_permutex2var_epi64(x[2], high, x[3]);
    _mm512_storeu_si512(out, _mm512_permutex2var_epi64(a, first, b));
    _mm512_storeu_si512(out + 8, _mm512_permutex2var_epi64(a, second, b));
    _mm512_storeu_si512(out + 16, _mm512_permutex2var_epi64(c, first, d));
    _mm512_storeu_si512(out + 24, _mm512_permutex2var_epi64(c, second, d));
}

/// The keys of Philox's ten rounds in all lanes.
template <class Word> struct philox_keys {
    __m512i first[10], second[10];

    [[gnu::always_inline]] explicit philox_keys(std::array<Word, 2> key) noexcept {
        for (int round = 0; round < 10; ++round) {
            first[round] = all_lanes(std::uint64_t{key[0]});
            second[round] = all_lanes(std::uint64_t{key[1]});
            key[0] += philox_constants<Word>::weyl[0];
            key[1] += philox_constants<Word>::weyl[1];
        }
    }
};

struct philox4x32_avx512 {
    static constexpr std::size_t group = 32;

    static void blocks(const philox4x32<10>::block& counter, const philox4x32<10>::key& key,
                       std::uint32_t* out, std::size_t n) noexcept {
        constexpr int n_registers = 4;
        const __m512i m0 = all_lanes(std::uint64_t{constants::multiplier[0]});
        const __m512i m1 = all_lanes(std::uint64_t{constants::multiplier[1]});
        const philox_keys<std::uint32_t> keys(key);
        const std::uint64_t first = counter[0] | std::uint64_t{counter[1]} << 32;
        for (std::size_t done = 0; done < n; done += group) {
            __m512i x0[n_registers], x1[n_registers], x2[n_registers], x3[n_registers];
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v) {
                x0[v] = counters_from(first + done + 8 * static_cast<unsigned>(v));
                x1[v] = _mm512_srli_epi64(x0[v], 32);
                x2[v] = all_lanes(std::uint64_t{counter[2]});
                x3[v] = all_lanes(std::uint64_t{counter[3]});
            }
#pragma GCC unroll 10
            for (int round = 0; round < 10; ++round)
#pragma GCC unroll 4
                for (int v = 0; v < n_registers; ++v) {
                    const __m512i a = _mm512_mul_epu32(x0[v], m0), b = _mm512_mul_epu32(x2[v], m1);
                    x0[v] = _mm512_ternarylogic_epi64(_mm512_srli_epi64(b, 32), x1[v], keys.first[round],
                                                      ternary::xor3);
                    x2[v] = _mm512_ternarylogic_epi64(_mm512_srli_epi64(a, 32), x3[v], keys.second[round],
                                                      ternary::xor3);
                    x1[v] = b;
                    x3[v] = a;
                }
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v)
                store(x0[v], x1[v], x2[v], x3[v], out + 4 * (done + 8 * static_cast<unsigned>(v)));
        }
    }

private:
    using constants = philox_constants<std::uint32_t>;

    [[gnu::always_inline]] static void store(__m512i x0, __m512i x1, __m512i x2, __m512i x3,
                                             std::uint32_t* out) noexcept {
        const __m512i a = _mm512_mask_blend_epi32(0xaaaa, x0, _mm512_slli_epi64(x1, 32));
        const __m512i b = _mm512_mask_blend_epi32(0xaaaa, x2, _mm512_slli_epi64(x3, 32));
        _mm512_storeu_si512(out,
                            _mm512_permutex2var_epi64(a, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), b));
        _mm512_storeu_si512(out + 16,
                            _mm512_permutex2var_epi64(a, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), b));
    }
};

struct threefry2x32_avx512 {
    static constexpr std::size_t group = 64;

    static void blocks(const threefry2x32<20>::block& counter, const threefry2x32<20>::key& key,
                       std::uint32_t* out, std::size_t n) noexcept {
        constexpr int n_registers = 4;
        constexpr auto& turns = threefry_constants<std::uint32_t, 2>::turns;
        const auto words = threefry_key(key);
        const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        for (std::size_t done = 0; done < n; done += group) {
            __m512i x[n_registers], y[n_registers];
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v) {
                const auto first =
                    counter[0] + words[0] + static_cast<std::uint32_t>(done) + 16 * static_cast<unsigned>(v);
                x[v] = _mm512_add_epi32(all_lanes(first), lanes);
                y[v] = all_lanes(counter[1] + words[1]);
            }
#pragma GCC unroll 20
            for (unsigned round = 0; round < 20; ++round) {
#pragma GCC unroll 4
                for (int v = 0; v < n_registers; ++v) {
                    x[v] = _mm512_add_epi32(x[v], y[v]);
                    y[v] = _mm512_xor_si512(_mm512_rolv_epi32(y[v], _mm512_set1_epi32(turns[round % 8][0])),
                                            x[v]);
                }
                if (round % 4 != 3) continue;
                const unsigned count = round / 4 + 1;
#pragma GCC unroll 4
                for (int v = 0; v < n_registers; ++v) {
                    x[v] = _mm512_add_epi32(x[v], all_lanes(words[count % 3]));
                    y[v] = _mm512_add_epi32(y[v], all_lanes(words[(count + 1) % 3] + count));
                }
            }
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v)
                store(x[v], y[v], out + 2 * (done + 16 * static_cast<unsigned>(v)));
        }
    }

private:
    [[gnu::always_inline]] static void store(__m512i x, __m512i y, std::uint32_t* out) noexcept {
        const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const __m512i high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
        _mm512_storeu_si512(out, _mm512_permutex2var_epi32(x, low, y));
        _mm512_storeu_si512(out + 16, _mm512_permutex2var_epi32(x, high, y));
    }
};

struct threefry4x64_avx512 {
    static constexpr std::size_t group = 32;

    static void blocks(const threefry4x64<20>::block& counter, const threefry4x64<20>::key& key,
                       std::uint64_t* out, std::size_t n) noexcept {
        constexpr int n_registers = 4;
        const auto words = threefry_key(key);
        for (std::size_t done = 0; done < n; done += group) {
            __m512i x[n_registers][4];
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v) {
                x[v][0] = counters_from(counter[0] + words[0] + done + 8 * static_cast<unsigned>(v));
                x[v][1] = all_lanes(counter[1] + words[1]);
                x[v][2] = all_lanes(counter[2] + words[2]);
                x[v][3] = all_lanes(counter[3] + words[3]);
            }
#pragma GCC unroll 40
            for (unsigned round = 0; round < 20; ++round) {
#pragma GCC unroll 4
                for (int v = 0; v < n_registers; ++v) {
                    mix(x[v][0], x[v][round % 2 == 0 ? 1 : 3], turns[round % 8][0]);
                    mix(x[v][2], x[v][round % 2 == 0 ? 3 : 1], turns[round % 8][1]);
                }
                if (round % 4 != 3) continue;
                const unsigned count = round / 4 + 1;
#pragma GCC unroll 4
                for (int v = 0; v < n_registers; ++v)
#pragma GCC unroll 4
                    for (unsigned i = 0; i < 4; ++i)
                        x[v][i] = _mm512_add_epi64(x[v][i],
                                                   all_lanes(words[(count + i) % 5] + (i == 3 ? count : 0)));
            }
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v)
                store_blocks(x[v], out + 4 * (done + 8 * static_cast<unsigned>(v)));
        }
    }

private:
    static constexpr auto& turns = threefry_constants<std::uint64_t, 4>::turns;

    [[gnu::always_inline]] static void mix(__m512i& a, __m512i& b, int turn) noexcept {
        a = _mm512_add_epi64(a, b);
        b = _mm512_xor_si512(_mm512_rolv_epi64(b, _mm512_set1_epi64(turn)), a);
    }
};

struct philox4x64_avx512 {
    static constexpr std::size_t group = 32;

    static void blocks(const philox4x64<10>::block& counter, const philox4x64<10>::key& key,
                       std::uint64_t* out, std::size_t n) noexcept {
        constexpr int n_registers = 4;
        const split m0(constants::multiplier[0]), m1(constants::multiplier[1]);
        const philox_keys<std::uint64_t> keys(key);
        for (std::size_t done = 0; done < n; done += group) {
            __m512i x[n_registers][4];
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v) {
                x[v][0] = counters_from(counter[0] + done + 8 * static_cast<unsigned>(v));
                x[v][1] = all_lanes(counter[1]);
                x[v][2] = all_lanes(counter[2]);
                x[v][3] = all_lanes(counter[3]);
            }
            for (int round = 0; round < 10; ++round)
#pragma GCC unroll 4
                for (int v = 0; v < n_registers; ++v) {
                    const product a(x[v][0], m0), b(x[v][2], m1);
                    x[v][0] = _mm512_ternarylogic_epi64(b.high, x[v][1], keys.first[round], ternary::xor3);
                    x[v][2] = _mm512_ternarylogic_epi64(a.high, x[v][3], keys.second[round], ternary::xor3);
                    x[v][1] = b.low;
                    x[v][3] = a.low;
                }
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v)
                store_blocks(x[v], out + 4 * (done + 8 * static_cast<unsigned>(v)));
        }
    }

private:
    using constants = philox_constants<std::uint64_t>;

    /// A factor in limbs of 52 and 12 bits.
    struct split {
        __m512i low, high;
        [[gnu::always_inline]] explicit split(std::uint64_t factor) noexcept
            : low(all_lanes(factor & ((std::uint64_t{1} << 52) - 1))), high(all_lanes(factor >> 52)) {}
    };

    /// Both halves of a 128-bit product.
    struct product {
        __m512i low, high;
        [[gnu::always_inline]] product(__m512i a, const split& m) noexcept {
            const __m512i zero = _mm512_setzero_si512(), a_high = _mm512_srli_epi64(a, 52);
            const __m512i p0 = _mm512_madd52lo_epu64(zero, a, m.low);
            __m512i p1 = _mm512_madd52lo_epu64(_mm512_madd52hi_epu64(zero, a, m.low), a, m.high);
            p1 = _mm512_madd52lo_epu64(p1, a_high, m.low);
            __m512i p2 = _mm512_madd52hi_epu64(_mm512_srli_epi64(p1, 52), a, m.high);
            p2 = _mm512_madd52lo_epu64(_mm512_madd52hi_epu64(p2, a_high, m.low), a_high, m.high);
            low = _mm512_or_si512(p0, _mm512_slli_epi64(p1, 52));
            const __m512i middle = _mm512_and_si512(p1, _mm512_set1_epi64((1LL << 52) - 1));
            high = _mm512_or_si512(_mm512_srli_epi64(middle, 12), _mm512_slli_epi64(p2, 40));
        }
    };
};

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif
