// SPDX-License-Identifier: MIT
#pragma once
// The 16-bit floating-point types of JAX, as bits with their values.

#include <bit>
#include <cstdint>

namespace repro::inline v0::jax {

/// An IEEE 754 half: 5 bits of exponent, 10 of fraction.
struct float16 {
    std::uint16_t bits = 0;

    float16() = default;
    /// Rounds to the nearest, ties to even.
    explicit constexpr float16(float value) noexcept : bits(rounded(value)) {}
    [[nodiscard]] static constexpr float16 from_bits(std::uint16_t b) noexcept {
        float16 result;
        result.bits = b;
        return result;
    }
    /// Returns the value, which a float holds exactly.
    explicit constexpr operator float() const noexcept {
        const std::uint32_t sign = std::uint32_t{bits & 0x8000u} << 16;
        const std::uint32_t rest = bits & 0x7fffu;
        if (rest >= 0x7c00) return std::bit_cast<float>(sign | 0x7f800000u | (rest & 0x3ffu) << 13);
        if (rest >= 0x0400) return std::bit_cast<float>(sign | ((rest << 13) + 0x38000000u));
        const float subnormal = static_cast<float>(rest) * 0x1p-24f;
        return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(subnormal));
    }

    friend bool operator==(float16 a, float16 b) noexcept {
        return static_cast<float>(a) == static_cast<float>(b);
    }

private:
    static constexpr std::uint16_t rounded(float value) noexcept {
        const auto wide = std::bit_cast<std::uint32_t>(value);
        const auto sign = static_cast<std::uint16_t>(wide >> 16 & 0x8000);
        const std::uint32_t rest = wide & 0x7fffffff;
        if (rest > 0x7f800000) return static_cast<std::uint16_t>(sign | 0x7e00);
        if (rest >= 0x477ff000) return static_cast<std::uint16_t>(sign | 0x7c00);
        if (rest < 0x38800000) { // subnormal: counts of 2^-24, rounded by adding 2^23 of them
            const float counted = std::bit_cast<float>(rest) * 0x1p24f + 0x1p23f;
            return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(counted) & 0x7fff));
        }
        const std::uint32_t even = rest >> 13 & 1;
        return static_cast<std::uint16_t>(sign | (rest - 0x38000000 + 0xfff + even) >> 13);
    }
};

/// The upper half of a float: 8 bits of exponent, 7 of fraction.
struct bfloat16 {
    std::uint16_t bits = 0;

    bfloat16() = default;
    /// Rounds to the nearest, ties to even.
    explicit constexpr bfloat16(float value) noexcept : bits(rounded(value)) {}
    [[nodiscard]] static constexpr bfloat16 from_bits(std::uint16_t b) noexcept {
        bfloat16 result;
        result.bits = b;
        return result;
    }
    /// Returns the value, which a float holds exactly.
    explicit constexpr operator float() const noexcept {
        return std::bit_cast<float>(std::uint32_t{bits} << 16);
    }

    friend bool operator==(bfloat16 a, bfloat16 b) noexcept {
        return static_cast<float>(a) == static_cast<float>(b);
    }

private:
    static constexpr std::uint16_t rounded(float value) noexcept {
        const auto wide = std::bit_cast<std::uint32_t>(value);
        if ((wide & 0x7fffffff) > 0x7f800000) return static_cast<std::uint16_t>(wide >> 16 | 0x40);
        return static_cast<std::uint16_t>((wide + 0x7fff + (wide >> 16 & 1)) >> 16);
    }
};

} // namespace repro::inline v0::jax
