// SPDX-License-Identifier: MIT
#pragma once
// Which tracked files differ from what the index says of them: by their facts where these tell, by their
// content where they do not. Over several threads where there are many files.

#include <repro/capture/git_index.hpp>
#include <repro/detail/clock.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/hash/git_blob.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// What one look at a tracked file tells.
enum class git_look : unsigned char { same, changed, absent, doubtful, unreadable };

/// How a repository wants files to be compared.
struct git_stat_rules {
    bool executable_bit = true; ///< core.fileMode
    bool links = true;          ///< core.symlinks: links are links, and no files that hold their target
    timespec index_written{};
};

/// Opens the folders that hold tracked files, step by step, so that no symbolic link is followed: behind one,
/// a tracked file is not there.
class git_folders {
public:
    explicit git_folders(int root) noexcept : root_(root) {}

    /// Returns the folder, -1 with errno set where it is none. It stays open until the next call.
    [[nodiscard]] int open(std::string_view folder) {
        if (folder == current_) return top();
        while (!stack_.empty() && !holds(std::string_view(current_).substr(0, stack_.back().end), folder))
            stack_.pop_back();
        current_.resize(stack_.empty() ? 0 : stack_.back().end);
        while (current_.size() < folder.size()) {
            const std::size_t start = current_.empty() ? 0 : current_.size() + 1;
            const std::size_t end = std::min(folder.find('/', start), folder.size());
            const std::string name(folder.substr(start, end - start));
            constexpr int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
            descriptor opened(::openat(top(), name.c_str(), flags));
            if (!opened) return -1;
            current_.assign(folder.substr(0, end));
            stack_.push_back({end, std::move(opened)});
        }
        return top();
    }

private:
    struct step {
        std::size_t end; ///< of its path in current_
        descriptor folder;
    };

    [[nodiscard]] static bool holds(std::string_view above, std::string_view folder) noexcept {
        return folder.starts_with(above) && (folder.size() == above.size() || folder[above.size()] == '/');
    }
    [[nodiscard]] int top() const noexcept { return stack_.empty() ? root_ : stack_.back().folder.get(); }

    int root_;
    std::string current_;
    std::vector<step> stack_;
};

[[nodiscard]] inline bool same_facts(const git_entry& entry, const struct stat& now) noexcept {
    const auto same = [](const std::uint32_t(&then)[2], const timespec& time) {
        return then[0] == static_cast<std::uint32_t>(time.tv_sec) &&
               (then[1] == 0 || then[1] == static_cast<std::uint32_t>(time.tv_nsec));
    };
    return same(entry.mtime, now.st_mtim) && same(entry.ctime, now.st_ctim) &&
           entry.inode == static_cast<std::uint32_t>(now.st_ino);
}

/// Whether a file may have changed again after git looked, without a trace in its times: it was as young as
/// the index. The clock of file systems steps by up to 10 ms; who leaves nanoseconds out steps by a second.
[[nodiscard]] inline bool is_racy(const git_entry& entry, const struct stat& now,
                                  const timespec& written) noexcept {
    const std::int64_t margin = entry.mtime[1] == 0 ? 1'000'000'000 : 20'000'000;
    const auto in_ns = [](const timespec& t) { return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec; };
    return in_ns(now.st_mtim) + margin >= in_ns(written);
}

/// Compares what the file is now with the entry; its content is not read.
[[nodiscard]] inline git_look look_at(const git_entry& entry, const struct stat& now,
                                      const git_stat_rules& rules) noexcept {
    const bool link = S_ISLNK(now.st_mode);
    const bool wants_link = (entry.mode & 0170000) == 0120000;
    if (link ? !wants_link : !S_ISREG(now.st_mode) || (wants_link && rules.links)) return git_look::changed;
    const bool runs = (now.st_mode & S_IXUSR) != 0;
    if (!link && !wants_link && rules.executable_bit && runs != ((entry.mode & S_IXUSR) != 0))
        return git_look::changed;
    // A size of zero stands as well for "look again".
    if (entry.size != static_cast<std::uint32_t>(now.st_size))
        return entry.size == 0 ? git_look::doubtful : git_look::changed;
    return same_facts(entry, now) && !is_racy(entry, now, rules.index_written) ? git_look::same
                                                                               : git_look::doubtful;
}

/// One comparison of the tracked files with the index. Work is handed out in pieces; every member that
/// threads change is theirs alone or atomic.
class git_stat_walk {
public:
    using filter = std::function<bool(std::string_view)>;

    git_stat_walk(const git_index_file& index, int root, git_stat_rules rules, std::int64_t deadline_ms)
        : index_(index),
          root_(root),
          rules_(rules),
          deadline_ms_(deadline_ms),
          looks_(index.entries().size(), git_look::same) {}

    /// Does `meanwhile` in this thread while others look at the files, then helps them.
    template <class Meanwhile> void run(Meanwhile meanwhile) {
        in_threads(index_.entries().size() / 2048, meanwhile, [this] { look_at_all(); });
        for (std::size_t i = 0; i < looks_.size(); ++i)
            if (looks_[i] == git_look::doubtful) doubtful_.push_back(i);
        next_ = 0;
        in_threads(doubtful_.size() / 64, [] {}, [this] { read_all(); });
    }

    /// Returns what was found of entry `i`. Still doubtful is one whose bytes are not those of the commit: a
    /// filter may make up for that.
    [[nodiscard]] git_look operator[](std::size_t i) const noexcept { return looks_[i]; }
    [[nodiscard]] bool out_of_time() const noexcept { return late_; }

private:
    static constexpr std::size_t piece = 512;
    static constexpr std::size_t most_threads = 8;

    template <class Meanwhile, class Work>
    static void in_threads(std::size_t wanted, Meanwhile first, Work work) {
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before); // the program's signals are for the program's threads
        std::atomic<bool> failed = false;
        const auto guarded = [&failed, &work] {
            try {
                work();
            } catch (...) {
                failed = true;
            }
        };
        std::vector<std::jthread> others; // joined before what they refer to goes
        const std::size_t count =
            std::min({wanted, most_threads, std::size_t{std::thread::hardware_concurrency()}});
        try {
            while (others.size() + 1 < count)
                others.emplace_back(guarded);
        } catch (const std::system_error&) { // no thread is left: this one does it all
        }
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        first();
        work();
        others.clear();
        if (failed) throw std::system_error(std::make_error_code(std::errc::not_enough_memory));
    }

    [[nodiscard]] bool goes_on() noexcept {
        if (!late_ && monotonic_ms() >= deadline_ms_) late_ = true;
        return !late_;
    }

    void look_at_all() {
        git_folders folders(root_);
        const std::vector<git_entry>& entries = index_.entries();
        while (goes_on()) {
            const std::size_t first = next_.fetch_add(piece);
            if (first >= entries.size()) return;
            for (std::size_t i = first; i < std::min(first + piece, entries.size()); ++i)
                if (!entries[i].is_submodule()) looks_[i] = look_at_file(folders, entries[i]);
        }
    }

    [[nodiscard]] git_look look_at_file(git_folders& folders, const git_entry& entry) const {
        struct stat now{};
        const std::size_t slash = entry.path.rfind('/');
        const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
        const int folder = folders.open(entry.path.substr(0, name == 0 ? 0 : slash));
        if (folder >= 0 && ::fstatat(folder, entry.path.data() + name, &now, AT_SYMLINK_NOFOLLOW) == 0)
            return look_at(entry, now, rules_);
        const bool gone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
        return gone ? git_look::absent : git_look::unreadable;
    }

    void read_all() {
        git_folders folders(root_);
        while (goes_on()) {
            const std::size_t at = next_.fetch_add(1);
            if (at >= doubtful_.size()) return;
            const std::size_t i = doubtful_[at];
            looks_[i] = read(folders, index_.entries()[i]);
        }
    }

    [[nodiscard]] git_look read(git_folders& folders, const git_entry& entry) {
        const std::size_t slash = entry.path.rfind('/');
        const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
        const int folder = folders.open(entry.path.substr(0, name == 0 ? 0 : slash));
        const char* const file = entry.path.data() + name;
        std::optional<git_id> id;
        struct stat now{};
        if (folder < 0 || ::fstatat(folder, file, &now, AT_SYMLINK_NOFOLLOW) != 0)
            return git_look::unreadable;
        if (S_ISLNK(now.st_mode)) {
            std::string target(static_cast<std::size_t>(now.st_size) + 1, '\0');
            const ssize_t length = ::readlinkat(folder, file, target.data(), target.size());
            if (length < 0) return git_look::unreadable;
            id = git_blob_id(std::string_view(target).substr(0, static_cast<std::size_t>(length)));
            return std::memcmp(id->data(), entry.id, id->size()) == 0 ? git_look::same : git_look::changed;
        }
        const descriptor opened(::openat(folder, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (!opened) return git_look::unreadable;
        id = git_blob_id(opened.get(), static_cast<std::size_t>(now.st_size), [this] { return goes_on(); });
        if (!id) return git_look::unreadable;
        return std::memcmp(id->data(), entry.id, id->size()) == 0 ? git_look::same : git_look::doubtful;
    }

    const git_index_file& index_;
    int root_;
    git_stat_rules rules_;
    std::int64_t deadline_ms_;
    std::vector<git_look> looks_;
    std::vector<std::size_t> doubtful_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<bool> late_ = false;
};

} // namespace detail
} // namespace repro::inline v0
