// SPDX-License-Identifier: MIT
// What runs ran in: facts with the runs that have them, unmet conditions, what is missing, warnings,
// redactions.

#include "../values.hpp"
#include "parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

namespace tool::page {
namespace {

constexpr std::size_t values_a_fact = 8;
constexpr std::size_t rows_a_list = 100;

/// How many runs have which value of a fact, by the name of the fact.
using fact_counts = std::map<std::string, std::map<std::string, std::size_t>>;

void count_values(const std::string& name, const nlohmann::json& value, fact_counts& to) {
    if (!value.is_object()) {
        ++to[name][value_words(value)];
        return;
    }
    for (const auto& [key, inner] : value.items())
        count_values(name + "/" + key, inner, to);
}

fact_counts facts_of(const std::vector<const repro::recorded_manifest*>& runs) {
    fact_counts counts;
    for (const repro::recorded_manifest* const run : runs) {
        const nlohmann::json& document = run->document;
        for (const char* const key : {"versions", "hardware", "system", "container"})
            count_values(key, field(document, (std::string("/") + key).c_str()), counts);
        for (const char* const key :
             {"git_sha", "git_dirty", "level", "seed_source", "schema", "stream_contract"})
            count_values(key, field(document, (std::string("/") + key).c_str()), counts);
        count_values("floating_point", field(document, "/floating_point/at_start"), counts);
        const nlohmann::json& variables = field(document, "/environment");
        if (variables.is_object())
            for (const auto& [name, value] : variables.items())
                count_values("environment/" + name, field(value, "/now"), counts);
    }
    return counts;
}

std::string counted_values(const std::map<std::string, std::size_t>& values) {
    std::string said;
    std::size_t told = 0;
    for (const auto& [value, count] : values) {
        if (told++ == values_a_fact)
            return said + fmt::format("; and {} more values", values.size() - values_a_fact);
        said += fmt::format("{}{} (in {})", said.empty() ? "" : "; ", value, count);
    }
    return said;
}

markup environment_tables(const std::vector<const repro::recorded_manifest*>& runs) {
    std::vector<std::vector<markup>> equal, different;
    for (const auto& [name, values] : facts_of(runs)) {
        std::size_t count = 0;
        for (const auto& [value, having] : values)
            count += having;
        if (values.size() == 1 && count == runs.size())
            equal.push_back({text(name), text(values.begin()->first)});
        else
            different.push_back({text(name), text(counted_values(values))});
    }
    markup tables = different.empty()
                        ? paragraph(fmt::format("All recorded facts are equal in all {} runs.", runs.size()))
                        : data_table(fmt::format("Facts that are not equal in all {} runs", runs.size()),
                                     {"fact", "values"}, different);
    if (!equal.empty())
        tables += folded(fmt::format("{} facts that are equal in all {} runs", equal.size(), runs.size()),
                         data_table("Equal in all runs", {"fact", "value"}, equal));
    return tables;
}

/// Returns a list of the manifests, equal entries told once with the number of their runs.
markup list_table(const std::vector<const repro::recorded_manifest*>& runs, std::string_view title,
                  const char* pointer, std::initializer_list<const char*> columns) {
    std::map<std::vector<std::string>, std::size_t> counts;
    for (const repro::recorded_manifest* const run : runs)
        for (const nlohmann::json& each : field(run->document, pointer)) {
            std::vector<std::string> row;
            for (const char* const column : columns)
                row.push_back(value_words(field(each, (std::string("/") + column).c_str())));
            ++counts[row];
        }
    markup inside = element("h3", text(title));
    if (counts.empty()) {
        inside += paragraph("None recorded.");
        return inside;
    }
    std::vector<std::vector<markup>> rows;
    for (const auto& [row, count] : counts) {
        if (rows.size() == rows_a_list) break;
        rows.emplace_back();
        for (const std::string& each : row)
            rows.back().push_back(text(each));
        rows.back().push_back(text(fmt::format("{} of {}", count, runs.size())));
    }
    std::vector<std::string> heading(columns.begin(), columns.end());
    heading.emplace_back("runs");
    inside += data_table(title, heading, rows);
    if (counts.size() > rows_a_list)
        inside += paragraph(fmt::format("... and {} more", counts.size() - rows_a_list));
    return inside;
}

} // namespace

markup surroundings_section(const facts& all) {
    const auto runs = all_runs(all);
    if (runs.empty()) return section("environment", "Environment", paragraph("There are no runs."));
    markup inside = environment_tables(runs);
    inside += list_table(runs, "Unmet conditions", "/unmet", {"name", "what", "fix"});
    inside += list_table(runs, "Warnings", "/warnings", {"code", "text"});
    inside += list_table(runs, "Missing facts", "/missing", {"field", "reason"});
    inside += list_table(runs, "Redactions", "/redactions", {"where", "kind", "count"});
    return section("environment", "Environment", inside);
}

} // namespace tool::page
