// SPDX-License-Identifier: MIT
#include "trace_diff.hpp"

#include "run_argument.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

namespace tool {
namespace {

using trace_json = nlohmann::ordered_json;

constexpr std::size_t ranges_printed = 4;

traced_side read_traced_side(const std::string& named, console& out) {
    std::error_code failed;
    std::filesystem::path path = named;
    const bool is_trace = std::filesystem::is_regular_file(path, failed) && path.extension() != ".json";
    if (!is_trace) {
        path = find_run(named, out).parent_path() / "trace.bin";
        if (!std::filesystem::exists(path, failed))
            throw repro::error(repro::errc::unreadable, path.native(),
                               "does not exist: the run traced nothing",
                               "call run.trace in the program, at every step");
    }
    return {path.native(), repro::read_trace(path.native())};
}

std::string tensor_words(const repro::trace_entry& entry) {
    return fmt::format("step {}, tensor '{}' ({}, {} element{})", entry.step, clipped(entry.name),
                       to_string(entry.type), entry.count, entry.count == 1 ? "" : "s");
}

std::string mark_words(const std::optional<repro::stream_mark>& mark) {
    if (!mark) return "-";
    if (mark->kind == repro::mark_kind::unread) return "not read";
    return mark->kind == repro::mark_kind::draws ? fmt::format("{}", mark->value)
                                                 : fmt::format("state {:016x}", mark->value);
}

std::string size_words(const repro::value_difference& size) {
    if (size.differing == 0) return fmt::format("none of the {} values kept differs", size.compared);
    std::string text = fmt::format("{} of the {} values kept differ, first at element {}", size.differing,
                                   size.compared, size.first_element);
    if (size.differing > size.not_numbers)
        text += fmt::format("; most by {} at element {}: {} against {}", size.largest, size.largest_element,
                            size.left, size.right);
    if (size.differing > size.not_numbers && size.largest_ulp)
        text += fmt::format("; up to {} ulp", *size.largest_ulp);
    if (size.not_numbers > 0) text += fmt::format("; {} with NaN", size.not_numbers);
    return text;
}

/// Says how the order or the length of two traces differs.
std::string structure_words(const repro::trace_divergence& parted) {
    if (!parted.left || !parted.right)
        return fmt::format("{} ends, where {} goes on with {}", parted.left ? "b" : "a",
                           parted.left ? "a" : "b", tensor_words(parted.left ? *parted.left : *parted.right));
    if (parted.how == repro::trace_parting::shape)
        return fmt::format("a has {} elements of {}, b has {} of {}", parted.left->count,
                           to_string(parted.left->type), parted.right->count, to_string(parted.right->type));
    const auto later = [](bool is_later, std::string_view where) {
        return is_later ? fmt::format("{} has it later", where) : fmt::format("{} never has it", where);
    };
    return fmt::format("a comes to {}; {}\n  b comes to {}; {}", tensor_words(*parted.left),
                       later(parted.left_is_later_in_right, "b"), tensor_words(*parted.right),
                       later(parted.right_is_later_in_left, "a"));
}

void print_streams(const repro::trace_divergence& parted, console& out) {
    if (parted.streams.empty()) {
        out.print("streams: none was marked\n");
        return;
    }
    table rows;
    rows.row({"", "stream", "a", "b"});
    bool any = false;
    for (const repro::stream_standing& each : parted.streams) {
        const bool differs = each.differs();
        any = any || differs;
        rows.row({{differs ? "differs" : "", tone::bad},
                  each.name,
                  mark_words(each.left),
                  mark_words(each.right)});
    }
    rows.print(out);
    if (!any)
        out.print("no stream that was read differs: look at the order of sums, at threads, at inputs\n");
}

void print_parted(const repro::trace_divergence& parted, console& out) {
    out.print(
        fmt::format("first difference: {}\n", tensor_words(parted.left ? *parted.left : *parted.right)));
    if (parted.how == repro::trace_parting::values)
        out.print(fmt::format("  in {}\n", where_it_differs(parted)));
    else
        out.print(fmt::format("  {}\n", structure_words(parted)));
    if (parted.size) out.print(fmt::format("  {}\n", size_words(*parted.size)));
    out.print(parted.last_equal ? fmt::format("last equal: {}\n", tensor_words(*parted.last_equal))
                                : std::string("last equal: none\n"));
    out.print("\n");
    print_streams(parted, out);
}

trace_json entry_json(const std::optional<repro::trace_entry>& entry) {
    if (!entry) return nullptr;
    return {{"step", entry->step},
            {"name", printable(entry->name)},
            {"type", to_string(entry->type)},
            {"count", entry->count},
            {"digest", fmt::format("{:016x}", entry->digest)}};
}

trace_json mark_json(const std::optional<repro::stream_mark>& mark) {
    if (!mark || mark->kind == repro::mark_kind::unread) return nullptr;
    if (mark->kind == repro::mark_kind::draws) return {{"draws", mark->value}};
    return {{"state", fmt::format("{:016x}", mark->value)}};
}

trace_json size_json(const std::optional<repro::value_difference>& size) {
    if (!size) return nullptr;
    return {{"compared", size->compared},
            {"differing", size->differing},
            {"first_element", size->first_element},
            {"largest", size->largest}, // null where it is infinite
            {"largest_element", size->largest_element},
            {"a", size->left},
            {"b", size->right},
            {"not_numbers", size->not_numbers},
            {"largest_ulp", size->largest_ulp ? trace_json(*size->largest_ulp) : trace_json(nullptr)}};
}

trace_json parted_json(const repro::trace_divergence& parted) {
    trace_json ranges = trace_json::array(), standings = trace_json::array();
    for (const repro::element_range& each : parted.ranges)
        ranges.push_back({each.first, each.last});
    for (const repro::stream_standing& each : parted.streams)
        standings.push_back({{"name", printable(each.name)},
                             {"differs", each.differs()},
                             {"a", mark_json(each.left)},
                             {"b", mark_json(each.right)}});
    return {{"how", to_string(parted.how)},
            {"index", parted.index},
            {"step", parted.step()},
            {"name", printable(parted.name())},
            {"a", entry_json(parted.left)},
            {"b", entry_json(parted.right)},
            {"last_equal", entry_json(parted.last_equal)},
            {"ranges", std::move(ranges)},
            {"size", size_json(parted.size)},
            {"streams", std::move(standings)}};
}

trace_json side_json(const traced_side& side) {
    return {{"trace", printable(side.path)},
            {"tensors", side.trace.entries.size()},
            {"complete", side.trace.complete}};
}

void print_side(std::string_view name, const traced_side& side, console& out) {
    out.print(fmt::format("{}  {}  {} tensor{}\n", name, printable(side.path), side.trace.entries.size(),
                          side.trace.entries.size() == 1 ? "" : "s"));
}

void warn_if_torn(const traced_side& side, console& out) {
    if (!side.trace.complete)
        out.warn(fmt::format("{} ends within a record: its run was stopped there, or the file is damaged",
                             printable(side.path)));
}

} // namespace

std::string where_it_differs(const repro::trace_divergence& parted) {
    const repro::trace_entry& entry = parted.left ? *parted.left : *parted.right;
    if (parted.ranges.empty()) return fmt::format("{} elements", entry.count);
    std::string text = "elements";
    for (std::size_t i = 0; i < parted.ranges.size() && i < ranges_printed; ++i)
        text += fmt::format("{} {} to {}", i == 0 ? "" : ",", parted.ranges[i].first, parted.ranges[i].last);
    if (parted.ranges.size() > ranges_printed)
        text += fmt::format(" and {} ranges more", parted.ranges.size() - ranges_printed);
    return text + fmt::format(" of {}", entry.count);
}

trace_pair read_traces(const std::string& a, const std::string& b, console& out) {
    trace_pair pair{read_traced_side(a, out), read_traced_side(b, out), {}};
    pair.parted = repro::first_divergence(pair.a.trace, pair.b.trace);
    return pair;
}

nlohmann::ordered_json trace_pair_json(const trace_pair& pair) {
    return {{"equal", !pair.parted},
            {"a", side_json(pair.a)},
            {"b", side_json(pair.b)},
            {"first_difference", pair.parted ? parted_json(*pair.parted) : trace_json(nullptr)}};
}

void print_parting(const trace_pair& pair, console& out) {
    warn_if_torn(pair.a, out);
    warn_if_torn(pair.b, out);
    if (pair.parted)
        print_parted(*pair.parted, out);
    else
        out.print("no difference\n");
}

exit_code diff_traces(const std::string& a, const std::string& b, console& out) {
    const trace_pair pair = read_traces(a, b, out);
    if (out.json()) {
        out.answer(trace_pair_json(pair));
    } else {
        print_side("a", pair.a, out);
        print_side("b", pair.b, out);
        out.print("\n");
        print_parting(pair, out);
    }
    return pair.parted ? exit_code::differs : exit_code::holds;
}

} // namespace tool
