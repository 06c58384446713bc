// SPDX-License-Identifier: MIT
#pragma once
// The repository around the working directory, looked at when a run starts and when it ends.

#include <repro/capture/git.hpp>
#include <repro/capture/git_patch.hpp>
#include <repro/hash/file.hpp>
#include <repro/run/recording.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace repro::inline v0 {
namespace detail {

/// Returns how to look: without the folder `runs` of all runs or, where the runs stand among the sources and
/// leaving them all out would hide changes, without `own`, that of this run.
[[nodiscard]] inline git_options repository_options(const std::filesystem::path& runs,
                                                    const std::filesystem::path& own) {
    const std::filesystem::path from_runs = std::filesystem::current_path().lexically_relative(
        std::filesystem::absolute(runs).lexically_normal());
    const bool among_sources = !from_runs.empty() && *from_runs.begin() != "..";
    git_options options;
    options.runs_folder = std::filesystem::absolute(among_sources ? own : runs);
    return options;
}

/// Records the repository before user code runs.
inline void capture_repository(recording& to, const git_options& how) {
    const git_facts& git = to.manifest.git.emplace(recorded_git{capture_git(".", how), {}, {}}).at_start;
    to.manifest.miss(git.missing);
    if (encloses_by_accident(git))
        to.warn_of(
            {warn::git_enclosing, "the repository is " + *git.toplevel +
                                      ", which tracks nothing in the folder of this run: the commit says "
                                      "nothing about this program"});
    if (git.sha && git.dirty) return;
    to.fail(warn::git_unknown, "the commit, or whether the working tree equals it, is unknown: " +
                                   std::string(to_string(git.state)));
}

/// Makes the patch that was asked for, and has `keep(text)` write it.
template <class Keep>
void record_patch(recording& to, const git_patch_options& wanted, const git_options& how, Keep keep) {
    const git_facts& git = to.manifest.git_at_start();
    const bool untracked = wanted.scope == git_patch_scope::with_untracked && git.untracked.value_or(1) > 0;
    if (git.dirty == false && !untracked) return to.manifest.miss("git.patch", "there is nothing to be kept");
    if (wanted.scope == git_patch_scope::none) return to.manifest.miss("git.patch", "not asked for");
    const git_patch patch = make_git_patch(git, wanted, how);
    if (!patch.text) {
        to.manifest.miss("git.patch", patch.reason);
        return to.fail(warn::patch_missing, "the changes of the tree are not kept: " + patch.reason);
    }
    keep(*patch.text);
    to.manifest.git->patch = recorded_patch{evp_sha256(*patch.text), patch.text->size(), wanted.scope};
}

/// Returns what of the repository is another than at the start; empty where nothing is. New untracked files
/// are what many runs write, and are told apart by their digest alone.
[[nodiscard]] inline std::string repository_changes(const git_facts& then, const git_facts& now) {
    std::string text;
    const auto add = [&text](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
    if (then.sha && now.sha && then.sha != now.sha)
        add("the commit was " + then.sha->substr(0, 10) + " and is " + now.sha->substr(0, 10));
    if (!then.counts || !now.counts || then.counts == now.counts) return text;
    const auto compare = [&](const char* name, std::uint64_t git_counts::* which) {
        const std::uint64_t before = (*then.counts).*which, after = (*now.counts).*which;
        if (before != after)
            add(std::string(name) + ": " + std::to_string(before) + " and now " + std::to_string(after));
    };
    compare("staged", &git_counts::staged);
    compare("modified", &git_counts::modified);
    compare("conflicts", &git_counts::conflicts);
    compare("submodules changed", &git_counts::submodules_changed);
    compare("submodules absent", &git_counts::submodules_absent);
    return text;
}

/// Records the repository when the run is over, and warns where it is another than at the start.
inline void capture_repository_at_end(recording& to, const git_options& how) {
    if (!to.manifest.git || !to.manifest.git->at_start.toplevel) return;
    recorded_git& git = *to.manifest.git;
    git.at_end = capture_git(*git.at_start.toplevel, how); // the working directory may be another by now
    if (!git.at_end->counts && !git.at_end->missing.empty())
        to.manifest.miss("git.at_end", git.at_end->missing.back().reason);
    const std::string changes = repository_changes(git.at_start, *git.at_end);
    if (changes.empty()) return;
    to.warn_of({warn::git_changed, "the repository changed during the run: " + changes});
}

} // namespace detail
} // namespace repro::inline v0
