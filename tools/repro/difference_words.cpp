// SPDX-License-Identifier: MIT
#include "difference_words.hpp"

#include "table.hpp"
#include "values.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

namespace tool {
namespace {

constexpr std::size_t value_width = 40;

std::string counted(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string metric_words(const repro::metric_difference& metric) {
    std::string text = fmt::format("from step {}", metric.first_step);
    if (metric.differing > 0)
        text += fmt::format(", {} of {} differ, most by {} at step {}", metric.differing,
                            counted(metric.compared, "step"), metric.largest, metric.largest_step);
    if (metric.only_a > 0) text += fmt::format(", {} in a alone", counted(metric.only_a, "step"));
    if (metric.only_b > 0) text += fmt::format(", {} in b alone", counted(metric.only_b, "step"));
    return text;
}

/// Returns what stands for an object where there is room for one value.
nlohmann::json essence(const nlohmann::json& value) {
    if (value.is_object())
        for (const char* const key : {"sha256", "build_id", "value"})
            if (const auto found = value.find(key); found != value.end()) return *found;
    return value;
}

void print_run(std::string_view name, const repro::recorded_manifest& manifest, table& rows) {
    rows.row({{name, tone::heading},
              manifest.id,
              manifest.status ? to_string(*manifest.status) : "-",
              "seed " + value_words(manifest.document.at("seed")),
              manifest.started_at});
}

} // namespace

void print_runs(const repro::recorded_manifest& a, const repro::recorded_manifest& b, console& out) {
    table runs;
    print_run("a", a, runs);
    print_run("b", b, runs);
    runs.print(out);
    out.print("\n");
}

tone tone_of_likelihood(repro::likelihood how) {
    if (how <= repro::likelihood::likely) return tone::bad;
    return how <= repro::likelihood::unknown ? tone::doubtful : tone::faint;
}

std::string side_words(const repro::difference_side& from) {
    return from.absent() ? "-" : clipped(value_words(essence(from.value)), value_width);
}

std::string remark(const repro::difference& each, remarks wanted) {
    if (each.metric) return metric_words(*each.metric);
    return wanted == remarks::all || each.likelihood == repro::likelihood::unknown ? each.why : std::string();
}

bool is_told(const repro::difference& each) {
    return each.likelihood != repro::likelihood::none || each.group == repro::difference_group::times;
}

std::string equal_groups(const repro::manifest_diff& found) {
    std::string names;
    std::size_t equal = 0, compared = 0;
    for (std::size_t i = 0; i < found.groups.size(); ++i) {
        const repro::group_summary& group = found.groups[i];
        if (!group.compared && group.differences == 0) continue;
        ++compared;
        if (group.differences > 0) continue;
        names +=
            fmt::format("{}{}", equal++ == 0 ? "" : ", ", to_string(static_cast<repro::difference_group>(i)));
    }
    return fmt::format("equal: {} of {}{}{}", equal, counted(compared, "group"), equal == 0 ? "" : ": ",
                       names);
}

std::string cause_words(const repro::manifest_diff& found) {
    if (const repro::difference* const cause = found.likeliest())
        return fmt::format("likeliest cause: {}, {} against {}: {}", clipped(cause->name),
                           side_words(cause->a), side_words(cause->b), cause->why);
    if (found.matters())
        return "likeliest cause: none of what was recorded; code, data or an order that nobody recorded";
    return found.unknown() ? "no difference in what both recorded" : "no difference that matters";
}

} // namespace tool
