// SPDX-License-Identifier: MIT
#pragma once
// What a RUN on the command line names.

#include "console.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tool {

/// Returns where runs are looked for: REPRO_EXPERIMENTS, else ./experiments.
[[nodiscard]] std::filesystem::path experiments_root();

/// Returns the folders below `root` that hold a manifest, sorted. Folders below those, and
/// hidden ones, are not looked at.
[[nodiscard]] std::vector<std::filesystem::path> run_folders(const std::filesystem::path& root);

/// Returns the manifest that `run` names: the path of a manifest or of a run's folder, the beginning of an id
/// (with or without its date) or of a run_id below the root of the runs, or @last, the run that started last;
/// with @last behind the beginning of an id, the last of those that it fits.
///
/// Errors: errc::manifest_missing, errc::run_ambiguous, errc::run_unknown.
[[nodiscard]] std::filesystem::path find_run(const std::string& run, console& out);

/// Returns the manifests that each of `runs` names: one run, or a folder and all runs in it.
///
/// Errors: those of find_run.
[[nodiscard]] std::vector<std::filesystem::path> find_runs(const std::vector<std::string>& runs,
                                                           console& out);

} // namespace tool
