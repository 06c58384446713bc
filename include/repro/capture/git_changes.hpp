// SPDX-License-Identifier: MIT
#pragma once
// Whether a working tree differs from its commit, within a time budget. Nothing is written, and nothing is
// run that the repository names: no filter, no fsmonitor, no hook.

#include <repro/capture/git_filters.hpp>
#include <repro/capture/git_handle.hpp>
#include <repro/capture/git_index.hpp>
#include <repro/capture/git_staged.hpp>
#include <repro/capture/git_stat.hpp>
#include <repro/capture/git_untracked.hpp>
#include <repro/detail/clock.hpp>
#include <repro/detail/descriptor.hpp>

#include <git2.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// How many things differ, by kind. A renamed file counts as one removed and one added.
struct git_counts {
    std::uint64_t staged = 0;    ///< paths of the index that differ from the commit
    std::uint64_t modified = 0;  ///< tracked files that differ from the index, removed ones among them
    std::uint64_t conflicts = 0; ///< paths that a merge left to be settled
    std::uint64_t submodules_changed = 0;
    std::uint64_t submodules_absent = 0; ///< not checked out
    std::uint64_t hidden = 0; ///< entries marked assume-unchanged or skip-worktree; looked at all the same
    std::uint64_t hidden_changed = 0; ///< those of them that differ; counted as modified, too
    std::uint64_t lfs_pointers = 0;   ///< files that stand as pointers to content that was not fetched

    /// Returns whether anything is not as the commit has it.
    [[nodiscard]] bool any_change() const noexcept {
        return staged + modified + conflicts + submodules_changed > 0;
    }
    friend bool operator==(const git_counts&, const git_counts&) = default;
};

namespace detail {

/// One look at a working tree and at those of its submodules.
class git_scan {
public:
    /// `left_out` is a folder relative to the working tree, ending in '/', or empty.
    git_scan(std::int64_t deadline_ms, std::string left_out)
        : deadline_ms_(deadline_ms), left_out_(std::move(left_out)) {}

    enum class untracked { counted, passed_over };

    /// Names a folder of which tracks_below() shall tell whether anything in it is tracked.
    void look_below(std::string folder) { below_ = std::move(folder); }

    /// Compares commit, index and working tree.
    void look_at(git_repository* repository, untracked wanted = untracked::counted, int depth = 0) {
        git_text path;
        if (::git_repository_item_path(path.get(), repository, GIT_REPOSITORY_ITEM_INDEX) != 0)
            return stop(git_reason());
        const git_index_file index(path.str());
        if (!index.problem().empty()) return stop(index.problem());
        const std::size_t first = index.first_at(below_);
        tracks_below_ = first < index.entries().size() && index.entries()[first].path.starts_with(below_);
        const std::string tree = ::git_repository_workdir(repository);
        const descriptor root(::open(tree.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!root) return stop(tree + ": " + errno_text(errno));
        const git_config_ptr config = config_of(repository);
        const git_stat_rules rules{config_says(config.get(), "core.filemode", true),
                                   config_says(config.get(), "core.symlinks", true), index.written()};
        git_stat_walk walk(index, root.get(), rules, deadline_ms_);
        walk.run([&] {
            if (wanted == untracked::counted) look_for_untracked(repository, index, root.get());
        });
        if (walk.out_of_time()) stop("the time budget is spent");
        judge(repository, config.get(), index, walk, tree);
        compare_with_commit(repository, index);
        count_pointers(index, tree);
        for (const git_entry& entry : index.entries())
            if (entry.is_submodule() && entry.stage == 0) look_at_submodule(tree, entry, depth);
    }

    /// Returns what was found; where stopped() says something, no more than the least there is.
    [[nodiscard]] const git_counts& counts() const noexcept { return counts_; }
    /// Returns the paths, not sorted.
    [[nodiscard]] std::vector<std::string>& untracked_paths() noexcept { return untracked_; }
    /// Returns nothing where the index cannot be read.
    [[nodiscard]] std::optional<bool> tracks_below() const noexcept { return tracks_below_; }
    /// Why the comparison is incomplete; empty when it is complete.
    [[nodiscard]] const std::string& stopped() const noexcept { return stopped_; }
    /// Why the untracked files are not all known; empty when they are.
    [[nodiscard]] const std::string& untracked_stopped() const noexcept { return untracked_stopped_; }

private:
    static constexpr int deepest_submodule = 8;

    void stop(std::string why) {
        if (stopped_.empty()) stopped_ = std::move(why);
    }

    [[nodiscard]] bool is_left_out(std::string_view path) const noexcept {
        return !left_out_.empty() && path.starts_with(left_out_);
    }

    void look_for_untracked(git_repository* repository, const git_index_file& index, int root) {
        git_untracked_walk walk(repository, index, deadline_ms_, left_out_);
        walk.run(root);
        untracked_ = std::move(walk.paths());
        untracked_stopped_ = walk.stopped();
    }

    /// Counts what the walk found, and settles what it left in doubt.
    void judge(git_repository* repository, git_config* config, const git_index_file& index,
               const git_stat_walk& walk, const std::string& tree) {
        std::string_view conflict;
        for (std::size_t i = 0; i < index.entries().size(); ++i) {
            const git_entry& entry = index.entries()[i];
            if (is_left_out(entry.path) || entry.is_submodule()) continue;
            if (entry.stage != 0) {
                counts_.conflicts += entry.path != conflict ? 1 : 0;
                conflict = entry.path;
                continue;
            }
            git_look look = walk[i];
            if (look == git_look::doubtful)
                look = settle(repository, config, entry, tree + std::string(entry.path));
            if (look == git_look::absent && entry.skip_worktree)
                look = git_look::same; // it is left out by wish
            if (look == git_look::unreadable) stop(tree + std::string(entry.path) + " cannot be read");
            const bool changed = look == git_look::changed || look == git_look::absent || entry.intended;
            counts_.modified += changed ? 1 : 0;
            counts_.hidden += entry.hidden() ? 1 : 0;
            counts_.hidden_changed += entry.hidden() && changed ? 1 : 0;
        }
    }

    [[nodiscard]] git_look settle(git_repository* repository, git_config* config, const git_entry& entry,
                                  const std::string& file) {
        if (monotonic_ms() >= deadline_ms_) return stop("the time budget is spent"), git_look::same;
        filtered_look look = look_through_filters(repository, config, entry, file);
        if (!look.unknown.empty()) stop(std::move(look.unknown));
        return look.changed ? git_look::changed : git_look::same;
    }

    /// Counts what is staged. git keeps the tree that the index equals as long as nothing is.
    void compare_with_commit(git_repository* repository, const git_index_file& index) {
        if (::git_repository_head_unborn(repository) == 1) { // everything in the index is new
            for (const git_entry& entry : index.entries())
                counts_.staged += entry.stage == 0 && !is_left_out(entry.path) ? 1 : 0;
            return;
        }
        const git_tree_ptr tree = head_tree(repository);
        if (!tree) return stop(git_reason());
        const git_id* const kept = index.tree_of({});
        if (kept != nullptr && std::memcmp(::git_tree_id(tree.get())->id, kept->data(), kept->size()) == 0)
            return;
        git_staged_walk walk(repository, index, left_out_);
        walk.run(tree.get());
        counts_.staged = walk.count();
        if (!walk.stopped().empty()) stop(walk.stopped());
    }

    /// Counts pointers where the repository says that it has some.
    void count_pointers(const git_index_file& index, const std::string& tree) {
        const auto attributes = read_text((tree + ".gitattributes").c_str(), std::size_t{1} << 20);
        if (!attributes || attributes->find("filter=lfs") == std::string::npos) return;
        for (const git_entry& entry : index.entries()) {
            constexpr std::uint32_t least = 100, most = 1024; // the specification's limit
            if (entry.size < least || entry.size >= most || monotonic_ms() >= deadline_ms_) continue;
            const auto start = read_text((tree + std::string(entry.path)).c_str(), lfs_line.size());
            counts_.lfs_pointers += start && *start == lfs_line ? 1 : 0;
        }
    }

    void look_at_submodule(const std::string& tree, const git_entry& entry, int depth) {
        const std::string folder = tree + std::string(entry.path);
        struct stat facts{};
        if (::lstat(folder.c_str(), &facts) != 0) {
            ++counts_.submodules_changed; // removed
            return;
        }
        if (::lstat((folder + "/.git").c_str(), &facts) != 0) {
            ++counts_.submodules_absent; // nothing to differ
            return;
        }
        if (depth >= deepest_submodule) return stop(folder + " is nested too deep");
        const git_repository_ptr submodule = open_git_at(folder);
        git_oid head;
        const git_oid recorded = oid_of(entry);
        if (!submodule) return stop(git_reason());
        if (::git_reference_name_to_id(&head, submodule.get(), "HEAD") != 0) return stop(git_reason());
        bool changed = ::git_oid_equal(&head, &recorded) == 0;
        if (::git_repository_is_bare(submodule.get()) == 0) {
            git_scan inner(deadline_ms_, {});
            inner.look_at(submodule.get(), untracked::passed_over, depth + 1);
            changed = changed || inner.counts_.any_change();
            counts_.hidden += inner.counts_.hidden;
            counts_.hidden_changed += inner.counts_.hidden_changed;
            if (!inner.stopped_.empty()) stop(folder + ": " + inner.stopped_);
        }
        counts_.submodules_changed += changed ? 1 : 0;
    }

    std::int64_t deadline_ms_;
    std::string left_out_, below_;
    std::optional<bool> tracks_below_;
    git_counts counts_;
    std::vector<std::string> untracked_;
    std::string stopped_, untracked_stopped_;
};

} // namespace detail
} // namespace repro::inline v0
