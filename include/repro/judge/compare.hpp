// SPDX-License-Identifier: MIT
#pragma once
// Did it reproduce? Two batches of runs, one level, one verdict with its evidence.

#include <repro/judge/compare_distributions.hpp>
#include <repro/judge/compare_pairs.hpp>
#include <repro/judge/run_batch.hpp>
#include <repro/judge/verdict.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace repro::inline v0::judge {

struct compare_options {
    std::vector<std::string> metrics;                   ///< those that count; all where none is named
    judge::tolerance tolerance = {};                    ///< seed-stable
    std::map<std::string, judge::tolerance> tolerances; ///< of single metrics
    distribution_options distribution = {};             ///< distribution-stable
    std::map<std::string, double> margins;              ///< of single metrics
    declared_differences declared = {};
};

} // namespace repro::inline v0::judge

namespace repro::inline v0 {
namespace detail {

/// Returns the metrics that count.
///
/// Errors: errc::argument_invalid for a name that no run has.
[[nodiscard]] inline std::vector<std::string>
chosen_metrics(const judge::run_batch& a, const judge::run_batch& b, const judge::compare_options& options) {
    const std::set<std::string> all = judge::metric_names(a, b);
    for (const std::string& name : options.metrics)
        if (!all.contains(name))
            throw error(errc::argument_invalid, "metric '" + name + "'", "is in none of the runs",
                        "name a metric that the runs recorded; repro show RUN lists them");
    return options.metrics.empty() ? std::vector(all.begin(), all.end()) : options.metrics;
}

/// Says that there is nothing to compare.
inline void expect_metrics(const judge::run_batch& a, const judge::run_batch& b,
                           const std::vector<std::string>& metrics, judge::judgement& to) {
    if (metrics.empty()) to.incomparable.push_back("no run recorded a metric");
    expect_common_metric(a, b, metrics, to);
}

} // namespace detail

namespace judge {

/// Returns whether metrics of runs under the same seeds lie within their tolerances.
[[nodiscard]] inline judgement compare_seeds(const run_batch& a, const run_batch& b,
                                             const compare_options& options) {
    judgement result{level::seed_stable, reasons_incomparable(a, b, options.declared), {}, {}};
    const std::vector<std::string> metrics = detail::chosen_metrics(a, b, options);
    detail::expect_metrics(a, b, metrics, result);
    std::vector<std::uint64_t> alone;
    (void)pair_by_seed(a, b, alone);
    for (const std::string& metric : metrics) {
        const auto own = options.tolerances.find(metric);
        result.findings.push_back(
            compare_values(metric, last_values(a, metric), last_values(b, metric),
                           own == options.tolerances.end() ? options.tolerance : own->second));
    }
    detail::report_alone(alone, result);
    detail::report_unknown_code(a, b, result);
    return result;
}

/// Returns whether the last values of the metrics, one a seed, could be of one distribution.
[[nodiscard]] inline judgement compare_distributions(const run_batch& a, const run_batch& b,
                                                     const compare_options& options) {
    judgement result{level::distribution_stable, reasons_incomparable(a, b, options.declared), {}, {}};
    const std::vector<std::string> metrics = detail::chosen_metrics(a, b, options);
    detail::expect_metrics(a, b, metrics, result);
    for (const std::string& metric : metrics) {
        const seeded_values left = last_values(a, metric), right = last_values(b, metric);
        distribution_options own = options.distribution;
        if (const auto margin = options.margins.find(metric); margin != options.margins.end())
            own.margin = margin->second;
        if (left.values.size() < a.size() || right.values.size() < b.size())
            result.findings.push_back(
                {"metric " + metric + ": values", verdict::undecided, "some runs recorded none"});
        judge_samples(metric, left.values, right.values, own, result);
    }
    detail::report_unknown_code(a, b, result);
    return result;
}

/// Returns what is to be said of two batches at one level. The first is the reference.
///
/// Errors: errc::argument_invalid for a metric that no run has. Batches of `make_batch` have one run a seed.
[[nodiscard]] inline judgement compare(const run_batch& a, const run_batch& b, level which,
                                       const compare_options& options = {}) {
    switch (which) {
    case level::bit_exact:
        return compare_bits(a, b, options.declared);
    case level::seed_stable:
        return compare_seeds(a, b, options);
    case level::distribution_stable:
        break;
    }
    return compare_distributions(a, b, options);
}

} // namespace judge
} // namespace repro::inline v0
