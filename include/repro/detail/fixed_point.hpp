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

/// Returns the square root of `x`, cut off: one bit of the result a step.
template <std::size_t Limbs> [[nodiscard]] constexpr fraction<Limbs> sqrt(const fraction<Limbs>& x) noexcept {
    using wide = fraction<Limbs + 1>; // of a quarter of each number, which leaves room for twice the rest
    wide bit{{std::uint64_t{1} << 62}}, rest = wide::from(x.limbs) >> 2, root;
    for (int i = 0; i < fraction<Limbs>::width; ++i) {
        bit = bit >> 1;
        rest = rest + rest;
        const wide trial = root + root + bit;
        if (rest < trial) continue;
        rest = rest - trial;
        root = root + bit;
    }
    return fraction<Limbs>::from((root << 2).limbs);
}

/// Returns half of a / b, cut off, for a and b of at least 1/2.
template <std::size_t Limbs>
[[nodiscard]] constexpr fraction<Limbs> half_ratio(const fraction<Limbs>& a,
                                                   const fraction<Limbs>& b) noexcept {
    using wide = fraction<Limbs + 1>; // of a quarter of each number
    wide rest = wide::from(a.limbs) >> 3;
    const wide divisor = wide::from(b.limbs) >> 2;
    fraction<Limbs> quotient;
    for (int i = 0; i < fraction<Limbs>::width; ++i) {
        quotient = quotient + quotient;
        rest = rest + rest;
        if (rest < divisor) continue;
        rest = rest - divisor;
        quotient.limbs[Limbs - 1] |= 1;
    }
    return quotient;
}

} // namespace detail
} // namespace repro::inline v0
