// SPDX-License-Identifier: MIT
#pragma once
// Keys of jax.random and the switches of JAX that decide what comes from them. Origin: JAX (Apache-2.0),
// jax/_src/random/threefry2x32.py.

#include <repro/compat/argument.hpp>
#include <repro/rng/threefry.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0::jax {

/// Which counter each element of an array has: jax_threefry_partitionable.
enum class layout : unsigned char {
    original,     ///< off, the default before JAX 0.5.0: the counters of an array are cut into two halves
    partitionable ///< on, the default since: element i has counter i
};

/// jax_enable_x64: whether seeds have 64 bits and plain floats are doubles.
enum class x64 : unsigned char { off, on };

/// How randint() draws integers of 8 and 16 bits: jax_safer_randint.
enum class narrow_randint : unsigned char {
    native, ///< in their own width, the default before JAX 0.7.2
    wide    ///< in 32 bits, the default since
};

/// The switches of JAX that change numbers; as they stand, the defaults of JAX 0.7.2 to 0.11.
struct config {
    jax::layout layout = jax::layout::partitionable;
    jax::x64 x64 = jax::x64::off;
    jax::narrow_randint narrow_randint = jax::narrow_randint::wide;

    friend bool operator==(const config&, const config&) = default;
};

/// The defaults of JAX 0.5.0 to 0.7.1.
inline constexpr config before_0_7_2{.narrow_randint = narrow_randint::native};
/// The defaults before JAX 0.5.0.
inline constexpr config before_0_5_0{.layout = layout::original, .narrow_randint = narrow_randint::native};

/// A key: a value without state. The same call with the same key gives the same numbers.
///
/// It carries the switches, and keys made from it have the same ones.
/// Stability: contract 1.
/// Threads: safe to use from many threads.
struct key {
    std::array<std::uint32_t, 2> data{}; ///< as `jax.random.key_data` gives it
    jax::config config;

    friend bool operator==(const key&, const key&) = default;
};

namespace detail {

using repro::detail::reject;
using repro::detail::require;

/// The block of a counter under a key.
[[nodiscard]] constexpr std::array<std::uint32_t, 2> block(const key& k, std::uint32_t high,
                                                           std::uint32_t low) noexcept {
    return threefry2x32<20>::apply({high, low}, k.data);
}

[[nodiscard]] constexpr std::array<std::uint32_t, 2> block(const key& k, std::uint64_t counter) noexcept {
    return block(k, static_cast<std::uint32_t>(counter >> 32), static_cast<std::uint32_t>(counter));
}

/// Word `i` of `n` in the original layout: the counters 0 to n - 1, with a zero behind where n is odd, are
/// the first and second words of ceil(n / 2) blocks.
[[nodiscard]] constexpr std::uint32_t original_word(const key& k, std::uint64_t i, std::uint64_t n) noexcept {
    const std::uint64_t half = n / 2 + n % 2;
    const std::uint64_t first = i < half ? i : i - half;
    const std::uint64_t second = first + half < n ? first + half : 0;
    return block(k, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second))[i < half ? 0 : 1];
}

} // namespace detail

/// Returns the key of a seed, as `jax.random.PRNGKey(seed)` and `jax.random.key(seed)` do: its two halves,
/// the high one zero without x64. Class int.
[[nodiscard]] constexpr key prng_key(std::int64_t seed, const config& switches = {}) noexcept {
    const auto bits = static_cast<std::uint64_t>(seed);
    const auto high = switches.x64 == x64::on ? static_cast<std::uint32_t>(bits >> 32) : 0;
    return {{high, static_cast<std::uint32_t>(bits)}, switches};
}

/// Returns the key that depends on `k` and on `data`. Class int.
[[nodiscard]] constexpr key fold_in(const key& k, std::uint32_t data) noexcept {
    return {detail::block(k, 0, data), k.config};
}

/// Fills `keys` with new keys that depend on `k`, and in the original layout on their number. Class int.
constexpr void split(const key& k, std::span<key> keys) noexcept {
    for (std::size_t i = 0; i < keys.size(); ++i)
        keys[i] = k.config.layout == layout::partitionable
                      ? key{detail::block(k, i), k.config}
                      : key{{detail::original_word(k, 2 * i, 2 * keys.size()),
                             detail::original_word(k, 2 * i + 1, 2 * keys.size())},
                            k.config};
}
/// Returns `num` new keys.
[[nodiscard]] inline std::vector<key> split(const key& k, std::size_t num) {
    std::vector<key> keys(num);
    split(k, std::span<key>(keys));
    return keys;
}
/// Returns two new keys: `auto [k1, k2] = split(k)`.
[[nodiscard]] constexpr std::array<key, 2> split(const key& k) noexcept {
    std::array<key, 2> keys;
    split(k, std::span<key>(keys));
    return keys;
}

} // namespace repro::inline v0::jax
