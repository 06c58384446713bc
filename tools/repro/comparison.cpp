// SPDX-License-Identifier: MIT
#include "comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

namespace tool {
namespace {

namespace judge = repro::judge;

repro::error no_number(const std::string& option, const std::string& text) {
    return {repro::errc::argument_invalid, option + " '" + excerpt(text, 128) + "'",
            "is no number above zero", "give a number, or METRIC=NUMBER"};
}

/// Returns alpha, which is no METRIC=NUMBER.
double parse_level_of_error(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0' && value > 0 && value < 0.5) return value;
    throw repro::error(repro::errc::argument_invalid, "--alpha '" + excerpt(text, 128) + "'",
                       "is no number above zero and below 0.5", "give a number, as 0.05");
}

double positive(const std::string& option, const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(value > 0) || !std::isfinite(value)) throw no_number(option, text);
    return value;
}

/// Returns "NAME=VALUE" cut at its last '='; the name is empty where there is none.
std::pair<std::string, std::string> named(const std::string& text) {
    const std::size_t at = text.rfind('=');
    if (at == std::string::npos) return {{}, text};
    return {text.substr(0, at), text.substr(at + 1)};
}

/// Returns the tolerance that "0.01" or "1%" spells.
judge::tolerance parse_tolerance(const std::string& text) {
    if (text.ends_with('%')) return {0.0, positive("--tolerance", text.substr(0, text.size() - 1)) / 100};
    return {positive("--tolerance", text), 0.0};
}

judge::judgement not_these(repro::level level, std::string why) { return {level, {std::move(why)}, {}, {}}; }

std::set<std::string> names_of(const value_table& table) {
    std::set<std::string> names;
    for (const auto& [name, column] : table)
        names.insert(name);
    return names;
}

/// Says which metrics are left out, as one side alone has them.
void report_one_sided(const std::set<std::string>& has, const std::set<std::string>& lacks, const char* side,
                      judge::judgement& to) {
    for (const std::string& name : has)
        if (!lacks.contains(name))
            to.findings.push_back({"metric " + name, std::nullopt,
                                   fmt::format("only side {} has it: it is not compared", side)});
}

/// Compares where a side is a table: nothing is known but values by seed.
judge::judgement compare_tables(const value_table& a, const value_table& b, repro::level level,
                                const judge::compare_options& options) {
    if (level == repro::level::bit_exact) return not_these(level, "a table holds no digests: give runs");
    judge::judgement result{level, {}, {}, {}};
    const std::set<std::string> of_a = names_of(a), of_b = names_of(b);
    std::set<std::string> names;
    std::ranges::set_intersection(of_a, of_b, std::inserter(names, names.end()));
    if (!options.metrics.empty()) {
        names = {options.metrics.begin(), options.metrics.end()};
    } else {
        if (auto reason = judge::reason_no_common_metric(of_a, of_b))
            return not_these(level, std::move(*reason));
        if (names.empty()) return not_these(level, "neither side has a metric");
        report_one_sided(of_a, of_b, "A", result);
        report_one_sided(of_b, of_a, "B", result);
    }
    for (const std::string& name : names) {
        if (!a.contains(name) || !b.contains(name))
            throw repro::error(repro::errc::argument_invalid, "metric '" + name + "'", "is not on both sides",
                               "name a metric that both sides have");
        if (level == repro::level::seed_stable) {
            const auto own = options.tolerances.find(name);
            result.findings.push_back(
                judge::compare_values(name, a.at(name), b.at(name),
                                      own == options.tolerances.end() ? options.tolerance : own->second));
            continue;
        }
        judge::distribution_options own = options.distribution;
        if (const auto margin = options.margins.find(name); margin != options.margins.end())
            own.margin = margin->second;
        judge::judge_samples(name, a.at(name).values, b.at(name).values, own, result);
    }
    return result;
}

/// Returns the one metric that sides of which one is MEAN,STD,N are about.
std::string summarised_metric(const side& a, const side& b, const judge::compare_options& options) {
    if (!options.metrics.empty()) return options.metrics.front();
    for (const side* const each : {&a, &b})
        if (!std::holds_alternative<repro::statistics::summary>(*each))
            if (const value_table values = values_of(*each); values.size() == 1) return values.begin()->first;
    return "(unnamed)";
}

repro::statistics::summary summary_of(const side& from, const judge::compare_options& options) {
    if (const auto* const summary = std::get_if<repro::statistics::summary>(&from)) return *summary;
    const value_table values = values_of(from);
    const std::string name = !options.metrics.empty() ? options.metrics[0]
                             : values.size() == 1     ? values.begin()->first
                                                      : "";
    if (!values.contains(name))
        throw repro::error(repro::errc::argument_invalid, "--metric",
                           "does not say which metric MEAN,STD,N belongs to",
                           "name the one metric of the other side with --metric");
    return repro::statistics::summarize(values.at(name).values);
}

} // namespace

std::vector<argument> comparison_arguments(comparison_words& words) {
    return {{"--a", "Another run of the reference; may be repeated", &words.a},
            {"--b", "Another run of the other side; may be repeated", &words.b},
            {"--level", "bit-exact, seed-stable or distribution-stable; without it all three are shown",
             &words.level, presence::optional, level_names()},
            {"--metric", "A metric that counts; all where none is named; may be repeated", &words.metrics},
            {"--tolerance", "How far a pair may lie apart: NUMBER, NUMBER% or METRIC=...; 0.01 by default",
             &words.tolerances},
            {"--margin", "How far means may lie apart and count as equal: NUMBER or METRIC=NUMBER",
             &words.margins},
            {"--alpha", "How often a wrong word may come about; 0.05 by default", &words.alpha},
            {"--rule",
             "What decides on distributions: equivalence (default) or source",
             &words.rule,
             presence::optional,
             {"equivalence", "source"}},
            {"--across",
             "What the sides may differ in, as that is the question: code or config",
             &words.across,
             presence::optional,
             {"code", "config"}}};
}

judge::compare_options comparison_options(const comparison_words& arguments) {
    judge::compare_options options;
    options.metrics = arguments.metrics;
    for (const std::string& each : arguments.tolerances) {
        const auto parts = named(each);
        (parts.first.empty() ? options.tolerance : options.tolerances[parts.first]) =
            parse_tolerance(parts.second);
    }
    for (const std::string& each : arguments.margins) {
        const auto parts = named(each);
        const double margin = positive("--margin", parts.second);
        if (parts.first.empty())
            options.distribution.margin = margin;
        else
            options.margins[parts.first] = margin;
    }
    if (!arguments.alpha.empty()) options.distribution.alpha = parse_level_of_error(arguments.alpha);
    if (arguments.rule == "source")
        options.distribution.rule = judge::distribution_rule::source;
    else if (!arguments.rule.empty() && arguments.rule != "equivalence")
        throw repro::error(repro::errc::argument_invalid, "--rule '" + excerpt(arguments.rule, 80) + "'",
                           "is no rule", "use equivalence or source");
    for (const std::string& each : arguments.across) {
        if (each == "code")
            options.declared.code = true;
        else if (each == "config")
            options.declared.config = true;
        else
            throw repro::error(repro::errc::argument_invalid, "--across '" + excerpt(each, 80) + "'",
                               "is nothing that sides may differ in", "use code or config");
    }
    return options;
}

value_table values_of(const side& from) {
    if (const auto* const table = std::get_if<value_table>(&from)) return *table;
    value_table values;
    const auto& runs = std::get<judge::run_batch>(from);
    for (const std::string& name : judge::metric_names(runs, {}))
        values[name] = judge::last_values(runs, name);
    return values;
}

judge::judgement compare_sides(const side& a, const side& b, repro::level level,
                               const judge::compare_options& options) {
    const auto* const runs_a = std::get_if<judge::run_batch>(&a);
    const auto* const runs_b = std::get_if<judge::run_batch>(&b);
    if (runs_a != nullptr && runs_b != nullptr) return judge::compare(*runs_a, *runs_b, level, options);
    const bool summaries = std::holds_alternative<repro::statistics::summary>(a) ||
                           std::holds_alternative<repro::statistics::summary>(b);
    if (!summaries) return compare_tables(values_of(a), values_of(b), level, options);
    if (level != repro::level::distribution_stable)
        return not_these(level, "a mean and its spread say nothing of single seeds: give runs or a table");
    judge::judgement result{level, {}, {}, {}};
    judge::judge_summaries(summarised_metric(a, b, options), summary_of(a, options), summary_of(b, options),
                           options.distribution, result);
    return result;
}

std::optional<repro::level> declared_level(const side& a, const side& b) {
    std::optional<repro::level> level;
    for (const side* const each : {&a, &b}) {
        const auto* const runs = std::get_if<judge::run_batch>(each);
        if (runs == nullptr) continue;
        for (const repro::recorded_manifest& run : *runs) {
            if (!run.level || (level && level != run.level)) return std::nullopt;
            level = run.level;
        }
    }
    return level;
}

std::vector<repro::level> asked_levels(const std::string& name) {
    if (!name.empty()) return {repro::parse_level(name)};
    std::vector<repro::level> all;
    for (const repro::level_description& each : repro::levels)
        all.push_back(each.level);
    return all;
}

} // namespace tool
