// SPDX-License-Identifier: MIT
#pragma once
// The metrics of a run, in the order in which they were given.

#include <repro/run/manifest.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Series of (step, value) by name.
class metric_table {
public:
    /// How many pairs a manifest holds: what its readers take, with room for all the rest.
    static constexpr std::size_t limit = 1'000'000;

    /// False when the table is full: longer series belong into a file of their own.
    [[nodiscard]] bool add(std::string_view name, std::int64_t step, double value) {
        if (count_ == limit) return false;
        auto found = places_.find(name);
        if (found == places_.end()) {
            found = places_.emplace(std::string(name), series_.size()).first;
            series_.push_back({found->first, {}, {}});
        }
        series& to = series_[found->second];
        to.steps.push_back(step);
        to.values.push_back(value);
        ++count_;
        return true;
    }

    /// Returns {name: {"step": [...], "value": [...]}}, names in the order of their first value.
    [[nodiscard]] json to_json() const {
        json all = json::object();
        for (const series& each : series_) {
            json values = json::array();
            for (const double value : each.values)
                values.push_back(number_to_json(value));
            all.push_back({each.name, {{"step", each.steps}, {"value", std::move(values)}}});
        }
        return all;
    }

private:
    struct series {
        std::string_view name; // owned by places_
        std::vector<std::int64_t> steps;
        std::vector<double> values;
    };

    std::vector<series> series_;
    std::map<std::string, std::size_t, std::less<>> places_;
    std::size_t count_ = 0;
};

} // namespace detail
} // namespace repro::inline v0
