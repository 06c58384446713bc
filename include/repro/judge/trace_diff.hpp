// SPDX-License-Identifier: MIT
#pragma once
// The first place at which two traces part.

#include <repro/trace/reader.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

/// The first entry in which two traces are not equal.
struct trace_divergence {
    trace_parting how = trace_parting::values;
    std::size_t index = 0;            ///< of the entry, counted from 0: so many are equal
    std::optional<trace_entry> left;  ///< none where this trace ends
    std::optional<trace_entry> right; ///< none where this trace ends

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

} // namespace detail

/// Returns where `left` and `right` part first, in the order in which they were written; nothing where they
/// are equal. Two traces that are torn at the same place are equal.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline std::optional<trace_divergence> first_divergence(const trace_contents& left,
                                                                      const trace_contents& right) {
    const auto [l, r] = std::ranges::mismatch(left.entries, right.entries);
    const bool left_ends = l == left.entries.end(), right_ends = r == right.entries.end();
    if (left_ends && right_ends) return std::nullopt;
    trace_divergence found;
    found.index = static_cast<std::size_t>(l - left.entries.begin());
    if (!left_ends) found.left = *l;
    if (!right_ends) found.right = *r;
    found.how = left_ends || right_ends ? trace_parting::length : detail::how_entries_part(*l, *r);
    return found;
}

} // namespace repro::inline v0
