// SPDX-License-Identifier: MIT
#pragma once
// Keys of streams: 128 bits that depend on the seed and on names, never on who asked first. Everything that
// is derived from a seed is derived here.

#include <repro/core/seed.hpp>
#include <repro/hash/sha2.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace repro::inline v0 {

/// The key of a counter-based stream.
using stream_key = std::array<std::uint64_t, 2>;

/// SHA-256 over a purpose and its fields. A purpose fixes the kinds of its fields, and each text carries its
/// length, so that no two lists of fields of one purpose hash alike.
///
/// Stability: contract 1.
class key_hash {
public:
    /// Starts a derivation for `purpose`: "stream", "split", "worker", ...
    constexpr explicit key_hash(std::string_view purpose) noexcept {
        add("repro/contract-1");
        add(purpose);
    }

    constexpr key_hash& add(std::uint64_t word) noexcept {
        for (int shift = 0; shift < 64; shift += 8)
            hash_.update(static_cast<std::uint8_t>(word >> shift));
        return *this;
    }

    constexpr key_hash& add(std::string_view text) noexcept {
        add(static_cast<std::uint64_t>(text.size()));
        hash_.update(text);
        return *this;
    }

    constexpr key_hash& add(const stream_key& key) noexcept { return add(key[0]).add(key[1]); }

    /// Returns the first 128 bits of the digest, as two little-endian words. Ends the derivation.
    [[nodiscard]] constexpr stream_key key() noexcept {
        const auto digest = hash_.finish();
        stream_key words{};
        for (std::size_t i = 0; i < 16; ++i)
            words[i / 8] |= std::uint64_t{digest[i]} << (8 * (i % 8));
        return words;
    }

    /// Returns the first 64 bits of the digest: a seed for something that takes a number. Ends the
    /// derivation.
    [[nodiscard]] constexpr std::uint64_t word() noexcept { return key()[0]; }

private:
    sha256_hash hash_;
};

/// Returns the root of everything that is keyed under the seed `s`.
///
/// Stability: contract 1.
[[nodiscard]] constexpr stream_key root_key(seed s) noexcept { return key_hash("root").add(s.value()).key(); }

/// Returns the key of the stream `name` under `root`.
///
/// Stability: contract 1; depends on nothing but its arguments.
[[nodiscard]] constexpr stream_key derive_key(const stream_key& root, std::string_view name) noexcept {
    return key_hash("stream").add(root).add(name).key();
}

/// Returns a seed under `root` for `name`, something whose seed is a number.
///
/// Stability: contract 1.
[[nodiscard]] constexpr std::uint64_t derive_seed(const stream_key& root, std::string_view name) noexcept {
    return key_hash("seed").add(root).add(name).word();
}

} // namespace repro::inline v0
