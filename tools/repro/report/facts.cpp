// SPDX-License-Identifier: MIT
#include "facts.hpp"

#include "../comparison.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <variant>

namespace tool::page {
namespace {

/// Returns what the one metric of a published summary is called.
std::string published_metric(const facts& all) {
    return all.options.metrics.empty() ? "metric" : all.options.metrics.front();
}

} // namespace

const repro::judge::run_batch& runs_of(const group& from) {
    static const repro::judge::run_batch none;
    const auto* const runs = std::get_if<repro::judge::run_batch>(&from.data);
    return runs == nullptr ? none : *runs;
}

std::vector<const repro::recorded_manifest*> all_runs(const facts& all) {
    std::vector<const repro::recorded_manifest*> runs;
    for (const group& each : all.groups) {
        for (const repro::recorded_manifest& run : runs_of(each))
            runs.push_back(&run);
        for (const repro::recorded_manifest& run : each.repeats)
            runs.push_back(&run);
    }
    return runs;
}

std::string name_of(const facts& all, std::size_t place) {
    const std::string& name = all.groups[place].name;
    if (!all.compared() || place > 1) return name;
    return (place == 0 ? "A: " : "B: ") + name;
}

std::vector<std::string> metrics_of(const facts& all) {
    if (!all.options.metrics.empty()) return all.options.metrics;
    std::set<std::string> names;
    for (const group& each : all.groups) {
        if (std::holds_alternative<repro::statistics::summary>(each.data)) {
            names.insert(published_metric(all));
            continue;
        }
        for (const auto& [name, values] : tool::values_of(each.data))
            names.insert(name);
    }
    return {names.begin(), names.end()};
}

repro::judge::seeded_values values_of(const facts& all, std::size_t place, const std::string& metric) {
    const side& data = all.groups[place].data;
    if (const auto* const runs = std::get_if<repro::judge::run_batch>(&data))
        return repro::judge::last_values(*runs, metric);
    const auto* const table = std::get_if<value_table>(&data);
    if (table == nullptr) return {};
    const auto found = table->find(metric);
    return found == table->end() ? repro::judge::seeded_values() : found->second;
}

std::vector<double> finite_ones(const std::vector<double>& values) {
    std::vector<double> finite;
    std::ranges::copy_if(values, std::back_inserter(finite), [](double each) { return std::isfinite(each); });
    return finite;
}

std::optional<repro::statistics::summary> summary_of(const facts& all, std::size_t place,
                                                     const std::string& metric) {
    const side& data = all.groups[place].data;
    if (const auto* const published = std::get_if<repro::statistics::summary>(&data))
        return metric == published_metric(all) ? std::optional(*published) : std::nullopt;
    const std::vector<double> values = finite_ones(values_of(all, place, metric).values);
    if (values.empty()) return std::nullopt;
    return repro::statistics::summarize(values);
}

} // namespace tool::page
