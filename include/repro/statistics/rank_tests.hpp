// SPDX-License-Identifier: MIT
#pragma once
// Tests that look at the order of the values alone, so that no shape is supposed: Mann-Whitney, Wilcoxon's
// signed ranks, Kolmogorov-Smirnov. Exact for few values, as SciPy is.

#include <repro/statistics/two_samples.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Ranks from 1 on, those of equal values averaged, and the sum of t^3 - t over groups of t equal values.
struct ranking {
    std::vector<double> ranks;
    double ties = 0;
};

[[nodiscard]] inline ranking rank(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&values](std::size_t i, std::size_t j) { return values[i] < values[j]; });
    ranking result{std::vector<double>(values.size()), 0};
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first + 1;
        while (last < order.size() && values[order[last]] == values[order[first]])
            ++last;
        for (std::size_t i = first; i < last; ++i)
            result.ranks[order[i]] = 0.5 * static_cast<double>(first + last + 1);
        const auto group = static_cast<double>(last - first);
        result.ties += group * group * group - group;
        first = last;
    }
    return result;
}

[[nodiscard]] inline bool any_nan(std::span<const double> values) noexcept {
    return std::ranges::any_of(values, [](double x) { return std::isnan(x); });
}

/// Returns P(U >= u) where all orders of m and n values are alike. U counts the pairs in which the value of
/// the first sample is the larger one: one of them at some place adds those of the second before it.
[[nodiscard]] inline double mann_whitney_sf(double u, std::size_t m, std::size_t n) {
    const std::size_t width = m * n + 1;
    std::vector<double> ways((m + 1) * width, 0.0); // by how many of the first are placed, and U so far
    ways[0] = 1;
    for (std::size_t placed = 0; placed < m + n; ++placed)
        for (std::size_t i = std::min(placed + 1, m); i > 0; --i) {
            const std::size_t before = placed + 1 - i; // of the second sample
            if (before > n) break;
            for (std::size_t at = width; at-- > before;)
                ways[i * width + at] += ways[(i - 1) * width + at - before];
        }
    const auto first = static_cast<std::ptrdiff_t>(m * width + static_cast<std::size_t>(std::ceil(u)));
    const auto start = ways.begin() + static_cast<std::ptrdiff_t>(m * width);
    const double above = std::accumulate(ways.begin() + first, ways.end(), 0.0);
    return above / std::accumulate(start, ways.end(), 0.0);
}

/// Returns P(W >= w) where every difference has either sign alike; the ranks may be halves.
[[nodiscard]] inline double signed_rank_sf(double w, std::span<const double> ranks) {
    std::vector<double> chance(1, 1.0); // of each sum of doubled ranks
    for (const double rank : ranks) {
        const auto doubled = static_cast<std::size_t>(std::lround(2 * rank));
        std::vector<double> next(chance.size() + doubled, 0.0);
        for (std::size_t at = 0; at < chance.size(); ++at) {
            next[at] += 0.5 * chance[at];
            next[at + doubled] += 0.5 * chance[at];
        }
        chance = std::move(next);
    }
    const auto first = static_cast<std::ptrdiff_t>(std::lround(2 * w));
    return std::accumulate(chance.begin() + first, chance.end(), 0.0);
}

/// Returns how often a random path over m and n steps leaves the band of width `distance`, in units of
/// 1 / (m n): the chance of that so far at (i, j), whose last step was one of the first kind with chance i /
/// (i + j).
[[nodiscard]] inline double paths_outside(std::uint64_t m, std::uint64_t n, std::uint64_t distance) {
    const auto outside = [m, n, distance](std::uint64_t i, std::uint64_t j) {
        const std::uint64_t x = i * n, y = j * m;
        return (x > y ? x - y : y - x) >= distance;
    };
    std::vector<double> left(static_cast<std::size_t>(n) + 1);
    for (std::uint64_t i = 0; i <= m; ++i)
        for (std::uint64_t j = 0; j <= n; ++j) {
            const auto di = static_cast<double>(i), dj = static_cast<double>(j);
            double& here = left[static_cast<std::size_t>(j)]; // still that of i - 1
            const double before = j == 0 ? 0.0 : left[static_cast<std::size_t>(j) - 1];
            if (outside(i, j)) {
                here = 1;
            } else {
                here = i + j == 0 ? 0.0 : (di * here + dj * before) / (di + dj);
            }
        }
    return left.back();
}

} // namespace detail

namespace statistics {

/// Returns the test of Mann and Whitney that neither sample tends to larger values, two-sided; the statistic
/// is U of `a`. Exact where a side has at most eight values, the other at most a thousand, and no two are
/// equal, else by the normal approximation with corrections for ties and continuity. NaN where a sample is
/// empty or holds a NaN.
[[nodiscard]] inline test_result mann_whitney(std::span<const double> a, std::span<const double> b) {
    if (a.empty() || b.empty() || detail::any_nan(a) || detail::any_nan(b)) return {};
    std::vector<double> all(a.begin(), a.end());
    all.insert(all.end(), b.begin(), b.end());
    const detail::ranking ranked = detail::rank(all);
    const auto m = static_cast<double>(a.size()), n = static_cast<double>(b.size()), total = m + n;
    const double sum = std::accumulate(ranked.ranks.begin(),
                                       ranked.ranks.begin() + static_cast<std::ptrdiff_t>(a.size()), 0.0);
    const double u = sum - m * (m + 1) / 2, larger = std::max(u, m * n - u);
    if (ranked.ties == 0 && std::min(a.size(), b.size()) <= 8 && std::max(a.size(), b.size()) <= 1000)
        return {u, std::min(1.0, 2 * detail::mann_whitney_sf(larger, a.size(), b.size()))};
    const double spread = std::sqrt(m * n / 12 * (total + 1 - ranked.ties / (total * (total - 1))));
    const double z = (larger - m * n / 2 - 0.5) / spread;
    return {u, std::min(1.0, 2 * detail::normal_sf(z))};
}

/// Returns Wilcoxon's test of differences by pairs, two-sided; differences of zero are left out, the
/// statistic is the smaller sum of ranks. Exact up to fifty differences, ties or not, else by the normal
/// approximation. Precondition: as many a as b.
[[nodiscard]] inline test_result wilcoxon(std::span<const double> a, std::span<const double> b) {
    std::vector<double> sizes, signs;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = a[i] - b[i];
        if (std::isnan(d)) return {};
        if (d == 0) continue;
        sizes.push_back(std::abs(d));
        signs.push_back(d > 0 ? 1.0 : 0.0);
    }
    if (sizes.empty()) return {0.0, 1.0};
    const detail::ranking ranked = detail::rank(sizes);
    const double positive = std::inner_product(signs.begin(), signs.end(), ranked.ranks.begin(), 0.0);
    const auto n = static_cast<double>(sizes.size());
    const double all = n * (n + 1) / 2, larger = std::max(positive, all - positive);
    if (sizes.size() <= 50)
        return {all - larger, std::min(1.0, 2 * detail::signed_rank_sf(larger, ranked.ranks))};
    const double spread = std::sqrt(n * (n + 1) * (2 * n + 1) / 24 - ranked.ties / 48);
    return {all - larger, std::min(1.0, 2 * detail::normal_sf((larger - all / 2) / spread))};
}

/// Returns the two-sample test of Kolmogorov and Smirnov that both come from one distribution, two-sided;
/// the statistic is the largest distance of the two empirical distributions. Exact; equal values make it
/// cautious. Takes time and memory as m n and n. NaN where a sample is empty or holds a NaN.
[[nodiscard]] inline test_result kolmogorov_smirnov(std::span<const double> a, std::span<const double> b) {
    if (a.empty() || b.empty() || detail::any_nan(a) || detail::any_nan(b)) return {};
    std::vector<double> x(a.begin(), a.end()), y(b.begin(), b.end());
    std::ranges::sort(x);
    std::ranges::sort(y);
    const std::uint64_t m = x.size(), n = y.size();
    std::uint64_t distance = 0; // in units of 1 / (m n)
    for (std::size_t i = 0, j = 0; i < m && j < n;) {
        const double value = std::min(x[i], y[j]);
        while (i < m && x[i] == value)
            ++i;
        while (j < n && y[j] == value)
            ++j;
        const std::uint64_t left = i * n, right = j * m;
        distance = std::max(distance, left > right ? left - right : right - left);
    }
    const double d = static_cast<double>(distance) / (static_cast<double>(m) * static_cast<double>(n));
    return {d, distance == 0 ? 1.0 : std::min(1.0, detail::paths_outside(m, n, distance))};
}

} // namespace statistics
} // namespace repro::inline v0
