// SPDX-License-Identifier: MIT
#pragma once
// The eight lanes that XXH3 takes long inputs by, with AVX2 and without.

#include <repro/hash/xxh64.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

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
// Vectors of the compiler, for <immintrin.h> costs every user compile time.
using xxh3_words [[gnu::vector_size(32)]] = std::uint64_t;
using xxh3_halves [[gnu::vector_size(32)]] = int;

[[gnu::target("avx2"), gnu::always_inline]] inline xxh3_words xxh3_loaded(const std::byte* at) noexcept {
    xxh3_words words;
    std::memcpy(&words, at, sizeof words);
    return words;
}

/// Multiplies the low halves of the words. GCC does not find the one instruction for it by itself.
[[gnu::target("avx2"), gnu::always_inline]] inline xxh3_words xxh3_low_products(xxh3_words a,
                                                                                xxh3_words b) noexcept {
#if defined(__clang__)
    return (a & 0xffffffff) * (b & 0xffffffff);
#else
    return reinterpret_cast<xxh3_words>(
        __builtin_ia32_pmuludq256(reinterpret_cast<xxh3_halves>(a), reinterpret_cast<xxh3_halves>(b)));
#endif
}

[[gnu::target("avx2"), gnu::always_inline]] inline xxh3_words
xxh3_added(xxh3_words lanes, const std::byte* stripe, const std::byte* secret) noexcept {
    const xxh3_words words = xxh3_loaded(stripe), keys = words ^ xxh3_loaded(secret);
    return lanes + __builtin_shufflevector(words, words, 1, 0, 3, 2) + xxh3_low_products(keys, keys >> 32);
}

[[gnu::target("avx2"), gnu::always_inline]] inline xxh3_words xxh3_scrambled(xxh3_words lanes,
                                                                             std::size_t half) noexcept {
    constexpr std::uint64_t p = 0x9e3779b1;
    const xxh3_words primes = {p, p, p, p};
    const xxh3_words x =
        lanes ^ (lanes >> 47) ^ xxh3_loaded(xxh3_secret.data() + xxh3_scramble_secret + 32 * half);
    return xxh3_low_products(x, primes) + (xxh3_low_products(x >> 32, primes) << 32);
}

/// The same, with AVX2.
[[gnu::target("avx2")]] inline void xxh3_take_avx2(xxh3_lanes& lanes, const std::byte* at,
                                                   std::size_t size) noexcept {
    const std::byte* const last = at + size - xxh3_stripe;
    xxh3_words low, high;
    std::memcpy(&low, lanes.data(), sizeof low);
    std::memcpy(&high, lanes.data() + 4, sizeof high);
    while (at + xxh3_block < last + xxh3_stripe) {
        for (std::size_t i = 0; i < xxh3_block / xxh3_stripe; ++i, at += xxh3_stripe) {
            __builtin_prefetch(at + xxh3_block);
            low = xxh3_added(low, at, xxh3_secret.data() + 8 * i);
            high = xxh3_added(high, at + 32, xxh3_secret.data() + 8 * i + 32);
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
    std::memcpy(lanes.data(), &low, sizeof low);
    std::memcpy(lanes.data() + 4, &high, sizeof high);
}
#endif

} // namespace detail
} // namespace repro::inline v0
