// SPDX-License-Identifier: MIT
#pragma once
// Several methods on the same blocks: Friedman's test, Iman and Davenport's sharper form of it, and what may
// be said of each pair afterwards. A block is what was held fixed while the methods took turns: a data set,
// or a data set and a seed; in the second case blocks of one data set are not independent, which no test here
// knows.

#include <repro/statistics/rank_tests.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns P(S >= s), S the sum over methods of squared sums of ranks, where each of `blocks` orders the
/// k methods in every way alike. The sums of ranks are kept sorted, as their order does not matter.
[[nodiscard]] inline double friedman_exact_sf(std::uint64_t s, std::size_t k, std::size_t blocks) {
    using sums = std::vector<std::uint16_t>;
    std::map<sums, double> chance{{sums(k, 0), 1.0}};
    double orders = 1;
    for (std::size_t i = 2; i <= k; ++i)
        orders *= static_cast<double>(i);
    for (std::size_t block = 0; block < blocks; ++block) {
        std::map<sums, double> next;
        sums order(k);
        std::iota(order.begin(), order.end(), std::uint16_t{1});
        do {
            for (const auto& [before, p] : chance) {
                sums after = before;
                for (std::size_t i = 0; i < k; ++i)
                    after[i] = static_cast<std::uint16_t>(after[i] + order[i]);
                std::ranges::sort(after);
                next[after] += p / orders;
            }
        } while (block > 0 && std::ranges::next_permutation(order).found);
        if (block == 0) // the first order is as good as any other
            for (auto& [after, p] : next)
                p = 1.0;
        chance = std::move(next);
    }
    double above = 0;
    for (const auto& [after, p] : chance)
        if (std::inner_product(after.begin(), after.end(), after.begin(), std::uint64_t{0}) >= s) above += p;
    return above;
}

/// Returns whether the exact distribution is quick to count: thousands of states at most.
[[nodiscard]] constexpr bool friedman_is_small(std::size_t k, std::size_t blocks) noexcept {
    return (k == 3 && blocks <= 15) || (k == 4 && blocks <= 8) || (k == 5 && blocks <= 4);
}

} // namespace detail

namespace statistics {

/// Results of k methods on n blocks: value(block, method), block by block.
struct block_table {
    std::size_t methods = 0;
    std::vector<double> values;

    [[nodiscard]] std::size_t blocks() const noexcept { return methods == 0 ? 0 : values.size() / methods; }
    [[nodiscard]] std::span<const double> block(std::size_t i) const noexcept {
        return std::span(values).subspan(i * methods, methods);
    }
};

struct friedman_result {
    double statistic = detail::not_a_number; ///< chi-square, corrected for ties
    double p = detail::not_a_number; ///< from the chi-square distribution with k - 1 degrees of freedom
    std::optional<double> p_exact;   ///< counted, where the table is small and nothing is tied
    test_result iman_davenport;      ///< F with k - 1 and (k - 1)(n - 1) degrees of freedom
    std::vector<double> mean_ranks;  ///< of each method; 1 is the smallest value
};

/// Returns whether the methods differ at all. NaN for fewer than three methods (use a paired test) or two
/// blocks, or where a value is NaN.
///
/// Source: Demsar, "Statistical comparisons of classifiers over multiple data sets" (2006).
[[nodiscard]] inline friedman_result friedman(const block_table& table) {
    const std::size_t k = table.methods, n = table.blocks();
    friedman_result result;
    result.mean_ranks.assign(k, 0.0);
    if (k < 3 || n < 2 || detail::any_nan(table.values)) return result;
    double ties = 0;
    std::vector<double> sums(k, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        const detail::ranking ranked = detail::rank(table.block(i));
        ties += ranked.ties;
        std::ranges::transform(sums, ranked.ranks, sums.begin(), std::plus<>());
    }
    const auto dk = static_cast<double>(k), dn = static_cast<double>(n);
    std::ranges::transform(sums, result.mean_ranks.begin(), [dn](double sum) { return sum / dn; });
    const double squares = std::inner_product(sums.begin(), sums.end(), sums.begin(), 0.0);
    const double corrected = 1 - ties / (dk * (dk * dk - 1) * dn);
    result.statistic = (12 / (dk * dn * (dk + 1)) * squares - 3 * dn * (dk + 1)) / corrected;
    result.p = detail::chi_square_sf(result.statistic, dk - 1);
    const double f = (dn - 1) * result.statistic / (dn * (dk - 1) - result.statistic);
    result.iman_davenport = {f, detail::f_sf(f, dk - 1, (dk - 1) * (dn - 1))};
    if (ties == 0 && detail::friedman_is_small(k, n))
        result.p_exact = detail::friedman_exact_sf(static_cast<std::uint64_t>(std::llround(squares)), k, n);
    return result;
}

/// Returns how far apart two mean ranks of k methods on n blocks have to be (Nemenyi): pairs that are farther
/// apart differ, with at most a share `alpha` of such families of statements holding a wrong one.
[[nodiscard]] inline double nemenyi_critical_difference(std::size_t k, std::size_t n, double alpha = 0.05) {
    const auto dk = static_cast<double>(k);
    const double q = detail::studentized_range_quantile_sf(alpha, static_cast<int>(k));
    return q * std::sqrt(dk * (dk + 1) / (12 * static_cast<double>(n)));
}

/// Returns the p-value of Nemenyi for two mean ranks, of k methods on n blocks.
[[nodiscard]] inline double nemenyi(double rank_a, double rank_b, std::size_t k, std::size_t n) {
    const auto dk = static_cast<double>(k);
    const double scale = std::sqrt(dk * (dk + 1) / (12 * static_cast<double>(n)));
    return detail::studentized_range_sf(std::abs(rank_a - rank_b) / scale, static_cast<int>(k));
}

/// Returns p-values that may each be held against one level although there are several (Holm 1979).
[[nodiscard]] inline std::vector<double> holm(std::span<const double> p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order,
                      [&p](std::size_t i, std::size_t j) { return p[i] < p[j] || (p[i] == p[j] && i < j); });
    std::vector<double> adjusted(p.size());
    double highest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        highest = std::max(highest, p[order[i]] * static_cast<double>(order.size() - i));
        adjusted[order[i]] = std::min(1.0, highest);
    }
    return adjusted;
}

} // namespace statistics
} // namespace repro::inline v0
