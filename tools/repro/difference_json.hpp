// SPDX-License-Identifier: MIT
#pragma once
// What two manifests differ in, as a document.

#include <repro/judge/diff.hpp>

#include <nlohmann/json.hpp>

namespace tool {

/// Returns what `repro diff` answers.
[[nodiscard]] nlohmann::ordered_json diff_json(const repro::recorded_manifest& a,
                                               const repro::recorded_manifest& b,
                                               const repro::manifest_diff& found);

} // namespace tool
