// SPDX-License-Identifier: MIT
#pragma once
// Which of several methods is better, over data sets and seeds: Friedman's test and what follows it for three
// methods and more, tests of the difference for two. Refused where cells are missing, where seeds are too
// few, and where no outcome at all could reach the level.

#include <repro/judge/compare_distributions.hpp>
#include <repro/judge/results_table.hpp>
#include <repro/statistics/friedman.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace judge {

/// What is held fixed while the methods take turns.
enum class rank_blocks : unsigned char {
    datasets, ///< a data set, each method by the mean of its seeds: blocks are independent
    seeds     ///< a data set and a seed: more blocks, and those of one data set are not independent
};

/// What the ranking is for, and so how many seeds it asks for.
enum class rank_purpose : unsigned char { sweep, publication };

/// Returns how many seeds each method needs on each data set.
[[nodiscard]] constexpr std::uint64_t seeds_needed(rank_purpose purpose) noexcept {
    return purpose == rank_purpose::sweep ? 3 : publication_seeds;
}

enum class better : unsigned char { lower, higher };

struct rank_options {
    judge::better better = judge::better::lower;
    double alpha = 0.05;
    /// By data sets where there are two, else by seeds, where absent.
    std::optional<rank_blocks> blocks = {};
    rank_purpose purpose = rank_purpose::publication;
};

/// Two of three methods and more, after Friedman's test.
struct ranked_pair {
    std::string a;
    std::string b;
    double nemenyi_p = 1; ///< holds for all pairs at once
    double holm_p = 1;    ///< of the difference of mean ranks, adjusted by Holm
};

/// Two methods on one data set.
struct method_difference {
    std::string dataset;
    statistics::summary a, b;
    double welch_p = 1;
    double holm_p = 1; ///< of Welch's test, over the data sets
    double mann_whitney_p = 1;
    std::size_t pairs = 0;                                        ///< seeds that both have
    double paired_t_p = std::numeric_limits<double>::quiet_NaN(); ///< NaN below two pairs
    double wilcoxon_p = std::numeric_limits<double>::quiet_NaN(); ///< NaN below two pairs
};

/// What is said of the methods.
struct ranking {
    std::vector<std::string> methods;
    std::vector<std::string> blocks;
    judge::rank_blocks by = judge::rank_blocks::datasets;
    statistics::friedman_result friedman;      ///< of three methods and more
    double critical_difference = 0;            ///< of mean ranks, by Nemenyi
    std::vector<ranked_pair> pairs;            ///< of three methods and more
    std::vector<method_difference> difference; ///< of two methods, by data set
    std::size_t tied_blocks = 0;               ///< blocks in which two methods share a value
    std::vector<std::string> refusals;         ///< why nothing is claimed
    std::vector<std::string> notes;            ///< what a reader has to know beside the numbers
    std::optional<bool> differ;                ///< whether methods differ at the level; none where refused
};

} // namespace judge

namespace detail {

/// What a sample of differences says: p = 1 where all are zero, 0 where all are the same other number.
[[nodiscard]] inline double p_or_constant(double p, double difference) noexcept {
    if (!std::isnan(p)) return p;
    return difference == 0 ? 1.0 : 0.0;
}

[[nodiscard]] inline std::string cell_name(const std::string& dataset, const std::string& method) {
    return dataset + "/" + method;
}

/// Adds what keeps the table from being judged: cells that are missing, have too few seeds or hold no number.
inline void refuse_cells(const judge::results_table& table, const judge::rank_options& options,
                         judge::ranking& to) {
    const std::uint64_t needed = judge::seeds_needed(options.purpose);
    for (const auto& [dataset, methods] : table)
        for (const std::string& method : to.methods) {
            const auto cell = methods.find(method);
            if (cell == methods.end()) {
                to.refusals.push_back(cell_name(dataset, method) + " has no results");
                continue;
            }
            const std::vector<double>& values = cell->second.values;
            if (values.size() < needed)
                to.refusals.push_back(cell_name(dataset, method) + " has " + decimal(values.size()) +
                                      (values.size() == 1 ? " seed; " : " seeds; ") +
                                      (options.purpose == judge::rank_purpose::sweep
                                           ? "a decision in a sweep asks for "
                                           : "a publication asks for ") +
                                      decimal(needed));
            if (!std::ranges::all_of(values, [](double x) { return std::isfinite(x); }))
                to.refusals.push_back(cell_name(dataset, method) +
                                      " holds a value that is not finite: a failed run");
        }
}

/// Returns the blocks of the table, their names in `to`; refuses a seed that a method lacks.
[[nodiscard]] inline statistics::block_table
blocks_of(const judge::results_table& table, const judge::rank_options& options, judge::ranking& to) {
    statistics::block_table blocks{to.methods.size(), {}};
    const double sign = options.better == judge::better::lower ? 1.0 : -1.0;
    for (const auto& [dataset, methods] : table) {
        if (to.by == judge::rank_blocks::datasets) {
            to.blocks.push_back(dataset);
            for (const std::string& method : to.methods)
                blocks.values.push_back(sign * statistics::summarize(methods.at(method).values).mean);
            continue;
        }
        std::set<std::uint64_t> seeds;
        for (const std::string& method : to.methods)
            seeds.insert(methods.at(method).seeds.begin(), methods.at(method).seeds.end());
        for (const std::uint64_t seed : seeds) {
            to.blocks.push_back(dataset + ", seed " + decimal(seed));
            for (const std::string& method : to.methods) {
                const judge::seeded_values& cell = methods.at(method);
                const auto at = std::ranges::find(cell.seeds, seed);
                if (at == cell.seeds.end()) {
                    to.refusals.push_back(cell_name(dataset, method) + " lacks seed " + decimal(seed));
                    blocks.values.push_back(0);
                    continue;
                }
                blocks.values.push_back(sign *
                                        cell.values[static_cast<std::size_t>(at - cell.seeds.begin())]);
            }
        }
    }
    return blocks;
}

/// Refuses where not even the same order in every block could reach the level.
inline void refuse_hopeless(std::size_t k, std::size_t n, double alpha, judge::ranking& to) {
    if (!friedman_is_small(k, n)) return;
    const double least = friedman_exact_sf(n * n * k * (k + 1) * (2 * k + 1) / 6, k, n);
    if (least > alpha)
        to.refusals.push_back(decimal(n) + (n == 1 ? " block" : " blocks") + " of " + decimal(k) +
                              " methods cannot reach p = " + four_digits(alpha) +
                              " whatever they hold: the least p is " + four_digits(least));
}

/// Three methods and more.
inline void rank_many(const statistics::block_table& blocks, double alpha, judge::ranking& to) {
    const std::size_t k = blocks.methods, n = blocks.blocks();
    const auto dk = static_cast<double>(k), dn = static_cast<double>(n);
    if (n < 2) to.refusals.emplace_back("one block alone ranks nothing: run another data set, or by seeds");
    refuse_hopeless(k, n, alpha, to);
    for (std::size_t i = 0; i < n; ++i)
        if (rank(blocks.block(i)).ties > 0) ++to.tied_blocks;
    if (n < 2) return;
    to.friedman = statistics::friedman(blocks);
    if (std::isnan(to.friedman.statistic)) { // every block is one tie
        to.friedman.p = to.friedman.iman_davenport.p = 1;
        to.friedman.statistic = 0;
    } else if (std::isinf(to.friedman.iman_davenport.statistic)) {
        to.notes.emplace_back("every block has the same order: Iman and Davenport's F is infinite");
    }
    to.critical_difference = statistics::nemenyi_critical_difference(k, n, alpha);
    const double scale = std::sqrt(dk * (dk + 1) / (6 * dn));
    std::vector<double> p;
    for (std::size_t i = 0; i < k; ++i)
        for (std::size_t j = i + 1; j < k; ++j) {
            const double a = to.friedman.mean_ranks[i], b = to.friedman.mean_ranks[j];
            p.push_back(std::min(1.0, 2 * normal_sf(std::abs(a - b) / scale)));
            to.pairs.push_back({to.methods[i], to.methods[j], statistics::nemenyi(a, b, k, n), 1});
        }
    const std::vector<double> adjusted = statistics::holm(p);
    for (std::size_t i = 0; i < to.pairs.size(); ++i)
        to.pairs[i].holm_p = adjusted[i];
    if (to.refusals.empty()) to.differ = to.friedman.p_exact.value_or(to.friedman.iman_davenport.p) <= alpha;
}

/// Two methods, data set by data set.
inline void compare_two(const judge::results_table& table, double alpha, judge::ranking& to) {
    std::vector<double> p;
    for (const auto& [dataset, methods] : table) {
        const judge::seeded_values &a = methods.at(to.methods[0]), &b = methods.at(to.methods[1]);
        judge::method_difference found{
            .dataset = dataset, .a = statistics::summarize(a.values), .b = statistics::summarize(b.values)};
        const double gap = found.a.mean - found.b.mean;
        found.welch_p = p_or_constant(statistics::welch(found.a, found.b).p, gap);
        found.mann_whitney_p = statistics::mann_whitney(a.values, b.values).p;
        std::vector<double> left, right;
        for (std::size_t i = 0; i < a.seeds.size(); ++i)
            if (const auto at = std::ranges::find(b.seeds, a.seeds[i]); at != b.seeds.end()) {
                left.push_back(a.values[i]);
                right.push_back(b.values[static_cast<std::size_t>(at - b.seeds.begin())]);
            }
        found.pairs = left.size();
        if (found.pairs > 1) {
            const double mean = statistics::summarize(left).mean - statistics::summarize(right).mean;
            found.paired_t_p = p_or_constant(statistics::paired_t(left, right).p, mean);
            found.wilcoxon_p = statistics::wilcoxon(left, right).p;
        }
        p.push_back(found.welch_p);
        to.difference.push_back(std::move(found));
    }
    const std::vector<double> adjusted = statistics::holm(p);
    for (std::size_t i = 0; i < adjusted.size(); ++i)
        to.difference[i].holm_p = adjusted[i];
    if (to.refusals.empty())
        to.differ = std::ranges::any_of(adjusted, [alpha](double each) { return each <= alpha; });
}

} // namespace detail

namespace judge {

/// Returns what the table says of its methods. What is refused still has its numbers, where they can be had.
///
/// Errors: errc::argument_invalid where there are fewer than two methods.
[[nodiscard]] inline ranking rank_methods(const results_table& table, const rank_options& options = {}) {
    ranking result;
    std::set<std::string> names;
    for (const auto& [dataset, methods] : table)
        for (const auto& [method, values] : methods)
            names.insert(method);
    if (names.size() < 2)
        throw error(errc::argument_invalid, "methods",
                    "are fewer than two: " + (names.empty() ? std::string("none") : *names.begin()),
                    "name the root above two methods' folders, and a metric that both recorded");
    result.methods = {names.begin(), names.end()};
    result.by = options.blocks.value_or(table.size() > 1 ? rank_blocks::datasets : rank_blocks::seeds);
    detail::refuse_cells(table, options, result);
    const bool whole = std::ranges::all_of(
        table, [&](const auto& each) { return each.second.size() == result.methods.size(); });
    if (!whole) return result;
    const bool dependent = result.by == rank_blocks::seeds && names.size() > 2;
    if (dependent)
        result.notes.emplace_back(
            "blocks are seeds: those of one data set share that data set, are not independent, and make p "
            "too small for a claim about other data sets");
    else if (names.size() > 2)
        result.notes.emplace_back("blocks are data sets, each method by the mean of its seeds: seeds of one "
                                  "data set are no independent blocks");
    if (result.methods.size() == 2) {
        for (const auto& [dataset, methods] : table)
            result.blocks.push_back(dataset);
        detail::compare_two(table, options.alpha, result);
    } else {
        const std::size_t before = result.refusals.size();
        const statistics::block_table blocks = detail::blocks_of(table, options, result);
        if (result.refusals.size() == before) detail::rank_many(blocks, options.alpha, result);
    }
    return result;
}

} // namespace judge
} // namespace repro::inline v0
