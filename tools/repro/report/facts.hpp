// SPDX-License-Identifier: MIT
#pragma once
// What a page tells of: sides with their runs, what was said of two of them, and what could not be read.

#include <repro/core/error.hpp>
#include <repro/judge/compare.hpp>

#include "../side.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tool::page {

/// Runs of one method, a table of its values, or what was published of it.
struct group {
    std::string name;
    side data;                                          ///< of runs: one a seed, in the order of the seeds
    std::vector<repro::recorded_manifest> repeats = {}; ///< runs under a seed that `data` has already
};

struct facts {
    std::vector<group> groups; ///< where two are compared they are the first: the reference, then the other
    std::vector<repro::judge::judgement> judgements; ///< one a level; none where nothing was compared
    std::optional<repro::level> decides; ///< the level that was asked for, or that all runs declare
    repro::judge::compare_options options;
    std::vector<repro::error> unreadable;
    std::string command; ///< that makes this page again

    [[nodiscard]] bool compared() const noexcept { return !judgements.empty(); }
};

/// Returns the runs of a group; none where it has none.
[[nodiscard]] const repro::judge::run_batch& runs_of(const group& from);

/// Returns every run, those that repeat a seed after the others of their group.
[[nodiscard]] std::vector<const repro::recorded_manifest*> all_runs(const facts& all);

/// Returns the name of a group on the page: "A: runs/reference" where it is compared.
[[nodiscard]] std::string name_of(const facts& all, std::size_t place);

/// Returns the metrics that some group has, or those that were named.
[[nodiscard]] std::vector<std::string> metrics_of(const facts& all);

/// Returns the values of a metric by seed; none where a group has none.
[[nodiscard]] repro::judge::seeded_values values_of(const facts& all, std::size_t place,
                                                    const std::string& metric);

/// Returns the finite ones of some values.
[[nodiscard]] std::vector<double> finite_ones(const std::vector<double>& values);

/// Returns the summary of a metric: of its finite values, or the published one.
[[nodiscard]] std::optional<repro::statistics::summary> summary_of(const facts& all, std::size_t place,
                                                                   const std::string& metric);

} // namespace tool::page
