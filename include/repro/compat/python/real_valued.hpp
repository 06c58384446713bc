// SPDX-License-Identifier: MIT
#pragma once
// The formulas of CPython's random.Random that need more than a line. They draw through `random`, a callable
// that gives the next random() of the generator.
// Origin: CPython 3.13 (PSF-2.0), Lib/random.py; lgamma from Modules/mathmodule.c.

#include <repro/compat/argument.hpp>
#include <repro/detail/libm_pow.hpp>
#include <repro/detail/libm_trigonometric.hpp>
#include <repro/detail/real.hpp>

#include <cstdint>
#include <span>

namespace repro::inline v0::python {
namespace detail {

using repro::detail::real;
using repro::detail::require;
namespace libm = repro::detail::libm;

inline constexpr double pi = 3.14159265358979323846;
inline constexpr double two_pi = 2.0 * pi;
inline constexpr double infinity = __builtin_inf();

[[nodiscard]] inline real log(real x) noexcept { return libm::log(x.value); }
[[nodiscard]] inline real sqrt(real x) noexcept { return libm::sqrt(x.value); }
[[nodiscard]] inline real floor(real x) noexcept { return libm::floor(x.value); }

/// math.exp: an overflow is an error in Python.
[[nodiscard]] inline real exp(real x, const char* call) {
    const double result = libm::exp(x.value);
    require(result != infinity || x == infinity, call, "the result is out of range",
            "choose smaller parameters");
    return result;
}

/// x ** y for x > 0: an overflow is an error in Python.
[[nodiscard]] inline real power(real x, real y, const char* call) {
    const double result = libm::pow(x.value, y.value);
    require(result != infinity || x == infinity || y == infinity || y == -infinity, call,
            "the result is out of range", "choose other parameters");
    return result;
}

/// x / y: a zero divisor is an error in Python.
[[nodiscard]] inline real quotient(real x, real y, const char* call) {
    require(!(y == 0.0), call, "a parameter divides and is zero", "pass a parameter other than zero");
    return x / y;
}

/// The Lanczos sum of CPython's lgamma; 13 terms, g = 6.0246...
[[nodiscard]] inline real lanczos_sum(real x) noexcept {
    constexpr double numerator[] = {23531376880.410759688572007674451636754734846804940,
                                    42919803642.649098768957899047001988850926355848959,
                                    35711959237.355668049440185451547166705960488635843,
                                    17921034426.037209699919755754458931112671403265390,
                                    6039542586.3520280050642916443072979210699388420708,
                                    1439720407.3117216736632230727949123939715485786772,
                                    248874557.86205415651146038641322942321632125127801,
                                    31426415.585400194380614231628318205362874684987640,
                                    2876370.6289353724412254090516208496135991145378768,
                                    186056.26539522349504029498971604569928220784236328,
                                    8071.6720023658162106380029022722506138218516325024,
                                    210.82427775157934587250973392071336271166969580291,
                                    2.5066282746310002701649081771338373386264310793408};
    constexpr double denominator[] = {0.0,        39916800.0, 120543840.0, 150917976.0, 105258076.0,
                                      45995730.0, 13339535.0, 2637558.0,   357423.0,    32670.0,
                                      1925.0,     66.0,       1.0};
    real above = 0.0, below = 0.0;
    if (x < 5.0) {
        for (int i = 12; i >= 0; --i) {
            above = above * x + numerator[i];
            below = below * x + denominator[i];
        }
    } else {
        for (int i = 0; i < 13; ++i) {
            above = above / x + numerator[i];
            below = below / x + denominator[i];
        }
    }
    return above / below;
}

/// CPython's math.lgamma for whole numbers x >= 1.
[[nodiscard]] inline real lgamma_of_integer(real x) noexcept {
    constexpr double g = 6.024680040776729583740234375;
    if (x <= 2.0) return 0.0;
    return log(lanczos_sum(x)) - g + (x - 0.5) * (log(x + g - 0.5) - 1.0);
}

template <class Random> [[nodiscard]] real normal(Random random) {
    constexpr double magic = 1.7155277699214135; // 4 exp(-0.5) / sqrt(2), as CPython's libm computes it
    for (;;) {
        const real u1 = random();
        const real u2 = real(1.0) - random();
        const real z = real(magic) * (u1 - 0.5) / u2;
        if (z * z / 4.0 <= -log(u2)) return z;
    }
}

template <class Random>
[[nodiscard]] real triangular(Random random, real low, real high, const double* mode) {
    real u = random();
    if (mode != nullptr && high - low == 0.0) return low;
    real c = mode == nullptr ? real(0.5) : (*mode - low) / (high - low);
    if (u > c) {
        u = real(1.0) - u;
        c = real(1.0) - c;
        const real held = low;
        low = high;
        high = held;
    }
    return low + (high - low) * sqrt(u * c);
}

/// Cheng's algorithm, for alpha > 1.
template <class Random> [[nodiscard]] real gamma_above_one(Random random, real alpha) {
    constexpr double log_4 = 1.3862943611198906; // log(4.0)
    constexpr double magic = 2.504077396776274;  // 1.0 + log(4.5)
    const real a_inverse = sqrt(real(2.0) * alpha - 1.0);
    const real b = alpha - log_4;
    const real c = alpha + a_inverse;
    for (;;) {
        const real u1 = random();
        if (!(real(1e-7) < u1 && u1 < 0.9999999)) continue;
        const real u2 = real(1.0) - random();
        const real v = log(u1 / (real(1.0) - u1)) / a_inverse;
        const real x = alpha * exp(v, "gammavariate()");
        const real z = u1 * u1 * u2;
        const real r = b + c * v - x;
        if (r + magic - real(4.5) * z >= 0.0 || r >= log(z)) return x;
    }
}

/// Algorithm GS, for 0 < alpha < 1.
template <class Random> [[nodiscard]] real gamma_below_one(Random random, real alpha) {
    constexpr double e = 2.718281828459045;
    for (;;) {
        const real u = random();
        const real b = (real(e) + alpha) / e;
        const real p = b * u;
        real x = 0.0;
        if (p <= 1.0) {
            x = power(p, real(1.0) / alpha, "gammavariate()");
        } else {
            x = -log((b - p) / alpha);
        }
        const real u1 = random();
        if (p > 1.0) {
            if (u1 <= power(x, alpha - 1.0, "gammavariate()")) return x;
        } else if (u1 <= libm::exp(-x.value)) {
            return x;
        }
    }
}

template <class Random> [[nodiscard]] real gamma(Random random, real alpha, real beta) {
    require(alpha > 0.0 && !(beta <= 0.0), "gammavariate()", "a parameter is not positive",
            "pass alpha > 0 and beta > 0");
    require(alpha < 0x1p1023, "gammavariate()", "alpha is so large that the original never returns",
            "pass a smaller alpha");
    if (alpha > 1.0) return gamma_above_one(random, alpha) * beta;
    if (alpha == 1.0) return -log(real(1.0) - random()) * beta;
    return gamma_below_one(random, alpha) * beta;
}

/// Python's x % y for y > 0.
[[nodiscard]] inline real modulo(real x, double y) noexcept {
    real r = libm::fmod(x.value, y);
    if (r < 0.0) r += y;
    return r == 0.0 ? real(0.0) : r;
}

template <class Random> [[nodiscard]] real von_mises(Random random, real mu, real kappa) {
    if (kappa <= 1e-6) return real(two_pi) * random();
    require(kappa == kappa, "vonmisesvariate()", "kappa is NaN, for which the original never returns",
            "pass a number");
    const real s = real(0.5) / kappa;
    const real r = s + sqrt(real(1.0) + s * s);
    real z = 0.0;
    for (;;) {
        const real u1 = random();
        z = libm::cos((real(pi) * u1).value);
        const real d = z / (r + z);
        const real u2 = random();
        if (u2 < real(1.0) - d * d || u2 <= (real(1.0) - d) * exp(d, "vonmisesvariate()")) break;
    }
    const real q = real(1.0) / r;
    const real f = (q + z) / (real(1.0) + q * z);
    const real u3 = random();
    const real angle = libm::acos(f.value);
    return modulo(u3 > 0.5 ? mu + angle : mu - angle, two_pi);
}

/// Devroye's geometric method, for n p < 10.
template <class Random> [[nodiscard]] std::int64_t binomial_by_gaps(Random random, std::int64_t n, real p) {
    const real c = libm::log2((real(1.0) - p).value);
    std::int64_t x = 0, y = 0;
    if (c == 0.0) return x;
    for (;;) {
        const real u = random();
        require(u > 0.0, "binomialvariate()", "the logarithm of a random() of zero", "draw again");
        const real gap = floor(real(libm::log2(u.value)) / c);
        if (gap >= 9.2e18 || (y += static_cast<std::int64_t>(gap.value) + 1) > n) return x;
        ++x;
    }
}

/// Hoermann's transformed rejection BTRS, for n p >= 10 and p <= 0.5.
template <class Random>
[[nodiscard]] std::int64_t binomial_by_rejection(Random random, std::int64_t n, real p) {
    const real count = static_cast<double>(n);
    const real spq = sqrt(count * p * (real(1.0) - p));
    const real b = real(1.15) + real(2.53) * spq;
    const real a = real(-0.0873) + real(0.0248) * b + real(0.01) * p;
    const real c = count * p + 0.5;
    const real vr = real(0.92) - real(4.2) / b;
    const real alpha = (real(2.83) + real(5.1) / b) * spq;
    const real log_odds = log(p / (real(1.0) - p));
    const real mode = floor((count + 1.0) * p);
    const real h = lgamma_of_integer(mode + 1.0) + lgamma_of_integer(count - mode + 1.0);
    for (;;) {
        const real u = real(random()) - 0.5;
        const real us = real(0.5) - libm::fabs(u.value);
        const real k = floor((real(2.0) * a / us + b) * u + c);
        if (k < 0.0 || k > count) continue;
        real v = random();
        if (us >= 0.07 && v <= vr) return static_cast<std::int64_t>(k.value);
        v *= alpha / (a / (us * us) + b);
        if (log(v) <=
            h - lgamma_of_integer(k + 1.0) - lgamma_of_integer(count - k + 1.0) + (k - mode) * log_odds)
            return static_cast<std::int64_t>(k.value);
    }
}

template <class Random> [[nodiscard]] std::int64_t binomial(Random random, std::int64_t n, real p) {
    require(n >= 0, "binomialvariate()", "n is negative", "pass n >= 0");
    require(p >= 0.0 && p <= 1.0, "binomialvariate()", "p is not a probability", "pass 0 <= p <= 1");
    if (p == 0.0) return 0;
    if (p == 1.0) return n;
    if (n == 1) return real(random()) < p ? 1 : 0;
    const bool mirrored = p > 0.5;
    const real q = mirrored ? real(1.0) - p : p;
    const std::int64_t x = static_cast<double>(n) * q < 10.0 ? binomial_by_gaps(random, n, q)
                                                             : binomial_by_rejection(random, n, q);
    return mirrored ? n - x : x;
}

/// Whether x < c, exactly, for an integer c too large for a double.
[[nodiscard]] inline bool less(double x, std::int64_t c) noexcept {
    const auto rounded = static_cast<double>(c);
    if (x != rounded) return x < rounded;
    return rounded >= 0x1p63 ? false : static_cast<std::int64_t>(rounded) < c;
}
[[nodiscard]] inline bool less(double x, double c) noexcept { return x < c; }

/// bisect.bisect_right(cumulative, x, 0, len(cumulative) - 1).
template <class T> [[nodiscard]] std::size_t bisect(std::span<const T> cumulative, double x) noexcept {
    std::size_t low = 0, high = cumulative.size() - 1;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (less(x, cumulative[middle]))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

} // namespace detail
} // namespace repro::inline v0::python
