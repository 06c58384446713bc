// SPDX-License-Identifier: MIT
#pragma once
// log, exp and log1p with the bits of glibc's FMA variants (x86-64 with FMA, and aarch64; equal in glibc 2.28
// to 2.41), whatever the machine, compiler and flags: every fused step is an explicit fma. Origin: log and
// exp from ARM optimized-routines (MIT); log1p from fdlibm, Copyright (C) 1993 by Sun Microsystems, Inc.,
// which grants free use with this notice. The order of fused steps is that of glibc's build.

#include <repro/detail/fp.hpp>
#include <repro/detail/libm_tables.hpp>

#include <bit>
#include <cstdint>

namespace repro::inline v0 {
namespace detail::libm {

[[gnu::always_inline]] inline double fma(double a, double b, double c) noexcept {
    return __builtin_fma(a, b, c);
}
[[gnu::always_inline]] inline float fmaf(float a, float b, float c) noexcept {
    return __builtin_fmaf(a, b, c);
}
[[nodiscard]] constexpr std::uint64_t bits(double x) noexcept { return std::bit_cast<std::uint64_t>(x); }
[[nodiscard]] constexpr double from_bits(std::uint64_t x) noexcept { return std::bit_cast<double>(x); }

/// The square root, correctly rounded everywhere.
[[nodiscard]] inline double sqrt(double x) noexcept { return __builtin_sqrt(x); }

inline constexpr double ln2_high = 0x1.62e42fefa3800p-1;
inline constexpr double ln2_low = 0x1.ef35793c76730p-45;

// Polynomials of log: of log(1 + r) near one, and of what the table leaves.
inline constexpr double log_near_one_terms[] = {-0x1p-1,
                                                0x1.5555555555577p-2,
                                                -0x1.ffffffffffdcbp-3,
                                                0x1.999999995dd0cp-3,
                                                -0x1.55555556745a7p-3,
                                                0x1.24924a344de3p-3,
                                                -0x1.fffffa4423d65p-4,
                                                0x1.c7184282ad6cap-4,
                                                -0x1.999eb43b068ffp-4,
                                                0x1.78182f7afd085p-4,
                                                -0x1.5521375d145cdp-4};
inline constexpr double log_table_terms[] = {-0x1.0000000000001p-1, 0x1.555555551305bp-2,
                                             -0x1.fffffffeb459p-3, 0x1.999b324f10111p-3,
                                             -0x1.55575e506c89fp-3};

/// log(x) for x in [1 - 2^-4, 1 + 1.035 2^-4): a polynomial of degree 12 in x - 1, its square term in two
/// parts.
[[gnu::always_inline]] inline double log_near_one(double x) noexcept {
    constexpr auto& b = log_near_one_terms;
    const double r = x - 1.0;
    const double r2 = rounded(r * r);
    const double r3 = rounded(r * r2);
    const double low = fma(r2, b[3], fma(b[2], r, b[1]));
    const double middle = fma(r2, b[6], fma(b[5], r, b[4]));
    const double high = fma(r3, b[10], fma(r2, b[9], fma(b[8], r, b[7])));
    const double tail = fma(fma(high, r3, middle), r3, low);
    const double r_high = fma(-0x1p27, r, fma(r, 0x1p27, r));
    const double r_low = r - r_high;
    const double square = rounded(r_high * r_high);
    const double sum = fma(square, b[0], r);
    const double error = fma(rounded(b[0] * r_low), rounded(r + r_high), fma(square, b[0], r - sum));
    return sum + fma(tail, r3, error);
}

/// log of the positive normal number with bits `ix`, or of one scaled into that form.
[[gnu::always_inline]] inline double log_by_table(std::uint64_t ix) noexcept {
    constexpr auto& a = log_table_terms;
    const std::uint64_t offset = ix - 0x3fe6000000000000;
    const log_interval& interval = log_intervals[(offset >> 45) & 127];
    const auto k = static_cast<double>(static_cast<std::int64_t>(offset) >> 52);
    const double z = from_bits(ix - (offset & 0xfff0000000000000));
    const double r = fma(z, interval.inverse_centre, -1.0);
    const double w = fma(k, ln2_high, interval.log_centre);
    const double sum = r + w;
    const double r2 = rounded(r * r);
    const double low = fma(r2, a[0], fma(k, ln2_low, rounded(w - sum) + r));
    const double polynomial = fma(fma(a[4], r, a[3]), r2, fma(a[2], r, a[1]));
    return fma(rounded(r * r2), polynomial, low) + sum;
}

[[gnu::always_inline]] inline double log_kernel(double x) noexcept {
    std::uint64_t ix = bits(x);
    if (ix - bits(0x1.ep-1) < bits(0x1.109p0) - bits(0x1.ep-1))
        return ix == bits(1.0) ? 0.0 : log_near_one(x);
    if (ix - 0x0010000000000000 >= 0x7fe0000000000000) {
        if (ix * 2 == 0) return -__builtin_inf();
        if (ix == bits(__builtin_inf()) || x != x) return x;
        if (ix >> 63 != 0) return __builtin_nan("");
        ix = bits(x * 0x1p52) - (std::uint64_t{52} << 52);
    }
    return log_by_table(ix);
}

/// The end of exp and pow where 2^k may leave the range of normal numbers: scale (1 + rest), scale's bits
/// given with an exponent that may have overflowed.
inline double scale_at_the_edge(double rest, std::uint64_t scale_bits, std::uint64_t k) noexcept {
    if ((k & 0x80000000) == 0) {
        const double scale = from_bits(scale_bits - (std::uint64_t{1009} << 52));
        return 0x1p1009 * fma(scale, rest, scale);
    }
    const double scale = from_bits(scale_bits + (std::uint64_t{1022} << 52));
    const double product = rounded(scale * rest);
    double y = scale + product;
    const double one = y < 0.0 ? -1.0 : 1.0;
    if (y * one < 1.0) { // round once at the precision of the subnormal result
        const double low = rounded(scale - y) + product;
        const double high = one + y;
        y = rounded(high + rounded(rounded(rounded(one - high) + y) + low)) - one;
        if (y == 0.0) y = from_bits((scale_bits + (std::uint64_t{1022} << 52)) & 0x8000000000000000);
    }
    return 0x1p-1022 * y;
}

/// exp(x + x_tail) with the sign of `sign_bias`; the tail is far below an ulp of x.
[[gnu::always_inline]] inline double exp_kernel(double x, double x_tail, std::uint64_t sign_bias) noexcept {
    constexpr double c2 = 0x1.ffffffffffdbdp-2, c3 = 0x1.555555555543cp-3, c4 = 0x1.55555cf172b91p-5,
                     c5 = 0x1.1111167a4d017p-7;
    constexpr double inverse_ln2 = 0x1.71547652b82fep0 * 128, shift = 0x1.8p52;
    const auto exponent = static_cast<unsigned>(bits(x) >> 52) & 0x7ff;
    const double sign = sign_bias == 0 ? 1.0 : -1.0;
    if (exponent < 0x3c9) return sign * (1.0 + x);
    if (exponent >= 0x409) {
        if (x != x || x == __builtin_inf()) return x;
        return sign * (x < 0 ? 0.0 : __builtin_inf());
    }
    const double k_shifted = fma(inverse_ln2, x, shift);
    const std::uint64_t k = bits(k_shifted);
    const double kd = k_shifted - shift;
    double r = fma(kd, -0x1.cf79abc9e3b3ap-47, fma(kd, -0x1.62e42fefa0000p-8, x));
    r += x_tail;
    const std::uint64_t step = 2 * (k % 128);
    const std::uint64_t scale_bits = exp_steps[step + 1] + ((k + sign_bias) << 45);
    const double r2 = rounded(r * r);
    const double low = fma(fma(c3, r, c2), r2, r + from_bits(exp_steps[step]));
    const double rest = fma(rounded(r2 * r2), fma(c5, r, c4), low);
    if (exponent >= 0x408) return scale_at_the_edge(rest, scale_bits, k);
    const double scale = from_bits(scale_bits);
    return fma(scale, rest, scale);
}

/// log(1 + x) from f = u - 1 with 1 + x = 2^k u (1 + c / u); `hu` is zero for |f| < 2^-20.
[[gnu::always_inline]] inline double log1p_reduced(double f, double c, int k, std::uint32_t hu) noexcept {
    constexpr double ln2_hi = 6.93147180369123816490e-01, ln2_lo = 1.90821492927058770002e-10;
    constexpr double p[] = {0.0,
                            6.666666666666735130e-01,
                            3.999999999940941908e-01,
                            2.857142874366239149e-01,
                            2.222219843214978396e-01,
                            1.818357216161805012e-01,
                            1.531383769920937332e-01,
                            1.479819860511658591e-01};
    const auto kd = static_cast<double>(k);
    const double half_square = rounded(rounded(0.5 * f) * f);
    if (hu == 0) {
        if (f == 0.0) return k == 0 ? 0.0 : fma(kd, ln2_hi, fma(kd, ln2_lo, c));
        const double r = rounded(half_square * fma(-0.66666666666666666, f, 1.0));
        return k == 0 ? f - r : fma(kd, ln2_hi, -((r - fma(kd, ln2_lo, c)) - f));
    }
    const double s = f / (2.0 + f);
    const double z = rounded(s * s);
    const double z2 = rounded(z * z), z4 = rounded(z2 * z2), z6 = rounded(z2 * z4);
    const double low = fma(z, p[1], rounded(z2 * fma(z, p[3], p[2])));
    const double series = fma(z6, fma(z, p[7], p[6]), fma(z4, fma(z, p[5], p[4]), low));
    const double product = rounded(rounded(series + half_square) * s);
    if (k == 0) return f - (half_square - product);
    return fma(kd, ln2_hi, -((half_square - (fma(kd, ln2_lo, c) + product)) - f));
}

[[gnu::always_inline]] inline double log1p_kernel(double x) noexcept {
    const auto hx = static_cast<std::int32_t>(bits(x) >> 32);
    const std::int32_t ax = hx & 0x7fffffff;
    if (hx >= 0x7ff00000) return x + x;
    if (hx < 0x3fda827a) { // x < sqrt(2) - 1
        if (ax >= 0x3ff00000) return x == -1.0 ? -__builtin_inf() : __builtin_nan("");
        if (ax < 0x3c900000) return x;
        if (ax < 0x3e200000) return fma(-0.5, rounded(x * x), x);
        if (hx > 0 || hx <= static_cast<std::int32_t>(0xbfd2bec3u)) return log1p_reduced(x, 0.0, 0, 1);
    }
    double u = x, c = 0.0;
    if (hx < 0x43400000) {
        u = 1.0 + x;
        c = (bits(u) >> 52 > 0x3ff ? 1.0 - (u - x) : x - (u - 1.0)) / u;
    }
    int k = static_cast<int>(bits(u) >> 52) - 1023;
    auto hu = static_cast<std::uint32_t>(bits(u) >> 32) & 0xfffff;
    const std::uint64_t fraction = bits(u) & 0x000fffffffffffff;
    if (hu < 0x6a09e) {
        u = from_bits(fraction | 0x3ff0000000000000);
    } else {
        ++k;
        u = from_bits(fraction | 0x3fe0000000000000);
        hu = (0x100000 - hu) >> 2;
    }
    return log1p_reduced(u - 1.0, c, k, hu);
}

#if defined(__x86_64__)
/// `Kernel` compiled with the fma instruction.
template <auto Kernel, class... Args> [[gnu::target("fma")]] inline auto fused(Args... args) noexcept {
    return Kernel(args...);
}
#endif

/// Runs `Kernel` with the fma instruction where the processor has it, else with the C library's exact fma.
/// The bits are the same; the choice is made when it runs, so that no body depends on compiler flags.
template <auto Kernel, class... Args> inline auto dispatch(Args... args) noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("fma")) return fused<Kernel>(args...);
#endif
    return Kernel(args...);
}

/// The natural logarithm with glibc's bits.
[[nodiscard]] inline double log(double x) noexcept { return dispatch<log_kernel>(x); }

/// log(1 + x) with glibc's bits.
[[nodiscard]] inline double log1p(double x) noexcept { return dispatch<log1p_kernel>(x); }

/// e^x with glibc's bits.
[[nodiscard]] inline double exp(double x) noexcept { return dispatch<exp_kernel>(x, 0.0, std::uint64_t{0}); }

// Exact in every C library.
[[nodiscard]] inline double floor(double x) noexcept { return __builtin_floor(x); }
[[nodiscard]] inline double ceil(double x) noexcept { return __builtin_ceil(x); }
[[nodiscard]] inline double fabs(double x) noexcept { return __builtin_fabs(x); }
[[nodiscard]] inline double fmod(double x, double y) noexcept { return __builtin_fmod(x, y); }

} // namespace detail::libm
} // namespace repro::inline v0
