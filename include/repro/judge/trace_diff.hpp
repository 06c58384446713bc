// SPDX-License-Identifier: MIT
#pragma once
// The first place at which two traces part.

#include <repro/judge/value_difference.hpp>
#include <repro/trace/reader.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// How two traces part.
enum class trace_parting : unsigned char {
    values, ///< one tensor at one step holds other bytes
    shape,  ///< one tensor at one step has another type or number of elements
    order,  ///< another tensor, or another step, was traced next
    length  ///< one trace ends where the other goes on
};

/// Returns "values", "shape", "order" or "length".
[[nodiscard]] constexpr std::string_view to_string(trace_parting how) noexcept {
    constexpr std::string_view words[] = {"values", "shape", "order", "length"};
    return words[static_cast<unsigned char>(how)];
}

/// Elements of a tensor, counted from 0, both ends included.
struct element_range {
    std::uint64_t first = 0, last = 0;
    friend bool operator==(const element_range&, const element_range&) = default;
};

/// How far one stream had come in each of two runs.
struct stream_standing {
    std::string name;
    std::optional<stream_mark> left;  ///< none where this trace has not met the stream yet
    std::optional<stream_mark> right; ///< none where this trace has not met the stream yet

    /// Returns whether they are not equal, or one trace alone has met the stream; what was not read does not
    /// differ.
    [[nodiscard]] bool differs() const noexcept {
        const bool unread =
            (left && left->kind == mark_kind::unread) || (right && right->kind == mark_kind::unread);
        return !unread && left != right;
    }
};

/// The first entry in which two traces are not equal.
struct trace_divergence {
    trace_parting how = trace_parting::values;
    std::size_t index = 0;                 ///< of the entry, counted from 0: so many are equal
    std::optional<trace_entry> left;       ///< none where this trace ends
    std::optional<trace_entry> right;      ///< none where this trace ends
    std::optional<trace_entry> last_equal; ///< none where the first entries differ
    bool left_is_later_in_right = false;   ///< order: the right trace comes to this tensor and step later
    bool right_is_later_in_left = false;   ///< order: the left trace comes to this tensor and step later
    std::vector<element_range> ranges;     ///< values: where the bytes differ, as closely as chunks tell
    std::vector<stream_standing> streams;  ///< by name, when the entries were made
    std::optional<value_difference> size;  ///< values: by how much, where both kept values

    /// Returns the tensor's name, as the left trace has it where it goes on.
    [[nodiscard]] const std::string& name() const noexcept { return (left ? left : right)->name; }
    /// Returns the step, as the left trace has it where it goes on.
    [[nodiscard]] std::int64_t step() const noexcept { return (left ? left : right)->step; }
};

namespace detail {

[[nodiscard]] inline trace_parting how_entries_part(const trace_entry& left, const trace_entry& right) {
    if (left.name != right.name || left.step != right.step) return trace_parting::order;
    const bool same_shape =
        left.type == right.type && left.element_size == right.element_size && left.count == right.count;
    return same_shape ? trace_parting::values : trace_parting::shape;
}

/// Returns the chunks of one tensor that differ, neighbours joined.
[[nodiscard]] inline std::vector<element_range> differing_ranges(const trace_entry& left,
                                                                 const trace_entry& right) {
    if (left.chunks.empty() || left.chunks.size() != right.chunks.size()) return {{0, left.count - 1}};
    std::vector<element_range> ranges;
    const std::uint64_t size = trace_chunk(left.count);
    for (std::size_t i = 0; i < left.chunks.size(); ++i) {
        if (left.chunks[i] == right.chunks[i]) continue;
        const std::uint64_t first = i * size, last = std::min(left.count, first + size) - 1;
        if (!ranges.empty() && ranges.back().last + 1 == first)
            ranges.back().last = last;
        else
            ranges.push_back({first, last});
    }
    return ranges;
}

[[nodiscard]] inline bool comes_later(const std::optional<trace_entry>& entry, const trace_contents& in,
                                      std::size_t from) {
    return entry && std::any_of(in.entries.begin() + static_cast<std::ptrdiff_t>(from), in.entries.end(),
                                [&](const trace_entry& each) {
                                    return each.name == entry->name && each.step == entry->step;
                                });
}

/// Returns how far the streams had come when entry `index` was made; where there is none, at the end.
[[nodiscard]] inline std::map<std::string, stream_mark> marks_at(const trace_contents& trace,
                                                                 std::size_t index) {
    std::map<std::string, stream_mark> marks;
    for (const trace_mark& each : trace.marks)
        if (each.entry <= index) marks[each.stream] = each.mark;
    return marks;
}

[[nodiscard]] inline std::vector<stream_standing>
standings_at(const trace_contents& left, const trace_contents& right, std::size_t index) {
    std::map<std::string, stream_standing> all;
    for (const auto& [name, mark] : marks_at(left, index))
        all[name].left = mark;
    for (const auto& [name, mark] : marks_at(right, index))
        all[name].right = mark;
    std::vector<stream_standing> standings;
    for (auto& [name, each] : all) {
        each.name = name;
        standings.push_back(std::move(each));
    }
    return standings;
}

} // namespace detail

/// Returns where `left` and `right` part first, in the order in which they were written; nothing where they
/// are equal. Two traces that are torn at the same place are equal, and so are two of which one kept values.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline std::optional<trace_divergence> first_divergence(const trace_contents& left,
                                                                      const trace_contents& right) {
    const auto [l, r] =
        std::ranges::mismatch(left.entries, right.entries,
                              [](const trace_entry& a, const trace_entry& b) { return a.same_tensor(b); });
    const bool left_ends = l == left.entries.end(), right_ends = r == right.entries.end();
    if (left_ends && right_ends) return std::nullopt;
    trace_divergence found;
    found.index = static_cast<std::size_t>(l - left.entries.begin());
    if (!left_ends) found.left = *l;
    if (!right_ends) found.right = *r;
    if (found.index > 0) found.last_equal = left.entries[found.index - 1];
    found.how = left_ends || right_ends ? trace_parting::length : detail::how_entries_part(*l, *r);
    if (found.how == trace_parting::order) {
        found.left_is_later_in_right = detail::comes_later(found.left, right, found.index);
        found.right_is_later_in_left = detail::comes_later(found.right, left, found.index);
    }
    if (found.how == trace_parting::values) {
        found.ranges = detail::differing_ranges(*l, *r);
        found.size = compare_values(*l, *r);
    }
    found.streams = detail::standings_at(left, right, found.index);
    return found;
}

} // namespace repro::inline v0
