// SPDX-License-Identifier: MIT
#pragma once
// Counter-based generators in bulk with AVX2: a block a lane, two to four registers of lanes in turn.
// Philox4x64 is left out: AVX2 multiplies no 64-bit integers.

#if defined(__x86_64__)
#include <repro/detail/config.hpp>
#include <repro/rng/philox.hpp>
#include <repro/rng/threefry.hpp>

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

REPRO_BEGIN_AVX2
namespace repro::inline v0 {
namespace detail {

[[gnu::always_inline]] inline __m256i all_lanes_avx2(std::uint64_t value) noexcept {
    return _mm256_set1_epi64x(static_cast<long long>(value));
}
[[gnu::always_inline]] inline __m256i all_lanes_avx2(std::uint32_t value) noexcept {
    return _mm256_set1_epi32(static_cast<int>(value));
}
template <class Word> [[gnu::always_inline]] inline void store_avx2(Word* out, __m256i v) noexcept {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), v);
}

struct philox4x32_avx2 {
    static constexpr std::size_t group = 12;

    static void blocks(const philox4x32<10>::block& counter, const philox4x32<10>::key& key,
                       std::uint32_t* out, std::size_t n) noexcept {
        constexpr int n_registers = 3;
        const __m256i m0 = all_lanes_avx2(std::uint64_t{constants::multiplier[0]});
        const __m256i m1 = all_lanes_avx2(std::uint64_t{constants::multiplier[1]});
        const std::uint64_t first = counter[0] | std::uint64_t{counter[1]} << 32;
        for (std::size_t done = 0; done < n; done += group) {
            __m256i x0[n_registers], x1[n_registers], x2[n_registers], x3[n_registers];
#pragma GCC unroll 3
            for (int v = 0; v < n_registers; ++v) {
                x0[v] = _mm256_add_epi64(all_lanes_avx2(first + done + 4 * static_cast<unsigned>(v)),
                                         _mm256_setr_epi64x(0, 1, 2, 3));
                x1[v] = _mm256_srli_epi64(x0[v], 32);
                x2[v] = all_lanes_avx2(std::uint64_t{counter[2]});
                x3[v] = all_lanes_avx2(std::uint64_t{counter[3]});
            }
            std::uint32_t k0 = key[0], k1 = key[1];
            for (int round = 0; round < 10; ++round, k0 += constants::weyl[0], k1 += constants::weyl[1])
#pragma GCC unroll 3
                for (int v = 0; v < n_registers; ++v) {
                    const __m256i a = _mm256_mul_epu32(x0[v], m0), b = _mm256_mul_epu32(x2[v], m1);
                    x0[v] = mixed(b, x1[v], k0);
                    x2[v] = mixed(a, x3[v], k1);
                    x1[v] = b;
                    x3[v] = a;
                }
#pragma GCC unroll 3
            for (int v = 0; v < n_registers; ++v)
                store(x0[v], x1[v], x2[v], x3[v], out + 4 * (done + 4 * static_cast<unsigned>(v)));
        }
    }

private:
    using constants = philox_constants<std::uint32_t>;

    [[gnu::always_inline]] static __m256i mixed(__m256i product, __m256i word, std::uint32_t k) noexcept {
        return _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product, 32), word),
                                all_lanes_avx2(std::uint64_t{k}));
    }
    [[gnu::always_inline]] static void store(__m256i x0, __m256i x1, __m256i x2, __m256i x3,
                                             std::uint32_t* out) noexcept {
        const __m256i a = _mm256_blend_epi32(x0, _mm256_slli_epi64(x1, 32), 0xaa);
        const __m256i b = _mm256_blend_epi32(x2, _mm256_slli_epi64(x3, 32), 0xaa);
        const __m256i low = _mm256_unpacklo_epi64(a, b), high = _mm256_unpackhi_epi64(a, b);
        store_avx2(out, _mm256_permute2x128_si256(low, high, 0x20));
        store_avx2(out + 8, _mm256_permute2x128_si256(low, high, 0x31));
    }
};

struct threefry2x32_avx2 {
    static constexpr std::size_t group = 32;

    static void blocks(const threefry2x32<20>::block& counter, const threefry2x32<20>::key& key,
                       std::uint32_t* out, std::size_t n) noexcept {
        constexpr int n_registers = 4;
        constexpr auto& turns = threefry_constants<std::uint32_t, 2>::turns;
        const auto words = threefry_key(key);
        for (std::size_t done = 0; done < n; done += group) {
            __m256i x[n_registers], y[n_registers];
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v) {
                const auto first =
                    counter[0] + words[0] + static_cast<std::uint32_t>(done) + 8 * static_cast<unsigned>(v);
                x[v] = _mm256_add_epi32(all_lanes_avx2(first), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
                y[v] = all_lanes_avx2(counter[1] + words[1]);
            }
#pragma GCC unroll 20
            for (unsigned round = 0; round < 20; ++round) {
                const int turn = turns[round % 8][0];
#pragma GCC unroll 4
                for (int v = 0; v < n_registers; ++v) {
                    x[v] = _mm256_add_epi32(x[v], y[v]);
                    const __m256i turned =
                        _mm256_or_si256(_mm256_slli_epi32(y[v], turn), _mm256_srli_epi32(y[v], 32 - turn));
                    y[v] = _mm256_xor_si256(turned, x[v]);
                }
                if (round % 4 != 3) continue;
                const unsigned count = round / 4 + 1;
#pragma GCC unroll 4
                for (int v = 0; v < n_registers; ++v) {
                    x[v] = _mm256_add_epi32(x[v], all_lanes_avx2(words[count % 3]));
                    y[v] = _mm256_add_epi32(y[v], all_lanes_avx2(words[(count + 1) % 3] + count));
                }
            }
#pragma GCC unroll 4
            for (int v = 0; v < n_registers; ++v) {
                const __m256i low = _mm256_unpacklo_epi32(x[v], y[v]),
                              high = _mm256_unpackhi_epi32(x[v], y[v]);
                std::uint32_t* const to = out + 2 * (done + 8 * static_cast<unsigned>(v));
                store_avx2(to, _mm256_permute2x128_si256(low, high, 0x20));
                store_avx2(to + 8, _mm256_permute2x128_si256(low, high, 0x31));
            }
        }
    }
};

struct threefry4x64_avx2 {
    static constexpr std::size_t group = 8;

    static void blocks(const threefry4x64<20>::block& counter, const threefry4x64<20>::key& key,
                       std::uint64_t* out, std::size_t n) noexcept {
        constexpr int n_registers = 2;
        constexpr auto& turns = threefry_constants<std::uint64_t, 4>::turns;
        const auto words = threefry_key(key);
        for (std::size_t done = 0; done < n; done += group) {
            __m256i x[n_registers][4];
#pragma GCC unroll 2
            for (int v = 0; v < n_registers; ++v) {
                x[v][0] = _mm256_add_epi64(
                    all_lanes_avx2(counter[0] + words[0] + done + 4 * static_cast<unsigned>(v)),
                    _mm256_setr_epi64x(0, 1, 2, 3));
                x[v][1] = all_lanes_avx2(counter[1] + words[1]);
                x[v][2] = all_lanes_avx2(counter[2] + words[2]);
                x[v][3] = all_lanes_avx2(counter[3] + words[3]);
            }
#pragma GCC unroll 20
            for (unsigned round = 0; round < 20; ++round) {
#pragma GCC unroll 2
                for (int v = 0; v < n_registers; ++v) {
                    mix(x[v][0], x[v][round % 2 == 0 ? 1 : 3], turns[round % 8][0]);
                    mix(x[v][2], x[v][round % 2 == 0 ? 3 : 1], turns[round % 8][1]);
                }
                if (round % 4 != 3) continue;
                const unsigned count = round / 4 + 1;
#pragma GCC unroll 2
                for (int v = 0; v < n_registers; ++v)
#pragma GCC unroll 4
                    for (unsigned i = 0; i < 4; ++i)
                        x[v][i] = _mm256_add_epi64(
                            x[v][i], all_lanes_avx2(words[(count + i) % 5] + (i == 3 ? count : 0)));
            }
#pragma GCC unroll 2
            for (int v = 0; v < n_registers; ++v)
                store(x[v], out + 4 * (done + 4 * static_cast<unsigned>(v)));
        }
    }

private:
    [[gnu::always_inline]] static void mix(__m256i& a, __m256i& b, int turn) noexcept {
        a = _mm256_add_epi64(a, b);
        b = _mm256_xor_si256(_mm256_or_si256(_mm256_slli_epi64(b, turn), _mm256_srli_epi64(b, 64 - turn)), a);
    }
    [[gnu::always_inline]] static void store(const __m256i (&x)[4], std::uint64_t* out) noexcept {
        const __m256i a = _mm256_unpacklo_epi64(x[0], x[1]), b = _mm256_unpackhi_epi64(x[0], x[1]);
        const __m256i c = _mm256_unpacklo_epi64(x[2], x[3]), d = _mm256_unpackhi_epi64(x[2], x[3]);
        store_avx2(out, _mm256_permute2x128_si256(a, c, 0x20));
        store_avx2(out + 4, _mm256_permute2x128_si256(b, d, 0x20));
        store_avx2(out + 8, _mm256_permute2x128_si256(a, c, 0x31));
        store_avx2(out + 12, _mm256_permute2x128_si256(b, d, 0x31));
    }
};

} // namespace detail
} // namespace repro::inline v0
REPRO_END_TARGET
#endif
