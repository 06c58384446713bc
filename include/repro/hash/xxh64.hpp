// SPDX-License-Identifier: MIT
#pragma once
// XXH64: 64 bits of many bytes, fast, and sensitive to their order. It tells accidents apart, not forgeries.
// Source: the xxHash specification, version 0.1.1, by Yann Collet. Known answers: tests/vectors/xxh64.txt

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace repro::inline v0 {
namespace detail {

/// The five odd constants of the specification.
struct xxh64_primes {
    static constexpr std::uint64_t p1 = 0x9e3779b185ebca87, p2 = 0xc2b2ae3d27d4eb4f, p3 = 0x165667b19e3779f9,
                                   p4 = 0x85ebca77c2b2ae63, p5 = 0x27d4eb2f165667c5;
};

template <class Word> [[nodiscard]] inline std::uint64_t read_little_endian(const std::byte* from) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    if constexpr (std::endian::native == std::endian::little)
        return word;
    else if constexpr (sizeof word == 8)
        return __builtin_bswap64(word);
    else if constexpr (sizeof word == 4)
        return __builtin_bswap32(word);
    else
        return __builtin_bswap16(word);
}

[[nodiscard]] constexpr std::uint64_t xxh64_round(std::uint64_t lane, std::uint64_t word) noexcept {
    return std::rotl(lane + word * xxh64_primes::p2, 31) * xxh64_primes::p1;
}

/// Takes the whole stripes of 32 bytes from the front of `rest`, one word to each of four lanes.
[[nodiscard]] inline std::uint64_t xxh64_stripes(std::span<const std::byte>& rest,
                                                 std::uint64_t seed) noexcept {
    using p = xxh64_primes;
    std::uint64_t a = seed + p::p1 + p::p2, b = seed + p::p2, c = seed, d = seed - p::p1;
    const std::byte* at = rest.data();
    const std::byte* const end = at + rest.size() / 32 * 32;
    for (; at != end; at += 32) {
        a = xxh64_round(a, read_little_endian<std::uint64_t>(at));
        b = xxh64_round(b, read_little_endian<std::uint64_t>(at + 8));
        c = xxh64_round(c, read_little_endian<std::uint64_t>(at + 16));
        d = xxh64_round(d, read_little_endian<std::uint64_t>(at + 24));
    }
    rest = rest.last(rest.size() % 32);
    std::uint64_t hash = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
    for (const std::uint64_t lane : {a, b, c, d})
        hash = (hash ^ xxh64_round(0, lane)) * p::p1 + p::p4;
    return hash;
}

/// Mixes the last, fewer than 32 bytes into `hash`.
[[nodiscard]] inline std::uint64_t xxh64_tail(std::span<const std::byte> rest, std::uint64_t hash) noexcept {
    using p = xxh64_primes;
    for (; rest.size() >= 8; rest = rest.subspan(8))
        hash = std::rotl(hash ^ xxh64_round(0, read_little_endian<std::uint64_t>(rest.data())), 27) * p::p1 +
               p::p4;
    if (rest.size() >= 4) {
        hash = std::rotl(hash ^ (read_little_endian<std::uint32_t>(rest.data()) * p::p1), 23) * p::p2 + p::p3;
        rest = rest.subspan(4);
    }
    for (const std::byte byte : rest)
        hash = std::rotl(hash ^ (std::to_integer<std::uint64_t>(byte) * p::p5), 11) * p::p1;
    return hash;
}

} // namespace detail

/// Returns the XXH64 of `bytes`: equal for equal bytes in equal order, on every machine.
///
/// Stability: the published algorithm; any implementation of it gives the same number.
[[nodiscard]] inline std::uint64_t xxh64(std::span<const std::byte> bytes, std::uint64_t seed = 0) noexcept {
    using p = detail::xxh64_primes;
    std::span<const std::byte> rest = bytes;
    std::uint64_t hash = bytes.size() >= 32 ? detail::xxh64_stripes(rest, seed) : seed + p::p5;
    hash = detail::xxh64_tail(rest, hash + bytes.size());
    hash = (hash ^ (hash >> 33)) * p::p2;
    hash = (hash ^ (hash >> 29)) * p::p3;
    return hash ^ (hash >> 32);
}

} // namespace repro::inline v0
