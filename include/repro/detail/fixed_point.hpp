// SPDX-License-Identifier: MIT
#pragma once
// Fractions of many bits in integer arithmetic: what a correctly rounded function is computed in. No
// floating-point operation takes part, so no flag, compiler or processor changes a bit. For the results of
// floating point, that is as exact as it gets.

#include <repro/detail/uint128.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace repro::inline v0 {
namespace detail {

/// A number in [0, 1) with 64 `Limbs` bits, the most significant limb first. Its unit is 2^-(64 Limbs). Sums
/// and differences wrap at 1, what falls below the unit is cut off.
template <std::size_t Limbs> struct fraction {
    static constexpr int width = 64 * static_cast<int>(Limbs);
    std::array<std::uint64_t, Limbs> limbs{};

    [[nodiscard]] constexpr bool is_zero() const noexcept { return *this == fraction{}; }
    /// Returns whether the top bit is set: 1/2 and more, or negative where the number is read with a sign.
    [[nodiscard]] constexpr bool top_bit() const noexcept { return limbs[0] >> 63 != 0; }
    [[nodiscard]] constexpr int leading_zeros() const noexcept {
        int count = 0;
        for (const std::uint64_t limb : limbs) {
            count += std::countl_zero(limb);
            if (limb != 0) break;
        }
        return count;
    }

    friend constexpr bool operator==(const fraction&, const fraction&) = default;
    friend constexpr auto operator<=>(const fraction&, const fraction&) = default;
    friend constexpr fraction operator+(fraction a, const fraction& b) noexcept {
        uint128 sum = 0;
        for (std::size_t i = Limbs; i-- > 0; sum >>= 64) {
            sum += uint128{a.limbs[i]} + b.limbs[i];
            a.limbs[i] = low_half(sum);
        }
        return a;
    }
    friend constexpr fraction operator-(fraction a, const fraction& b) noexcept {
        std::uint64_t borrow = 0;
        for (std::size_t i = Limbs; i-- > 0;) {
            const uint128 difference = uint128{a.limbs[i]} - b.limbs[i] - borrow;
            a.limbs[i] = low_half(difference);
            borrow = high_half(difference) & 1;
        }
        return a;
    }
    friend constexpr fraction operator-(const fraction& a) noexcept { return fraction{} - a; }

    friend constexpr fraction operator*(const fraction& a, const fraction& b) noexcept {
        std::array<std::uint64_t, 2 * Limbs> product{};
        for (std::size_t i = Limbs; i-- > 0;) {
            uint128 carry = 0;
            for (std::size_t j = Limbs; j-- > 0; carry >>= 64) {
                carry += uint128{a.limbs[i]} * b.limbs[j] + product[i + j + 1];
                product[i + j + 1] = low_half(carry);
            }
            product[i] = low_half(carry);
        }
        return from(product);
    }
    /// Returns the product with a whole number, modulo 1.
    friend constexpr fraction operator*(fraction a, std::uint64_t factor) noexcept {
        uint128 carry = 0;
        for (std::size_t i = Limbs; i-- > 0; carry >>= 64) {
            carry += uint128{a.limbs[i]} * factor;
            a.limbs[i] = low_half(carry);
        }
        return a;
    }
    friend constexpr fraction operator/(fraction a, std::uint64_t divisor) noexcept {
        uint128 rest = 0;
        for (std::uint64_t& limb : a.limbs) {
            rest = rest << 64 | limb;
            limb = low_half(rest / divisor);
            rest %= divisor;
        }
        return a;
    }

    friend constexpr fraction operator<<(const fraction& a, int count) noexcept {
        fraction result;
        const auto whole = static_cast<std::size_t>(count / 64);
        for (std::size_t i = 0; i + whole < Limbs; ++i) {
            const std::uint64_t next = i + whole + 1 < Limbs ? a.limbs[i + whole + 1] : 0;
            result.limbs[i] = high_half(make_uint128(a.limbs[i + whole], next) << count % 64);
        }
        return result;
    }
    friend constexpr fraction operator>>(const fraction& a, int count) noexcept {
        fraction result;
        const auto whole = static_cast<std::size_t>(count / 64);
        for (std::size_t i = whole; i < Limbs; ++i) {
            const std::uint64_t previous = i > whole ? a.limbs[i - whole - 1] : 0;
            result.limbs[i] = low_half(make_uint128(previous, a.limbs[i - whole]) >> count % 64);
        }
        return result;
    }

    /// Returns the leading limbs of `longer`, or, where that has fewer, zeros behind them.
    template <std::size_t Other>
    [[nodiscard]] static constexpr fraction from(const std::array<std::uint64_t, Other>& longer) noexcept {
        fraction result;
        for (std::size_t i = 0; i < Limbs && i < Other; ++i)
            result.limbs[i] = longer[i];
        return result;
    }
};

/// Returns 1 / (2 x) for x of at least 1/2, in units of 2^-64 as x is.
[[nodiscard]] constexpr std::uint64_t half_inverse(std::uint64_t x) noexcept {
    const uint128 inverse = (uint128{1} << 127) / x;
    return high_half(inverse) != 0 ? UINT64_MAX : low_half(inverse);
}

/// Returns x + error inverse, where the error has a sign: a step of Newton's that gains some 60 bits.
template <std::size_t Limbs>
[[nodiscard]] constexpr fraction<Limbs> improved(const fraction<Limbs>& x, const fraction<Limbs>& error,
                                                 std::uint64_t inverse) noexcept {
    const fraction<Limbs> factor{{inverse}};
    return error.top_bit() ? x - -error * factor : x + error * factor;
}

/// Returns the whole part of the square root of `x`, one bit a step.
[[nodiscard]] constexpr std::uint64_t whole_sqrt(uint128 x) noexcept {
    uint128 root = 0;
    for (uint128 bit = uint128{1} << 126; bit != 0; bit >>= 2) {
        const bool fits = x >= root + bit;
        if (fits) x -= root + bit;
        root = (root >> 1) + (fits ? bit : 0);
    }
    return low_half(root);
}

/// Returns the square root of x, which is not zero, within a few units.
template <std::size_t Limbs> [[nodiscard]] constexpr fraction<Limbs> sqrt(const fraction<Limbs>& x) noexcept {
    const int half_shift = x.leading_zeros() / 2;
    const fraction<Limbs> square = x << 2 * half_shift;
    const std::uint64_t top = whole_sqrt(make_uint128(square.limbs[0], square.limbs[1]));
    fraction<Limbs> root{{top}};
    for (std::size_t i = 0; i < Limbs; ++i)
        root = improved(root, square - root * root, half_inverse(top));
    return root >> half_shift;
}

/// Returns half of a / b, for a and b of at least 1/2, within a few units.
template <std::size_t Limbs>
[[nodiscard]] constexpr fraction<Limbs> half_ratio(const fraction<Limbs>& a,
                                                   const fraction<Limbs>& b) noexcept {
    const std::uint64_t inverse = half_inverse(b.limbs[0]);
    fraction<Limbs> quotient;
    for (std::size_t i = 0; i <= Limbs; ++i) {
        const fraction<Limbs> error = (a >> 1) - b * quotient;
        quotient = improved(improved(quotient, error, inverse), error, inverse);
    }
    return quotient;
}

} // namespace detail
} // namespace repro::inline v0
