// SPDX-License-Identifier: MIT
#pragma once
// What a handful of seeds says: mean, standard deviation, standard error of the mean.

#include <cmath>
#include <span>

namespace examples {

struct summary {
    double mean;
    double deviation; ///< of the sample: divided by n - 1
    double error;     ///< of the mean: deviation / sqrt(n)
};

/// Returns the summary of `values`.
///
/// Precondition: at least two values.
inline summary summarise(std::span<const double> values) {
    const auto n = static_cast<double>(values.size());
    double sum = 0.0, squares = 0.0;
    for (const double value : values)
        sum += value;
    for (const double value : values)
        squares += (value - sum / n) * (value - sum / n);
    const double deviation = std::sqrt(squares / (n - 1.0));
    return {sum / n, deviation, deviation / std::sqrt(n)};
}

} // namespace examples
