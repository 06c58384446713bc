// SPDX-License-Identifier: MIT
#pragma once
// 64 bits of a key, the same in every run, on every platform and in every release: what to index, shard and
// split by instead of std::hash, a pointer, or the order of an unordered container. It is XXH64, seed 0, so
// that any language has it: Python's is xxhash.xxh64(key).intdigest(). It is fast and spreads well, and it is
// no defence against whoever chooses the keys. Known answers: tests/vectors/contract/stable_hash.txt

#include <repro/detail/plain_integer.hpp>
#include <repro/hash/xxh64.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// The bytes of a number, low ones first.
[[nodiscard]] inline std::array<std::byte, 8> little_endian_bytes(std::uint64_t number) noexcept {
    std::array<std::byte, 8> bytes;
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<std::byte>(number >> (8 * i));
    return bytes;
}

[[nodiscard]] inline std::uint64_t hash_key(std::span<const std::byte> bytes, std::uint64_t seed) noexcept {
    return xxh64(bytes, seed);
}
[[nodiscard]] inline std::uint64_t hash_key(std::string_view text, std::uint64_t seed) noexcept {
    return xxh64(std::as_bytes(std::span(text)), seed);
}
template <plain_integer Integer>
[[nodiscard]] std::uint64_t hash_key(Integer number, std::uint64_t seed) noexcept {
    return xxh64(little_endian_bytes(static_cast<std::uint64_t>(number)), seed);
}

} // namespace detail

/// A key: text (its bytes, as they are), a span of bytes, or an integer.
template <class T>
concept stable_key = requires(const T& key) { detail::hash_key(key, std::uint64_t{}); };

/// Returns the hash of a key. An integer of any width counts as the eight bytes, low ones first, of its value
/// modulo 2^64: 7 and 7u hash alike, 7 and "7" do not.
///
/// Stability: contract 1.
template <stable_key Key> [[nodiscard]] std::uint64_t stable_hash(const Key& key) noexcept {
    return detail::hash_key(key, 0);
}

/// Returns the hash of a key of several fields, in their order: that of the bytes, low ones first, of the
/// fields' hashes. ("ab", "c") and ("a", "bc") differ.
///
/// Stability: contract 1.
template <stable_key... Fields>
    requires(sizeof...(Fields) > 1)
[[nodiscard]] std::uint64_t stable_hash(const Fields&... fields) noexcept {
    std::array<std::byte, 8 * sizeof...(Fields)> bytes;
    std::size_t at = 0;
    for (const std::uint64_t hash : {stable_hash(fields)...})
        for (const std::byte byte : detail::little_endian_bytes(hash))
            bytes[at++] = byte;
    return xxh64(bytes);
}

} // namespace repro::inline v0
