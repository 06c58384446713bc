// SPDX-License-Identifier: MIT
#pragma once
// One side of a comparison, as the command line names it: runs, a table of values by seed, or the three
// numbers that papers give.

#include <repro/core/error.hpp>
#include <repro/judge/run_batch.hpp>
#include <repro/statistics/sample.hpp>

#include "console.hpp"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace tool {

/// Values by metric, from a CSV file with a column "seed".
using value_table = std::map<std::string, repro::judge::seeded_values>;

using side = std::variant<repro::judge::run_batch, value_table, repro::statistics::summary>;

/// Returns what `words` name: runs and folders that are searched for runs, one CSV file, or MEAN,STD,N.
///
/// Errors: those of find_run and read_manifest; errc::seed_duplicate; errc::field_missing and
/// errc::field_value for a table; errc::run_unknown for a folder without runs; errc::argument_invalid for a
/// mixture.
[[nodiscard]] side read_side(const std::vector<std::string>& words, console& out);

/// Returns the same, of runs in the order in which they are named: those that cannot be read, and those that
/// are found nowhere, go to `unreadable`, and two may have one seed.
[[nodiscard]] side read_side(const std::vector<std::string>& words, console& out,
                             std::vector<repro::error>& unreadable);

} // namespace tool
