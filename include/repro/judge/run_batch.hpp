// SPDX-License-Identifier: MIT
#pragma once
// Runs of one thing under several seeds, as one side of a comparison: their metrics, and whether the runs of
// two sides are runs of the same thing at all.

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/recorded_code.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::judge {

/// Values of one metric, one a seed, in the order of the seeds.
struct seeded_values {
    std::vector<std::uint64_t> seeds;
    std::vector<double> values;
};

/// One side: finished runs, no two of one seed, in the order of their seeds.
using run_batch = std::vector<recorded_manifest>;

} // namespace repro::inline v0::judge

namespace repro::inline v0 {
namespace detail {

[[nodiscard]] inline std::uint64_t seed_of(const recorded_manifest& run) {
    return run.document.at("seed").get<std::uint64_t>();
}

/// Returns a value of a metric; what JSON has no number for stands there as a word.
[[nodiscard]] inline double metric_value(const nlohmann::json& value) {
    if (value.is_number()) return value.get<double>();
    if (value == "Infinity") return std::numeric_limits<double>::infinity();
    if (value == "-Infinity") return -std::numeric_limits<double>::infinity();
    return std::numeric_limits<double>::quiet_NaN();
}

[[nodiscard]] inline const nlohmann::json* find_series(const recorded_manifest& run,
                                                       const std::string& metric) {
    const auto metrics = run.document.find("metrics");
    if (metrics == run.document.end() || !metrics->contains(metric)) return nullptr;
    const nlohmann::json& series = metrics->at(metric);
    return series.at("value").empty() ? nullptr : &series;
}

/// Returns the config without the seed, which is what may differ between the runs of one side.
[[nodiscard]] inline nlohmann::json config_of(const recorded_manifest& run) {
    nlohmann::json config = run.document.value("config", nlohmann::json());
    if (config.is_object()) config.erase("seed");
    return config;
}

} // namespace detail

namespace judge {

/// Returns the runs in the order of their seeds.
///
/// Errors: errc::seed_duplicate where two have one seed: they are no two observations.
[[nodiscard]] inline run_batch make_batch(run_batch runs) {
    std::ranges::sort(runs, {}, [](const recorded_manifest& run) { return detail::seed_of(run); });
    const auto same = std::ranges::adjacent_find(
        runs, {}, [](const recorded_manifest& run) { return detail::seed_of(run); });
    if (same != runs.end())
        throw error(errc::seed_duplicate, (same + 1)->path.native(),
                    "has seed " + detail::decimal(detail::seed_of(*same)) + ", as " + same->path.native() +
                        " has",
                    "name each seed's run once; a repetition under one seed is no new observation");
    return runs;
}

/// Returns the names of the metrics that some run of either side recorded, sorted.
[[nodiscard]] inline std::set<std::string> metric_names(const run_batch& a, const run_batch& b) {
    std::set<std::string> names;
    for (const run_batch* const side : {&a, &b})
        for (const recorded_manifest& run : *side)
            if (const auto metrics = run.document.find("metrics"); metrics != run.document.end())
                for (const auto& [name, series] : metrics->items())
                    names.insert(name);
    return names;
}

/// Returns why there is no metric to compare: the two sides record none under one name; nothing where they
/// share one, and where neither has any.
[[nodiscard]] inline std::optional<std::string> reason_no_common_metric(const std::set<std::string>& a,
                                                                        const std::set<std::string>& b) {
    const bool shared = std::ranges::any_of(a, [&b](const std::string& name) { return b.contains(name); });
    if (shared || (a.empty() && b.empty())) return std::nullopt;
    const auto told = [](const std::set<std::string>& names) {
        constexpr std::size_t most = 8;
        std::string list;
        std::size_t count = 0;
        for (const std::string& name : names)
            if (count++ < most) list += (list.empty() ? "" : ", ") + name;
        if (count > most) list += " and " + detail::decimal(count - most) + " more";
        return list.empty() ? std::string("none") : list;
    };
    return "the metrics differ, none is on both sides: A has " + told(a) + "; B has " + told(b);
}

/// Returns the last value of `metric` of each run that recorded one.
[[nodiscard]] inline seeded_values last_values(const run_batch& runs, const std::string& metric) {
    seeded_values found;
    for (const recorded_manifest& run : runs)
        if (const nlohmann::json* const series = detail::find_series(run, metric)) {
            found.seeds.push_back(detail::seed_of(run));
            found.values.push_back(detail::metric_value(series->at("value").back()));
        }
    return found;
}

/// What two sides may differ in and still be compared, as that is what the comparison is about.
struct declared_differences {
    bool code = false;   ///< the commit, and the changes beside it
    bool config = false; ///< anything in the config
};

/// Returns why the runs are not runs of one thing: unfinished ones, other code, another config. Empty where
/// they can be compared.
[[nodiscard]] inline std::vector<std::string> reasons_incomparable(const run_batch& a, const run_batch& b,
                                                                   const declared_differences& declared) {
    std::vector<std::string> reasons;
    if (a.empty() || b.empty()) return {"a side has no runs"};
    const recorded_manifest& first = a.front();
    const detail::recorded_code first_code = detail::code_of(first);
    const auto check = [&](const recorded_manifest& run, bool other_side) {
        const bool shares_id = other_side && std::ranges::count(a, run.id, &recorded_manifest::id) > 0;
        const std::string named = run.id + (shares_id ? " of B" : "");
        if (run.status && run.status != run_status::completed)
            reasons.push_back(named + " did not complete: its status is " +
                              std::string(to_string(*run.status)));
        if (auto other = detail::code_difference(first_code, first.id, detail::code_of(run), named);
            other && !(declared.code && other_side))
            reasons.push_back(std::move(*other));
        if (detail::config_of(run) != detail::config_of(first) && !(declared.config && other_side))
            reasons.push_back("the config of " + named + " differs from that of " + first.id);
    };
    for (const recorded_manifest& run : a)
        check(run, false);
    for (const recorded_manifest& run : b)
        check(run, true);
    return reasons;
}

/// Returns of how many runs the code is not known, and what the first of them lacks; nothing where it is
/// known of all. Such runs are compared, as no difference is known, and may be of other code.
[[nodiscard]] inline std::optional<std::string> unknown_code(const run_batch& a, const run_batch& b) {
    std::size_t unknown = 0;
    std::string first;
    for (const run_batch* const side : {&a, &b})
        for (const recorded_manifest& run : *side)
            if (const auto gap = detail::code_gap(detail::code_of(run)); gap && unknown++ == 0)
                first = run.id + (side == &b ? " of B" : " of A") + " recorded " + *gap;
    if (unknown == 0) return std::nullopt;
    return "not known of " + detail::decimal(unknown) + " of " + detail::decimal(a.size() + b.size()) +
           " runs, so it may differ; first: " + first;
}

/// Two runs under one seed, one of each side.
using run_pair = std::pair<const recorded_manifest*, const recorded_manifest*>;

/// Returns the pairs of runs under one seed; the seeds that only one side has go to `alone`.
[[nodiscard]] inline std::vector<run_pair> pair_by_seed(const run_batch& a, const run_batch& b,
                                                        std::vector<std::uint64_t>& alone) {
    std::vector<run_pair> pairs;
    std::size_t i = 0, j = 0;
    while (i < a.size() || j < b.size()) {
        const bool both = i < a.size() && j < b.size();
        const std::uint64_t left = i < a.size() ? detail::seed_of(a[i]) : 0;
        const std::uint64_t right = j < b.size() ? detail::seed_of(b[j]) : 0;
        if (both && left == right) {
            pairs.emplace_back(&a[i++], &b[j++]);
        } else if (j == b.size() || (both && left < right)) {
            alone.push_back(left);
            ++i;
        } else {
            alone.push_back(right);
            ++j;
        }
    }
    return pairs;
}

} // namespace judge
} // namespace repro::inline v0
