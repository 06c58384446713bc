// SPDX-License-Identifier: MIT
#pragma once
// Where two series of a metric part, and how far.

#include <repro/judge/difference.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// A value of a series: `occurrence` tells values of one step apart.
struct metric_point {
    std::int64_t step = 0;
    std::size_t occurrence = 0;
    const nlohmann::json* value = nullptr;

    [[nodiscard]] static bool before(const metric_point& x, const metric_point& y) noexcept {
        return x.step != y.step ? x.step < y.step : x.occurrence < y.occurrence;
    }
};

/// Returns a series in the order of its steps; a series of a shape that no writer gives has no points.
[[nodiscard]] inline std::vector<metric_point> metric_points(const nlohmann::json& series) {
    std::vector<metric_point> points;
    if (!series.is_object() || !series.contains("step") || !series.contains("value")) return points;
    const nlohmann::json& steps = series["step"];
    const nlohmann::json& values = series["value"];
    if (!steps.is_array() || !values.is_array()) return points;
    for (std::size_t i = 0; i < std::min(steps.size(), values.size()); ++i)
        if (steps[i].is_number_integer()) points.push_back({steps[i].get<std::int64_t>(), i, &values[i]});
    std::ranges::sort(points, &metric_point::before);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const bool again = i > 0 && points[i].step == points[i - 1].step;
        points[i].occurrence = again ? points[i - 1].occurrence + 1 : 0;
    }
    return points;
}

/// Whether two values are the same bits: 0.0 is not -0.0, and "NaN" is "NaN".
[[nodiscard]] inline bool same_value(const nlohmann::json& a, const nlohmann::json& b) {
    if (!a.is_number() || !b.is_number()) return a == b;
    return std::bit_cast<std::uint64_t>(a.get<double>()) == std::bit_cast<std::uint64_t>(b.get<double>());
}

[[nodiscard]] inline double distance(const nlohmann::json& a, const nlohmann::json& b) {
    if (!a.is_number() || !b.is_number()) return std::numeric_limits<double>::infinity();
    return std::abs(a.get<double>() - b.get<double>());
}

/// Two series as they are compared, and the first values that part.
struct metric_comparison {
    metric_difference found;
    bool parted = false;
    nlohmann::json a; ///< at the first step that differs; null where it has no value there
    nlohmann::json b;

    void part_at(const metric_point& at, const nlohmann::json* in_a, const nlohmann::json* in_b) {
        if (parted) return;
        parted = true;
        found.first_step = found.largest_step = at.step;
        if (in_a != nullptr) a = *in_a;
        if (in_b != nullptr) b = *in_b;
    }

    void add(const metric_point& in_a, const metric_point& in_b) {
        ++found.compared;
        if (same_value(*in_a.value, *in_b.value)) return;
        ++found.differing;
        part_at(in_a, in_a.value, in_b.value);
        const double apart = distance(*in_a.value, *in_b.value);
        if (apart <= found.largest) return;
        found.largest = apart;
        found.largest_step = in_a.step;
    }
};

[[nodiscard]] inline metric_comparison compare_series(const nlohmann::json& series_a,
                                                      const nlohmann::json& series_b) {
    const std::vector<metric_point> a = metric_points(series_a);
    const std::vector<metric_point> b = metric_points(series_b);
    metric_comparison result;
    std::size_t i = 0, j = 0;
    while (i < a.size() || j < b.size()) {
        if (j == b.size() || (i < a.size() && metric_point::before(a[i], b[j]))) {
            ++result.found.only_a;
            result.part_at(a[i], a[i].value, nullptr);
            ++i;
        } else if (i == a.size() || metric_point::before(b[j], a[i])) {
            ++result.found.only_b;
            result.part_at(b[j], nullptr, b[j].value);
            ++j;
        } else {
            result.add(a[i++], b[j++]);
        }
    }
    return result;
}

} // namespace detail
} // namespace repro::inline v0
