// SPDX-License-Identifier: MIT
#pragma once
// Compares results with the answers of a file, in any of its notations.

#include "player.hpp"

#include <optional>

namespace replay {

/// Where a result first differs from its answer.
struct difference {
    std::string where; ///< As in "[3]" or "after.pos"; empty for a single value.
    std::string expected, got;
};

/// A comparison of one result.
struct comparison {
    std::optional<difference> first;
    bool in_numbers_alone = true; ///< All differences are between numbers, or between digests of them.
    /// The largest distance between numbers, in units in the last place of the larger; that of an integer is
    /// one.
    double ulp = 0.0;
};

/// Throws `unsupported` for an answer in a notation that does not fit the result.
comparison compare(const value& got, const json& expected, const std::string& where = {});

/// As Python prints it; floats in hexadecimal.
std::string text_of(const value& v);

} // namespace replay
