// SPDX-License-Identifier: MIT
#pragma once
// The course of a metric, a curve a seed. Where there are too many to be told apart, some are drawn, above a
// band from the lowest to the highest value of all.

#include "decimate.hpp"
#include "markup.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tool::page {

/// The course of a metric in one run, in the order of its steps.
struct curve {
    std::string name;
    std::size_t side;
    std::vector<point> points;
};

/// Curves that are drawn of one side, at most.
inline constexpr std::size_t curves_a_side = 10;

/// Returns the plot, with its legend and with what it says in words.
[[nodiscard]] markup curve_plot(const std::string& metric, const std::vector<curve>& curves);

} // namespace tool::page
