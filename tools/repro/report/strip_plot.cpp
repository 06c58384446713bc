// SPDX-License-Identifier: MIT
#include "strip_plot.hpp"

#include "../console.hpp"
#include "axis.hpp"
#include "plot_parts.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tool::page {
namespace {

constexpr double words_width = 176, row_height = 92, marks_at = 36, spread_at = 57, error_at = 77;

constexpr std::size_t few_marks = 50;

/// Returns everything that has to fit on the axis.
std::vector<double> extent(const std::vector<strip>& strips) {
    std::vector<double> all;
    for (const strip& each : strips) {
        all.insert(all.end(), each.values.begin(), each.values.end());
        for (const double reach : {0.0, each.summary.std, each.summary.sem()}) {
            all.push_back(each.summary.mean - reach);
            all.push_back(each.summary.mean + reach);
        }
    }
    return all;
}

/// Draws one mark a value, none right upon its neighbour.
markup seed_marks(const strip& from, const axis& x, double y) {
    std::string path;
    for (std::size_t i = 0; i < from.values.size(); ++i)
        path += mark_path(from.side, x.at(from.values[i]), y + (static_cast<double>(i * 3 % 5) - 2) * 2.5);
    const std::string style =
        from.values.size() > few_marks ? "crowd " : "dot "; // an edge would eat its neighbours
    return element("path", {{"class", style + side_style(from.side)}, {"d", path}});
}

/// Draws the standard deviation as a broad bar with the mean in it.
markup spread_bar(const strip& from, const axis& x, double y) {
    const double mean = from.summary.mean, std = from.summary.std;
    const double left = x.at(mean - std), right = x.at(mean + std);
    markup bar =
        element("path", {{"class", "spread " + side_style(from.side)},
                         {"d", fmt::format("M{:.1f} {:.1f}H{:.1f}v10H{:.1f}z", left, y - 5, right, left)}});
    bar += line(x.at(mean), y - 7, x.at(mean), y + 7, "mean " + side_style(from.side));
    return bar;
}

/// Draws the standard error as a thin line with an end on either side.
markup error_bar(const strip& from, const axis& x, double y) {
    const double left = x.at(from.summary.mean - from.summary.sem());
    const double right = x.at(from.summary.mean + from.summary.sem());
    markup bar =
        element("path", {{"class", "error " + side_style(from.side)},
                         {"d", fmt::format("M{0:.1f} {1:.1f}v10m0-5H{2:.1f}m0-5v10", left, y - 5, right)}});
    bar += element("path", {{"class", "dot " + side_style(from.side)},
                            {"d", fmt::format("M{:.1f} {:.1f}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
                                              x.at(from.summary.mean), y)}});
    return bar;
}

markup strip_row(const strip& from, const axis& x, double top) {
    const bool spread = std::isfinite(from.summary.std);
    markup drawn = words_at(0, top + 16, anchor::start,
                            fmt::format("{} (n = {})", clipped(from.name, 70), from.summary.n), "name");
    drawn += words_at(words_width - 14, top + marks_at + 4, anchor::end,
                      from.values.empty() ? "no single seeds" : "each seed");
    drawn += seed_marks(from, x, top + marks_at);
    drawn += words_at(words_width - 14, top + spread_at + 4, anchor::end,
                      spread ? fmt::format("mean ± SD {:.3g}", from.summary.std) : "no SD: one seed");
    drawn += words_at(words_width - 14, top + error_at + 4, anchor::end,
                      spread ? fmt::format("mean ± SEM {:.3g}", from.summary.sem()) : "no SEM: one seed");
    if (!spread) return drawn;
    drawn += spread_bar(from, x, top + spread_at);
    drawn += error_bar(from, x, top + error_at);
    return drawn;
}

} // namespace

markup strip_plot(const std::string& metric, const std::vector<strip>& strips) {
    const axis x(extent(strips), words_width, plot_width - 24);
    const double bottom = row_height * static_cast<double>(strips.size()) + 4;
    markup inside = vertical_grid(x, 22, bottom);
    std::string summary =
        "A mark a seed; a broad bar is the mean with the standard deviation, a thin line the mean "
        "with its standard error.";
    for (std::size_t i = 0; i < strips.size(); ++i) {
        inside += strip_row(strips[i], x, row_height * static_cast<double>(i));
        summary += fmt::format(" {}: mean {:.4g}, SD {:.3g}, SEM {:.3g}, n = {}.", strips[i].name,
                               strips[i].summary.mean, strips[i].summary.std, strips[i].summary.sem(),
                               strips[i].summary.n);
    }
    return plot(metric + " by seed", summary, plot_width, bottom + 24, inside);
}

} // namespace tool::page
