// SPDX-License-Identifier: MIT
#pragma once
// Sets of code points, as tables of intervals.

#include <algorithm>
#include <cstddef>

namespace tool {

struct code_points {
    char32_t first;
    char32_t last;
};

template <std::size_t N> [[nodiscard]] bool is_in(const code_points (&intervals)[N], char32_t value) {
    return std::ranges::any_of(
        intervals, [value](const code_points& each) { return value >= each.first && value <= each.last; });
}

} // namespace tool
