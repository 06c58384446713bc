// SPDX-License-Identifier: MIT
#pragma once
// The distributions that the tests below need, as functions from a number to a probability. From Boost.Math,
// but for the studentized range, which it lacks. Where an argument makes no sense the answer is NaN.

#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace repro::inline v0 {
namespace detail {

namespace boost_policies = boost::math::policies;
/// Nothing throws: a bad argument gives NaN, an overflow infinity.
using quiet = boost_policies::policy<boost_policies::domain_error<boost_policies::ignore_error>,
                                     boost_policies::pole_error<boost_policies::ignore_error>,
                                     boost_policies::overflow_error<boost_policies::ignore_error>,
                                     boost_policies::evaluation_error<boost_policies::ignore_error>,
                                     boost_policies::promote_double<false>>;
using students_t = boost::math::students_t_distribution<double, quiet>;
using non_central_t = boost::math::non_central_t_distribution<double, quiet>;

inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Returns P(Z <= z) of a standard normal Z.
[[nodiscard]] inline double normal_cdf(double z) noexcept {
    return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}
/// Returns P(Z > z).
[[nodiscard]] inline double normal_sf(double z) noexcept { return normal_cdf(-z); }

/// Returns P(T > t) of Student's t with `df` degrees of freedom.
[[nodiscard]] inline double t_sf(double t, double df) {
    if (std::isnan(t) || !(df > 0)) return not_a_number;
    if (std::isinf(t)) return t > 0 ? 0.0 : 1.0;
    return boost::math::cdf(boost::math::complement(students_t(df), t));
}
/// Returns P(|T| >= |t|).
[[nodiscard]] inline double t_two_sided(double t, double df) { return 2.0 * t_sf(std::abs(t), df); }
/// Returns the t that T exceeds with probability `tail`.
[[nodiscard]] inline double t_quantile_sf(double tail, double df) {
    if (!(df > 0) || !(tail > 0 && tail < 1)) return not_a_number;
    return boost::math::quantile(boost::math::complement(students_t(df), tail));
}

/// Returns P(F <= f) with `df1` and `df2` degrees of freedom, from the incomplete beta function.
[[nodiscard]] inline double f_cdf(double f, double df1, double df2) {
    if (std::isnan(f) || f < 0 || !(df1 > 0 && df2 > 0)) return not_a_number;
    if (std::isinf(f)) return 1.0;
    const double part = df1 * f / (df2 + df1 * f), rest = df2 / (df2 + df1 * f);
    return part <= 0.5 ? boost::math::ibeta(df1 / 2, df2 / 2, part, quiet())
                       : boost::math::ibetac(df2 / 2, df1 / 2, rest, quiet());
}
/// Returns P(F > f).
[[nodiscard]] inline double f_sf(double f, double df1, double df2) {
    if (f == 0) return df1 > 0 && df2 > 0 ? 1.0 : not_a_number;
    return f_cdf(1 / f, df2, df1);
}
/// Returns the f that F exceeds with probability `tail`.
[[nodiscard]] inline double f_quantile_sf(double tail, double df1, double df2) {
    if (!(df1 > 0 && df2 > 0) || !(tail > 0 && tail < 1)) return not_a_number;
    double rest = 0;
    const double part = boost::math::ibetac_inv(df1 / 2, df2 / 2, tail, &rest, quiet());
    return df2 * part / (df1 * rest);
}

/// Returns P(X > x) of the chi-square distribution.
[[nodiscard]] inline double chi_square_sf(double x, double df) {
    if (std::isnan(x) || !(df > 0)) return not_a_number;
    return x <= 0 ? 1.0 : boost::math::gamma_q(df / 2, x / 2, quiet());
}
/// Returns the x below which X lies with probability `p`.
[[nodiscard]] inline double chi_square_quantile(double p, double df) {
    if (!(df > 0) || !(p >= 0 && p < 1)) return not_a_number;
    return 2.0 * boost::math::gamma_p_inv(df / 2, p, quiet());
}

/// Returns P(T > t) of the noncentral t distribution.
[[nodiscard]] inline double non_central_t_sf(double t, double df, double shift) {
    if (std::isnan(t) || !(df > 0) || !std::isfinite(shift)) return not_a_number;
    return boost::math::cdf(boost::math::complement(non_central_t(df, shift), t));
}

/// Returns P(range of k standard normals > q): the studentized range with infinitely many degrees of freedom.
///
/// The trapezoid rule on an analytic integrand that vanishes at both ends: its error falls faster than any
/// power of the step. Differences of powers are written as sums of positive terms, so small tails keep their
/// digits.
[[nodiscard]] inline double studentized_range_sf(double q, int k) noexcept {
    if (std::isnan(q) || k < 2) return not_a_number;
    if (q <= 0) return 1.0;
    constexpr double step = 1.0 / 64;
    double sum = 0;
    for (double z = -9.0; z <= 9.0 + q; z += step) {
        const double below = normal_cdf(z), outside = normal_cdf(z - q), inside = below - outside;
        double powers = 0; // below^(k-1) - inside^(k-1) = outside * (below^(k-2) + below^(k-3) inside + ...)
        for (int i = 0; i < k - 1; ++i)
            powers = powers * inside + std::pow(below, i);
        sum += std::exp(-0.5 * z * z) * outside * powers;
    }
    return std::fmin(1.0, k * sum * step / std::sqrt(2 * std::numbers::pi));
}

/// Returns the q that the range of k standard normals exceeds with probability `tail`.
[[nodiscard]] inline double studentized_range_quantile_sf(double tail, int k) noexcept {
    if (!(tail > 0 && tail < 1) || k < 2) return not_a_number;
    double low = 0, high = 60;
    for (int i = 0; i < 80; ++i) {
        const double middle = 0.5 * (low + high);
        (studentized_range_sf(middle, k) > tail ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

} // namespace detail
} // namespace repro::inline v0
