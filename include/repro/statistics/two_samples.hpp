// SPDX-License-Identifier: MIT
#pragma once
// Two samples held against each other by their summaries: are the means different, are they the same within a
// margin, how do the spreads compare. All suppose values that are near to normal.

#include <repro/statistics/sample.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace repro::inline v0::statistics {

/// What a test found: its statistic, and how often one at least as far out comes about if nothing differs.
struct test_result {
    double statistic = detail::not_a_number;
    double p = detail::not_a_number;
};

/// The difference of two means, and what it is measured with.
struct mean_difference {
    double difference = detail::not_a_number; ///< mean of a minus mean of b
    double standard_error = detail::not_a_number;
    double df = detail::not_a_number; ///< degrees of freedom

    /// Returns the interval of the difference.
    [[nodiscard]] interval within(double confidence) const {
        const double half = detail::t_quantile_sf((1 - confidence) / 2, df) * standard_error;
        return {difference - half, difference + half};
    }
};

/// Returns the difference of the means, the spreads not supposed equal: degrees of freedom by Welch and
/// Satterthwaite. NaN where a side has a single value, or neither has any spread.
[[nodiscard]] inline mean_difference difference_of_means(const summary& a, const summary& b) noexcept {
    const auto m = static_cast<double>(a.n), n = static_cast<double>(b.n);
    const double va = a.variance() / m, vb = b.variance() / n, v = va + vb;
    return {a.mean - b.mean, std::sqrt(v), v * v / (va * va / (m - 1) + vb * vb / (n - 1))};
}

/// Returns Welch's test of equal means, two-sided.
[[nodiscard]] inline test_result welch(const summary& a, const summary& b) {
    const mean_difference d = difference_of_means(a, b);
    const double t = d.difference / d.standard_error;
    return {t, detail::t_two_sided(t, d.df)};
}

/// Returns the test of differences by pairs: that their mean is zero. Precondition: as many a as b.
[[nodiscard]] inline test_result paired_t(std::span<const double> a, std::span<const double> b) {
    std::vector<double> differences(a.size());
    std::ranges::transform(a, b, differences.begin(), [](double x, double y) { return x - y; });
    const summary d = summarize(differences);
    const double t = d.mean / d.sem();
    return {t, detail::t_two_sided(t, static_cast<double>(d.n) - 1)};
}

/// Two one-sided tests that the means lie within a margin of each other.
struct equivalence {
    double p_below = detail::not_a_number; ///< that a lies below b by the margin or more
    double p_above = detail::not_a_number; ///< that it lies above by as much

    /// How often means that are a margin apart look as much alike.
    [[nodiscard]] double p() const noexcept { return std::max(p_below, p_above); }
};

/// Returns the two one-sided Welch tests against `margin` > 0 (Schuirmann 1987).
[[nodiscard]] inline equivalence equivalent_means(const summary& a, const summary& b, double margin) {
    const mean_difference d = difference_of_means(a, b);
    return {detail::t_sf((d.difference + margin) / d.standard_error, d.df),
            detail::t_sf((margin - d.difference) / d.standard_error, d.df)};
}

/// Returns the smallest margin at which `equivalent_means` reaches `alpha`.
[[nodiscard]] inline double smallest_margin(const summary& a, const summary& b, double alpha = 0.05) {
    const interval reach = difference_of_means(a, b).within(1 - 2 * alpha);
    return std::max(std::abs(reach.low), std::abs(reach.high));
}

/// Two standard deviations as a ratio.
struct spread_ratio {
    double ratio = detail::not_a_number; ///< std of a over std of b
    interval within;                     ///< of the ratio
    double p = detail::not_a_number;     ///< of equal spreads, two-sided
};

/// Returns the ratio of the standard deviations and its interval from the F distribution. Not robust: values
/// far from normal call for `brown_forsythe`.
[[nodiscard]] inline spread_ratio compare_spreads(const summary& a, const summary& b,
                                                  double confidence = 0.95) {
    const double m = static_cast<double>(a.n) - 1, n = static_cast<double>(b.n) - 1;
    const double f = a.variance() / b.variance(), tail = (1 - confidence) / 2;
    const double low = f / detail::f_quantile_sf(tail, m, n), high = f * detail::f_quantile_sf(tail, n, m);
    const double p = 2 * std::min(detail::f_sf(f, m, n), detail::f_cdf(f, m, n));
    return {std::sqrt(f), {std::sqrt(low), std::sqrt(high)}, std::min(p, 1.0)};
}

/// Returns the test of Brown and Forsythe of equal spreads: an analysis of variance of the distances from the
/// medians. Precondition: no sample is empty.
[[nodiscard]] inline test_result brown_forsythe(std::span<const double> a, std::span<const double> b) {
    const auto distances = [](std::span<const double> values) {
        std::vector<double> sorted(values.begin(), values.end());
        std::ranges::sort(sorted);
        const double median = sorted_quantile(sorted, 0.5);
        for (double& each : sorted)
            each = std::abs(each - median);
        return sorted;
    };
    const summary da = summarize(distances(a)), db = summarize(distances(b));
    const auto m = static_cast<double>(da.n), n = static_cast<double>(db.n);
    const double gap = da.mean - db.mean;
    const double between = gap * gap * m * n / (m + n);
    const double inside = (m - 1) * da.variance() + (n - 1) * db.variance();
    const double f = between / inside * (m + n - 2);
    return {f, detail::f_sf(f, 1, m + n - 2)};
}

} // namespace repro::inline v0::statistics
