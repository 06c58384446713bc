// SPDX-License-Identifier: MIT
#pragma once
// Lines over a logarithmic axis, as one SVG file that needs nothing else and follows the reader's light or
// dark mode.

#include <repro/core/error.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// A line through the points (x[i], y[i]); y has to be positive.
struct plot_line {
    std::string label;
    std::vector<double> x;
    std::vector<double> y;
};

/// A plot of up to four lines. The first stands in the background: the raw data of which the others are made.
struct line_plot {
    std::string title;
    std::string x_label;
    std::string y_label;
    std::vector<plot_line> lines;
};

namespace detail {

/// Returns `value` with at most `digits` digits after the point, whatever the locale.
inline std::string plain(double value, int digits) {
    char buffer[64];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits).ptr;
    std::string text(buffer, end);
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

inline std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        if (c == '<')
            safe += "&lt;";
        else if (c == '>')
            safe += "&gt;";
        else if (c == '&')
            safe += "&amp;";
        else
            safe += c;
    }
    return safe;
}

/// The picture's measures, and where data land in it.
struct plot_frame {
    static constexpr double width = 720, height = 420, left = 72, right = 696, top = 56, bottom = 364;
    double x_low, x_high, y_low, y_high;

    [[nodiscard]] double across(double x) const {
        return left + (x - x_low) / (x_high - x_low) * (right - left);
    }
    [[nodiscard]] double down(double y) const {
        return bottom - std::log10(y / y_low) / std::log10(y_high / y_low) * (bottom - top);
    }
};

/// Returns the step of 1, 2 or 5 times a power of ten that cuts `range` into at most eight parts.
inline double tick_step(double range) {
    const double decade = std::pow(10.0, std::floor(std::log10(range / 8)));
    for (const double step : {1.0, 2.0, 5.0})
        if (range / (step * decade) <= 8) return step * decade;
    return 10 * decade;
}

/// Returns the limits of the data, widened to the next ticks.
inline plot_frame frame_of(const std::vector<plot_line>& lines) {
    plot_frame frame{HUGE_VAL, -HUGE_VAL, HUGE_VAL, 0.0};
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.x.size(); ++i) {
            frame.x_low = std::min(frame.x_low, line.x[i]);
            frame.x_high = std::max(frame.x_high, line.x[i]);
            frame.y_low = std::min(frame.y_low, line.y[i]);
            frame.y_high = std::max(frame.y_high, line.y[i]);
        }
    }
    const double step = tick_step(frame.x_high - frame.x_low);
    frame.x_low = std::floor(frame.x_low / step) * step;
    frame.x_high = std::ceil(frame.x_high / step) * step;
    const double low_decade = std::pow(10.0, std::floor(std::log10(frame.y_low)));
    const double high_decade = std::pow(10.0, std::floor(std::log10(frame.y_high)));
    const double low = frame.y_low / low_decade, high = frame.y_high / high_decade;
    frame.y_low = low_decade * (low >= 5 ? 5 : low >= 2 ? 2 : 1);
    frame.y_high = high_decade * (high > 5 ? 10 : high > 2 ? 5 : 2);
    return frame;
}

inline std::string text_at(double x, double y, std::string_view kind, std::string_view text) {
    return "<text x=\"" + plain(x, 1) + "\" y=\"" + plain(y, 1) + "\" class=\"" + std::string(kind) + "\">" +
           escaped(text) + "</text>\n";
}

inline std::string rule(double x1, double y1, double x2, double y2, std::string_view kind) {
    return "<line x1=\"" + plain(x1, 1) + "\" y1=\"" + plain(y1, 1) + "\" x2=\"" + plain(x2, 1) + "\" y2=\"" +
           plain(y2, 1) + "\" class=\"" + std::string(kind) + "\"/>\n";
}

inline std::string axes(const plot_frame& f) {
    std::string svg;
    const int last_decade = static_cast<int>(std::floor(std::log10(f.y_high) + 1e-9));
    for (int e = static_cast<int>(std::floor(std::log10(f.y_low) + 1e-9)); e <= last_decade; ++e) {
        for (const double step : {1.0, 2.0, 5.0}) {
            const double y = step * std::pow(10.0, e);
            if (y < f.y_low * 0.999 || y > f.y_high * 1.001) continue;
            svg += rule(f.left, f.down(y), f.right, f.down(y), "grid");
            svg += text_at(f.left - 8, f.down(y) + 4, "tick end", plain(y, 6));
        }
    }
    const double step = tick_step(f.x_high - f.x_low);
    const int ticks = static_cast<int>(std::lround((f.x_high - f.x_low) / step));
    for (int n = 0; n <= ticks; ++n) {
        const double x = f.x_low + n * step;
        svg += rule(f.across(x), f.bottom, f.across(x), f.bottom + 5, "axis");
        svg += text_at(f.across(x), f.bottom + 20, "tick middle", plain(x, 6));
    }
    return svg + rule(f.left, f.bottom, f.right, f.bottom, "axis");
}

inline std::string path_of(const plot_frame& f, const plot_line& line, std::size_t number) {
    std::string svg = "<path class=\"line s" + std::to_string(number) + "\" d=\"";
    for (std::size_t i = 0; i < line.x.size(); ++i) {
        svg.append(i == 0 ? "M" : "L").append(plain(f.across(line.x[i]), 1));
        svg.append(" ").append(plain(f.down(line.y[i]), 1));
    }
    return svg + "\"/>\n";
}

inline std::string legend(const plot_frame& f, const std::vector<plot_line>& lines) {
    std::string svg = "<rect class=\"back\" x=\"" + plain(f.right - 210, 1) + "\" y=\"" +
                      plain(f.top + 2, 1) + "\" width=\"212\" height=\"" +
                      plain(12 + 20 * static_cast<double>(lines.size()), 1) + "\"/>\n";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const double y = f.top + 18 + 20 * static_cast<double>(i);
        svg += rule(f.right - 200, y, f.right - 176, y, "line s" + std::to_string(i));
        svg += text_at(f.right - 168, y + 4, "tick", lines[i].label);
    }
    return svg;
}

inline constexpr std::string_view plot_style = R"(<style>
text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2937 }
.back { fill: #ffffff } .title { font-size: 17px; font-weight: 600 }
.tick { font-size: 12px; fill: #4b5563 } .label { font-size: 13px; fill: #4b5563 }
.middle { text-anchor: middle } .end { text-anchor: end }
.grid { stroke: #e5e7eb } .axis { stroke: #6b7280 }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round }
.s0 { stroke: #a9c5ea; stroke-width: 0.8 }
.s1 { stroke: #1d5fb8 } .s2 { stroke: #c2570c } .s3 { stroke: #0f766e }
@media (prefers-color-scheme: dark) {
text { fill: #e5e7eb } .back { fill: #14181f } .tick, .label { fill: #a8b0bd }
.grid { stroke: #2b323d } .axis { stroke: #7b8494 }
.s0 { stroke: #3a5478 } .s1 { stroke: #7db4f5 } .s2 { stroke: #f0a35e } .s3 { stroke: #4fd1c5 }
}
</style>
)";

} // namespace detail

/// Returns the plot as the text of an SVG file.
///
/// Precondition: at least one line, each with two points or more, every y positive.
inline std::string to_svg(const line_plot& plot) {
    using frame = detail::plot_frame;
    const frame f = detail::frame_of(plot.lines);
    const std::string size = detail::plain(frame::width, 0) + " " + detail::plain(frame::height, 0);
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size +
                      "\" role=\"img\">\n<title>" + detail::escaped(plot.title) + "</title>\n";
    svg.append(detail::plot_style).append("<rect class=\"back\" width=\"100%\" height=\"100%\"/>\n");
    svg += detail::text_at(frame::left, 32, "title", plot.title) + detail::axes(f);
    for (std::size_t i = 0; i < plot.lines.size(); ++i)
        svg += detail::path_of(f, plot.lines[i], i);
    svg += detail::legend(f, plot.lines);
    svg +=
        detail::text_at((frame::left + frame::right) / 2, frame::height - 14, "label middle", plot.x_label);
    svg += "<g transform=\"rotate(-90)\">" +
           detail::text_at(-(frame::top + frame::bottom) / 2, 20, "label middle", plot.y_label) + "</g>\n";
    return svg + "</svg>\n";
}

/// Writes the plot to `path`.
///
/// Errors: errc::unwritable.
inline void write_svg(const std::string& path, const line_plot& plot) {
    std::ofstream file(path, std::ios::binary);
    file << to_svg(plot);
    file.close();
    if (!file)
        throw repro::error(repro::errc::unwritable, path, "cannot be written",
                           "free space, or write elsewhere");
}

} // namespace examples
