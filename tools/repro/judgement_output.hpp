// SPDX-License-Identifier: MIT
#pragma once
// A judgement as the tool shows it.

#include <repro/judge/verdict.hpp>

#include "command.hpp"
#include "console.hpp"

#include <nlohmann/json_fwd.hpp>

namespace tool {

[[nodiscard]] nlohmann::ordered_json judgement_json(const repro::judge::judgement& result);
void print_judgement(const repro::judge::judgement& result, console& out);

/// Returns 0 for accepted, 1 for rejected, 3 for undecided.
[[nodiscard]] exit_code exit_code_of(repro::judge::verdict which);

} // namespace tool
