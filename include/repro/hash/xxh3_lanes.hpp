// SPDX-License-Identifier: MIT
#pragma once
// The eight lanes that XXH3 takes long inputs by, with AVX2 and without.

#include <repro/hash/xxh64.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace repro::inline v0 {
namespace detail {

using xxh3_lanes = std::array<std::uint64_t, 8>;

inline constexpr std::size_t xxh3_stripe = 64, xxh3_block = 1024;
inline constexpr std::size_t xxh3_scramble_secret = 128, xxh3_last_secret = 121;

/// The default secret of the specification.
inline constexpr auto xxh3_secret = [] {
    constexpr unsigned char values[192] = {
        0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
        0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
        0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
        0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
        0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
        0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
        0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
        0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
        0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
        0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
        0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
        0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e};
    std::array<std::byte, 192> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(values[i]);
    return bytes;
}();

/// Adds a stripe of 64 bytes to the lanes.
inline void xxh3_add(xxh3_lanes& lanes, const std::byte* stripe, const std::byte* secret) noexcept {
    for (std::size_t i = 0; i < 8; ++i) {
        const auto word = read_little_endian<std::uint64_t>(stripe + 8 * i);
        const std::uint64_t key = word ^ read_little_endian<std::uint64_t>(secret + 8 * i);
        lanes[i ^ 1] += word;
        lanes[i] += (key & 0xffffffff) * (key >> 32);
    }
}

/// Stirs the lanes after a whole block.
inline void xxh3_scramble(xxh3_lanes& lanes) noexcept {
    for (std::size_t i = 0; i < 8; ++i) {
        const auto secret =
            read_little_endian<std::uint64_t>(xxh3_secret.data() + xxh3_scramble_secret + 8 * i);
        lanes[i] = (lanes[i] ^ (lanes[i] >> 47) ^ secret) * 0x9e3779b1;
    }
}

/// Adds an input of more than 240 bytes to the lanes.
inline void xxh3_take(xxh3_lanes& lanes, const std::byte* at, std::size_t size) noexcept {
    const std::byte* const last = at + size - xxh3_stripe;
    while (at + xxh3_block < last + xxh3_stripe) { // a whole block with something after it
        for (std::size_t i = 0; i < xxh3_block / xxh3_stripe; ++i, at += xxh3_stripe)
            xxh3_add(lanes, at, xxh3_secret.data() + 8 * i);
        xxh3_scramble(lanes);
    }
    for (std::size_t i = 0; at < last; at += xxh3_stripe, ++i)
        xxh3_add(lanes, at, xxh3_secret.data() + 8 * i);
    xxh3_add(lanes, last, xxh3_secret.data() + xxh3_last_secret);
}

#if defined(__x86_64__)
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i xxh3_loaded(const std::byte* at) noexcept {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i xxh3_added(__m256i lanes, const std::byte* stripe,
                                                                      const std::byte* secret) noexcept {
    const __m256i words = xxh3_loaded(stripe);
    const __m256i keys = _mm256_xor_si256(words, xxh3_loaded(secret));
    const __m256i products = _mm256_mul_epu32(keys, _mm256_srli_epi64(keys, 32));
    return _mm256_add_epi64(_mm256_add_epi64(lanes, _mm256_shuffle_epi32(words, 0x4e)), products);
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i xxh3_scrambled(__m256i lanes,
                                                                          std::size_t half) noexcept {
    const __m256i secret = xxh3_loaded(xxh3_secret.data() + xxh3_scramble_secret + 32 * half);
    const __m256i x = _mm256_xor_si256(_mm256_xor_si256(lanes, _mm256_srli_epi64(lanes, 47)), secret);
    const __m256i prime = _mm256_set1_epi64x(0x9e3779b1);
    const __m256i upper = _mm256_slli_epi64(_mm256_mul_epu32(_mm256_srli_epi64(x, 32), prime), 32);
    return _mm256_add_epi64(_mm256_mul_epu32(x, prime), upper);
}

/// The same, with AVX2.
[[gnu::target("avx2")]] inline void xxh3_take_avx2(xxh3_lanes& lanes, const std::byte* at,
                                                   std::size_t size) noexcept {
    const std::byte* const last = at + size - xxh3_stripe;
    auto* const kept = reinterpret_cast<__m256i*>(lanes.data());
    __m256i low = _mm256_loadu_si256(kept), high = _mm256_loadu_si256(kept + 1);
    constexpr std::size_t stripes = xxh3_block / xxh3_stripe;
    while (at + xxh3_block < last + xxh3_stripe) {
        for (std::size_t i = 0; i < stripes; ++i) {
            _mm_prefetch(reinterpret_cast<const char*>(at) + xxh3_block, _MM_HINT_T0);
            low = xxh3_added(low, at, xxh3_secret.data() + 8 * i);
            high = xxh3_added(high, at + 32, xxh3_secret.data() + 8 * i + 32);
            at += xxh3_stripe;
        }
        low = xxh3_scrambled(low, 0);
        high = xxh3_scrambled(high, 1);
    }
    for (std::size_t i = 0; at < last; at += xxh3_stripe, ++i) {
        low = xxh3_added(low, at, xxh3_secret.data() + 8 * i);
        high = xxh3_added(high, at + 32, xxh3_secret.data() + 8 * i + 32);
    }
    low = xxh3_added(low, last, xxh3_secret.data() + xxh3_last_secret);
    high = xxh3_added(high, last + 32, xxh3_secret.data() + xxh3_last_secret + 32);
    _mm256_storeu_si256(kept, low);
    _mm256_storeu_si256(kept + 1, high);
}
#endif

} // namespace detail
} // namespace repro::inline v0
