// SPDX-License-Identifier: MIT
#pragma once
// The metrics of a run, in the order in which they were given.

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

    struct series {
        std::string_view name; // owned by places_
        std::vector<std::int64_t> steps;
        std::vector<double> values;
    };

    /// False when the table is full: longer series belong into a file of their own.
    [[nodiscard]] bool add(std::string_view name, std::int64_t step, double value) {
        if (count_ == limit) return false;
        auto found = places_.find(name);
        if (found == places_.end()) {
            found = places_.emplace(std::string(name), all_.size()).first;
            all_.push_back({found->first, {}, {}});
        }
        series& to = all_[found->second];
        to.steps.push_back(step);
        to.values.push_back(value);
        ++count_;
        return true;
    }

    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

    /// Returns the series in the order of their first values.
    [[nodiscard]] const std::vector<series>& all() const noexcept { return all_; }

private:
    std::vector<series> all_;
    std::map<std::string, std::size_t, std::less<>> places_;
    std::size_t count_ = 0;
};

} // namespace detail
} // namespace repro::inline v0
