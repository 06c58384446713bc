// SPDX-License-Identifier: MIT
#pragma once
// Searching and selecting, as torch.multinomial needs them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

/// Returns the first index whose value, of an ascending list, is not below u; the size where all are.
template <class Number>
[[nodiscard]] std::size_t first_not_below(std::span<const Number> ascending, double u) noexcept {
    std::size_t left = 0, right = ascending.size();
    while (left < right) {
        const std::size_t middle = left + (right - left) / 2;
        if (static_cast<double>(ascending[middle]) < u)
            left = middle + 1;
        else
            right = middle;
    }
    return left;
}

/// Returns the indices of the `count` greatest values, the greatest first, of equal ones the first: off a
/// heap.
[[nodiscard]] inline std::vector<std::int64_t> greatest(std::span<const double> values, std::size_t count) {
    std::vector<std::size_t> heap(values.size());
    for (std::size_t i = 0; i < heap.size(); ++i)
        heap[i] = i;
    const auto before = [&](std::size_t a, std::size_t b) {
        return values[a] > values[b] || (values[a] == values[b] && a < b);
    };
    const auto sink = [&](std::size_t parent) {
        for (;;) {
            std::size_t child = 2 * parent + 1;
            if (child >= heap.size()) return;
            if (child + 1 < heap.size() && before(heap[child + 1], heap[child])) ++child;
            if (!before(heap[child], heap[parent])) return;
            std::swap(heap[child], heap[parent]);
            parent = child;
        }
    };
    for (std::size_t i = heap.size() / 2; i-- > 0;)
        sink(i);
    std::vector<std::int64_t> order;
    while (order.size() < count) {
        order.push_back(static_cast<std::int64_t>(heap.front()));
        heap.front() = heap.back();
        heap.pop_back();
        if (!heap.empty()) sink(0);
    }
    return order;
}

} // namespace detail
} // namespace repro::inline v0::pytorch
