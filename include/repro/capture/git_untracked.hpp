// SPDX-License-Identifier: MIT
#pragma once
// The files of a working tree that git neither tracks nor ignores.

#include <repro/capture/git_handle.hpp>
#include <repro/capture/git_index.hpp>
#include <repro/detail/clock.hpp>
#include <repro/detail/descriptor.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <dirent.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// One walk through a working tree. Symbolic links are not followed; repositories within count as one each.
class git_untracked_walk {
public:
    /// `left_out` is a folder relative to the working tree, ending in '/', or empty.
    git_untracked_walk(git_repository* repository, const git_index_file& index, std::int64_t deadline_ms,
                       std::string_view left_out)
        : repository_(repository), index_(index), deadline_ms_(deadline_ms), left_out_(left_out) {}

    void run(int root) {
        const folder_ptr folder = open_at(root, ".");
        if (!folder) return stop(std::string("the working tree: ") + errno_text(errno));
        enter(folder.get(), {0, index_.entries().size()});
        if (stopped_.empty() && !candidates_.empty()) drop_ignored();
    }

    /// Returns the paths, not sorted; a repository within ends in '/'.
    [[nodiscard]] std::vector<std::string>& paths() noexcept { return paths_; }
    /// Why the walk is incomplete; empty when it is complete.
    [[nodiscard]] const std::string& stopped() const noexcept { return stopped_; }

private:
    /// Entries of the index that stand below the folder at hand.
    struct range {
        std::size_t first, last;
    };
    struct name {
        std::string text;
        bool folder;
    };

    struct close_folder {
        void operator()(DIR* folder) const noexcept { ::closedir(folder); }
    };
    using folder_ptr = std::unique_ptr<DIR, close_folder>;

    /// Returns nothing, with errno set, where it cannot be opened or is a symbolic link.
    [[nodiscard]] static folder_ptr open_at(int above, const char* text) noexcept {
        const int opened = ::openat(above, text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        DIR* const folder = opened < 0 ? nullptr : ::fdopendir(opened);
        if (folder == nullptr && opened >= 0) ::close(opened);
        return folder_ptr(folder);
    }

    void stop(std::string why) {
        if (stopped_.empty()) stopped_ = std::move(why);
    }

    /// Returns the entries that begin with path_.
    [[nodiscard]] range below(range within) const noexcept {
        const auto begin = index_.entries().begin();
        const auto first = begin + static_cast<std::ptrdiff_t>(within.first);
        const auto last = begin + static_cast<std::ptrdiff_t>(within.last);
        const std::size_t skip = parent_;
        const std::string_view wanted = std::string_view(path_).substr(skip);
        const auto less = [skip, wanted](const git_entry& e, std::string_view) {
            return e.path.substr(skip, wanted.size()) < wanted;
        };
        const auto more = [skip, wanted](std::string_view, const git_entry& e) {
            return wanted < e.path.substr(skip, wanted.size());
        };
        const auto from = std::lower_bound(first, last, wanted, less);
        return {static_cast<std::size_t>(from - begin),
                static_cast<std::size_t>(std::upper_bound(from, last, wanted, more) - begin)};
    }

    [[nodiscard]] bool is_tracked(range within, std::string_view text) const noexcept {
        const auto begin = index_.entries().begin();
        const auto last = begin + static_cast<std::ptrdiff_t>(within.last);
        const std::size_t skip = path_.size();
        const auto found = std::lower_bound(
            begin + static_cast<std::ptrdiff_t>(within.first), last, text,
            [skip](const git_entry& e, std::string_view t) { return e.path.substr(skip) < t; });
        return found != last && found->path.substr(skip) == text;
    }

    /// Returns what is in the folder, without what git never looks at.
    [[nodiscard]] std::vector<name> list(DIR* folder) {
        std::vector<name> names;
        const dirent* each = nullptr;
        for (errno = 0; (each = ::readdir(folder)) != nullptr; errno = 0) {
            const std::string_view text = each->d_name;
            if (text == "." || text == ".." || text == ".git") continue;
            unsigned char kind = each->d_type;
            struct stat facts{};
            if (kind == DT_UNKNOWN &&
                ::fstatat(::dirfd(folder), each->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0)
                kind = static_cast<unsigned char>(IFTODT(facts.st_mode));
            if (kind == DT_DIR || kind == DT_REG || kind == DT_LNK)
                names.push_back({std::string(text), kind == DT_DIR});
        }
        if (errno != 0) stop(path_ + ": " + errno_text(errno));
        return names;
    }

    /// Walks through the folder, whose path with '/' at its end is path_.
    void enter(DIR* folder, range tracked) {
        if (monotonic_ms() >= deadline_ms_) return stop(late);
        for (const name& each : list(folder)) {
            if (!stopped_.empty()) return;
            if (is_tracked(tracked, each.text)) continue; // a submodule's folder, too
            const std::size_t before = path_.size();
            path_ += each.text;
            if (each.folder)
                enter_child(::dirfd(folder), each.text, tracked, before);
            else
                candidates_.push_back(path_);
            path_.resize(before);
        }
    }

    void enter_child(int above, const std::string& text, range tracked, std::size_t before) {
        path_ += '/';
        if (path_ == left_out_) return;
        parent_ = before;
        const range inside = below(tracked);
        if (inside.first == inside.last) return candidates_.push_back(path_.substr(0, path_.size() - 1));
        const folder_ptr folder = open_at(above, text.c_str());
        if (!folder) return stop(path_ + ": " + errno_text(errno));
        enter(folder.get(), inside);
    }

    /// Has libgit2 look at the candidates alone, and into those that are folders, by the rules of ignoring:
    /// beside an empty index, everything that is not ignored is untracked.
    void drop_ignored() {
        git_index* made = nullptr;
        if (::git_index_new(&made) != 0) return stop(git_reason());
        const git_index_ptr empty(made);
        std::vector<char*> texts;
        for (std::string& each : candidates_)
            texts.push_back(each.data());
        git_diff_options options;
        ::git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
        options.flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS |
                        GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_SKIP_BINARY_CHECK;
        options.pathspec = {texts.data(), texts.size()};
        options.payload = this;
        options.notify_cb = [](const git_diff*, const git_diff_delta* delta, const char*, void* self) {
            static_cast<git_untracked_walk*>(self)->note(*delta);
            return 1; // seen; it need not be kept
        };
        options.progress_cb = [](const git_diff*, const char*, const char*, void* self) {
            return monotonic_ms() >= static_cast<git_untracked_walk*>(self)->deadline_ms_ ? -1 : 0;
        };
        git_diff* result = nullptr;
        const int code = ::git_diff_index_to_workdir(&result, repository_, made, &options);
        const git_diff_ptr diff(result);
        if (code != 0) stop(monotonic_ms() >= deadline_ms_ ? late : git_reason());
    }

    void note(const git_diff_delta& delta) {
        const std::string_view path = delta.new_file.path;
        const bool left_out = !left_out_.empty() && path.starts_with(left_out_);
        if (delta.status == GIT_DELTA_UNTRACKED && !left_out) paths_.emplace_back(path);
    }

    static constexpr const char* late = "the time budget is spent";

    git_repository* repository_;
    const git_index_file& index_;
    std::int64_t deadline_ms_;
    std::string left_out_;
    std::string path_;
    std::size_t parent_ = 0;              ///< how long the path above path_ is
    std::vector<std::string> candidates_; ///< files and whole folders that git does not track
    std::vector<std::string> paths_;
    std::string stopped_;
};

} // namespace detail
} // namespace repro::inline v0
