// SPDX-License-Identifier: MIT
#include "axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tool::page {
namespace {

constexpr double largest = std::numeric_limits<double>::max();

/// Returns the label of a tick, with the digits that tell it from the next one.
std::string tick_label(double value, double step) {
    const double size = std::max(std::abs(value), step);
    if (size >= 1e6 || size < 1e-4) return fmt::format("{:.3g}", value);
    const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
    return fmt::format("{:.{}f}", value, decimals);
}

} // namespace

axis::axis(std::span<const double> values, double start, double end)
    : start_(start), end_(end), low_(largest), high_(-largest) {
    for (const double each : values) {
        if (!std::isfinite(each)) continue;
        low_ = std::min(low_, each);
        high_ = std::max(high_, each);
    }
    if (low_ > high_) low_ = high_ = 0;
    double room = (high_ / 2 - low_ / 2) / 12.5; // 4 % on either side
    if (room == 0) room = std::max(std::abs(high_) / 20, high_ == 0 ? 0.5 : 0.0);
    low_ = std::max(low_ - room, -largest);
    high_ = std::min(high_ + room, largest);
}

double axis::at(double value) const noexcept { // halves: the whole range may be too much for a double
    const double share = (value / 2 - low_ / 2) / (high_ / 2 - low_ / 2);
    return start_ + (std::isfinite(share) ? share : 0.5) * (end_ - start_);
}

std::vector<tick> axis::ticks(int count) const {
    const double raw = (high_ / 2 - low_ / 2) / count * 1.4; // rather some more than fewer
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    double step = power;
    for (const double factor : {2.0, 5.0, 10.0})
        if (step < raw) step = factor * power;
    std::vector<tick> found;
    if (!(step > 0) || !std::isfinite(step)) return found;
    const double first = std::ceil(low_ / step);
    for (int i = 0; i <= 4 * count; ++i) {
        const double value = (first + i) * step;
        if (!(value <= high_)) break;
        if (!found.empty() && value == found.back().value) break; // the range is narrower than doubles are
        found.push_back({value == 0 ? 0.0 : value, tick_label(value == 0 ? 0.0 : value, step)});
    }
    return found;
}

} // namespace tool::page
