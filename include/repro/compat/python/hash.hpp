// SPDX-License-Identifier: MIT
#pragma once
// The exact twin of CPython's hash() under a PYTHONHASHSEED, on 64-bit builds: loaders index and split by it.
// Origin: CPython 3.13 (PSF-2.0), Python/pyhash.c, Python/bootstrap_hash.c, Objects/tupleobject.c.
// Known answers: tests/vectors/python_hash.txt

#include <repro/compat/argument.hpp>
#include <repro/compat/python/rules.hpp>
#include <repro/compat/python/seeding.hpp>
#include <repro/detail/plain_integer.hpp>
#include <repro/detail/uint128.hpp>
#include <repro/detail/utf8.hpp>
#include <repro/hash/xxh64.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

namespace repro::inline v0::python {
namespace detail {

/// SipHash of a stream of bytes, with 1 and 3 rounds or with 2 and 4. Source: J.-P. Aumasson and D. J.
/// Bernstein, SipHash: a fast short-input PRF, 2012.
class siphash {
public:
    constexpr siphash(std::uint64_t k0, std::uint64_t k1, int rounds) noexcept
        : v0_(k0 ^ 0x736f6d6570736575),
          v1_(k1 ^ 0x646f72616e646f6d),
          v2_(k0 ^ 0x6c7967656e657261),
          v3_(k1 ^ 0x7465646279746573),
          rounds_(rounds) {}

    constexpr void add(std::uint8_t byte) noexcept {
        word_ |= std::uint64_t{byte} << (8 * (length_ % 8));
        if (++length_ % 8 == 0) take();
    }
    [[nodiscard]] constexpr std::uint64_t length() const noexcept { return length_; }
    [[nodiscard]] constexpr std::uint64_t finish() noexcept {
        word_ |= length_ << 56;
        take();
        v2_ ^= 0xff;
        mix(rounds_ + 2);
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

private:
    constexpr void take() noexcept {
        v3_ ^= word_;
        mix(rounds_);
        v0_ ^= word_;
        word_ = 0;
    }
    constexpr void mix(int rounds) noexcept {
        for (int i = 0; i < rounds; ++i) {
            v0_ += v1_;
            v2_ += v3_;
            v1_ = std::rotl(v1_, 13) ^ v0_;
            v3_ = std::rotl(v3_, 16) ^ v2_;
            v0_ = std::rotl(v0_, 32) + v3_;
            v2_ += v1_;
            v1_ = std::rotl(v1_, 17) ^ v2_;
            v3_ = std::rotl(v3_, 21) ^ v0_;
            v2_ = std::rotl(v2_, 32);
        }
    }

    std::uint64_t v0_, v1_, v2_, v3_;
    std::uint64_t word_ = 0, length_ = 0;
    int rounds_;
};

[[nodiscard]] constexpr std::int64_t finished(siphash& hash) noexcept {
    if (hash.length() == 0) return 0; // what is empty is not hashed
    return static_cast<std::int64_t>(signed_hash(hash.finish(), false));
}

/// The hash of an int whose magnitude has this rest.
[[nodiscard]] constexpr std::int64_t int_hash(std::uint64_t rest, bool negative) noexcept {
    return static_cast<std::int64_t>(signed_hash(rest, negative));
}

} // namespace detail

/// A PYTHONHASHSEED, and the Python that it is given to. A whole number makes one.
class hash_seed {
public:
    /// Errors: errc::argument_invalid for a seed outside 0 to 2^32 - 1.
    template <std::integral Integer>
        requires(!std::same_as<Integer, bool>)
    constexpr hash_seed(Integer value, rules which = rules::python_3_13) : rules_(which) {
        repro::detail::require(std::in_range<std::uint32_t>(value), "PYTHONHASHSEED",
                               "the seed is out of range", "pass a number from 0 to 4294967295");
        auto x = static_cast<std::uint32_t>(value);
        if (x == 0) return;
        for (int i = 0; i < 16; ++i) {
            x = x * 214013 + 2531011;
            key_[i / 8] |= std::uint64_t{x >> 16 & 0xff} << (8 * (i % 8));
        }
    }

    [[nodiscard]] constexpr rules which() const noexcept { return rules_; }
    /// Starts the hash of a text or of bytes.
    [[nodiscard]] constexpr detail::siphash start() const noexcept {
        return {key_[0], key_[1], rules_ <= rules::python_3_11 ? 1 : 2};
    }

private:
    std::uint64_t key_[2] = {};
    rules rules_;
};

/// An int of any size: 32-bit limbs of its magnitude from low to high, and its sign.
struct big_int {
    std::span<const std::uint32_t> magnitude;
    bool negative = false;
};

/// Returns the hash of an int or a bool. No seed changes it. Class int.
template <repro::detail::plain_integer Integer>
[[nodiscard]] constexpr std::int64_t hash(Integer value, const hash_seed& = 0) noexcept {
    const bool negative = value < Integer{};
    const auto bits = static_cast<std::uint64_t>(value);
    return detail::int_hash((negative ? 0 - bits : bits) % detail::hash_modulus, negative);
}
/// Returns the hash of an int of any size. No seed changes it. Class int.
[[nodiscard]] constexpr std::int64_t hash(const big_int& value, const hash_seed& = 0) noexcept {
    repro::detail::uint128 rest = 0;
    for (std::size_t i = value.magnitude.size(); i-- > 0;)
        rest = (rest << 32 | value.magnitude[i]) % detail::hash_modulus;
    return detail::int_hash(repro::detail::low_half(rest), value.negative);
}
/// Returns the hash of a float: that of the int where it is whole. No seed changes it. Class int.
///
/// Errors: errc::argument_invalid for NaN, whose hash is an address since Python 3.10.
template <std::floating_point Float>
    requires(sizeof(Float) <= 8)
[[nodiscard]] std::int64_t hash(Float value, const hash_seed& seed = 0) {
    if (value != value) {
        repro::detail::require(seed.which() >= rules::python_3_9, "hash()",
                               "the hash of NaN is an address, another in every run", "leave NaN out");
        return 0;
    }
    return static_cast<std::int64_t>(detail::float_hash(value));
}
/// Returns the hash of None, which is `nullptr` here. Class int.
///
/// Errors: errc::argument_invalid before Python 3.12, where it is an address.
[[nodiscard]] constexpr std::int64_t hash(std::nullptr_t, const hash_seed& seed = 0) {
    repro::detail::require(seed.which() == rules::python_3_13, "hash()",
                           "the hash of None is an address before Python 3.12, another in every run",
                           "leave None out, or follow a newer Python");
    return 0xfca86420;
}
/// Returns the hash of bytes. Class int.
[[nodiscard]] constexpr std::int64_t hash(std::span<const std::uint8_t> bytes,
                                          const hash_seed& seed) noexcept {
    detail::siphash sip = seed.start();
    for (const std::uint8_t byte : bytes)
        sip.add(byte);
    return detail::finished(sip);
}
/// Returns the hash of a str, given in UTF-8. CPython hashes the code points in the width, 1, 2 or 4 bytes,
/// that the largest of them needs. Class int.
///
/// Errors: errc::argument_invalid for what is not well-formed UTF-8, surrogates among it.
[[nodiscard]] constexpr std::int64_t hash(std::string_view text, const hash_seed& seed) {
    char32_t largest = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto step = repro::detail::utf8_first(text.substr(at));
        repro::detail::require(step.valid, "hash()", "the text is not well-formed UTF-8",
                               "pass UTF-8, or a span of bytes for the hash of bytes");
        if (step.value > largest) largest = step.value;
        at += step.length;
    }
    const int width = largest < 0x100 ? 1 : largest < 0x10000 ? 2 : 4;
    detail::siphash sip = seed.start();
    for (std::size_t at = 0; at < text.size();) {
        const auto step = repro::detail::utf8_first(text.substr(at));
        for (int i = 0; i < width; ++i)
            sip.add(static_cast<std::uint8_t>(step.value >> (8 * i)));
        at += step.length;
    }
    return detail::finished(sip);
}
[[nodiscard]] constexpr std::int64_t hash(const char* text, const hash_seed& seed) {
    return hash(std::string_view(text), seed);
}

/// Returns the hash of a tuple from the hashes of its elements, for tuples whose length is not known when
/// compiled. Class int.
[[nodiscard]] constexpr std::int64_t tuple_hash(std::span<const std::int64_t> elements) noexcept {
    using p = repro::detail::xxh64_primes;
    std::uint64_t sum = p::p5;
    for (const std::int64_t element : elements)
        sum = repro::detail::xxh64_round(sum, static_cast<std::uint64_t>(element));
    sum += elements.size() ^ (p::p5 ^ 3527539);
    return sum == UINT64_MAX ? 1546275796 : static_cast<std::int64_t>(sum);
}
/// Returns the hash of a tuple of what has a hash here, tuples among it: `hash(std::tuple("a", 1), 42)`.
/// Class int.
///
/// Errors: those of its elements.
template <class... Elements>
[[nodiscard]] constexpr std::int64_t hash(const std::tuple<Elements...>& elements, const hash_seed& seed) {
    return std::apply(
        [&](const Elements&... each) {
            const std::array<std::int64_t, sizeof...(Elements)> hashes = {hash(each, seed)...};
            return tuple_hash(hashes);
        },
        elements);
}

} // namespace repro::inline v0::python
