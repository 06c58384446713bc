// SPDX-License-Identifier: MIT
#pragma once
// How CPython turns a seed into the key of init_by_array: the little-endian 32-bit limbs of a non-negative
// integer. Origin: CPython 3.13 (PSF-2.0), Lib/random.py, Modules/_randommodule.c and Python/pyhash.c.

#include <repro/hash/sha2.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace repro::inline v0::python {

/// How text becomes a seed: the current way, or that of Python 2 (`version=1`).
enum class seed_version : unsigned char { two, one };

namespace detail {

/// Removes high limbs that are zero; zero itself keeps one limb.
inline void trim_limbs(std::vector<std::uint32_t>& limbs) {
    while (limbs.size() > 1 && limbs.back() == 0)
        limbs.pop_back();
    if (limbs.empty()) limbs.push_back(0);
}

/// The bytes followed by their SHA-512 digest, read as one big-endian number.
[[nodiscard]] inline std::vector<std::uint32_t> text_key(std::span<const std::uint8_t> bytes) {
    const auto digest = sha512(bytes);
    const std::size_t size = bytes.size() + digest.size();
    std::vector<std::uint32_t> limbs((size + 3) / 4);
    for (std::size_t i = 0; i < size; ++i) {
        const std::size_t from_end = size - 1 - i;
        const std::uint32_t byte = i < bytes.size() ? bytes[i] : digest[i - bytes.size()];
        limbs[from_end / 4] |= byte << (8 * (from_end % 4));
    }
    trim_limbs(limbs);
    return limbs;
}

/// The code points of valid UTF-8, one a call; bytes that are no UTF-8 come out one by one.
class code_points {
public:
    explicit code_points(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
    std::uint32_t next() noexcept {
        const auto lead = static_cast<unsigned char>(rest_.front());
        const int continuation = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        std::uint32_t code = continuation == 0 ? lead : lead & (0x3fu >> continuation);
        rest_.remove_prefix(1);
        for (int i = 0; i < continuation && !rest_.empty(); ++i) {
            code = code << 6 | (static_cast<unsigned char>(rest_.front()) & 0x3fu);
            rest_.remove_prefix(1);
        }
        return code;
    }

private:
    std::string_view rest_;
};

/// The hash that Python 2 had for text, over its characters.
class version_one_hash {
public:
    void add(std::uint32_t character) noexcept {
        if (length_ == 0) value_ = std::uint64_t{character} << 7;
        value_ = 1000003 * value_ ^ character;
        ++length_;
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_ ^ length_; }

private:
    std::uint64_t value_ = 0;
    std::uint64_t length_ = 0;
};

/// The number that hashes of numbers are taken modulo (sys.hash_info.modulus).
inline constexpr int hash_width = 61;
inline constexpr std::uint64_t hash_modulus = (std::uint64_t{1} << hash_width) - 1;

/// A hash with its sign. It is never -1, which C functions of CPython keep for failure.
[[nodiscard]] constexpr std::uint64_t signed_hash(std::uint64_t hash, bool negative) noexcept {
    if (negative) hash = 0 - hash;
    return hash == UINT64_MAX ? UINT64_MAX - 1 : hash;
}

/// Python's hash of a finite double: its exact value modulo 2^61 - 1, the sign put on afterwards.
[[nodiscard]] inline std::uint64_t float_hash(double value) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const int exponent = static_cast<int>(bits >> 52 & 0x7ff);
    const std::uint64_t fraction = bits & 0x000fffffffffffff;
    const bool negative = bits >> 63 != 0;
    if (exponent == 0x7ff) return negative ? 0 - std::uint64_t{314159} : 314159; // sys.hash_info.inf
    const std::uint64_t mantissa = exponent == 0 ? fraction : fraction | std::uint64_t{1} << 52;
    // value = mantissa 2^power; multiplying by 2^power modulo 2^61 - 1 rotates 61 bits
    int power = (exponent == 0 ? 1 : exponent) - 1075;
    power = (power % hash_width + hash_width) % hash_width;
    std::uint64_t hash = mantissa;
    if (power != 0) hash = (mantissa << power & hash_modulus) | mantissa >> (hash_width - power);
    if (hash == hash_modulus) hash = 0;
    return signed_hash(hash, negative);
}

} // namespace detail
} // namespace repro::inline v0::python
