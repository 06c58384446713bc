// SPDX-License-Identifier: MIT
#pragma once
// A difference of two manifests in words.

#include <repro/judge/diff.hpp>

#include "console.hpp"

#include <string>

namespace tool {

/// Prints the names, the ends, the seeds and the starts of two runs, and an empty line.
void print_runs(const repro::recorded_manifest& a, const repro::recorded_manifest& b, console& out);

/// Returns the colour of a likelihood.
[[nodiscard]] tone tone_of_likelihood(repro::likelihood how);

/// What is told of a difference besides its values.
enum class remarks { needed, all };

/// Returns what a side holds, short; "-" where it holds nothing.
[[nodiscard]] std::string side_words(const repro::difference_side& from);

/// Returns how series part, or why a difference matters, the latter where it is not plain or all is asked
/// for.
[[nodiscard]] std::string remark(const repro::difference& each, remarks wanted);

/// Whether a difference is told where not all are asked for: what changes no number is not, but times.
[[nodiscard]] bool is_told(const repro::difference& each);

/// Returns which groups are equal, of those that were compared.
[[nodiscard]] std::string equal_groups(const repro::manifest_diff& found);

/// Returns the likeliest cause, or that there is none.
[[nodiscard]] std::string cause_words(const repro::manifest_diff& found);

} // namespace tool
