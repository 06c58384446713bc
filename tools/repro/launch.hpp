// SPDX-License-Identifier: MIT
#pragma once
// What commands that start other programs share: the environment of a level, held against what the user has
// set.

#include <repro/launch/settings.hpp>

#include "console.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tool {

/// Returns the level that `text` names; bit-exact where it is empty.
[[nodiscard]] repro::level level_or_strictest(const std::string& text);

/// Returns the seed that `text` spells; none where it is empty.
[[nodiscard]] std::optional<repro::seed> seed_or_none(const std::string& text);

enum class contradictions { warned_of, refused };

/// Puts what `wanted` and the seed ask for into this process's environment, for a program to inherit. What
/// the user has set stays; where it breaks the promise it is warned of, or refused.
///
/// Errors: errc::knob_wrong.
void prepare_environment(repro::level wanted, std::optional<repro::seed> seed, contradictions rule,
                         console& out);

/// Becomes `command`, found as a shell finds it; returns only where that fails: 127 where there is no such
/// program, 126 where it cannot be started, as a shell does.
[[nodiscard]] int become(const std::vector<std::string>& command, console& out);

} // namespace tool
