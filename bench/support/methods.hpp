// SPDX-License-Identifier: MIT
#pragma once
// The methods of NumPy's two classes, each as a user of the twins calls it and as a user of NumPy does.

#include "numpy_process.hpp"
#include "report.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace bench {

/// Fills memory of the bench with n values and returns their bytes.
using method_call = std::function<std::span<const std::uint8_t>(std::size_t n)>;

struct method {
    std::string expression;             ///< NumPy's side: n values of `g` or `rs`
    std::function<method_call()> start; ///< our side, freshly seeded
    std::size_t values = 1'000'000;
};

/// Every method that draws values, by the rules of the NumPy with this version.
std::vector<method> generator_methods(const std::string& numpy_version);
std::vector<method> legacy_methods(const std::string& numpy_version);

/// Prints every method's times beside NumPy's, bits compared first.
void method_table(numpy_process& python, int rounds, report& out);

} // namespace bench
