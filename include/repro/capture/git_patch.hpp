// SPDX-License-Identifier: MIT
#pragma once
// The changes of a working tree as a patch that `git apply` takes, so that a run from a changed tree can be
// rebuilt.

#include <repro/capture/git.hpp>
#include <repro/capture/git_handle.hpp>
#include <repro/core/redact.hpp>
#include <repro/detail/clock.hpp>
#include <repro/detail/text.hpp>

#include <git2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace repro::inline v0 {

/// Which changes a patch holds.
enum class git_patch_scope : unsigned char {
    none,
    tracked,       ///< staged or not, of files that git tracks; binary ones, modes and links, too
    with_untracked ///< and the files that git neither tracks nor ignores
};

/// How to make a patch.
struct git_patch_options {
    git_patch_scope scope = git_patch_scope::none;
    std::size_t limit = std::size_t{1} << 20; ///< bytes; a longer patch is not kept
};

/// A patch from the commit to the working tree, or why there is none.
struct git_patch {
    std::optional<std::string> text;
    std::string reason;
};

namespace detail {

/// Returns why no patch could rebuild this tree; empty where one could.
[[nodiscard]] inline std::string patch_obstacle(const git_facts& facts) {
    if (!facts.sha || !facts.toplevel) return "there is no commit that it could begin with";
    if (!facts.counts) return "it is not known what differs from the commit";
    if (facts.counts->conflicts > 0) return "a merge left conflicts";
    if (facts.counts->submodules_changed > 0)
        return "a submodule has changes, and a patch holds none of these";
    if (facts.counts->hidden_changed > 0)
        return "a file marked assume-unchanged or skip-worktree has changes, and git leaves it out";
    return {};
}

/// Returns which kinds of secrets a text seems to hold, in words; empty where it holds none.
[[nodiscard]] inline std::string secrets_in(std::string_view text) {
    redaction_list found;
    if (redact(text, found, "git.patch") == text) return {};
    std::string kinds;
    for (const redaction& each : found.all())
        kinds += (kinds.empty() ? "" : ", ") + each.kind;
    return kinds;
}

/// Returns the same of bytes, among which letters of two bytes each may stand, as in UTF-16.
[[nodiscard]] inline std::string secrets_in_bytes(std::string bytes) {
    std::string kinds = secrets_in(bytes);
    if (kinds.empty() && std::erase(bytes, '\0') > 0) kinds = secrets_in(bytes);
    return kinds;
}

[[nodiscard]] inline std::string reason_of_secrets(const std::string& kinds) {
    return kinds.empty() ? std::string() : "it seems to hold secrets (" + kinds + ")";
}

/// One patch in the making.
class patch_writer {
public:
    patch_writer(const git_patch_options& wanted, const git_options& look, const std::string& tree)
        : limit_(wanted.limit),
          deadline_ms_(monotonic_ms() + look.budget_ms),
          tree_(tree),
          left_out_(below_worktree(look.runs_folder, tree)),
          untracked_(wanted.scope == git_patch_scope::with_untracked) {}

    [[nodiscard]] git_patch write(git_repository* repository) {
        repository_ = repository;
        const git_tree_ptr commit = head_tree(repository);
        if (!commit) return {{}, git_reason()};
        git_diff_options options = diff_options();
        git_diff* made = nullptr;
        const int code = ::git_diff_tree_to_workdir_with_index(&made, repository, commit.get(), &options);
        const git_diff_ptr diff(made);
        if (code != 0) return {{}, stopped_.empty() ? git_reason() : stopped_};
        if (::git_diff_print(made, GIT_DIFF_FORMAT_PATCH, &patch_writer::take, this) != 0)
            return {{}, stopped_.empty() ? git_reason() : stopped_};
        return {std::move(text_), {}};
    }

private:
    [[nodiscard]] git_diff_options diff_options() noexcept {
        git_diff_options options;
        ::git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
        options.flags = GIT_DIFF_SHOW_BINARY | GIT_DIFF_DISABLE_PATHSPEC_MATCH;
        if (untracked_)
            options.flags |= GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS |
                             GIT_DIFF_SHOW_UNTRACKED_CONTENT;
        options.id_abbrev = GIT_OID_HEXSZ; // git applies binary changes to what it can name
        options.payload = this;
        options.notify_cb = [](const git_diff*, const git_diff_delta* delta, const char*, void* self) {
            return static_cast<patch_writer*>(self)->select(*delta);
        };
        options.progress_cb = [](const git_diff*, const char*, const char*, void* self) {
            return static_cast<patch_writer*>(self)->is_late() ? -1 : 0;
        };
        return options;
    }

    [[nodiscard]] bool is_late() {
        if (monotonic_ms() < deadline_ms_) return false;
        stopped_ = "the time budget is spent";
        return true;
    }

    /// Returns 0 to take a change, 1 to leave it out, -1 to give up.
    [[nodiscard]] int select(const git_diff_delta& delta) {
        const std::string path = delta.new_file.path;
        if (!left_out_.empty() && path.starts_with(left_out_)) return 1;
        struct stat facts{};
        const auto limit = static_cast<std::uint64_t>(limit_);
        if (::lstat((tree_ + path).c_str(), &facts) != 0 ||
            static_cast<std::uint64_t>(facts.st_size) / 64 <= limit)
            return 0; // a difference, or what compresses, may be much smaller than the file
        stopped_ = path + " is too large for a patch of " + decimal(limit) + " bytes";
        return -1;
    }

    /// Looks at both sides of a binary change: it stands in the patch in a packed form, which shows no
    /// secret.
    void look_into(const git_diff_delta& delta) {
        const std::string path = tree_ + delta.new_file.path;
        const auto now = read_text(path.c_str(), limit_ * 64); // what is longer is refused by `select`
        stopped_ = reason_of_secrets(now ? secrets_in_bytes(*now) : std::string());
        git_blob* opened = nullptr;
        if (!stopped_.empty() || ::git_blob_lookup(&opened, repository_, &delta.old_file.id) != 0) return;
        const std::unique_ptr<git_blob, git_release<::git_blob_free>> before(opened);
        const auto* const bytes = static_cast<const char*>(::git_blob_rawcontent(opened));
        stopped_ = reason_of_secrets(
            secrets_in_bytes({bytes, static_cast<std::size_t>(::git_blob_rawsize(opened))}));
    }

    static int take(const git_diff_delta* delta, const git_diff_hunk*, const git_diff_line* line, void* to) {
        auto& self = *static_cast<patch_writer*>(to);
        const char origin = line->origin;
        if (origin == GIT_DIFF_LINE_BINARY) self.look_into(*delta);
        if (origin == GIT_DIFF_LINE_CONTEXT || origin == GIT_DIFF_LINE_ADDITION ||
            origin == GIT_DIFF_LINE_DELETION)
            self.text_ += origin;
        self.text_.append(line->content, line->content_len);
        if (self.stopped_.empty() && self.text_.size() > self.limit_)
            self.stopped_ = "it is longer than " + decimal(std::uint64_t{self.limit_}) + " bytes";
        return self.stopped_.empty() && !self.is_late() ? 0 : -1;
    }

    std::size_t limit_;
    std::int64_t deadline_ms_;
    std::string tree_, left_out_, text_, stopped_;
    bool untracked_;
    git_repository* repository_ = nullptr;
};

} // namespace detail

/// Returns the changes of the tree that `facts` tell of. What seems to hold a secret is not returned: taking
/// the secret out would make another tree of it.
///
/// Errors:  none; where there is no patch, `reason` says why.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline git_patch make_git_patch(const git_facts& facts, const git_patch_options& wanted,
                                              const git_options& look = {}) {
    const std::string obstacle = detail::patch_obstacle(facts);
    if (!obstacle.empty()) return {{}, obstacle};
    const detail::git_repository_ptr repository = detail::open_git_at(*facts.toplevel);
    if (!repository) return {{}, detail::git_reason()};
    git_patch patch = detail::patch_writer(wanted, look, ::git_repository_workdir(repository.get()))
                          .write(repository.get());
    const std::string found = detail::reason_of_secrets(patch.text ? detail::secrets_in(*patch.text) : "");
    if (!found.empty()) return {{}, found};
    return patch;
}

} // namespace repro::inline v0
