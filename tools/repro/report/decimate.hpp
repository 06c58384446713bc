// SPDX-License-Identifier: MIT
#pragma once
// A long series as a plot needs it: of the values that fall into one column of pixels, the first, the lowest,
// the highest and the last. The line through them covers the same pixels as the line through all. Origin:
// Jugel et al., "M4: a visualization-oriented time series data aggregation" (2014).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace tool::page {

/// A value of a series, at a place on the horizontal axis.
struct point {
    double x;
    double y;

    friend bool operator==(const point&, const point&) = default;
};

/// Returns the points of `series`, which is in the order of x, that matter in `columns` columns between `low`
/// and `high`: four a column at most, in their order. A value that is not finite ends a line: it is kept,
/// once.
[[nodiscard]] inline std::vector<point> decimate(std::span<const point> series, double low, double high,
                                                 std::size_t columns) {
    const auto column = [=](double x) { // halves: the whole range may be too much for a double
        return std::floor((x / 2 - low / 2) / (high / 2 - low / 2) * static_cast<double>(columns));
    };
    std::vector<point> kept;
    for (std::size_t start = 0; start < series.size();) {
        std::size_t end = start + 1;
        if (!std::isfinite(series[start].y)) {
            if (kept.empty() || std::isfinite(kept.back().y)) kept.push_back(series[start]);
            start = end;
            continue;
        }
        std::size_t lowest = start, highest = start;
        for (; end < series.size() && std::isfinite(series[end].y) &&
               column(series[end].x) == column(series[start].x);
             ++end) {
            if (series[end].y < series[lowest].y) lowest = end;
            if (series[end].y > series[highest].y) highest = end;
        }
        std::array<std::size_t, 4> places{start, lowest, highest, end - 1};
        std::ranges::sort(places);
        for (std::size_t i = 0; i < places.size(); ++i)
            if (i == 0 || places[i] != places[i - 1]) kept.push_back(series[places[i]]);
        start = end;
    }
    return kept;
}

} // namespace tool::page
