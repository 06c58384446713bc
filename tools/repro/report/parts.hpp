// SPDX-License-Identifier: MIT
#pragma once
// The parts of a page, each in the file of its name, and what they share.

#include "facts.hpp"
#include "markup.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tool::page {

/// Returns a table with a caption. Cells are markup; a row may be shorter than the heading.
[[nodiscard]] markup data_table(std::string_view caption, const std::vector<std::string>& heading,
                                const std::vector<std::vector<markup>>& rows);

/// Returns a section with its heading; what is inside says so where there is nothing to tell.
[[nodiscard]] markup section(literal id, std::string_view title, const markup& inside);

/// Returns a part that opens on a click, on Enter, and where the page is printed.
[[nodiscard]] markup folded(std::string_view title, const markup& inside);

[[nodiscard]] markup paragraph(std::string_view words);

/// Returns a word for a verdict with its mark, which does not rest on colour.
[[nodiscard]] markup verdict_badge(const repro::judge::judgement& result);

[[nodiscard]] markup verdict_panels(const facts& all);     ///< one a level
[[nodiscard]] markup seeds_section(const facts& all);      ///< plots and tables of metrics
[[nodiscard]] markup difference_section(const facts& all); ///< two runs held against each other
[[nodiscard]] markup streams_section(const facts& all);
[[nodiscard]] markup surroundings_section(const facts& all); ///< environment, and what did not hold in it
[[nodiscard]] markup runs_section(const facts& all);

/// Returns the two runs that stand for their sides where single runs are looked at: under one seed if there
/// is one. Less than two where there are not as many.
[[nodiscard]] std::vector<const repro::recorded_manifest*> run_pair_of(const facts& all);

} // namespace tool::page
