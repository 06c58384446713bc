// SPDX-License-Identifier: MIT
#pragma once
// Whether a working tree differs from its commit, within a time budget. libgit2 reads; it writes no index and
// runs nothing that the repository names: no clean filter, no fsmonitor, no hook.

#include <repro/detail/clock.hpp>
#include <repro/detail/descriptor.hpp>

#include <git2.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Starts libgit2 once and for the life of the process: it counts its users, so a host that starts and stops
/// it on its own is not disturbed, and a second start would cost as much as the first.
inline void start_libgit2() {
    static const int users = ::git_libgit2_init();
    static_cast<void>(users);
}

template <auto Free> struct git_release {
    template <class Object> void operator()(Object* object) const noexcept { Free(object); }
};
using git_repository_ptr = std::unique_ptr<git_repository, git_release<::git_repository_free>>;
using git_reference_ptr = std::unique_ptr<git_reference, git_release<::git_reference_free>>;
using git_index_ptr = std::unique_ptr<git_index, git_release<::git_index_free>>;
using git_commit_ptr = std::unique_ptr<git_commit, git_release<::git_commit_free>>;
using git_tree_ptr = std::unique_ptr<git_tree, git_release<::git_tree_free>>;
using git_diff_ptr = std::unique_ptr<git_diff, git_release<::git_diff_free>>;

/// Returns libgit2's words for its last failure in this thread.
[[nodiscard]] inline std::string git_reason() {
    const git_error* const last = ::git_error_last();
    return last != nullptr && last->message != nullptr ? last->message : "libgit2 gave no reason";
}

/// Returns the repository at exactly `folder`, or nothing.
[[nodiscard]] inline git_repository_ptr open_git_at(const std::string& folder) {
    git_repository* opened = nullptr;
    ::git_repository_open_ext(&opened, folder.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
    return git_repository_ptr(opened);
}

/// One look at a working tree and at those of its submodules.
class git_scan {
public:
    /// `left_out` is a folder relative to the working tree, ending in '/', or empty.
    git_scan(std::int64_t deadline_ms, std::string left_out)
        : deadline_ms_(deadline_ms), left_out_(std::move(left_out)) {}

    /// Compares commit, index and working tree.
    void look_at(git_repository* repository, bool count_untracked = true, int depth = 0) {
        git_index* opened = nullptr;
        if (::git_repository_index(&opened, repository) != 0) return stop(git_reason());
        const git_index_ptr index(opened);
        const std::string tree = ::git_repository_workdir(repository);
        std::vector<const git_index_entry*> submodules;
        look_at_entries(repository, index.get(), tree, submodules);
        compare_with_commit(repository, index.get());
        compare_with_tree(repository, index.get(), count_untracked);
        for (const git_index_entry* entry : submodules)
            look_at_submodule(tree + entry->path, entry->id, depth);
    }

    [[nodiscard]] bool changed() const noexcept { return changed_; }
    [[nodiscard]] std::uint64_t untracked() const noexcept { return untracked_; }
    [[nodiscard]] std::uint64_t hidden() const noexcept { return hidden_; }
    /// Why the look is incomplete; empty when it is complete.
    [[nodiscard]] const std::string& stopped() const noexcept { return stopped_; }

private:
    // libgit2 hashes a file whose size is as recorded but whose times are not, and cannot be interrupted
    // meanwhile.
    static constexpr std::int64_t largest_to_hash = std::int64_t{32} << 20;
    static constexpr int deepest_submodule = 8;

    void stop(std::string why) {
        if (stopped_.empty()) stopped_ = std::move(why);
    }

    [[nodiscard]] bool is_left_out(std::string_view path) const noexcept {
        return !left_out_.empty() && path.starts_with(left_out_);
    }

    [[nodiscard]] static bool same_times(const git_index_entry& entry, const struct stat& now) noexcept {
        return entry.mtime.seconds == static_cast<std::int32_t>(now.st_mtim.tv_sec) &&
               entry.mtime.nanoseconds == static_cast<std::uint32_t>(now.st_mtim.tv_nsec) &&
               entry.ino == static_cast<std::uint32_t>(now.st_ino);
    }

    [[nodiscard]] static bool is_hidden(const git_index_entry& entry) noexcept {
        return (entry.flags & GIT_INDEX_ENTRY_VALID) != 0 ||
               (entry.flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
    }

    /// Finds what libgit2's comparison does not tell: submodules, entries that hide their changes, and files
    /// too large to be hashed within the budget.
    void look_at_entries(git_repository* repository, git_index* index, const std::string& tree,
                         std::vector<const git_index_entry*>& submodules) {
        struct stat written{};
        ::stat(::git_index_path(index), &written);
        too_large_.clear();
        for (std::size_t i = 0, count = ::git_index_entrycount(index); i < count; ++i) {
            const git_index_entry& entry = *::git_index_get_byindex(index, i);
            if (entry.mode == GIT_FILEMODE_COMMIT) {
                submodules.push_back(&entry);
            } else if (is_hidden(entry)) {
                ++hidden_;
                look_at_hidden(repository, entry, tree);
            } else if (entry.file_size > largest_to_hash || entry.file_size == 0) {
                struct stat now{};
                if (::lstat((tree + entry.path).c_str(), &now) != 0 || now.st_size <= largest_to_hash)
                    continue;
                const bool fresh = now.st_mtim.tv_sec >= written.st_mtim.tv_sec;
                const bool same_size = entry.file_size == static_cast<std::uint32_t>(now.st_size);
                if (!(same_size && same_times(entry, now) && !fresh) && (same_size || entry.file_size == 0))
                    too_large_.emplace_back(entry.path);
            }
        }
    }

    /// A file marked assume-unchanged or skip-worktree reads as unchanged in git's eyes; the truth is wanted
    /// here.
    void look_at_hidden(git_repository* repository, const git_index_entry& entry, const std::string& tree) {
        const std::string file = tree + entry.path;
        struct stat now{};
        if (is_left_out(entry.path)) return;
        if (::lstat(file.c_str(), &now) != 0) { // absent is how a sparse checkout wants it
            changed_ = changed_ || (entry.flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) == 0;
        } else if (entry.file_size != static_cast<std::uint32_t>(now.st_size)) {
            changed_ = true;
        } else if (!same_times(entry, now)) {
            git_oid content;
            if (now.st_size > largest_to_hash || !S_ISREG(now.st_mode))
                stop(file + " is marked unchanged and would have to be read to know");
            else if (::git_repository_hashfile(&content, repository, file.c_str(), GIT_OBJECT_BLOB,
                                               nullptr) != 0)
                stop(git_reason());
            else
                changed_ = changed_ || ::git_oid_equal(&content, &entry.id) == 0;
        }
    }

    [[nodiscard]] git_diff_options options() noexcept {
        git_diff_options options;
        ::git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
        options.flags =
            GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_SKIP_BINARY_CHECK;
        options.payload = this;
        options.notify_cb = [](const git_diff*, const git_diff_delta* delta, const char*, void* self) {
            static_cast<git_scan*>(self)->note(*delta);
            return 1; // seen; it need not be kept
        };
        options.progress_cb = [](const git_diff*, const char* path, const char*, void* self) {
            return static_cast<git_scan*>(self)->must_stop(path) ? -1 : 0;
        };
        return options;
    }

    void note(const git_diff_delta& delta) noexcept {
        if (is_left_out(delta.new_file.path)) return;
        if (compared_ != nullptr && delta.status == GIT_DELTA_DELETED) {
            // Absent by wish, perhaps: look_at_hidden() has judged.
            const git_index_entry* const entry = ::git_index_get_bypath(compared_, delta.old_file.path, 0);
            if (entry != nullptr && is_hidden(*entry)) return;
        }
        if (delta.status == GIT_DELTA_UNTRACKED)
            ++untracked_;
        else if (delta.status != GIT_DELTA_IGNORED && delta.status != GIT_DELTA_UNMODIFIED)
            changed_ = true;
    }

    [[nodiscard]] bool must_stop(const char* path) noexcept {
        const bool is_read =
            compared_ != nullptr && path != nullptr; // comparing with the commit reads no file
        if (monotonic_ms() >= deadline_ms_)
            over_budget_ = "the time budget is spent";
        else if (is_read && std::find(too_large_.begin(), too_large_.end(), path) != too_large_.end())
            over_budget_ =
                "a large file has other times than recorded, and reading it breaks the time budget";
        return over_budget_ != nullptr;
    }

    /// Keeps the result of a comparison that this object may itself have broken off.
    void finish(int code, git_diff* made) {
        const git_diff_ptr diff(made);
        if (over_budget_ != nullptr)
            stop(over_budget_);
        else if (code != 0)
            stop(git_reason());
    }

    void compare_with_commit(git_repository* repository, git_index* index) {
        git_oid head;
        git_commit* commit = nullptr;
        git_tree* tree = nullptr;
        if (::git_repository_head_unborn(repository) == 0) { // else everything in the index is new
            if (::git_reference_name_to_id(&head, repository, "HEAD") != 0 ||
                ::git_commit_lookup(&commit, repository, &head) != 0)
                return stop(git_reason());
            const git_commit_ptr owned(commit);
            if (::git_commit_tree(&tree, commit) != 0) return stop(git_reason());
        }
        const git_tree_ptr owned(tree);
        git_diff_options wanted = options();
        git_diff* diff = nullptr;
        const int code = ::git_diff_tree_to_index(&diff, repository, tree, index, &wanted);
        finish(code, diff);
    }

    void compare_with_tree(git_repository* repository, git_index* index, bool count_untracked) {
        git_diff_options wanted = options();
        wanted.flags |= GIT_DIFF_IGNORE_SUBMODULES; // look_at_submodule() keeps to the budget
        if (count_untracked) wanted.flags |= GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS;
        git_diff* diff = nullptr;
        compared_ = index;
        const int code = ::git_diff_index_to_workdir(&diff, repository, index, &wanted);
        compared_ = nullptr;
        finish(code, diff);
    }

    void look_at_submodule(const std::string& folder, const git_oid& recorded, int depth) {
        struct stat facts{};
        if (::lstat(folder.c_str(), &facts) != 0) {
            changed_ = true; // removed
            return;
        }
        if (::lstat((folder + "/.git").c_str(), &facts) != 0) return; // not checked out: nothing to differ
        if (depth >= deepest_submodule) return stop(folder + " is nested too deep");
        const git_repository_ptr submodule = open_git_at(folder);
        git_oid head;
        if (!submodule) return stop(git_reason());
        if (::git_reference_name_to_id(&head, submodule.get(), "HEAD") != 0) return stop(git_reason());
        changed_ = changed_ || ::git_oid_equal(&head, &recorded) == 0;
        if (::git_repository_is_bare(submodule.get()) != 0) return;
        git_scan inner(deadline_ms_, {});
        inner.look_at(submodule.get(), false, depth + 1);
        changed_ = changed_ || inner.changed_;
        hidden_ += inner.hidden_;
        if (!inner.stopped_.empty()) stop(folder + ": " + inner.stopped_);
    }

    std::int64_t deadline_ms_;
    std::string left_out_;
    std::vector<std::string> too_large_;
    git_index* compared_ = nullptr; ///< with the working tree, at this moment
    const char* over_budget_ = nullptr;
    std::string stopped_;
    std::uint64_t untracked_ = 0;
    std::uint64_t hidden_ = 0;
    bool changed_ = false;
};

} // namespace detail
} // namespace repro::inline v0
