// SPDX-License-Identifier: MIT
#include "margin_plot.hpp"

#include "axis.hpp"
#include "plot_parts.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string_view>

namespace tool::page {
namespace {

constexpr double margin_top = 20, margin_bottom = 74, interval_at = 48;

std::optional<double> number_of(const repro::judge::finding& from, std::string_view name) {
    for (const auto& [key, value] : from.numbers)
        if (key == name && std::isfinite(value)) return value;
    return std::nullopt;
}

/// Returns the name of the metric in "metric rmse: mean".
std::string_view plotted_metric(std::string_view subject) {
    constexpr std::string_view start = "metric ";
    if (subject.starts_with(start)) subject.remove_prefix(start.size());
    return subject.substr(0, subject.rfind(": "));
}

} // namespace

markup margin_plot(const repro::judge::finding& means) {
    const auto low = number_of(means, "low"), high = number_of(means, "high");
    const auto difference = number_of(means, "difference"), margin = number_of(means, "margin");
    if (!low || !high || !difference) return {};
    const axis x(std::vector<double>{*low, *high, 0.0, margin.value_or(0.0), -margin.value_or(0.0)}, 56,
                 plot_width - 56);
    markup inside;
    if (margin) {
        inside +=
            element("path", {{"class", "margin"},
                             {"d", fmt::format("M{:.1f} {:.1f}H{:.1f}V{:.1f}H{:.1f}z", x.at(-*margin),
                                               margin_top, x.at(*margin), margin_bottom, x.at(-*margin))}});
        inside += words_at(x.at(-*margin), margin_top - 6, anchor::middle, "−margin");
        inside += words_at(x.at(*margin), margin_top - 6, anchor::middle, "+margin");
    }
    inside += vertical_grid(x, margin_top, margin_bottom);
    inside += line(x.at(0), margin_top, x.at(0), margin_bottom, "zero");
    inside += element("path", {{"class", "error plain"},
                               {"d", fmt::format("M{:.1f} {:.1f}v12m0-6H{:.1f}m0-6v12", x.at(*low),
                                                 interval_at - 6, x.at(*high))}});
    inside += element("path", {{"class", "dot plain"}, {"d", mark_path(0, x.at(*difference), interval_at)}});
    const std::string summary = fmt::format(
        "{}: the difference of the means is {:.4g}, its interval from {:.4g} to {:.4g}; {}.",
        plotted_metric(means.subject), *difference, *low, *high,
        margin ? fmt::format("means within {:.4g} count as equal", *margin)
               : std::string("no margin was declared, so only constants that are equal can be accepted"));
    markup all =
        plot(means.subject + ": difference and margin", summary, plot_width, margin_bottom + 24, inside);
    all.add("p", {{"class", "note"}}, text(summary));
    return all;
}

} // namespace tool::page
