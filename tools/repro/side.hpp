// SPDX-License-Identifier: MIT
#pragma once
// One side of a comparison, as the command line names it: runs, a table of values by seed, or the three
// numbers that papers give.

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

} // namespace tool
