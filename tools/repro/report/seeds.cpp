// SPDX-License-Identifier: MIT
// Metrics: how seeds spread on each side, and the course of each run.

#include <repro/judge/compare_distributions.hpp>

#include "curve_plot.hpp"
#include "parts.hpp"
#include "plot_parts.hpp"
#include "strip_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace tool::page {
namespace {

constexpr std::size_t metrics_drawn = 24;
constexpr std::size_t seeds_listed = 200;

std::string number_words(double value) { return fmt::format("{:.6g}", value); }

std::string range_words(const repro::statistics::summary& from) {
    if (!std::isfinite(from.std)) return "-";
    const repro::statistics::interval mean = repro::statistics::mean_interval(from);
    return fmt::format("{:.5g} to {:.5g}", mean.low, mean.high);
}

markup side_name(const facts& all, std::size_t place) {
    markup name = mark_of(place);
    name.add_text(" " + name_of(all, place));
    return name;
}

std::vector<strip> strips_of(const facts& all, const std::string& metric) {
    std::vector<strip> strips;
    for (std::size_t i = 0; i < all.groups.size(); ++i)
        if (const auto summary = summary_of(all, i, metric))
            strips.push_back({name_of(all, i), i, finite_ones(values_of(all, i, metric).values), *summary});
    return strips;
}

markup summary_table(const facts& all, const std::string& metric, const std::vector<strip>& strips) {
    std::vector<std::vector<markup>> rows;
    for (const strip& each : strips) {
        std::vector<double> sorted = each.values;
        std::ranges::sort(sorted);
        const bool known = !sorted.empty();
        const bool spread = std::isfinite(each.summary.std);
        const std::size_t broken = values_of(all, each.side, metric).values.size() - each.values.size();
        rows.push_back(
            {side_name(all, each.side), text(std::to_string(each.summary.n)),
             text(number_words(each.summary.mean)), text(spread ? number_words(each.summary.std) : "-"),
             text(spread ? number_words(each.summary.sem()) : "-"), text(range_words(each.summary)),
             text(known ? number_words(repro::statistics::sorted_quantile(sorted, 0.5)) : "-"),
             text(known ? number_words(sorted.front()) : "-"),
             text(known ? number_words(sorted.back()) : "-"), text(std::to_string(broken))});
    }
    return data_table(metric +
                          ": SD is the standard deviation of the seeds, SEM the standard error of their mean",
                      {"side", "n", "mean", "SD", "SEM", "95 % interval of the mean", "median", "lowest",
                       "highest", "not finite"},
                      rows);
}

/// Returns the values seed by seed, side by side.
markup values_table(const facts& all, const std::string& metric) {
    std::map<std::uint64_t, std::vector<std::string>> values;
    std::vector<std::string> heading{"seed"};
    for (std::size_t i = 0; i < all.groups.size(); ++i) {
        heading.push_back(name_of(all, i));
        const repro::judge::seeded_values column = values_of(all, i, metric);
        for (std::size_t k = 0; k < column.seeds.size(); ++k) {
            values[column.seeds[k]].resize(all.groups.size(), "-");
            values[column.seeds[k]][i] = repro::detail::shortest(column.values[k]);
        }
    }
    if (values.empty()) return {};
    std::vector<std::vector<markup>> rows;
    for (const auto& [seed, row] : values) {
        if (rows.size() == seeds_listed) break;
        rows.emplace_back().push_back(text(std::to_string(seed)));
        for (const std::string& each : row)
            rows.back().push_back(text(each));
    }
    markup inside = data_table(metric + ", the last value of each run", heading, rows);
    if (values.size() > seeds_listed)
        inside += paragraph(fmt::format("... and {} more seeds", values.size() - seeds_listed));
    return folded("Values of " + metric + " by seed", inside);
}

/// Returns the course of a metric in a run, in the order of its steps.
std::vector<point> course(const nlohmann::json& series) {
    const nlohmann::json &steps = series.at("step"), &values = series.at("value");
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < steps.size(); ++i)
        order.emplace_back(steps[i].get<double>(), i);
    std::ranges::sort(order);
    std::vector<point> points;
    for (const auto& [step, i] : order)
        points.push_back({step, repro::detail::metric_value(values[i])});
    return points;
}

markup curves_of(const facts& all, const std::string& metric) {
    std::vector<curve> curves;
    bool any = false;
    for (std::size_t i = 0; i < all.groups.size(); ++i)
        for (const repro::recorded_manifest& run : runs_of(all.groups[i]))
            if (const nlohmann::json* const series = repro::detail::find_series(run, metric)) {
                curves.push_back({fmt::format("{}, seed {}", name_of(all, i), repro::detail::seed_of(run)), i,
                                  course(*series)});
                any = any || curves.back().points.size() > 1;
            }
    if (curves.empty()) return {};
    if (!any) return paragraph("No curve: each run recorded one value.");
    return curve_plot(metric, curves);
}

markup one_metric(const facts& all, const std::string& metric) {
    const std::vector<strip> strips = strips_of(all, metric);
    markup inside = element("h3", text(metric));
    if (strips.empty()) {
        inside += paragraph("No finite value was recorded.");
    } else {
        inside += strip_plot(metric, strips);
        inside += summary_table(all, metric, strips);
    }
    inside += values_table(all, metric);
    inside += curves_of(all, metric);
    return element("article", inside);
}

} // namespace

markup seeds_section(const facts& all) {
    const std::vector<std::string> metrics = metrics_of(all);
    markup inside;
    for (const std::string& each : std::span(metrics).first(std::min(metrics.size(), metrics_drawn)))
        inside += one_metric(all, each);
    if (metrics.empty()) inside += paragraph("No run recorded a metric.");
    if (metrics.size() > metrics_drawn)
        inside += paragraph(
            fmt::format("... and {} more metrics: --metric NAME chooses", metrics.size() - metrics_drawn));
    return section("seeds", "Seeds", inside);
}

} // namespace tool::page
