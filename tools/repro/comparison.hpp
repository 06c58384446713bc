// SPDX-License-Identifier: MIT
#pragma once
// What commands share that hold two sides against each other: the options that say how, and the judgement.

#include <repro/judge/compare.hpp>

#include "command.hpp"
#include "side.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tool {

/// What the command line says of a comparison.
struct comparison_words {
    std::vector<std::string> a, b, metrics, tolerances, margins, across;
    std::string level, alpha, rule;
};

/// Returns the options that fill `words`.
[[nodiscard]] std::vector<argument> comparison_arguments(comparison_words& words);

/// Returns what `words` say of tolerances, margins and rules.
///
/// Errors: errc::argument_invalid.
[[nodiscard]] repro::judge::compare_options comparison_options(const comparison_words& words);

/// Returns the level that is named, or all three.
///
/// Errors: errc::level_unknown.
[[nodiscard]] std::vector<repro::level> asked_levels(const std::string& name);

/// Returns the level that the runs declare, where they agree.
[[nodiscard]] std::optional<repro::level> declared_level(const side& a, const side& b);

/// Returns the values of each metric of a side that has values by seed: runs or a table.
[[nodiscard]] value_table values_of(const side& from);

/// Returns what is to be said of two sides at a level; `a` is the reference.
///
/// Errors: errc::argument_invalid for a metric that a side lacks.
[[nodiscard]] repro::judge::judgement compare_sides(const side& a, const side& b, repro::level level,
                                                    const repro::judge::compare_options& options);

} // namespace tool
