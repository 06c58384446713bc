// SPDX-License-Identifier: MIT
#pragma once
// A condition of a level that does not hold.

#include <string>

namespace repro::inline v0 {

/// Something that a run's level asks for and that is not so. It downgrades nothing: the level stays what its
/// author declared, and the reader of the manifest sees what the claim lacks.
struct unmet_condition {
    std::string name; ///< what it is about: a variable, "git", "floating_point"
    std::string what; ///< how it stands
    std::string fix;  ///< what to do
};

} // namespace repro::inline v0
