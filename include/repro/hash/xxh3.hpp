// SPDX-License-Identifier: MIT
#pragma once
// XXH3, 64 bits, without seed: near the speed of memory, and sensitive to order. It tells accidents apart,
// not forgeries. Source: the xxHash specification, version 0.2.0, by Yann Collet. Known answers:
// tests/vectors/xxh3.txt

#include <repro/detail/cpu.hpp>
#include <repro/hash/xxh3_lanes.hpp>
#include <repro/hash/xxh64.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace repro::inline v0 {
namespace detail {

[[nodiscard]] inline std::uint64_t xxh3_secret_word(std::size_t offset) noexcept {
    return read_little_endian<std::uint64_t>(xxh3_secret.data() + offset);
}

/// Returns the two halves of the product, one on the other.
[[nodiscard]] constexpr std::uint64_t xxh3_folded_product(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using wide = unsigned __int128;
    const wide product = static_cast<wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

[[nodiscard]] constexpr std::uint64_t xxh3_avalanche(std::uint64_t x) noexcept {
    x = (x ^ (x >> 37)) * 0x165667919e3779f9;
    return x ^ (x >> 32);
}

[[nodiscard]] constexpr std::uint64_t xxh64_avalanche(std::uint64_t x) noexcept {
    x = (x ^ (x >> 33)) * xxh64_primes::p2;
    x = (x ^ (x >> 29)) * xxh64_primes::p3;
    return x ^ (x >> 32);
}

/// Mixes 16 bytes of input with 16 of the secret.
[[nodiscard]] inline std::uint64_t xxh3_mix(const std::byte* at, std::size_t secret) noexcept {
    return xxh3_folded_product(read_little_endian<std::uint64_t>(at) ^ xxh3_secret_word(secret),
                               read_little_endian<std::uint64_t>(at + 8) ^ xxh3_secret_word(secret + 8));
}

/// Hashes up to 16 bytes.
[[nodiscard]] inline std::uint64_t xxh3_small(const std::byte* at, std::size_t size) noexcept {
    if (size > 8) {
        const std::uint64_t low =
            xxh3_secret_word(24) ^ xxh3_secret_word(32) ^ read_little_endian<std::uint64_t>(at);
        const std::uint64_t high =
            xxh3_secret_word(40) ^ xxh3_secret_word(48) ^ read_little_endian<std::uint64_t>(at + size - 8);
        return xxh3_avalanche(size + __builtin_bswap64(low) + high + xxh3_folded_product(low, high));
    }
    if (size >= 4) {
        constexpr std::uint64_t prime = 0x9fb21c651e98df25;
        const std::uint64_t first = read_little_endian<std::uint32_t>(at),
                            last = read_little_endian<std::uint32_t>(at + size - 4);
        std::uint64_t x = xxh3_secret_word(8) ^ xxh3_secret_word(16) ^ (last | first << 32);
        x = (x ^ std::rotl(x, 49) ^ std::rotl(x, 24)) * prime;
        x = (x ^ ((x >> 35) + size)) * prime;
        return x ^ (x >> 28);
    }
    if (size == 0) return xxh64_avalanche(xxh3_secret_word(56) ^ xxh3_secret_word(64));
    const auto byte = [&](std::size_t i) { return std::to_integer<std::uint64_t>(at[i]); };
    const std::uint64_t all = byte(size - 1) | size << 8 | byte(0) << 16 | byte(size / 2) << 24;
    const std::uint64_t secret = xxh3_secret_word(0);
    return xxh64_avalanche(((secret ^ secret >> 32) & 0xffffffff) ^ all);
}

/// Hashes 17 to 240 bytes.
[[nodiscard]] inline std::uint64_t xxh3_medium(const std::byte* at, std::size_t size) noexcept {
    std::uint64_t sum = size * xxh64_primes::p1;
    if (size <= 128) {
        for (std::size_t i = 0; i <= (size - 1) / 32; ++i)
            sum += xxh3_mix(at + 16 * i, 32 * i) + xxh3_mix(at + size - 16 * i - 16, 32 * i + 16);
        return xxh3_avalanche(sum);
    }
    for (std::size_t i = 0; i < 8; ++i)
        sum += xxh3_mix(at + 16 * i, 16 * i);
    sum = xxh3_avalanche(sum);
    for (std::size_t i = 8; i < size / 16; ++i)
        sum += xxh3_mix(at + 16 * i, 16 * (i - 8) + 3);
    return xxh3_avalanche(sum + xxh3_mix(at + size - 16, 119));
}

/// Hashes more than 240 bytes.
[[nodiscard]] inline std::uint64_t xxh3_large(std::span<const std::byte> bytes, simd tier) noexcept {
    using p = xxh64_primes;
    xxh3_lanes lanes = {0xc2b2ae3d, p::p1, p::p2, p::p3, p::p4, 0x85ebca77, p::p5, 0x9e3779b1};
#if defined(__x86_64__)
    if (tier >= simd::avx2)
        xxh3_take_avx2(lanes, bytes.data(), bytes.size());
    else
#endif
        xxh3_take(lanes, bytes.data(), bytes.size());
    (void)tier;
    std::uint64_t sum = bytes.size() * p::p1;
    for (std::size_t i = 0; i < 4; ++i)
        sum += xxh3_folded_product(lanes[2 * i] ^ xxh3_secret_word(11 + 16 * i),
                                   lanes[2 * i + 1] ^ xxh3_secret_word(19 + 16 * i));
    return xxh3_avalanche(sum);
}

} // namespace detail

/// Returns the XXH3 of `bytes`: equal for equal bytes in equal order, on every machine and with every `tier`.
///
/// Stability: the published algorithm; any implementation of it gives the same number.
[[nodiscard]] inline std::uint64_t xxh3(std::span<const std::byte> bytes, simd tier = best_simd()) noexcept {
    if (bytes.size() <= 16) return detail::xxh3_small(bytes.data(), bytes.size());
    if (bytes.size() <= 240) return detail::xxh3_medium(bytes.data(), bytes.size());
    return detail::xxh3_large(bytes, tier);
}

} // namespace repro::inline v0
