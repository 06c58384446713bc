// SPDX-License-Identifier: MIT
#pragma once
// What is varied between two starts of a program: everything that its author did not write down.

#include "shake/child.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tool {

/// One way to set what is varied.
struct variation_setting {
    std::string text; ///< "OMP_NUM_THREADS=2"
    conditions under; ///< all conditions, those that stay as they were included
};

/// One thing that is varied, while the rest stays.
struct variation {
    std::string name;
    std::string remedy; ///< what to do where it changes results
    std::vector<variation_setting> settings;
    std::string not_applicable; ///< why there is nothing to vary here; empty where there is
};

/// What decides which variations apply.
struct variation_facts {
    bool openblas_mapped = false;
    bool libraries_known = false; ///< whether a manifest told what was mapped
};

/// Returns the names of all variations, in the order in which they run.
[[nodiscard]] std::vector<std::string_view> variation_names();

/// Returns the conditions of the control: those of this process, with a fixed address layout where that is
/// possible, and an environment of a size that leaves room for what variations add.
[[nodiscard]] conditions control_conditions();

/// Returns what `name` varies about `control`.
[[nodiscard]] variation make_variation(std::string_view name, const conditions& control,
                                       const variation_facts& facts);

/// Returns a locale with a decimal comma that is installed here; empty where there is none.
[[nodiscard]] std::string comma_locale();

} // namespace tool
