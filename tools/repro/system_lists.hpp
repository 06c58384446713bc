// SPDX-License-Identifier: MIT
#pragma once
// What a run took from its system without a lockfile: environment modules, Debian's packages.

#include <repro/judge/manifest_reader.hpp>

#include "lockfiles.hpp"

#include <string>
#include <vector>

namespace tool {

/// Returns the files that were mapped into the run.
[[nodiscard]] std::vector<std::string> mapped_libraries(const repro::recorded_manifest& manifest);

/// Returns the modules that the run had loaded, held against those that are loaded now, and Debian's packages
/// that own its libraries now; each only where there are any.
[[nodiscard]] std::vector<graded_lockfile> system_lists(const repro::recorded_manifest& manifest);

} // namespace tool
