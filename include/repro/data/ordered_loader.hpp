// SPDX-License-Identifier: MIT
#pragma once
// Loads samples or batches in threads ahead of the training, and hands them out in their order: what comes is
// the same for no, one or many workers. Stands in a header of its own, which pays for threads.

#include <repro/core/error.hpp>
#include <repro/data/index_iterator.hpp>
#include <repro/detail/text.hpp>

#include <algorithm>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// How a loader works: with how many threads (none: in the caller's own), and how many items may be ready or
/// in work before the caller takes them (0: two for each worker).
struct loader_options {
    std::size_t workers = 0;
    std::size_t ahead = 0;
};

namespace detail {

/// Rethrows what is being handled, nested in an error that says where it was thrown.
[[noreturn]] inline void rethrow_from(const std::string& where) {
    std::string problem = "an exception that is no std::exception";
    try {
        throw;
    } catch (const std::exception& thrown) {
        problem = thrown.what();
    } catch (...) { // NOLINT(bugprone-empty-catch): nested below all the same
    }
    std::throw_with_nested(error(errc::sample_failed, where, "could not be loaded: " + problem,
                                 "mend or leave out that sample; the cause is nested in this error"));
}

/// Calls `load` for one item: a sample, or a batch where it takes one.
template <class Load, class Item>
    requires std::invocable<const Load&, const Item&>
[[nodiscard]] auto load_item(const Load& load, const Item& item, std::uint64_t index) {
    try {
        return load(item);
    } catch (...) {
        std::string where = "item " + decimal(index);
        if constexpr (std::convertible_to<Item, std::uint64_t>)
            where += ", sample " + decimal(static_cast<std::uint64_t>(item));
        rethrow_from(where);
    }
}

/// Calls it for each sample of a batch.
template <class Load, class Item>
    requires(!std::invocable<const Load&, const Item&>)
[[nodiscard]] auto load_item(const Load& load, const Item& batch, std::uint64_t index) {
    std::vector<decltype(load(*batch.begin()))> loaded;
    loaded.reserve(batch.size());
    for (const auto& sample : batch) {
        try {
            loaded.push_back(load(sample));
        } catch (...) {
            rethrow_from("batch " + decimal(index) + ", sample " + decimal(sample));
        }
    }
    return loaded;
}

} // namespace detail

/// Loads every item of an order (a `permutation`, `batches`, anything with size() and []), and returns the
/// results in that order. `load` is called with the item; where items are batches and `load` takes a sample,
/// it is called for each sample of the batch, and the result is their vector.
///
/// `load` is called from several threads at once and through a const reference. Randomness that it needs it
/// takes from `sample_streams`, and then the results do not depend on the number of workers.
/// Errors:  an exception of `load` is thrown by the `next` whose item it was, nested in errc::sample_failed,
///          which names the sample; the `next` after that goes on with the item behind it.
/// Threads: `next` belongs to one thread at a time. The destructor waits for the calls of `load` that run.
/// Example:
///     repro::ordered_loader loader(steps, [&](std::uint64_t sample) { return read(sample); }, {.workers =
///     4}); while (auto batch = loader.next()) train(*batch);
template <class Items, class Load> class ordered_loader {
public:
    using value_type = decltype(detail::load_item(std::declval<const Load&>(),
                                                  std::declval<const Items&>()[0], std::uint64_t{}));

    /// Starts the workers, which start to load.
    explicit ordered_loader(Items items, Load load, loader_options options = {})
        : items_(std::move(items)), load_(std::move(load)), size_(items_.size()) {
        if (options.workers == 0) return;
        ready_.resize(options.ahead != 0 ? options.ahead : 2 * options.workers);
        workers_.reserve(options.workers);
        try {
            while (workers_.size() < options.workers)
                workers_.emplace_back([this] { work(); });
        } catch (...) {
            stop();
            throw;
        }
    }
    ordered_loader(const ordered_loader&) = delete;
    ordered_loader& operator=(const ordered_loader&) = delete;
    ~ordered_loader() { stop(); }

    /// Returns the next item, loaded; nothing at the end.
    [[nodiscard]] std::optional<value_type> next() {
        if (taken_ == size_) return std::nullopt;
        if (workers_.empty()) {
            const std::uint64_t index = taken_++;
            return detail::load_item(load_, items_[index], index);
        }
        std::unique_lock lock(mutex_);
        slot& mine = ready_[static_cast<std::size_t>(taken_ % ready_.size())];
        filled_.wait(lock, [&] { return mine.value.has_value() || mine.failure != nullptr; });
        slot item = std::exchange(mine, {});
        ++taken_;
        lock.unlock();
        emptied_.notify_one();
        if (item.failure != nullptr) std::rethrow_exception(item.failure);
        return std::move(item.value);
    }

private:
    struct slot {
        std::optional<value_type> value{};
        std::exception_ptr failure{};
    };

    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            emptied_.wait(lock,
                          [&] { return stopped_ || begun_ == size_ || begun_ < taken_ + ready_.size(); });
            if (stopped_ || begun_ == size_) return;
            const std::uint64_t index = begun_++;
            lock.unlock();
            slot item = loaded(index);
            lock.lock();
            ready_[static_cast<std::size_t>(index % ready_.size())] = std::move(item);
            if (index == taken_) filled_.notify_one();
        }
    }

    [[nodiscard]] slot loaded(std::uint64_t index) const noexcept {
        try {
            return {detail::load_item(load_, items_[index], index), nullptr};
        } catch (...) {
            return {std::nullopt, std::current_exception()};
        }
    }

    void stop() noexcept {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        emptied_.notify_all();
        for (std::thread& worker : workers_)
            worker.join();
    }

    const Items items_;
    const Load load_;
    const std::uint64_t size_;
    std::uint64_t taken_ = 0; ///< handed out
    std::uint64_t begun_ = 0; ///< given to workers
    bool stopped_ = false;
    std::vector<slot> ready_; ///< item k in place k % size
    std::mutex mutex_;
    std::condition_variable filled_, emptied_;
    std::vector<std::thread> workers_;
};

} // namespace repro::inline v0
