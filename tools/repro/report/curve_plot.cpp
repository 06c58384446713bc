// SPDX-License-Identifier: MIT
#include "curve_plot.hpp"

#include "../console.hpp"
#include "axis.hpp"
#include "plot_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace tool::page {
namespace {

constexpr double curves_left = 76, curves_right = 664, curves_top = 14, curves_bottom = 262,
                 curves_height = 300;
constexpr std::size_t curve_columns = 588;
constexpr std::size_t band_columns = 196;

struct curve_frame {
    axis x;
    axis y;
};

curve_frame frame_of(const std::vector<curve>& curves) {
    constexpr double none = std::numeric_limits<double>::infinity();
    std::array<double, 2> xs{none, -none}, ys{none, -none};
    const auto widen = [](std::array<double, 2>& range, double value) {
        if (!std::isfinite(value)) return;
        range[0] = std::min(range[0], value);
        range[1] = std::max(range[1], value);
    };
    for (const curve& each : curves)
        for (const point& p : each.points) {
            widen(xs, p.x);
            widen(ys, p.y);
        }
    return {axis(xs, curves_left, curves_right), axis(ys, curves_bottom, curves_top)};
}

/// Returns the path through the points; a value that is not finite ends a line, and one alone is a dot.
std::string path_through(const std::vector<point>& points, const curve_frame& in) {
    std::string path;
    std::size_t length = 0;
    for (std::size_t i = 0; i <= points.size(); ++i) {
        if (i == points.size() || !std::isfinite(points[i].y)) {
            if (length == 1) path += "h.1";
            length = 0;
            continue;
        }
        path += fmt::format("{}{:.1f} {:.1f}", length == 0 ? 'M' : 'L', in.x.at(points[i].x),
                            in.y.at(points[i].y));
        ++length;
    }
    return path;
}

std::string curve_style(const curve& which, std::size_t place) {
    return fmt::format("curve {} dash{}", side_style(which.side), place % dash_styles);
}

/// Returns the lowest and the highest value of all curves of a side, column by column, as one shape.
std::string band_path(const std::vector<curve>& curves, std::size_t place, const curve_frame& in) {
    constexpr double none = std::numeric_limits<double>::infinity();
    std::vector<double> lowest(band_columns, none), highest(band_columns, -none);
    for (const curve& each : curves) {
        if (each.side != place) continue;
        for (const point& p : each.points) {
            if (!std::isfinite(p.y)) continue;
            const double share = (in.x.at(p.x) - curves_left) / (curves_right - curves_left);
            const auto column = static_cast<std::size_t>(share * (band_columns - 1));
            lowest[column] = std::min(lowest[column], p.y);
            highest[column] = std::max(highest[column], p.y);
        }
    }
    std::string above, below;
    for (std::size_t i = 0; i < band_columns; ++i) {
        if (lowest[i] > highest[i]) continue;
        const double x =
            curves_left + (curves_right - curves_left) * (static_cast<double>(i) + 0.5) / band_columns;
        above += fmt::format("{}{:.1f} {:.1f}", above.empty() ? 'M' : 'L', x, in.y.at(highest[i]));
        below.insert(0, fmt::format("L{:.1f} {:.1f}", x, in.y.at(lowest[i])));
    }
    return above.empty() ? above : above + below + "z";
}

/// Which curves are drawn: the first ones of each side.
std::vector<std::pair<const curve*, std::size_t>> drawn_curves(const std::vector<curve>& curves) {
    std::vector<std::pair<const curve*, std::size_t>> drawn;
    std::map<std::size_t, std::size_t> counts;
    for (const curve& each : curves)
        if (const std::size_t place = counts[each.side]++; place < curves_a_side)
            drawn.emplace_back(&each, place);
    return drawn;
}

markup horizontal_grid(const axis& y) {
    markup grid;
    for (const tick& each : y.ticks(5)) {
        grid += line(curves_left, y.at(each.value), curves_right, y.at(each.value), "grid");
        grid += words_at(curves_left - 8, y.at(each.value) + 4, anchor::end, each.label);
    }
    return grid;
}

markup legend(const std::vector<std::pair<const curve*, std::size_t>>& drawn) {
    markup list;
    for (const auto& [each, place] : drawn) {
        markup entry = element("svg",
                               {{"class", "mark"},
                                {"viewBox", "0 0 44 12"},
                                {"width", "44"},
                                {"height", "12"},
                                {"aria-hidden", "true"}},
                               line(1, 6, 43, 6, curve_style(*each, place)));
        entry.add_text(" " + clipped(each->name, 60));
        list.add("li", entry);
    }
    return element("ul", {{"class", "legend"}}, list);
}

std::string words_of_curves(const std::vector<curve>& curves, std::size_t drawn) {
    std::size_t values = 0, broken = 0;
    for (const curve& each : curves)
        for (const point& p : each.points) {
            ++values;
            broken += std::isfinite(p.y) ? 0u : 1u;
        }
    std::string said = fmt::format("{} of {} curves are drawn", drawn, curves.size());
    if (drawn < curves.size()) said += "; a band spans all of its side, from the lowest to the highest value";
    said += fmt::format(". {} values", values);
    if (values > curves.size() * curve_columns)
        said += "; of each column of pixels the first, lowest, highest and last are drawn";
    said += broken == 0 ? "." : fmt::format("; {} are not finite, and leave a gap.", broken);
    return said;
}

} // namespace

markup curve_plot(const std::string& metric, const std::vector<curve>& curves) {
    const curve_frame in = frame_of(curves);
    const auto drawn = drawn_curves(curves);
    std::map<std::size_t, std::size_t> counts;
    for (const curve& each : curves)
        ++counts[each.side];
    markup inside = vertical_grid(in.x, curves_top, curves_bottom);
    inside += horizontal_grid(in.y);
    inside += words_at((curves_left + curves_right) / 2, curves_bottom + 33, anchor::middle, "step");
    for (const auto& [place, count] : counts)
        if (count > curves_a_side)
            inside += element("path",
                              {{"class", "band " + side_style(place)}, {"d", band_path(curves, place, in)}});
    for (const auto& [each, place] : drawn)
        inside +=
            element("path",
                    {{"class", curve_style(*each, place)},
                     {"d", path_through(decimate(each->points, in.x.low(), in.x.high(), curve_columns), in)}},
                    element("title", text(each->name)));
    const std::string summary = words_of_curves(curves, drawn.size());
    markup all = plot(metric + " by step", summary, plot_width, curves_height, inside);
    all += legend(drawn);
    all.add("p", {{"class", "note"}}, text(summary));
    return all;
}

} // namespace tool::page
