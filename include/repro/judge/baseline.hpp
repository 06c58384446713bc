// SPDX-License-Identifier: MIT
#pragma once
// A baseline: five runs and more in one file that is committed, with the noise of their metrics, for later
// runs to be held against. It keeps the manifests whole, so that a change of the environment shows beside the
// verdict.

#include <repro/judge/compare.hpp>
#include <repro/judge/diff.hpp>
#include <repro/statistics/power.hpp>
#include <repro/statistics/sample.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What the file of a baseline says of itself.
inline constexpr std::string_view baseline_schema = "urn:repro:baseline:1.0";

/// Runs that later ones are held against.
struct baseline {
    repro::level level = level::distribution_stable;
    std::map<std::string, double> margins; ///< declared before the later runs were seen
    judge::run_batch runs;
};

namespace detail {

/// Returns the least difference of means that Welch's test at 5 % finds four times in five, with n seeds a
/// side that spread by `sigma`; zero where they do not spread.
[[nodiscard]] inline double detectable_difference(double sigma, std::uint64_t n) {
    if (!(sigma > 0)) return sigma; // NaN stays
    double low = 0, high = 64 * sigma;
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (low + high);
        (statistics::power_of_difference(sigma, middle, n) < 0.8 ? low : high) = middle;
    }
    return high;
}

[[nodiscard]] inline nlohmann::ordered_json finite_or_null(double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

inline constexpr field_rule baseline_rules[] = {{"schema", json_kind::text},
                                                {"level", json_kind::text},
                                                {"margins", json_kind::object},
                                                {"runs", json_kind::objects}};

} // namespace detail

namespace judge {

/// Returns why the runs are no baseline: fewer than five, unfinished, or not runs of one thing; empty where
/// they are one.
[[nodiscard]] inline std::vector<std::string> reasons_no_baseline(const run_batch& runs) {
    if (runs.empty()) return {"there are no runs"};
    std::vector<std::string> reasons;
    if (runs.size() < publication_seeds)
        reasons.push_back(detail::decimal(runs.size()) + " seeds; a baseline asks for " +
                          detail::decimal(publication_seeds));
    for (std::string& each : reasons_incomparable(runs, {runs.front()}, {}))
        reasons.push_back(std::move(each));
    const auto names = metric_names(runs, {});
    if (names.empty()) reasons.emplace_back("no run recorded a metric");
    for (const std::string& name : names) {
        const seeded_values found = last_values(runs, name);
        if (found.values.size() < runs.size()) reasons.push_back("metric " + name + " is not in every run");
        for (const double value : found.values)
            if (!std::isfinite(value)) {
                reasons.push_back("metric " + name + " holds a value that is not finite: a failed run");
                break;
            }
    }
    return reasons;
}

/// Returns the file of a baseline: its runs, and the noise floor of each metric.
[[nodiscard]] inline nlohmann::ordered_json baseline_document(const baseline& base) {
    using json = nlohmann::ordered_json;
    json metrics = json::object(), runs = json::array();
    for (const std::string& name : metric_names(base.runs, {})) {
        const seeded_values found = last_values(base.runs, name);
        const statistics::summary s = statistics::summarize(found.values);
        const statistics::interval mean = statistics::mean_interval(s);
        metrics[name] = {{"seeds", found.seeds},
                         {"values", found.values},
                         {"mean", detail::finite_or_null(s.mean)},
                         {"std", detail::finite_or_null(s.std)},
                         {"sem", detail::finite_or_null(s.sem())},
                         {"mean_low", detail::finite_or_null(mean.low)},
                         {"mean_high", detail::finite_or_null(mean.high)},
                         {"noise_floor", detail::finite_or_null(detail::detectable_difference(s.std, s.n))}};
    }
    for (const recorded_manifest& run : base.runs)
        runs.emplace_back(run.document);
    return {{"schema", baseline_schema},
            {"level", to_string(base.level)},
            {"margins", base.margins},
            {"metrics", std::move(metrics)},
            {"runs", std::move(runs)}};
}

/// Returns the baseline in the file `path`.
///
/// Errors: those of read_manifest; errc::schema_version; errc::level_unknown; errc::seed_duplicate.
[[nodiscard]] inline baseline read_baseline(const std::filesystem::path& path) {
    const nlohmann::json document = detail::parse_strict_json(detail::read_document(path), path.native());
    const detail::json_place root{document, path.native() + "#"};
    if (!document.is_object()) throw detail::field_error(errc::field_type, root.place, "is no object");
    detail::expect_fields(root, detail::baseline_rules);
    constexpr std::string_view head = baseline_schema.substr(0, baseline_schema.rfind('.') + 1);
    if (!document["schema"].get<std::string>().starts_with(head))
        throw error(errc::schema_version, root.where("schema"), "is no schema of a baseline known here",
                    "set the baseline again with this version");
    baseline base{parse_level(document["level"].get<std::string>()), {}, {}};
    for (const auto& [name, margin] : document["margins"].items()) {
        if (!margin.is_number() || !(margin.get<double>() > 0))
            throw detail::field_error(errc::field_value, root.where("margins") + "/" + name,
                                      "is no number above zero");
        base.margins[name] = margin.get<double>();
    }
    for (std::size_t i = 0; i < document["runs"].size(); ++i)
        base.runs.push_back(
            parse_manifest(document["runs"][i].dump(), path.native() + "#/runs/" + detail::decimal(i)));
    base.runs = make_batch(std::move(base.runs));
    return base;
}

/// What a check of new runs against a baseline found.
struct baseline_check {
    judgement result;
    std::vector<difference> environment; ///< what else has changed, likeliest cause first
};

/// Returns whether new runs hold against the baseline at a level: other code is what is being checked, so it
/// is no reason not to compare; another config is.
[[nodiscard]] inline baseline_check check_baseline(const baseline& base, const run_batch& runs, level at) {
    compare_options options;
    options.margins = base.margins;
    options.declared.code = true;
    baseline_check found{compare(base.runs, runs, at, options), {}};
    if (base.runs.empty() || runs.empty()) return found;
    using enum difference_group;
    for (difference& each : diff(base.runs.front(), runs.front(),
                                 {.only = {code, executable, lockfiles, libraries, build, launch,
                                           floating_point, environment, hardware}})
                                .differences)
        if (each.likelihood <= likelihood::unlikely) found.environment.push_back(std::move(each));
    return found;
}

} // namespace judge
} // namespace repro::inline v0
