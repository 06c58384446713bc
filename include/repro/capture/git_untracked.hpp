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
        const descriptor folder(::openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        enter(folder.get(), {0, index_.entries().size()});
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

    [[nodiscard]] bool is_ignored() const noexcept {
        int ignored = 0;
        return ::git_ignore_path_is_ignored(&ignored, repository_, path_.c_str()) == 0 && ignored == 1;
    }

    /// Returns what is in the folder, without what git never looks at.
    [[nodiscard]] std::vector<name> list(int folder) {
        std::vector<name> names;
        const std::unique_ptr<DIR, close_folder> opened(::fdopendir(::fcntl(folder, F_DUPFD_CLOEXEC, 0)));
        if (!opened) return stop(path_ + ": " + errno_text(errno)), names;
        for (errno = 0; const dirent* const each = ::readdir(opened.get()); errno = 0) {
            const std::string_view text = each->d_name;
            if (text == "." || text == ".." || text == ".git") continue;
            unsigned char kind = each->d_type;
            struct stat facts{};
            if (kind == DT_UNKNOWN && ::fstatat(folder, each->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0)
                kind = static_cast<unsigned char>(IFTODT(facts.st_mode));
            if (kind == DT_DIR || kind == DT_REG || kind == DT_LNK)
                names.push_back({std::string(text), kind == DT_DIR});
        }
        if (errno != 0) stop(path_ + ": " + errno_text(errno));
        return names;
    }

    /// Walks through the folder, whose path with '/' at its end is path_.
    void enter(int folder, range tracked) {
        if (monotonic_ms() >= deadline_ms_) return stop("the time budget is spent");
        for (const name& each : list(folder)) {
            if (!stopped_.empty()) return;
            if (is_tracked(tracked, each.text)) continue; // a submodule's folder, too
            const std::size_t before = path_.size();
            path_ += each.text;
            if (each.folder)
                enter_child(folder, each.text, tracked, before);
            else if (!is_ignored())
                paths_.push_back(path_);
            path_.resize(before);
        }
    }

    void enter_child(int above, const std::string& text, range tracked, std::size_t before) {
        path_ += '/';
        if (path_ == left_out_) return;
        parent_ = before;
        const range inside = below(tracked);
        if (inside.first == inside.last && is_ignored()) return;
        const descriptor folder(
            ::openat(above, text.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!folder) return stop(path_ + ": " + errno_text(errno));
        struct stat facts{};
        if (inside.first == inside.last && ::fstatat(folder.get(), ".git", &facts, AT_SYMLINK_NOFOLLOW) == 0)
            return paths_.push_back(path_);
        enter(folder.get(), inside);
    }

    git_repository* repository_;
    const git_index_file& index_;
    std::int64_t deadline_ms_;
    std::string left_out_;
    std::string path_;
    std::size_t parent_ = 0; ///< how long the path above path_ is
    std::vector<std::string> paths_;
    std::string stopped_;
};

} // namespace detail
} // namespace repro::inline v0
