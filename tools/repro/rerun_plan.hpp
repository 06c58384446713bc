// SPDX-License-Identifier: MIT
#pragma once
// What a repetition of a run takes: sources, program, command, environment; and what it cannot bring back.

#include <repro/judge/manifest_reader.hpp>
#include <repro/launch/settings.hpp>

#include "worktree.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tool {

/// What the command line says of a repetition.
struct rerun_choices {
    std::string program;    ///< instead of the recorded one
    std::string repository; ///< instead of the recorded one
};

struct rerun_plan {
    source_tree source;
    std::filesystem::path program;
    std::vector<std::string> arguments; ///< the program's name first, as it was called
    /// Where it starts: relative to the rebuilt tree, or absolute where the run started elsewhere.
    std::filesystem::path directory;
    std::vector<repro::setting> environment;
    std::vector<std::string> removals;
    std::filesystem::path run_folder; ///< of the repetition; does not exist yet
    repro::level level = repro::level::bit_exact;
    std::vector<std::string> notes; ///< what will not be as it was
};

/// Returns how to repeat the run. Nothing is written.
///
/// Errors: errc::not_repeatable where the manifest does not suffice, errc::unreadable where the repository
/// does not.
[[nodiscard]] rerun_plan plan_rerun(const repro::recorded_manifest& manifest, const rerun_choices& chosen);

} // namespace tool
