// SPDX-License-Identifier: MIT
#pragma once
// Where the difference of two means may lie, and the margin within which means count as equal.

#include <repro/judge/verdict.hpp>

#include "markup.hpp"

namespace tool::page {

/// Returns the plot of a finding on means, with its numbers "low", "high", "difference" and, where one was
/// declared, "margin"; nothing for another finding, or where a number is not finite.
[[nodiscard]] markup margin_plot(const repro::judge::finding& means);

} // namespace tool::page
