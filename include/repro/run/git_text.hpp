// SPDX-License-Identifier: MIT
#pragma once
// The repository in the manifest, at both ends of the run.

#include <repro/capture/git.hpp>
#include <repro/capture/git_patch.hpp>
#include <repro/run/json_text.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace repro::inline v0 {
namespace detail {

/// The file in the run's folder that holds the changes of a dirty tree.
struct recorded_patch {
    digest256 sha256;
    std::size_t size = 0;
    git_patch_scope scope = git_patch_scope::none;
};

inline constexpr const char* patch_name = "git.patch";

/// The repository at both ends of a run.
struct recorded_git {
    git_facts at_start;
    std::optional<git_facts> at_end;
    std::optional<recorded_patch> patch;
};

inline void write(json_writer& to, const recorded_patch& patch) {
    to.begin_object();
    to.member("path", patch_name);
    write_digest(to, "sha256", patch.sha256);
    to.member("size", patch.size);
    to.member("untracked", patch.scope == git_patch_scope::with_untracked);
    to.end_object();
}

/// Writes how many things differ; null each where not all are known.
inline void write_counts(json_writer& to, const std::optional<git_counts>& counts) {
    const auto count = [&](const char* key, std::uint64_t git_counts::* which) {
        to.member(key, counts ? std::optional((*counts).*which) : std::nullopt);
    };
    count("staged", &git_counts::staged);
    count("modified", &git_counts::modified);
    count("conflicts", &git_counts::conflicts);
    count("hidden", &git_counts::hidden);
    count("hidden_changed", &git_counts::hidden_changed);
    count("submodules_changed", &git_counts::submodules_changed);
    count("submodules_absent", &git_counts::submodules_absent);
    count("lfs_pointers", &git_counts::lfs_pointers);
}

/// Writes what can have changed since the start.
inline void write_end(json_writer& to, const std::optional<git_facts>& facts) {
    to.key("at_end");
    if (!facts) return to.value(nullptr);
    to.begin_object();
    to.member("state", to_string(facts->state));
    to.member("sha", facts->sha);
    to.member("branch", facts->branch);
    write_counts(to, facts->counts);
    to.member("untracked", facts->untracked);
    write_digest(to, "untracked_names", facts->untracked_names);
    to.end_object();
}

inline void write(json_writer& to, const recorded_git& git) {
    const git_facts& facts = git.at_start;
    to.begin_object();
    to.member("state", to_string(facts.state));
    to.member("branch", facts.branch);
    to.member("head_detached", facts.head_detached);
    to.member("describe", facts.describe);
    to.member("remote", facts.remote);
    write_counts(to, facts.counts);
    to.member("untracked", facts.untracked);
    write_digest(to, "untracked_names", facts.untracked_names);
    to.member("toplevel", facts.toplevel);
    to.member("tracked_here", facts.tracked_here);
    to.member("in_progress", facts.in_progress);
    to.member("shallow", facts.shallow);
    to.member("linked_worktree", facts.linked_worktree);
    to.member("replacements", facts.replacements);
    to.member("grafts", facts.grafts);
    write(to, "patch", git.patch);
    write_end(to, git.at_end);
    to.end_object();
}

} // namespace detail
} // namespace repro::inline v0
