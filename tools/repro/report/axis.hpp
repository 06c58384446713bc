// SPDX-License-Identifier: MIT
#pragma once
// An axis of a plot: a range of values, where they stand, and round numbers beside it.

#include <span>
#include <string>
#include <vector>

namespace tool::page {

/// A mark on an axis.
struct tick {
    double value;
    std::string label;
};

class axis {
public:
    /// An axis from `start` to `end` on the page that has room for all finite `values`.
    axis(std::span<const double> values, double start, double end);

    /// Returns where a value stands on the page.
    [[nodiscard]] double at(double value) const noexcept;
    [[nodiscard]] double low() const noexcept { return low_; }
    [[nodiscard]] double high() const noexcept { return high_; }
    /// Returns about `count` round numbers within the range.
    [[nodiscard]] std::vector<tick> ticks(int count) const;

private:
    double start_, end_;
    double low_, high_;
};

} // namespace tool::page
