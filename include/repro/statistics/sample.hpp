// SPDX-License-Identifier: MIT
#pragma once
// What a handful of seeds say about a metric: mean, spread, and how well the mean is known.

#include <repro/statistics/distributions.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Adds with the error of each addition carried along (Neumaier), so that the order hardly matters.
[[nodiscard]] inline double compensated(std::span<const double> values, double shift, int power) noexcept {
    double sum = 0, lost = 0;
    for (const double value : values) {
        const double deviation = value - shift;
        const double term = power == 1 ? deviation : deviation * deviation;
        const double next = sum + term;
        lost += std::abs(sum) >= std::abs(term) ? (sum - next) + term : (term - next) + sum;
        sum = next;
    }
    return std::isfinite(sum) ? sum + lost : sum;
}

} // namespace detail

namespace statistics {

/// A sample in the three numbers that papers give. All the tests of means and spreads need no more.
struct summary {
    std::uint64_t n = 0;
    double mean = detail::not_a_number;
    double std = detail::not_a_number; ///< of the n - 1 kind; NaN for a single value

    /// The standard error of the mean.
    [[nodiscard]] double sem() const noexcept { return std / std::sqrt(static_cast<double>(n)); }
    [[nodiscard]] double variance() const noexcept { return std * std; }
};

/// An interval between two numbers, both ends of it inside.
struct interval {
    double low = detail::not_a_number;
    double high = detail::not_a_number;

    [[nodiscard]] bool contains(double x) const noexcept { return low <= x && x <= high; }
    friend bool operator==(const interval&, const interval&) = default;
};

/// Returns mean and standard deviation of `values`; NaN where they hold one.
[[nodiscard]] inline summary summarize(std::span<const double> values) noexcept {
    summary result{.n = values.size()};
    const auto n = static_cast<double>(values.size());
    if (values.empty()) return result;
    const double first = values[0]; // a shift makes constant samples exact
    result.mean = first + detail::compensated(values, first, 1) / n;
    if (values.size() > 1) result.std = std::sqrt(detail::compensated(values, result.mean, 2) / (n - 1));
    return result;
}

/// Returns the interval that holds the mean of the distribution with the given confidence, if that is normal.
[[nodiscard]] inline interval mean_interval(const summary& sample, double confidence = 0.95) {
    const double df = static_cast<double>(sample.n) - 1;
    const double half = detail::t_quantile_sf((1 - confidence) / 2, df) * sample.sem();
    return {sample.mean - half, sample.mean + half};
}

/// Returns the value below which a share `p` of the sorted values lies, between two of them by a straight
/// line (NumPy's default rule). Precondition: values are sorted and not empty, 0 <= p <= 1.
[[nodiscard]] inline double sorted_quantile(std::span<const double> sorted, double p) noexcept {
    const double place = p * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    if (below + 1 >= sorted.size()) return sorted.back();
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

/// Returns the interquartile mean: that of the values without the lowest and the highest quarter, of which
/// whole values are dropped (floor(n / 4) a side).
///
/// Source: Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice" (2021).
[[nodiscard]] inline double interquartile_mean(std::span<const double> values) {
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    const std::size_t dropped = sorted.size() / 4;
    return summarize(std::span(sorted).subspan(dropped, sorted.size() - 2 * dropped)).mean;
}

} // namespace statistics
} // namespace repro::inline v0
