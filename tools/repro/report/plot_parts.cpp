// SPDX-License-Identifier: MIT
#include "plot_parts.hpp"

#include <fmt/format.h>

namespace tool::page {

std::string coordinate(double value) { return fmt::format("{:.1f}", value); }

markup plot(std::string_view title, std::string_view summary, double width, double height,
            const markup& inside) {
    markup content = element("title", text(title));
    content.add("desc", text(summary));
    content += inside;
    return element(
        "div", {{"class", "plot"}, {"tabindex", "0"}, {"role", "group"}, {"aria-label", std::string(title)}},
        element("svg",
                {{"role", "img"},
                 {"viewBox", fmt::format("0 0 {:.0f} {:.0f}", width, height)},
                 {"width", fmt::format("{:.0f}", width)},
                 {"height", fmt::format("{:.0f}", height)},
                 {"aria-label", fmt::format("{}. {}", title, summary)}},
                content));
}

markup words_at(double x, double y, anchor where, std::string_view words, std::string_view style) {
    constexpr const char* anchors[] = {"start", "middle", "end"};
    return element("text",
                   {{"x", coordinate(x)},
                    {"y", coordinate(y)},
                    {"text-anchor", anchors[static_cast<std::size_t>(where)]},
                    {"class", std::string(style)}},
                   text(words));
}

markup line(double x1, double y1, double x2, double y2, std::string_view style) {
    return element("path", {{"class", std::string(style)},
                            {"d", fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}", x1, y1, x2, y2)}});
}

std::string mark_path(std::size_t place, double x, double y) {
    constexpr const char* shapes[side_styles] = {"m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "m-3.5-3.5h7v7h-7z",
                                                 "m0-5l4.5 8h-9z", "m0-5l5 5-5 5-5-5z"};
    return fmt::format("M{:.1f} {:.1f}{}", x, y, shapes[place % side_styles]);
}

markup mark_of(std::size_t place) {
    return element("svg",
                   {{"class", "mark"},
                    {"viewBox", "0 0 12 12"},
                    {"width", "12"},
                    {"height", "12"},
                    {"aria-hidden", "true"}},
                   element("path", {{"class", "dot " + side_style(place)}, {"d", mark_path(place, 6, 6)}}));
}

std::string side_style(std::size_t place) { return fmt::format("side{}", place % side_styles); }

markup vertical_grid(const axis& x, double top, double bottom) {
    markup grid;
    for (const tick& each : x.ticks(5)) {
        grid += line(x.at(each.value), top, x.at(each.value), bottom, "grid");
        grid += words_at(x.at(each.value), bottom + 16, anchor::middle, each.label);
    }
    return grid;
}

} // namespace tool::page
