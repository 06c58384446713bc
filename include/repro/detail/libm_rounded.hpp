// SPDX-License-Identifier: MIT
#pragma once
// Correctly rounded sin, cos, tan and acos: of two neighbouring doubles the one nearer to the true value, on
// every machine, since all is done in integers. Each value is computed to 128 bits and rounded; where these
// leave the choice open, to 256 bits (A. Ziv, 1991). The reduction of large arguments is that of M. Payne and
// R. Hanek, 1983. Known answers: tests/vectors/trigonometric.txt

#include <repro/detail/fixed_point.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace repro::inline v0 {
namespace detail::libm {

/// Bits of pi / 4; of 1 / (2 pi) behind 64 zeros. tools/vectors/trigonometric.py checks both.
inline constexpr std::array<std::uint64_t, 4> quarter_pi = {0xc90fdaa22168c234, 0xc4c6628b80dc1cd1,
                                                            0x29024e088a67cc74, 0x020bbea63b139b22};
inline constexpr std::array<std::uint64_t, 24> inverse_two_pi = {
    0x0000000000000000, 0x28be60db9391054a, 0x7f09d5f47d4d3770, 0x36d8a5664f10e410, 0x7f9458eaf7aef158,
    0x6dc91b8e909374b8, 0x01924bba82746487, 0x3f877ac72c4a69cf, 0xba208d7d4baed121, 0x3a671c09ad17df90,
    0x4e64758e60d4ce7d, 0x272117e2ef7e4a0e, 0xc7fe25fff7816603, 0xfbcbc462d6829b47, 0xdb4d9fb3c9f2c26d,
    0xd3d18fd9a797fa8b, 0x5d49eeb1faf97c5e, 0xcf41ce7de294a4ba, 0x9afed7ec47e35742, 0x1580cc11bf1edaea,
    0xfc33ef0826bd0d87, 0x6a78e45857b986c2, 0x19666157c5281a10, 0x237ff620135cc9cc};

/// fraction 2^exponent, the fraction at least 1/2; `lost` says by how many bits it was moved up for that.
template <std::size_t Limbs> struct scaled {
    fraction<Limbs> digits;
    int exponent = 0;
    int lost = 0;

    [[nodiscard]] static constexpr scaled normalised(const fraction<Limbs>& x, int exponent) noexcept {
        const int zeros = x.leading_zeros();
        return {x << zeros, exponent - zeros, zeros};
    }
    /// The number as a fraction; it is less than 1.
    [[nodiscard]] constexpr fraction<Limbs> plain() const noexcept { return digits >> -exponent; }
};

/// A double, and whether it is known to be the nearest.
struct rounding {
    double value;
    bool certain;
};

/// Rounds to nearest a number whose error was below 2^10 units before it was normalised; a million results
/// of 128 bits, held against 256, were off by less than 5. The number is a normal double's size.
template <std::size_t Limbs>
[[nodiscard]] constexpr rounding to_nearest(const scaled<Limbs>& x, bool negative) noexcept {
    constexpr fraction<Limbs> half{{std::uint64_t{1} << 63}};
    const fraction<Limbs> rest = x.digits << 53; // in units of the double's last bit
    const fraction<Limbs> above = rest - half;
    const bool up = rest >= half;
    const bool certain = !((up ? above : -above) >> (53 + 10 + x.lost)).is_zero();
    std::uint64_t bits = x.digits.limbs[0] >> 11;
    // the implicit bit of the significand raises the exponent field by the one that is missing from it
    bits += (static_cast<std::uint64_t>(x.exponent + 1021) << 52) + (up ? 1 : 0);
    return {std::bit_cast<double>(bits | std::uint64_t{negative} << 63), certain};
}

/// Coefficients of a power series with positive terms: c(first), c(first + 1), ... until they vanish.
template <std::size_t Limbs> struct coefficients {
    std::array<fraction<Limbs>, 24 * Limbs> c{};
    std::size_t count = 0;
};

/// 1 / n!, from n = 2 on.
template <std::size_t Limbs> consteval coefficients<Limbs> inverse_factorials() {
    coefficients<Limbs> table;
    fraction<Limbs> term{{std::uint64_t{1} << 63}};
    for (std::uint64_t n = 3; !term.is_zero(); ++n) {
        table.c[table.count++] = term;
        term = term / n;
    }
    return table;
}

/// The series of asin(d) / d - 1 in d^2, for d below 2^-15: (2k)! / (4^k k!^2 (2k + 1)), from k = 1 on.
template <std::size_t Limbs> consteval coefficients<Limbs> arcsine_terms() {
    coefficients<Limbs> table;
    fraction<Limbs> term{{std::uint64_t{1} << 63}};
    for (std::uint64_t k = 1; 30 * (k - 1) < 64 * Limbs; ++k) {
        table.c[table.count++] = term / (2 * k + 1);
        term = (term / (2 * k + 2)) * (2 * k + 1);
    }
    return table;
}

template <std::size_t Limbs>
inline constexpr coefficients<Limbs> inverse_factorial = inverse_factorials<Limbs>();
template <std::size_t Limbs> inline constexpr coefficients<Limbs> arcsine = arcsine_terms<Limbs>();

/// 1 - cos(r) (for `first` 2) or 1 - sin(r) / r (for 3), for z = r^2 with r up to pi / 4.
template <std::size_t Limbs>
[[nodiscard]] constexpr fraction<Limbs> falling_short(const fraction<Limbs>& z, std::size_t first) noexcept {
    const auto& [c, count] = inverse_factorial<Limbs>;
    fraction<Limbs> sum;
    for (std::size_t i = (count - first) / 2 * 2 + first; i >= first; i -= 2)
        sum = c[i - 2] - z * sum;
    return z * sum;
}

/// cos(r) for r in (0, pi / 4].
template <std::size_t Limbs> [[nodiscard]] constexpr scaled<Limbs> cos_near_zero(fraction<Limbs> r) noexcept {
    const fraction<Limbs> missing = falling_short<Limbs>(r * r, 2);
    if (missing.is_zero()) return {{{std::uint64_t{1} << 63}}, 1};
    return scaled<Limbs>::normalised(-missing, 0);
}

/// sin(r) for r in (0, pi / 4].
template <std::size_t Limbs>
[[nodiscard]] constexpr scaled<Limbs> sin_near_zero(const scaled<Limbs>& r) noexcept {
    const fraction<Limbs> plain = r.plain();
    const fraction<Limbs> missing = falling_short<Limbs>(plain * plain, 3);
    return scaled<Limbs>::normalised(r.digits - r.digits * missing, r.exponent);
}

/// An angle as quarter turns and what is left of it, at most an eighth of a turn to either side.
template <std::size_t Limbs> struct angle {
    scaled<Limbs> rest;
    bool negative = false;
    unsigned quarters = 0;
};

/// Takes apart x = significand 2^exponent, at least 1/2. No double but zero is nearer than 2^-62 to a
/// multiple of pi / 2, which the two limbs more than the result's make up for.
template <std::size_t Limbs>
[[nodiscard]] constexpr angle<Limbs> reduced(std::uint64_t significand, int exponent) noexcept {
    using wide = fraction<Limbs + 3>;
    const int skipped = 64 + exponent; // bits of 1 / (2 pi) that make whole turns only
    wide window;
    for (std::size_t i = 0; i < Limbs + 3; ++i)
        window.limbs[i] = inverse_two_pi[static_cast<std::size_t>(skipped / 64) + i];
    const wide turns = (window << skipped % 64) * significand;
    const std::uint64_t quarters = (turns.limbs[0] + (std::uint64_t{1} << 61)) >> 62;
    wide rest = turns - wide{{quarters << 62}};
    const bool negative = rest.top_bit();
    if (negative) rest = -rest;
    const int zeros = rest.leading_zeros();
    const auto digits = fraction<Limbs>::from((rest << zeros).limbs);
    constexpr int two_pi = 3; // quarter_pi is 2 pi / 2^3
    const auto radians =
        scaled<Limbs>::normalised(digits * fraction<Limbs>::from(quarter_pi), two_pi - zeros);
    return {{radians.digits, radians.exponent}, negative, static_cast<unsigned>(quarters)};
}

/// A double that is not small, taken apart: |x| = significand 2^exponent.
struct parts {
    std::uint64_t significand;
    int exponent;
    bool negative;
};

[[nodiscard]] constexpr parts take_apart(double x) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    return {(bits & 0x000fffffffffffff) | 0x0010000000000000, static_cast<int>(bits >> 52 & 0x7ff) - 1075,
            bits >> 63 != 0};
}

template <std::size_t Limbs> [[nodiscard]] constexpr angle<Limbs> angle_of(const parts& x) noexcept {
    constexpr std::uint64_t eighth_turn = 0x1921fb54442d18; // pi / 4 2^53, cut off
    if (x.exponent > -53 || (x.exponent == -53 && x.significand > eighth_turn))
        return reduced<Limbs>(x.significand, x.exponent);
    return {{{{x.significand << 11}}, x.exponent + 53}};
}

/// sin(x + quarters pi / 2) for |x| of at least 2^-27.
template <std::size_t Limbs> [[nodiscard]] constexpr rounding sin_of(const parts& x, unsigned quarters) {
    const angle<Limbs> a = angle_of<Limbs>(x);
    // sin(-x + q) = -sin(x - q)
    const unsigned turned = (x.negative ? a.quarters - quarters : a.quarters + quarters) % 4;
    const bool odd = turned % 2 != 0;
    const bool mirrored = !odd && a.negative;
    const bool negative = (x.negative != mirrored) != (turned >= 2);
    return to_nearest(odd ? cos_near_zero(a.rest.plain()) : sin_near_zero(a.rest), negative);
}

/// tan(x) for |x| of at least 2^-27.
template <std::size_t Limbs> [[nodiscard]] constexpr rounding tan_of(const parts& x) noexcept {
    const angle<Limbs> a = angle_of<Limbs>(x);
    scaled<Limbs> over = sin_near_zero(a.rest), under = cos_near_zero(a.rest.plain());
    const bool odd = a.quarters % 2 != 0;
    if (odd) std::swap(over, under);
    const auto ratio =
        scaled<Limbs>::normalised(half_ratio(over.digits, under.digits), over.exponent - under.exponent + 1);
    return to_nearest(ratio, (x.negative != a.negative) != odd);
}

/// The smaller acute angle of a right triangle with hypotenuse 1 and legs lower <= upper: a polynomial's
/// guess, which is right within 2^-15, and the angle by which that differs.
template <std::size_t Limbs>
[[nodiscard]] constexpr fraction<Limbs> acute_angle(const fraction<Limbs>& lower,
                                                    const fraction<Limbs>& upper) noexcept {
    using number = fraction<Limbs>;
    const number square = lower * lower;
    constexpr number a{{0x2b5fa8e4de687a00}}, b{{0x0cb57db03f2d5200}}, c{{0x1bc50c7385366000}};
    const number guess = lower + lower * square * (a + square * (b + square * c));
    const number sine = sin_near_zero(scaled<Limbs>::normalised(guess, 0)).plain();
    const number cosine = cos_near_zero(guess).plain();
    const number want = lower * cosine, have = upper * sine;
    const bool more = want >= have;
    const number d = more ? want - have : have - want; // sine of the difference
    number sum;
    const auto& [terms, count] = arcsine<Limbs>;
    for (std::size_t i = count; i-- > 0;)
        sum = terms[i] + d * d * sum;
    const number correction = d + d * (d * d * sum);
    return more ? guess + correction : guess - correction;
}

/// acos(x) for |x| from 2^-56 to below 1.
template <std::size_t Limbs> [[nodiscard]] constexpr rounding acos_of(const parts& x) noexcept {
    using number = fraction<Limbs>;
    const number cosine = number{{x.significand << 11}} >> -(x.exponent + 53);
    const number sine = sqrt(-(cosine * cosine));
    const bool steep = cosine > sine;               // the angle, or pi less the angle, is below pi / 4
    constexpr number pi = number::from(quarter_pi); // a quarter of each angle, from here on
    const number a = acute_angle(steep ? sine : cosine, steep ? cosine : sine) >> 2;
    number result = a;
    if (steep && x.negative) result = pi - a;
    if (!steep) result = x.negative ? (pi >> 1) + a : (pi >> 1) - a;
    return to_nearest(scaled<Limbs>::normalised(result, 2), false);
}

/// Rounds what `compute` gives with 128 bits or, where they do not decide, with 256. Nothing is known to need
/// more: with 2^64 arguments, that has a chance of 2^-120.
template <class Compute> [[nodiscard]] constexpr double rounded_once_certain(Compute compute) {
    const rounding quick = compute.template operator()<2>();
    return quick.certain ? quick.value : compute.template operator()<4>().value;
}

[[nodiscard]] constexpr bool below(double x, double limit) noexcept { return -limit < x && x < limit; }
[[nodiscard]] constexpr bool is_finite(double x) noexcept { return below(x, __builtin_inf()); }

/// sin(x), correctly rounded; NaN for an infinity.
[[nodiscard]] constexpr double rounded_sin(double x) noexcept {
    if (!is_finite(x)) return __builtin_nan("");
    if (below(x, 0x1p-27)) return x;
    return rounded_once_certain([p = take_apart(x)]<std::size_t Limbs> { return sin_of<Limbs>(p, 0); });
}

/// cos(x), correctly rounded; NaN for an infinity.
[[nodiscard]] constexpr double rounded_cos(double x) noexcept {
    if (!is_finite(x)) return __builtin_nan("");
    if (below(x, 0x1p-27)) return 1.0;
    return rounded_once_certain([p = take_apart(x)]<std::size_t Limbs> { return sin_of<Limbs>(p, 1); });
}

/// tan(x), correctly rounded; NaN for an infinity.
[[nodiscard]] constexpr double rounded_tan(double x) noexcept {
    if (!is_finite(x)) return __builtin_nan("");
    if (below(x, 0x1p-27)) return x;
    return rounded_once_certain([p = take_apart(x)]<std::size_t Limbs> { return tan_of<Limbs>(p); });
}

/// acos(x), correctly rounded; NaN outside [-1, 1].
[[nodiscard]] constexpr double rounded_acos(double x) noexcept {
    if (x == 1.0) return 0.0;
    if (x == -1.0) return 0x1.921fb54442d18p+1;
    if (!below(x, 1.0)) return __builtin_nan("");
    if (below(x, 0x1p-56)) return 0x1.921fb54442d18p+0;
    return rounded_once_certain([p = take_apart(x)]<std::size_t Limbs> { return acos_of<Limbs>(p); });
}

} // namespace detail::libm
} // namespace repro::inline v0
