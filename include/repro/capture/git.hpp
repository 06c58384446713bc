// SPDX-License-Identifier: MIT
#pragma once
// The commit a run comes from, and whether the working tree still equals it.

#include <repro/capture/git_changes.hpp>
#include <repro/capture/git_place.hpp>
#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>
#include <repro/hash/file.hpp>

#include <git2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What git can say of a folder, in one word.
enum class git_state : unsigned char {
    clean,             ///< the tracked files equal the commit
    dirty,             ///< staged, modified or submodule changes
    no_repository,     ///< the folder belongs to none
    unborn,            ///< there is no commit yet
    bare,              ///< there is no working tree
    refused_ownership, ///< it belongs to another user, and no safe.directory names it
    sha256_repository, ///< its objects have names of 64 digits, which libgit2 does not read
    unknown            ///< it could not be told, and why stands in `missing`
};

/// Returns the word the manifest uses: "clean", "no-repository", "refused-ownership", ...
[[nodiscard]] constexpr std::string_view to_string(git_state state) noexcept {
    constexpr std::string_view words[] = {
        "clean",  "dirty", "no-repository", "unborn", "bare", "refused-ownership", "sha256-repository",
        "unknown"};
    return words[static_cast<unsigned char>(state)];
}

/// How to look at a repository.
struct git_options {
    std::filesystem::path runs_folder; ///< the folder of the runs, left out of both counts; empty for none
    int budget_ms = 2000; ///< for comparing the working tree; what is spent is never called clean
};

/// What is known of the repository that a folder belongs to.
struct git_facts {
    git_state state = git_state::unknown;
    std::optional<std::string> sha;      ///< of the commit checked out, 40 hexadecimal digits
    std::optional<std::string> describe; ///< as `git describe --tags` says it; none where no tag is near
    std::optional<std::string> branch;   ///< its short name; none while the head is detached
    bool head_detached = false;
    std::optional<std::string> remote;        ///< URL of the remote, without user, query and fragment
    std::optional<bool> dirty;                ///< staged, modified or submodule changes
    std::optional<git_counts> counts;         ///< none where not all of them are known
    std::optional<std::uint64_t> untracked;   ///< files neither tracked nor ignored
    std::optional<digest256> untracked_names; ///< SHA-256 of their sorted paths, each ended by a zero byte
    std::optional<std::string> toplevel;      ///< the folder of the working tree
    std::optional<bool> tracked_here; ///< whether anything in the folder that was asked about is tracked
    std::string in_progress;          ///< "merge", "rebase", ...; empty when nothing is
    bool shallow = false;
    bool linked_worktree = false;
    std::uint64_t replacements = 0; ///< objects that git shows in place of others
    bool grafts = false;
    std::vector<missing_fact> missing;
};

namespace detail {

[[nodiscard]] inline std::string_view git_operation(int state) noexcept {
    switch (state) {
    case GIT_REPOSITORY_STATE_NONE:
        return {};
    case GIT_REPOSITORY_STATE_MERGE:
        return "merge";
    case GIT_REPOSITORY_STATE_REVERT:
    case GIT_REPOSITORY_STATE_REVERT_SEQUENCE:
        return "revert";
    case GIT_REPOSITORY_STATE_CHERRYPICK:
    case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE:
        return "cherry-pick";
    case GIT_REPOSITORY_STATE_BISECT:
        return "bisect";
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX:
        return "am";
    default:
        return "rebase";
    }
}

/// Returns `folder` relative to the working tree, with a '/' at its end; empty when it is not strictly
/// inside.
[[nodiscard]] inline std::string below_worktree(const std::filesystem::path& folder,
                                                std::string_view worktree) {
    std::error_code failed;
    const std::filesystem::path real = std::filesystem::weakly_canonical(folder, failed);
    if (failed || folder.empty() || !real.native().starts_with(worktree)) return {};
    std::string inside = real.native().substr(worktree.size());
    if (!inside.empty() && inside.back() != '/') inside += '/';
    return inside;
}

inline void record_head(git_facts& facts, git_repository* repository) {
    git_reference* opened = nullptr;
    if (::git_reference_lookup(&opened, repository, "HEAD") != 0) {
        facts.missing.push_back({"git_sha", git_reason()});
        return;
    }
    const git_reference_ptr head(opened);
    facts.head_detached = ::git_reference_type(opened) == GIT_REFERENCE_DIRECT;
    if (facts.head_detached) {
        facts.missing.push_back({"git.branch", "the head is detached"});
    } else {
        std::string_view name = ::git_reference_symbolic_target(opened);
        if (name.starts_with("refs/heads/")) name.remove_prefix(11);
        facts.branch = name;
    }
    git_oid commit;
    if (::git_repository_head_unborn(repository) == 1) {
        facts.state = git_state::unborn;
        facts.missing.push_back({"git_sha", "there is no commit yet"});
    } else if (::git_reference_name_to_id(&commit, repository, "HEAD") == 0) {
        std::array<char, GIT_OID_HEXSZ + 1> text{};
        facts.sha = ::git_oid_tostr(text.data(), text.size(), &commit);
    } else {
        facts.missing.push_back({"git_sha", git_reason()});
    }
}

inline void record_untracked(git_facts& facts, git_scan& scan) {
    if (!scan.untracked_stopped().empty() || !scan.stopped().empty()) {
        const std::string& why = scan.untracked_stopped().empty() ? scan.stopped() : scan.untracked_stopped();
        for (const char* const field : {"git.untracked", "git.untracked_names"})
            facts.missing.push_back({field, why});
        return;
    }
    std::vector<std::string>& paths = scan.untracked_paths();
    std::sort(paths.begin(), paths.end());
    std::string names;
    for (const std::string& each : paths)
        (names += each) += '\0';
    facts.untracked = paths.size();
    facts.untracked_names = evp_sha256(names);
}

inline void record_changes(git_facts& facts, git_repository* repository, const std::filesystem::path& start,
                           const git_options& options) {
    const std::string inside = below_worktree(options.runs_folder, ::git_repository_workdir(repository));
    git_scan scan(monotonic_ms() + options.budget_ms, inside);
    scan.look_below(below_worktree(start.empty() ? "." : start, ::git_repository_workdir(repository)));
    scan.look_at(repository);
    facts.tracked_here = scan.tracks_below();
    if (scan.stopped().empty())
        facts.counts = scan.counts();
    else
        facts.missing.push_back({"git.counts", scan.stopped()});
    if (scan.counts().any_change() || scan.stopped().empty())
        facts.dirty = scan.counts().any_change();
    else
        facts.missing.push_back({"git_dirty", scan.stopped()});
    record_untracked(facts, scan);
    if (facts.state != git_state::unborn && facts.sha && facts.dirty)
        facts.state = *facts.dirty ? git_state::dirty : git_state::clean;
}

/// Records where the commit stands. All of it is small but the description, which has its own limit.
inline void record_place(git_facts& facts, git_repository* repository) {
    constexpr std::int64_t budget_ms = 200;
    facts.shallow = ::git_repository_is_shallow(repository) == 1;
    facts.linked_worktree = ::git_repository_is_worktree(repository) == 1;
    facts.in_progress = git_operation(::git_repository_state(repository));
    facts.replacements = count_replacements(repository);
    facts.grafts = has_grafts(repository);
    facts.remote = remote_of(repository, facts.branch);
    if (!facts.remote) facts.missing.push_back({"git.remote", "no remote is configured for it"});
    if (facts.sha) facts.describe = describe_head(repository, monotonic_ms() + budget_ms);
    if (!facts.describe) facts.missing.push_back({"git.describe", "no tag is near the commit"});
}

/// Returns the folder above `start`, or that one, which holds the repository.
[[nodiscard]] inline std::string owned_folder(const std::filesystem::path& start) {
    std::error_code failed;
    for (std::filesystem::path folder = start;; folder = folder.parent_path()) {
        if (std::filesystem::exists(folder / ".git", failed) || folder == folder.parent_path())
            return folder.native();
    }
}

/// Opens the repository that `start` belongs to; when there is none to look at, says which state that is.
[[nodiscard]] inline git_repository_ptr open_git(const std::filesystem::path& start, git_facts& facts) {
    const auto absent = [&facts](git_state state, const std::string& reason) {
        facts.state = state;
        for (const char* const field : {"git_sha", "git_dirty", "git.branch", "git.counts", "git.untracked",
                                        "git.untracked_names", "git.remote", "git.describe"})
            facts.missing.push_back({field, reason});
        return git_repository_ptr();
    };
    const std::unique_ptr<char, git_release<std::free>> real(
        ::realpath(start.empty() ? "." : start.c_str(), nullptr));
    if (!real) return absent(git_state::unknown, start.native() + ": " + errno_text(errno));
    start_libgit2();
    // Without GIT_REPOSITORY_OPEN_FROM_ENV no GIT_DIR or GIT_WORK_TREE of the environment leads elsewhere.
    git_repository* opened = nullptr;
    const int code = ::git_repository_open_ext(&opened, real.get(), 0, nullptr);
    // libgit2 before 1.6 says "not found" of a repository that it refuses: not found was safe.directory.
    const std::string reason = code == 0 ? std::string() : git_reason();
    if (code == GIT_EOWNER || (code == GIT_ENOTFOUND && reason.find("safe.directory") != std::string::npos))
        return absent(
            git_state::refused_ownership,
            "the repository of " + start.native() +
                " is not owned by this user; to trust it: git config --global --add safe.directory " +
                owned_folder(real.get()));
    if (reason.find("objectformat") != std::string::npos || reason.find("object format") != std::string::npos)
        return absent(git_state::sha256_repository, "libgit2 does not read it: " + reason);
    if (code == GIT_ENOTFOUND)
        return absent(git_state::no_repository, "no repository holds " + start.native());
    if (code != 0) return absent(git_state::unknown, reason);
    return git_repository_ptr(opened);
}

} // namespace detail

/// Returns what git knows of `start` and of the repository above it.
///
/// The index is never written, and no program that the repository or its configuration names is run.
///
/// Errors:  none; what could not be told is in `missing`. A tree too large for the budget, or a file that
/// only
///          a filter of the repository could compare, is unknown, never clean.
///
/// Threads: safe to call from many threads. It starts threads of its own for large trees, and joins them.
[[nodiscard]] inline git_facts capture_git(const std::filesystem::path& start,
                                           const git_options& options = {}) {
    git_facts facts;
    const detail::git_repository_ptr repository = detail::open_git(start, facts);
    if (!repository) return facts;
    detail::record_head(facts, repository.get());
    detail::record_place(facts, repository.get());
    if (::git_repository_is_bare(repository.get()) == 1) {
        if (facts.state != git_state::unborn) facts.state = git_state::bare;
        for (const char* const field : {"git_dirty", "git.counts", "git.untracked", "git.untracked_names"})
            facts.missing.push_back({field, "a bare repository has no working tree"});
        return facts;
    }
    facts.toplevel = ::git_repository_workdir(repository.get());
    if (facts.toplevel->size() > 1) facts.toplevel->pop_back(); // libgit2 ends it with '/'
    detail::record_changes(facts, repository.get(), start, options);
    return facts;
}

/// Returns whether the repository is probably none of the program's: nothing in the folder asked about is
/// tracked, and the working tree is the home folder or one above it, as where configuration files are kept in
/// git.
[[nodiscard]] inline bool encloses_by_accident(const git_facts& facts) {
    const char* const home = std::getenv("HOME");
    if (home == nullptr || !facts.toplevel || facts.tracked_here != false) return false;
    std::error_code failed;
    const std::string real = std::filesystem::weakly_canonical(home, failed).native() + "/";
    return !failed && real.starts_with(*facts.toplevel == "/" ? "/" : *facts.toplevel + "/");
}

} // namespace repro::inline v0
