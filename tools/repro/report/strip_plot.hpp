// SPDX-License-Identifier: MIT
#pragma once
// The values of a metric, a mark a seed, one side above the other. Below the marks the mean twice: with the
// standard deviation, which says how far seeds spread, and with the standard error, which says how well the
// mean is known.

#include <repro/statistics/sample.hpp>

#include "markup.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tool::page {

/// One side of one metric.
struct strip {
    std::string name;
    std::size_t side;           ///< its place among all sides: colour and shape
    std::vector<double> values; ///< the finite ones; none where the summary is all that is known
    repro::statistics::summary summary;
};

[[nodiscard]] markup strip_plot(const std::string& metric, const std::vector<strip>& strips);

} // namespace tool::page
