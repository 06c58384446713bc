// SPDX-License-Identifier: MIT
#pragma once
// Formulas of continuous distributions that RandomState and Generator share. They draw through a `Source`:
// uniform() in [0, 1), normal() and exponential(), which the two classes make in different ways.
// Origin: NumPy 2.2 (BSD-3-Clause), numpy/random/src/distributions/distributions.c and src/legacy.

#include <repro/compat/numpy/constraints.hpp>
#include <repro/detail/libm_pow.hpp>
#include <repro/detail/libm_trigonometric.hpp>
#include <repro/detail/real.hpp>

#include <cstddef>
#include <span>

namespace repro::inline v0::numpy {
namespace detail {

using repro::detail::real;
namespace libm = repro::detail::libm;

inline constexpr double pi = 3.14159265358979323846;

[[nodiscard]] inline real log(real x) noexcept { return libm::log(x.value); }
[[nodiscard]] inline real log1p(real x) noexcept { return libm::log1p(x.value); }
[[nodiscard]] inline real exp(real x) noexcept { return libm::exp(x.value); }
[[nodiscard]] inline real expm1(real x) noexcept { return libm::expm1(x.value); }
[[nodiscard]] inline real pow(real x, real y) noexcept { return libm::pow(x.value, y.value); }
[[nodiscard]] inline real sqrt(real x) noexcept { return libm::sqrt(x.value); }
[[nodiscard]] inline real floor(real x) noexcept { return libm::floor(x.value); }
[[nodiscard]] inline real fabs(real x) noexcept { return libm::fabs(x.value); }

/// Ahrens and Dieter, for 0 < shape < 1.
template <class Source> [[nodiscard]] real gamma_below_one(Source& source, real shape) noexcept {
    const real inverse = real(1.0) / shape;
    for (;;) {
        const real u = source.uniform();
        const real v = source.exponential();
        if (u <= real(1.0) - shape) {
            const real x = pow(u, inverse);
            if (x <= v) return x;
        } else {
            const real y = -log((real(1.0) - u) / shape);
            const real x = pow(real(1.0) - shape + shape * y, inverse);
            if (x <= v + y) return x;
        }
    }
}

/// Marsaglia and Tsang, for shape > 1.
template <class Source> [[nodiscard]] real gamma_above_one(Source& source, real shape) noexcept {
    const real b = shape - 1.0 / 3.0;
    const real c = real(1.0) / sqrt(real(9.0) * b);
    for (;;) {
        real x = 0.0, v = 0.0;
        do {
            x = source.normal();
            v = real(1.0) + c * x;
        } while (v <= 0.0);
        v = v * v * v;
        const real u = source.uniform();
        const real square = x * x;
        if (u < real(1.0) - real(0.0331) * square * square) return b * v;
        if (log(u) < real(0.5) * x * x + b * (real(1.0) - v + log(v))) return b * v;
    }
}

template <class Source> [[nodiscard]] real standard_gamma(Source& source, real shape) noexcept {
    if (shape == 1.0) return source.exponential();
    if (shape == 0.0) return 0.0;
    return shape < 1.0 ? gamma_below_one(source, shape) : gamma_above_one(source, shape);
}

template <class Source> [[nodiscard]] real chisquare(Source& source, real df) noexcept {
    return real(2.0) * standard_gamma(source, df / 2.0);
}

template <class Source> [[nodiscard]] real f(Source& source, real dfnum, real dfden) noexcept {
    const real numerator = chisquare(source, dfnum) * dfden;
    return numerator / (chisquare(source, dfden) * dfnum);
}

template <class Source> [[nodiscard]] real standard_cauchy(Source& source) noexcept {
    const real numerator = source.normal();
    return numerator / source.normal();
}

template <class Source> [[nodiscard]] real standard_t(Source& source, real df) noexcept {
    const real numerator = source.normal();
    const real denominator = standard_gamma(source, df / 2.0);
    return sqrt(df / 2.0) * numerator / sqrt(denominator);
}

template <class Source> [[nodiscard]] real weibull(Source& source, real a) noexcept {
    return a == 0.0 ? real(0.0) : pow(source.exponential(), real(1.0) / a);
}

template <class Source> [[nodiscard]] real laplace(Source& source, real loc, real scale) noexcept {
    for (;;) {
        const real u = source.uniform();
        if (u >= 0.5) return loc - scale * log(real(2.0) - u - u);
        if (u > 0.0) return loc + scale * log(u + u);
    }
}

template <class Source> [[nodiscard]] real gumbel(Source& source, real loc, real scale) noexcept {
    for (;;) {
        const real u = real(1.0) - source.uniform();
        if (u < 1.0) return loc - scale * log(-log(u));
    }
}

template <class Source> [[nodiscard]] real logistic(Source& source, real loc, real scale) noexcept {
    for (;;) {
        const real u = source.uniform();
        if (u > 0.0) return loc + scale * log(u / (real(1.0) - u));
    }
}

/// Inverse Gaussian by Michael, Schucany and Haas, in the form that NumPy had up to 2.3.
template <class Source> [[nodiscard]] real wald(Source& source, real mean, real scale) noexcept {
    const real ratio = mean / (real(2.0) * scale);
    real y = source.normal();
    y = mean * y * y;
    const real x = mean + ratio * (y - sqrt(real(4.0) * scale * y + y * y));
    const real u = source.uniform();
    return u <= mean / (mean + x) ? x : mean * mean / x;
}

template <class Source>
[[nodiscard]] real triangular(Source& source, real left, real mode, real right) noexcept {
    const real base = right - left;
    const real left_base = mode - left;
    const real u = source.uniform();
    if (u <= left_base / base) return left + sqrt(u * (left_base * base));
    return right - sqrt((real(1.0) - u) * ((right - mode) * base));
}

inline void triangular_order(double left, double mode, double right, const char* call) {
    require(!(left > mode), call, "left > mode", "pass left <= mode <= right");
    require(!(mode > right), call, "mode > right", "pass left <= mode <= right");
    require(left != right, call, "left == right", "pass left < right");
}

inline void finite_range(double range, const char* call) {
    require(range - range == 0.0, call, "high - low is not finite", "pass closer bounds");
}

inline void dirichlet_rows(std::size_t alphas, std::size_t size, const char* call) {
    require(alphas != 0 && size % alphas == 0, call, "the result does not hold whole rows",
            "pass a span of rows, each as long as alpha");
}

/// One row of Dirichlet's distribution: gammas, times the reciprocal of their running sum.
template <class Source>
void dirichlet_by_gammas(Source& source, std::span<const double> alpha, std::span<double> row) noexcept {
    double sum = 0.0;
    for (std::size_t j = 0; j < alpha.size(); ++j) {
        row[j] = standard_gamma(source, alpha[j]).value;
        sum += row[j];
    }
    const double inverse = 1.0 / sum;
    for (double& each : row)
        each *= inverse;
}

/// The constant s of Best and Fisher's rejection, for kappa >= 1e-8.
[[nodiscard]] inline real vonmises_s(real kappa) noexcept {
    if (kappa < 1e-5) return real(1.0) / kappa + kappa; // rho loses its digits here
    const real r = real(1.0) + sqrt(real(1.0) + real(4.0) * kappa * kappa);
    const real rho = (r - sqrt(real(2.0) * r)) / (real(2.0) * kappa);
    return (real(1.0) + rho * rho) / (real(2.0) * rho);
}

/// Best and Fisher's rejection.
template <class Source> [[nodiscard]] real vonmises(Source& source, real mu, real kappa, real s) noexcept {
    real w = 0.0;
    for (;;) {
        const real u = source.uniform();
        const real z = libm::cos((real(pi) * u).value);
        w = (real(1.0) + s * z) / (s + z);
        const real y = kappa * (s - w);
        const real v = source.uniform();
        if (y * (real(2.0) - y) - v >= 0.0 || log(y / v) + 1.0 - y >= 0.0) break;
    }
    const real u = source.uniform();
    real result = libm::acos(w.value);
    if (u < 0.5) result = -result;
    result += mu;
    const real wrapped = real(libm::fmod((fabs(result) + pi).value, 2.0 * pi)) - pi;
    return result < 0.0 ? -wrapped : wrapped;
}

} // namespace detail
} // namespace repro::inline v0::numpy
