// SPDX-License-Identifier: MIT
#pragma once
// What a lockfile held when a run recorded it: a manifest keeps its digest alone.

#include <repro/judge/diff.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/lockfiles/report.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tool {

/// A lockfile and the manifest that names it.
struct recorded_lockfile {
    const repro::recorded_manifest& manifest;
    const repro::recorded_file& file;
};

/// What a lockfile held, or why nobody can say.
struct recorded_packages {
    std::optional<repro::lockfiles::report> report;
    std::string problem; ///< empty where there is a report
};

/// Returns the packages of a lockfile. Its bytes are those that lie there now or, in the repository of the
/// working directory or of the run's folder, those of the run's commit: whichever have the recorded digest.
[[nodiscard]] recorded_packages read_recorded(const recorded_lockfile& lock);

/// Returns the packages in which two lockfiles differ; nothing where `read_recorded` has no answer for one of
/// them.
[[nodiscard]] std::optional<std::vector<repro::package_difference>>
changed_packages(const recorded_lockfile& a, const recorded_lockfile& b);

} // namespace tool
