// SPDX-License-Identifier: MIT
#pragma once
// Numbers to be summed by ranks, and by one process.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace ranks {

inline constexpr const char* kinds_of_terms[] = {"mixed", "negative", "cancelling", "infinite",
                                                 "nan",   "zeros",    "few",        "none"};

/// Returns terms of many sizes and both signs.
inline std::vector<double> mixed_terms() {
    std::vector<double> all;
    std::uint64_t state = 42;
    for (int i = 0; i < 5000; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const double unit = static_cast<double>(state >> 11) * 0x1p-53 - 0.5;
        all.push_back(std::ldexp(unit, static_cast<int>(state >> 58) - 32));
    }
    return all;
}

inline std::vector<double> terms(std::string_view kind) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<double> all = mixed_terms();
    if (kind == "negative")
        for (double& each : all)
            each = -std::fabs(each) * 1e-300;
    if (kind == "cancelling")
        for (std::size_t i = 0; i < 2500; ++i)
            all[2500 + i] = -all[i];
    if (kind == "infinite") all[4999] = infinity;
    if (kind == "nan") all[7] = -(all[8] = infinity);
    if (kind == "zeros") all.assign(9, -0.0);
    if (kind == "few") all.resize(2);
    if (kind == "none") all.clear();
    return all;
}

} // namespace ranks
