// SPDX-License-Identifier: MIT
#pragma once
// What a lockfile held when a run recorded it: a manifest keeps its digest alone.

#include <repro/judge/diff.hpp>
#include <repro/judge/manifest_reader.hpp>

#include <optional>
#include <vector>

namespace tool {

/// A lockfile and the manifest that names it.
struct recorded_lockfile {
    const repro::recorded_manifest& manifest;
    const repro::recorded_file& file;
};

/// Returns the packages in which two lockfiles differ. Their bytes are those that lie there now or, in the
/// repository of the working directory or of the run's folder, those of the run's commit: whichever have the
/// recorded digest. Nothing where none have, or where they cannot be read as lockfiles.
[[nodiscard]] std::optional<std::vector<repro::package_difference>>
changed_packages(const recorded_lockfile& a, const recorded_lockfile& b);

} // namespace tool
