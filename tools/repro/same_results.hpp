// SPDX-License-Identifier: MIT
#pragma once
// Whether a run and its repetition came to the same, as far as a level asks for it.

#include <repro/judge/manifest_reader.hpp>

#include <string>
#include <vector>

namespace tool {

enum class sameness { same, different, unknown };

/// Returns "same", "different" or "unknown".
[[nodiscard]] std::string_view to_string(sameness which) noexcept;

/// One thing that was compared.
struct compared_item {
    std::string kind; ///< "artifact", "metric", "config", "seed"
    std::string name;
    sameness outcome = sameness::unknown;
    std::string remark;
};

/// Compares what both manifests recorded: at bit-exact the digests of artifacts and every value of the
/// metrics; at seed-stable the last value of each metric, within 0.01. Seed and config always. One repetition
/// decides nothing at distribution-stable.
[[nodiscard]] std::vector<compared_item> compare_results(const repro::recorded_manifest& then,
                                                         const repro::recorded_manifest& now,
                                                         repro::level level);

/// Returns different where anything is, same where everything is and results were among it.
[[nodiscard]] sameness verdict_of(const std::vector<compared_item>& items);

} // namespace tool
