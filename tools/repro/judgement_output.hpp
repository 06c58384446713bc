// SPDX-License-Identifier: MIT
#pragma once
// A judgement as the tool shows it.

#include <repro/judge/verdict.hpp>

#include "command.hpp"
#include "console.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <vector>

namespace tool {

[[nodiscard]] nlohmann::ordered_json judgement_json(const repro::judge::judgement& result);
void print_judgement(const repro::judge::judgement& result, console& out);

/// Returns what `repro compare` answers: the judgements, and the verdict of the level that decides.
[[nodiscard]] nlohmann::ordered_json comparison_json(const std::vector<repro::judge::judgement>& results,
                                                     std::optional<repro::level> decides);

/// Returns the verdict at the level that decides; undecided where none does.
[[nodiscard]] repro::judge::verdict verdict_at(std::optional<repro::level> decides,
                                               const std::vector<repro::judge::judgement>& results);

/// Returns the colour of a verdict, and of a finding that informs alone.
[[nodiscard]] tone tone_of_verdict(std::optional<repro::judge::verdict> which);

/// Returns 0 for accepted, 1 for rejected, 3 for undecided.
[[nodiscard]] exit_code exit_code_of(repro::judge::verdict which);

} // namespace tool
