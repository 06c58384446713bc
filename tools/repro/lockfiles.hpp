// SPDX-License-Identifier: MIT
#pragma once
// Grades of lockfiles as the tool shows them.

#include <repro/core/error.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/verified_item.hpp>
#include <repro/judge/verify_options.hpp>
#include <repro/lockfiles/installed.hpp>
#include <repro/lockfiles/report.hpp>

#include "command.hpp"
#include "console.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tool {

/// A lockfile with its grade, or why it has none.
struct graded_lockfile {
    std::string path; ///< as it was named
    std::optional<repro::lockfiles::report> report;
    std::optional<repro::error> problem;
    bool as_recorded = false; ///< has the digest that the run recorded
    /// What is installed, where that was asked for.
    std::optional<std::vector<repro::lockfiles::held_package>> held = {};

    /// Returns whether a package is installed otherwise than it is locked.
    [[nodiscard]] bool swapped() const;
};

/// Grades a lockfile of a run, once verification has read it and found `item`; a file that it may not read,
/// or that cannot be graded, is an answer, too.
[[nodiscard]] graded_lockfile grade_lockfile(const repro::recorded_manifest& manifest,
                                             const repro::recorded_file& file,
                                             const repro::verified_item& item,
                                             const repro::verify_options& options);

[[nodiscard]] nlohmann::ordered_json lockfiles_json(const std::vector<graded_lockfile>& lockfiles);
void print_lockfile(const graded_lockfile& lockfile, console& out);

/// Prints what a lockfile fixes: 0 for grades A and B, 1 for C and D, 4 where it cannot be read.
[[nodiscard]] exit_code explain_lockfile(const std::string& path, console& out);

} // namespace tool
