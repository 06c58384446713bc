// SPDX-License-Identifier: MIT
// Single runs: what two of them differ in, their streams, and the list of all.

#include <repro/judge/run_state.hpp>

#include "../difference_words.hpp"
#include "../values.hpp"
#include "parts.hpp"
#include "plot_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tool::page {
namespace {

constexpr std::size_t differences_listed = 200;
constexpr std::size_t streams_listed = 200;

std::string run_words(const repro::recorded_manifest& run) {
    return fmt::format("{} (seed {})", run.id, repro::detail::seed_of(run));
}

/// Returns a row a difference, those that change no number left out.
std::vector<std::vector<markup>> difference_rows(const repro::manifest_diff& found) {
    std::vector<std::vector<markup>> rows;
    for (const repro::difference& each : found.differences)
        if (is_told(each) && rows.size() < differences_listed)
            rows.push_back({text(to_string(each.likelihood)), text(to_string(each.group)), text(each.name),
                            text(side_words(each.a)), text(side_words(each.b)),
                            text(remark(each, remarks::all))});
    return rows;
}

std::string state_words(const repro::recorded_manifest& run, const char* key, const std::string& name) {
    for (const nlohmann::json& each : field(run.document, "/streams"))
        if (field(each, "/name") == name) return value_words(field(each, key));
    return "-";
}

/// Returns whether two runs left a stream in one state; "-" where a state is unknown.
std::string equal_words(const std::string& a, const std::string& b) {
    if (a == "-" || b == "-") return "unknown";
    return a == b ? "equal" : "differs";
}

std::vector<std::vector<markup>> stream_rows(const repro::recorded_manifest& run,
                                             const repro::recorded_manifest* other) {
    std::vector<std::vector<markup>> rows;
    for (const nlohmann::json& each : field(run.document, "/streams")) {
        if (rows.size() == streams_listed) break;
        const std::string name = value_words(field(each, "/name"));
        const std::string state = value_words(field(each, "/state_at_end"));
        rows.push_back({text(name), text(value_words(field(each, "/engine"))),
                        text(value_words(field(each, "/seed"))), text(value_words(field(each, "/rule"))),
                        text(value_words(field(each, "/draws"))), text(state)});
        if (other == nullptr) continue;
        const std::string theirs = state_words(*other, "/state_at_end", name);
        rows.back().push_back(text(state_words(*other, "/draws", name)));
        rows.back().push_back(text(theirs));
        rows.back().push_back(text(equal_words(state, theirs)));
    }
    return rows;
}

std::string git_of(const nlohmann::json& document) {
    const nlohmann::json& dirty = field(document, "/git_dirty");
    return value_words(field(document, "/git_sha")).substr(0, 12) + (dirty == true    ? ", with changes"
                                                                     : dirty == false ? ""
                                                                                      : ", changes unknown");
}

std::vector<markup> run_row(const facts& all, std::size_t place, const repro::recorded_manifest& run,
                            const repro::process_world& here) {
    markup name = mark_of(place);
    name.add_text(" " + name_of(all, place));
    const nlohmann::json& document = run.document;
    return {name,
            text(run.id),
            text(to_string(repro::state_of(run, here).state)),
            text(std::to_string(repro::detail::seed_of(run))),
            text(run.level ? to_string(*run.level) : "-"),
            text(git_of(document)),
            text(run.started_at),
            text(value_words(field(document, "/wall_seconds"))),
            text(shortened(run.sha256.hex()))};
}

} // namespace

markup difference_section(const facts& all) {
    const auto pair = run_pair_of(all);
    if (pair.size() < 2)
        return section("differences", "Run diff",
                       paragraph("There are no two runs to hold against each other."));
    const repro::manifest_diff found = repro::diff(*pair[0], *pair[1]);
    markup inside = paragraph(
        fmt::format("a: {}; b: {}; {}.", run_words(*pair[0]), run_words(*pair[1]), cause_words(found)));
    const auto rows = difference_rows(found);
    if (!rows.empty())
        inside += data_table("Differences, likeliest cause first",
                             {"likelihood", "group", "what", "a", "b", "why"}, rows);
    if (found.differences.size() > differences_listed)
        inside += paragraph(
            fmt::format("{} differences in all: repro diff A B --all lists them", found.differences.size()));
    inside += paragraph(equal_groups(found) +
                        ". Not compared: ids, times of start and end, process ids, absolute paths.");
    for (const std::string& each : found.doubts)
        inside += paragraph("Doubtful: " + each + ".");
    return section("differences", "Run diff", inside);
}

markup streams_section(const facts& all) {
    const auto pair = run_pair_of(all);
    const auto runs = all_runs(all);
    if (runs.empty()) return section("streams", "Streams", paragraph("There are no runs."));
    const repro::recorded_manifest& first = pair.size() == 2 ? *pair[0] : *runs.front();
    const repro::recorded_manifest* const other = pair.size() == 2 ? pair[1] : nullptr;
    std::vector<std::string> heading{"stream", "engine", "seed", "rule", "draws", "state at end"};
    if (other != nullptr) heading.insert(heading.end(), {"draws of b", "state at end of b", "states"});
    const auto rows = stream_rows(first, other);
    markup inside =
        paragraph(other == nullptr ? "Of " + run_words(first) + "."
                                   : fmt::format("a: {}; b: {}.", run_words(first), run_words(*other)));
    inside += rows.empty() ? paragraph("No streams were recorded.")
                           : data_table("Streams of random numbers", heading, rows);
    return section("streams", "Streams", inside);
}

markup runs_section(const facts& all) {
    const repro::process_world here = repro::capture_process_world();
    std::vector<std::vector<markup>> rows;
    std::size_t repeats = 0;
    for (std::size_t i = 0; i < all.groups.size(); ++i) {
        for (const repro::recorded_manifest& run : runs_of(all.groups[i]))
            rows.push_back(run_row(all, i, run, here));
        for (const repro::recorded_manifest& run : all.groups[i].repeats)
            rows.push_back(run_row(all, i, run, here));
        repeats += all.groups[i].repeats.size();
    }
    markup inside;
    if (repeats > 0)
        inside += paragraph(
            fmt::format("{} repeat a seed: they are listed, and do not count as observations.", repeats));
    inside +=
        rows.empty()
            ? paragraph("There are no runs.")
            : data_table("Runs, with the SHA-256 of their manifests",
                         {"side", "run", "status", "seed", "level", "git", "started", "seconds", "manifest"},
                         rows);
    return section("runs", "Runs", inside);
}

} // namespace tool::page
