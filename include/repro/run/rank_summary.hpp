// SPDX-License-Identifier: MIT
#pragma once
// All ranks of a run in a few lines: what they share is said once, what differs with the ranks that have it.

#include <repro/run/rank_report.hpp>
#include <repro/run/shared_folder.hpp>
#include <repro/run/temporaries.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A fact that is not the same on all ranks.
struct rank_difference {
    std::string name;
    std::vector<rank_group> values;
};

/// A stream with its digests on all ranks.
struct rank_stream_states {
    stream_of_ranks stream;
    std::vector<rank_group> at_start, at_end;
};

/// The ranks of one run.
struct ranks_summary {
    std::uint64_t world = 1;
    std::vector<rank_group> states; ///< "completed", "running", ...; "absent" for those without a file
    std::vector<rank_group> errors;
    std::vector<rank_group> hosts;
    std::size_t compared = 0; ///< how many facts
    std::vector<rank_difference> differences;
    std::vector<rank_stream_states> streams;
    std::vector<rank_finding> findings;
};

namespace detail {

/// Values beyond these, each with its ranks, are counted: a manifest of 10,000 ranks has to stay small.
inline constexpr std::size_t listed_groups = 256;
inline constexpr std::size_t rank_file_bytes = std::size_t{16} << 20;

template <class Value>
[[nodiscard]] std::vector<rank_group> grouped(const std::vector<rank_report>& reports, Value value) {
    std::vector<rank_value> values;
    for (const rank_report& each : reports)
        if (std::string text = value(each); text != "-" && !text.empty())
            values.push_back({each.rank, std::move(text)});
    return group_ranks(values);
}

inline void add_absent(ranks_summary& to, const std::vector<rank_report>& reports) {
    std::set<std::uint64_t> known;
    for (const rank_report& each : reports)
        known.insert(each.rank);
    std::vector<std::uint64_t> absent;
    for (std::uint64_t rank = 0; rank < to.world; ++rank)
        if (!known.contains(rank)) absent.push_back(rank);
    if (!absent.empty()) to.states.push_back({"absent", std::move(absent)});
}

inline void add_differences(ranks_summary& to, const std::vector<rank_report>& reports) {
    std::set<std::string> names;
    for (const rank_report& each : reports)
        for (const auto& [name, value] : each.facts)
            names.insert(name);
    to.compared = names.size();
    for (const std::string& name : names) {
        std::vector<rank_value> values;
        for (const rank_report& each : reports) {
            const auto found = each.facts.find(name);
            if (found == each.facts.end() && name.starts_with("knobs/") && !each.knobs_known) continue;
            values.push_back({each.rank, found == each.facts.end() ? "absent" : found->second});
        }
        if (auto groups = group_ranks(values); groups.size() > 1)
            to.differences.push_back({name, std::move(groups)});
    }
}

inline void add_stream_states(ranks_summary& to, const std::vector<rank_report>& reports) {
    std::vector<rank_states> starts, ends, judged;
    for (const rank_report& each : reports) {
        starts.push_back(each.at_start);
        ends.push_back(each.at_end);
        judged.push_back({each.rank, {}});
        for (const auto& stream : each.at_end.streams)
            if (std::ranges::find(each.common, stream.first) != each.common.end())
                judged.back().streams.push_back(stream);
    }
    const auto at_start = by_stream(starts), at_end = by_stream(ends);
    std::map<stream_of_ranks, rank_stream_states> streams;
    for (const auto& [stream, states] : at_start)
        streams[stream].at_start = group_ranks(states);
    for (const auto& [stream, states] : at_end)
        streams[stream].at_end = group_ranks(states);
    for (auto& [stream, states] : streams) {
        states.stream = stream;
        to.streams.push_back(std::move(states));
    }
    for (rank_finding& each : check_ranks(starts))
        to.findings.push_back({std::move(each.stream), "at the start " + each.text});
    for (rank_finding& each : check_ranks(judged)) // sources go their own ways once ranks draw from them
        to.findings.push_back({std::move(each.stream), "at the end " + each.text});
}

/// Returns all ranks of a run from what each of them reported.
[[nodiscard]] inline ranks_summary summarize_ranks(std::uint64_t world, std::vector<rank_report> reports) {
    ranks_summary all;
    all.world = world;
    all.states = grouped(reports, [](const rank_report& each) { return each.status; });
    all.errors = grouped(reports, [](const rank_report& each) { return each.error; });
    all.hosts = grouped(reports, [](const rank_report& each) { return each.host; });
    add_absent(all, reports);
    std::erase_if(reports, [](const rank_report& each) { return each.status == "unreadable"; });
    add_differences(all, reports);
    add_stream_states(all, reports);
    return all;
}

inline void write(json_writer& to, const std::vector<rank_group>& groups) {
    to.begin_array();
    for (std::size_t i = 0; i < groups.size() && i < listed_groups; ++i) {
        to.begin_object();
        to.member("value", groups[i].value);
        to.member("ranks", rank_ranges(groups[i].ranks));
        to.end_object();
    }
    if (groups.size() > listed_groups) {
        to.begin_object();
        to.member("value", nullptr);
        to.member("more_values", groups.size() - listed_groups);
        to.end_object();
    }
    to.end_array();
}

inline void write_groups(json_writer& to, const char* key, const std::vector<rank_group>& groups) {
    to.key(key);
    write(to, groups);
}

inline void write(json_writer& to, const rank_difference& each) {
    to.begin_object();
    to.member("name", each.name);
    write_groups(to, "values", each.values);
    to.end_object();
}

inline void write(json_writer& to, const rank_stream_states& each) {
    to.begin_object();
    to.member("name", each.stream.name);
    to.member("expected", each.stream.own ? "different" : "equal");
    write_groups(to, "at_start", each.at_start);
    write_groups(to, "at_end", each.at_end);
    to.end_object();
}

inline void write(json_writer& to, const rank_finding& each) {
    to.begin_object();
    to.member("stream", each.stream);
    to.member("text", each.text);
    to.end_object();
}

/// Returns the value of the manifest's key `ranks`.
[[nodiscard]] inline std::string ranks_text(const rank_place& place, const ranks_summary& all) {
    json_writer to(2, 1);
    to.begin_object();
    to.member("launcher", place.launcher);
    to.key("variables");
    to.begin_array();
    for (const std::string& each : place.variables)
        to.value(each);
    to.end_array();
    to.member("world", all.world);
    write_groups(to, "states", all.states);
    write_groups(to, "errors", all.errors);
    write_groups(to, "hosts", all.hosts);
    to.member("compared", all.compared);
    to.key("differences");
    write(to, all.differences);
    to.key("streams");
    write(to, all.streams);
    to.key("findings");
    write(to, all.findings);
    to.end_object();
    return to.text();
}

/// Reads the file of a rank. What cannot be read is null, which reports as "unreadable".
[[nodiscard]] inline nlohmann::json read_rank_file(const std::filesystem::path& path) {
    constexpr int deepest = 64;
    const auto text = read_text(path.c_str(), rank_file_bytes + 1);
    if (!text || text->size() > rank_file_bytes) return nullptr;
    const auto shallow = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        return depth <= deepest;
    };
    nlohmann::json document = nlohmann::json::parse(*text, shallow, false);
    return text_at(document, "/schema") == rank_schema ? std::move(document) : nlohmann::json(nullptr);
}

/// Returns the rank whose file has this name; nothing for another name.
[[nodiscard]] inline std::optional<std::uint64_t> rank_of_file(std::string_view name) {
    constexpr std::string_view prefix = "rank-";
    const std::size_t dot = name.find('.');
    std::uint64_t rank = 0;
    if (!name.starts_with(prefix) || dot == std::string_view::npos) return std::nullopt;
    std::string_view digits = name.substr(prefix.size(), dot - prefix.size());
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    if (!from_decimal(digits, rank) || rank_file_name(rank) != name) return std::nullopt;
    return rank;
}

/// Calls visit(rank, path) for each rank but 0 of a world that left a file in `folder`: see read_rank_file.
template <class Visit>
void for_each_rank_file(const std::filesystem::path& folder, std::uint64_t world, Visit visit) {
    const descriptor handle = open_folder<system_calls>(AT_FDCWD, folder.c_str(), 0);
    if (!handle) return;
    for (const std::string& name : names_in(handle.get()))
        if (const auto rank = rank_of_file(name); rank && *rank < world) visit(*rank, folder / name);
}

} // namespace detail
} // namespace repro::inline v0
