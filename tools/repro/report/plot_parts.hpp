// SPDX-License-Identifier: MIT
#pragma once
// What the plots of a page share: numbers of SVG, words, lines, and the shapes of the sides.

#include "axis.hpp"
#include "markup.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tool::page {

/// How wide the plots are.
inline constexpr double plot_width = 680;
/// How many sides have a colour and a shape of their own; the next one begins again.
inline constexpr std::size_t side_styles = 4;
/// How many patterns of dashes tell curves of one side apart.
inline constexpr std::size_t dash_styles = 6;

/// Returns a coordinate with one decimal.
[[nodiscard]] std::string coordinate(double value);

/// Returns a plot that takes `width` by `height` pixels, or less; `title` and `summary` are what it says to
/// those who do not see it.
[[nodiscard]] markup plot(std::string_view title, std::string_view summary, double width, double height,
                          const markup& inside);

/// How words stand to their place.
enum class anchor { start, middle, end };

[[nodiscard]] markup words_at(double x, double y, anchor where, std::string_view words,
                              std::string_view style = "");
[[nodiscard]] markup line(double x1, double y1, double x2, double y2, std::string_view style);

/// Returns the path of the mark of a side at a place: a disc, a square, a triangle or a diamond.
[[nodiscard]] std::string mark_path(std::size_t place, double x, double y);

/// Returns the mark of a side as a small plot of its own, for tables and legends.
[[nodiscard]] markup mark_of(std::size_t place);

/// Returns the classes of a side: its colour.
[[nodiscard]] std::string side_style(std::size_t place);

/// Returns lines from `top` to `bottom` at round numbers of a horizontal axis, and the numbers below them.
[[nodiscard]] markup vertical_grid(const axis& x, double top, double bottom);

} // namespace tool::page
