// SPDX-License-Identifier: MIT
#pragma once
// pow, log2 and expm1 with the bits of glibc's FMA variants; detail/libm.hpp says how.
// Origin: pow and log2 from ARM optimized-routines (MIT); expm1 from fdlibm, Copyright (C) 1993 by Sun
// Microsystems, Inc., which grants free use with this notice. The order of fused steps is that of glibc's
// build.

#include <repro/detail/libm.hpp>

namespace repro::inline v0 {
namespace detail::libm {

/// A value and what its rounding left over.
struct two_parts {
    double head;
    double tail;
};

/// log of the positive normal number with bits `ix`, with some 15 bits more than a double.
[[gnu::always_inline]] inline two_parts log_extended(std::uint64_t ix) noexcept {
    constexpr double a[] = {-0x1p-1,
                            0x1.555555555556p-2 * -2,
                            -0x1.0000000000006p-2 * -2,
                            0x1.999999959554ep-3 * 4,
                            -0x1.555555529a47ap-3 * 4,
                            0x1.2495b9b4845e9p-3 * -8,
                            -0x1.0002b8b263fc3p-3 * -8};
    const std::uint64_t offset = ix - 0x3fe6955500000000;
    const pow_interval& interval = pow_intervals[(offset >> 45) & 127];
    const auto k = static_cast<double>(static_cast<std::int64_t>(offset) >> 52);
    const double z = from_bits(ix - (offset & 0xfff0000000000000));
    const double r = fma(z, interval.inverse_centre, -1.0);
    const double t1 = fma(k, ln2_high, interval.log_centre);
    const double t2 = r + t1;
    const double lo1 = fma(k, ln2_low, interval.log_centre_tail);
    const double lo2 = (t1 - t2) + r;
    const double ar = rounded(a[0] * r), ar2 = rounded(r * ar), ar3 = rounded(r * ar2);
    const double hi = t2 + ar2;
    const double lo3 = fma(ar, r, -ar2);
    const double lo4 = (t2 - hi) + ar2;
    const double series = fma(fma(fma(a[6], r, a[5]), ar2, fma(a[4], r, a[3])), ar2, fma(a[2], r, a[1]));
    const double lo = fma(ar3, series, ((lo1 + lo2) + lo3) + lo4);
    const double head = hi + lo;
    return {head, (hi - head) + lo};
}

/// Whether y, not zero, infinite or NaN, is an odd integer, an even one, or none.
enum class parity : unsigned char { not_an_integer, odd, even };

[[nodiscard]] constexpr parity parity_of(std::uint64_t iy) noexcept {
    const auto exponent = static_cast<int>(iy >> 52 & 0x7ff);
    if (exponent < 0x3ff) return parity::not_an_integer;
    if (exponent > 0x3ff + 52) return parity::even;
    const std::uint64_t unit = std::uint64_t{1} << (0x3ff + 52 - exponent);
    if ((iy & (unit - 1)) != 0) return parity::not_an_integer;
    return (iy & unit) != 0 ? parity::odd : parity::even;
}

[[nodiscard]] constexpr bool zero_inf_nan(std::uint64_t i) noexcept {
    return 2 * i == 0 || 2 * i >= 0xffe0000000000000;
}

/// pow where x or y is zero, infinite or NaN.
[[nodiscard]] inline double pow_special(double x, double y) noexcept {
    const std::uint64_t ix = bits(x), iy = bits(y);
    if (y == 0.0 || x == 1.0) return 1.0;
    if (x != x || y != y) return x + y;
    if (zero_inf_nan(iy)) { // y is infinite
        if (x == -1.0) return 1.0;
        const bool small = 2 * ix < 2 * bits(1.0);
        return small == (iy >> 63 == 0) ? 0.0 : __builtin_inf();
    }
    double square = rounded(x * x);
    if (ix >> 63 != 0 && parity_of(iy) == parity::odd) square = -square;
    return iy >> 63 != 0 ? 1.0 / square : square;
}

[[gnu::always_inline]] inline double pow_kernel(double x, double y) noexcept {
    std::uint64_t ix = bits(x);
    const std::uint64_t iy = bits(y);
    std::uint64_t sign_bias = 0;
    if (zero_inf_nan(ix) || zero_inf_nan(iy)) return pow_special(x, y);
    if (ix >> 63 != 0) {
        const parity kind = parity_of(iy);
        if (kind == parity::not_an_integer) return __builtin_nan("");
        if (kind == parity::odd) sign_bias = 0x800 << 7;
        ix &= 0x7fffffffffffffff;
    }
    const auto y_exponent = static_cast<unsigned>(iy >> 52) & 0x7ff;
    if (y_exponent - 0x3be >= 0x43e - 0x3be) {
        if (ix == bits(1.0)) return 1.0;
        const bool grows = (ix > bits(1.0)) == (iy >> 63 == 0);
        if (y_exponent < 0x3be) return ix > bits(1.0) ? 1.0 + y : 1.0 - y;
        return grows ? __builtin_inf() : 0.0;
    }
    if (ix >> 52 == 0) ix = (bits(x * 0x1p52) & 0x7fffffffffffffff) - (std::uint64_t{52} << 52);
    const two_parts log_x = log_extended(ix);
    const double head = rounded(y * log_x.head);
    return exp_kernel(head, fma(y, log_x.tail, fma(y, log_x.head, -head)), sign_bias);
}

inline constexpr double inverse_ln2_high = 0x1.7154765200000p+0;
inline constexpr double inverse_ln2_low = 0x1.705fc2eefa200p-33;

/// log2(x) for x near 1.
[[gnu::always_inline]] inline double log2_near_one(double x) noexcept {
    constexpr double b[] = {-0x1.71547652b82fep-1, 0x1.ec709dc3a03f7p-2,  -0x1.71547652b7c3fp-2,
                            0x1.2776c50f05be4p-2,  -0x1.ec709dd768fe5p-3, 0x1.a61761ec4e736p-3,
                            -0x1.7153fbc64a79bp-3, 0x1.484d154f01b4ap-3,  -0x1.289e4a72c383cp-3,
                            0x1.0b32f285aee66p-3};
    const double r = x - 1.0;
    const double hi = rounded(r * inverse_ln2_high);
    const double lo = fma(r, inverse_ln2_low, fma(r, inverse_ln2_high, -hi));
    const double r2 = rounded(r * r), r4 = rounded(r2 * r2);
    const double square_term = fma(b[1], r, b[0]);
    const double y = fma(square_term, r2, hi);
    const double error = fma(square_term, r2, hi - y) + lo;
    const double middle = fma(fma(b[5], r, b[4]), r2, fma(b[3], r, b[2]));
    const double high = fma(fma(r, b[9], b[8]), r2, fma(b[7], r, b[6]));
    return y + fma(fma(high, r4, middle), r4, error);
}

[[gnu::always_inline]] inline double log2_kernel(double x) noexcept {
    constexpr double a[] = {-0x1.71547652b8339p-1, 0x1.ec709dc3a04bep-2,  -0x1.7154764702ffbp-2,
                            0x1.2776c50034c48p-2,  -0x1.ec7b328ea92bcp-3, 0x1.a6225e117f92ep-3};
    std::uint64_t ix = bits(x);
    constexpr std::uint64_t low_end = 0x3feea4af00000000,
                            span = 0x210aa00000000; // 1 - 0x1.5b51p-5, to 1 + 0x1.6ab2p-5
    if (ix - low_end < span) return ix == bits(1.0) ? 0.0 : log2_near_one(x);
    if (ix - 0x0010000000000000 >= 0x7fe0000000000000) {
        if (ix * 2 == 0) return -__builtin_inf();
        if (ix == bits(__builtin_inf()) || x != x) return x;
        if (ix >> 63 != 0) return __builtin_nan("");
        ix = bits(x * 0x1p52) - (std::uint64_t{52} << 52);
    }
    const std::uint64_t offset = ix - 0x3fe6000000000000;
    const log_interval& interval = log2_intervals[(offset >> 46) & 63];
    const auto k = static_cast<double>(static_cast<std::int64_t>(offset) >> 52);
    const double z = from_bits(ix - (offset & 0xfff0000000000000));
    const double r = fma(z, interval.inverse_centre, -1.0);
    const double t1 = rounded(inverse_ln2_high * r);
    const double t2 = fma(r, inverse_ln2_low, fma(inverse_ln2_high, r, -t1));
    const double t3 = k + interval.log_centre;
    const double hi = t1 + t3;
    const double lo = ((t3 - hi) + t1) + t2;
    const double r2 = rounded(r * r), r4 = rounded(r2 * r2);
    const double series = fma(fma(r, a[5], a[4]), r4, fma(fma(a[3], r, a[2]), r2, fma(a[1], r, a[0])));
    return fma(r2, series, lo) + hi;
}

/// 2^k y for expm1: adds k to the exponent field.
[[nodiscard]] inline double add_to_exponent(double y, int k) noexcept {
    return from_bits(bits(y) + (static_cast<std::uint64_t>(static_cast<std::int64_t>(k)) << 52));
}

/// The end of expm1: 2^k (x + 1 - e) - 1 without loss.
[[gnu::always_inline]] inline double expm1_scaled(double x, double e, int k) noexcept {
    if (k == -1) return fma(x - e, 0.5, -0.5);
    if (k == 1) return x < -0.25 ? -2.0 * (e - (x + 0.5)) : fma(2.0, x - e, 1.0);
    if (k <= -2 || k > 56) return add_to_exponent(1.0 - (e - x), k) - 1.0;
    if (k < 20) {
        const auto top = static_cast<std::uint64_t>(0x3ff00000 - (0x200000 >> k));
        return add_to_exponent(from_bits(top << 32) - (e - x), k);
    }
    const double t = from_bits(static_cast<std::uint64_t>(0x3ff - k) << 52);
    return add_to_exponent((x - (e + t)) + 1.0, k);
}

[[gnu::always_inline]] inline double expm1_kernel(double x) noexcept {
    constexpr double ln2_hi = 6.93147180369123816490e-01, ln2_lo = 1.90821492927058770002e-10;
    constexpr double inverse_ln2 = 1.44269504088896338700e+00;
    constexpr double q[] = {1.0,
                            -3.33333333333331316428e-02,
                            1.58730158725481460165e-03,
                            -7.93650757867487942473e-05,
                            4.00821782732936239552e-06,
                            -2.01099218183624371326e-07};
    const std::uint32_t hx = static_cast<std::uint32_t>(bits(x) >> 32) & 0x7fffffff;
    if (x != x) return x;
    if (x > 7.09782712893383973096e+02) return __builtin_inf();
    if (hx >= 0x4043687a && x < 0.0) return -1.0; // below -56 ln 2
    if (hx < 0x3c900000) return x;
    int k = 0;
    double c = 0.0;
    if (hx > 0x3fd62e42) { // beyond half of ln 2
        double hi = 0.0, lo = 0.0;
        if (hx < 0x3ff0a2b2) { // within 1.5 ln 2
            k = x > 0.0 ? 1 : -1;
            hi = x > 0.0 ? x - ln2_hi : x + ln2_hi;
            lo = x > 0.0 ? ln2_lo : -ln2_lo;
        } else {
            k = static_cast<int>(rounded(inverse_ln2 * x) + (x > 0.0 ? 0.5 : -0.5));
            hi = fma(static_cast<double>(-k), ln2_hi, x);
            lo = rounded(static_cast<double>(k) * ln2_lo);
        }
        x = rounded(hi - lo);
        c = (hi - x) - lo;
    }
    const double half = 0.5 * x;
    const double hxs = rounded(x * half);
    const double h2 = rounded(hxs * hxs), h4 = rounded(h2 * h2);
    const double r1 = fma(h4, fma(q[5], hxs, q[4]), fma(h2, fma(q[3], hxs, q[2]), fma(hxs, q[1], 1.0)));
    const double t = fma(-r1, half, 3.0);
    const double e = rounded(((r1 - t) / fma(-x, t, 6.0)) * hxs);
    if (k == 0) return x - fma(e, x, -hxs);
    return expm1_scaled(x, fma(e - c, x, -c) - hxs, k);
}

/// x^y with glibc's bits.
[[nodiscard]] inline double pow(double x, double y) noexcept { return dispatch<pow_kernel>(x, y); }

/// The binary logarithm with glibc's bits.
[[nodiscard]] inline double log2(double x) noexcept { return dispatch<log2_kernel>(x); }

/// e^x - 1 with glibc's bits.
[[nodiscard]] inline double expm1(double x) noexcept { return dispatch<expm1_kernel>(x); }

} // namespace detail::libm
} // namespace repro::inline v0
