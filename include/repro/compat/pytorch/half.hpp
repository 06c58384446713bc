// SPDX-License-Identifier: MIT
#pragma once
// The element types of tensors: the two 16-bit storage types, and what the generator asks of any type.

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>

namespace repro::inline v0::pytorch {
namespace detail {

/// `value` without its lowest `n` bits, rounded to nearest, ties to even.
[[nodiscard]] constexpr std::uint32_t rounded_shift(std::uint32_t value, unsigned n) noexcept {
    return (value + ((1u << (n - 1)) - 1) + ((value >> n) & 1)) >> n;
}

[[nodiscard]] constexpr std::uint16_t half_bits(float value) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint32_t>(bits >> 16 & 0x8000);
    const std::uint32_t magnitude = bits & 0x7fffffff;
    std::uint32_t result = 0;
    if (magnitude > 0x7f800000) { // NaN
        result = 0x7e00;
    } else if (magnitude >= 0x477ff000) { // 65520 and more
        result = 0x7c00;
    } else if (magnitude >= 0x38800000) { // normal from 2^-14 on
        result = rounded_shift(magnitude - 0x38000000, 13);
    } else if (magnitude > 0x33000000) { // above 2^-25: subnormal
        result = rounded_shift((magnitude & 0x7fffff) | 0x800000, 126 - (magnitude >> 23));
    }
    return static_cast<std::uint16_t>(sign | result);
}

[[nodiscard]] constexpr float half_value(std::uint16_t bits) noexcept {
    const std::uint32_t sign = (bits & 0x8000u) << 16, exponent = bits >> 10 & 31, fraction = bits & 0x3ffu;
    if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000 | fraction << 13);
    if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -value : value;
}

} // namespace detail

/// torch.float16: a float rounded to 11 bits, ties to even.
struct half {
    std::uint16_t bits = 0;

    constexpr half() = default;
    explicit constexpr half(float value) noexcept : bits(detail::half_bits(value)) {}
    explicit constexpr operator float() const noexcept { return detail::half_value(bits); }
    friend constexpr bool operator==(half a, half b) noexcept {
        return static_cast<float>(a) == static_cast<float>(b);
    }
};

/// torch.bfloat16: the upper half of a float, rounded to 8 bits, ties to even.
struct bfloat16 {
    std::uint16_t bits = 0;

    constexpr bfloat16() = default;
    explicit constexpr bfloat16(float value) noexcept
        : bits(value != value ? std::uint16_t{0x7fc0}
                              : static_cast<std::uint16_t>(
                                    detail::rounded_shift(std::bit_cast<std::uint32_t>(value), 16))) {}
    explicit constexpr operator float() const noexcept {
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
    }
    friend constexpr bool operator==(bfloat16 a, bfloat16 b) noexcept {
        return static_cast<float>(a) == static_cast<float>(b);
    }
};

/// An element that computes in float and is kept in 16 bits.
template <class T>
concept half_dtype = std::same_as<T, half> || std::same_as<T, bfloat16>;

/// A floating-point dtype.
template <class T>
concept real_dtype = std::same_as<T, float> || std::same_as<T, double> || half_dtype<T>;

/// An integer dtype or bool.
template <class T>
concept whole_dtype = std::integral<T> && sizeof(T) <= 8;

/// Any dtype that the generator fills.
template <class T>
concept dtype = real_dtype<T> || whole_dtype<T>;

namespace detail {

/// Bits of precision.
template <real_dtype T> inline constexpr int digits = std::numeric_limits<T>::digits;
template <> inline constexpr int digits<half> = 11;
template <> inline constexpr int digits<bfloat16> = 8;

/// The largest finite value.
template <real_dtype T> inline constexpr double largest = static_cast<double>(std::numeric_limits<T>::max());
template <> inline constexpr double largest<half> = 65504.0;
template <> inline constexpr double largest<bfloat16> = 0x1.fep127;

/// What the arithmetic of an element is done in.
template <class T> struct arithmetic {
    using type = T;
};
template <half_dtype T> struct arithmetic<T> {
    using type = float;
};
template <class T> using arithmetic_t = typename arithmetic<T>::type;

/// A double as an element: rounded, by way of float for the half types; truncated for integers, and the
/// lowest 64-bit integer where it does not fit, as x86-64 has it.
template <dtype T> [[nodiscard]] constexpr T element(double value) noexcept {
    if constexpr (std::same_as<T, bool>)
        return value != 0.0;
    else if constexpr (std::integral<T>)
        return static_cast<T>(value > -0x1p63 && value < 0x1p63 ? static_cast<std::int64_t>(value)
                                                                : INT64_MIN);
    else if constexpr (half_dtype<T>)
        return T(static_cast<float>(value));
    else
        return static_cast<T>(value);
}

} // namespace detail
} // namespace repro::inline v0::pytorch
