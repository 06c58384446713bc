// SPDX-License-Identifier: MIT
#pragma once
// SHA-256 of many files: several at once, in constant memory, with progress. A file that cannot be hashed has
// its reason in place of a digest, and holds up no other.

#include <repro/core/error.hpp>
#include <repro/hash/ahead_reader.hpp>
#include <repro/hash/file.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <mutex>
#include <numeric>
#include <optional>
#include <span>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <vector>

namespace repro::inline v0 {

/// How far the hashing of files has come. `total` is what their sizes were at the start.
struct hash_progress {
    std::uintmax_t done = 0;  ///< bytes
    std::uintmax_t total = 0; ///< bytes
};

struct hash_options {
    /// Files that are hashed at the same time; 0 for as many as processors, but no more than 8. Where there
    /// are two for each file, one reads ahead of the other.
    std::size_t threads = 0;
    /// Called now and then by the threads that hash, one at a time, after every 16 MiB or so. What it throws
    /// ends the hashing, and comes out of it.
    std::function<void(const hash_progress&)> progress = {};
};

/// One of several files: its digest, or why there is none.
struct hashed_file {
    std::optional<file_digest> digest;
    std::optional<error> problem;
};

namespace detail {

/// The files that threads share: who takes what, and what came of it.
class hash_queue {
public:
    hash_queue(std::span<const std::filesystem::path> paths, const hash_options& options)
        : paths_(paths),
          options_(options),
          results_(paths.size()),
          order_(paths.size()),
          reads_ahead_(useful_threads(options) >= 2 * paths.size()) {
        std::vector<std::uintmax_t> sizes(paths.size());
        for (std::size_t i = 0; i < paths.size(); ++i) {
            struct stat facts{};
            if (::stat(paths[i].c_str(), &facts) == 0 && S_ISREG(facts.st_mode))
                sizes[i] = static_cast<std::uintmax_t>(facts.st_size);
        }
        progress_.total = std::accumulate(sizes.begin(), sizes.end(), std::uintmax_t{0});
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        // Large files first: the last to be taken is then small, and no thread waits long for another.
        std::sort(order_.begin(), order_.end(), [&sizes](std::size_t a, std::size_t b) {
            return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b;
        });
    }

    /// Hashes files until none is left; what no file is to blame for ends the work of all.
    void work() noexcept {
        try {
            file_hasher hasher;
            for (std::size_t next = taken_++; next < order_.size() && !failed_; next = taken_++)
                hash(hasher, order_[next]);
        } catch (...) {
            if (!failed_.exchange(true)) failure_ = std::current_exception();
        }
    }

    /// Returns how many threads shall work.
    [[nodiscard]] std::size_t threads() const noexcept {
        return std::min(useful_threads(options_), std::max<std::size_t>(paths_.size(), 1));
    }

    [[nodiscard]] std::vector<hashed_file> results() && {
        if (failure_) std::rethrow_exception(failure_);
        return std::move(results_);
    }

private:
    [[nodiscard]] static std::size_t useful_threads(const hash_options& options) noexcept {
        if (options.threads != 0) return options.threads;
        return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
    }

    void hash(file_hasher& hasher, std::size_t index) {
        try {
            const auto seen = [this](std::uintmax_t bytes) { count(bytes); };
            const auto open = [&](struct stat& facts) { return open_regular(paths_[index], facts); };
            results_[index].digest = reads_ahead_
                                         ? hasher.hash(paths_[index], seen, open, ahead_reading{hasher})
                                         : hasher.hash(paths_[index], seen, open);
        } catch (const error& problem) {
            if (problem.code() == errc::internal) throw;
            results_[index].problem = problem;
        }
    }

    void count(std::uintmax_t bytes) {
        constexpr std::uintmax_t step = std::uintmax_t{16} << 20;
        const std::uintmax_t done = done_.fetch_add(bytes) + bytes;
        if (!options_.progress || done / step == (done - bytes) / step) return;
        const std::lock_guard lock(mutex_);
        progress_.done = std::max(progress_.done, done);
        options_.progress(progress_);
    }

    std::span<const std::filesystem::path> paths_;
    const hash_options& options_;
    std::vector<hashed_file> results_;
    std::vector<std::size_t> order_;
    bool reads_ahead_;
    std::atomic<std::size_t> taken_ = 0;
    std::atomic<std::uintmax_t> done_ = 0;
    std::mutex mutex_; // of progress_
    hash_progress progress_;
    std::atomic<bool> failed_ = false;
    std::exception_ptr failure_;
};

} // namespace detail

/// Returns what hash_file says of each of `paths`, in their order.
///
/// Memory: 256 KiB a thread, 2 MiB where one reads ahead, whatever the files. No thread outlives the
/// call. Errors:  errc::internal when libcrypto refuses; whatever concerns a file is in its place. Threads:
/// safe to call from many threads.
[[nodiscard]] inline std::vector<hashed_file> hash_files(std::span<const std::filesystem::path> paths,
                                                         const hash_options& options = {}) {
    detail::hash_queue queue(paths, options);
    {
        std::vector<std::jthread> others;
        try {
            for (std::size_t i = 1; i < queue.threads(); ++i)
                others.emplace_back([&queue] { queue.work(); });
        } catch (const std::system_error&) { // no thread to be had: those that are there do the work
        }
        queue.work();
    }
    return std::move(queue).results();
}

} // namespace repro::inline v0
