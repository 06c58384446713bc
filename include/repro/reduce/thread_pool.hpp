// SPDX-License-Identifier: MIT
#pragma once
// Threads that wait for pieces of work.

#include <repro/reduce/executor.hpp>

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace repro::inline v0 {

/// An executor of as many threads as asked for, the calling one among them.
///
/// Errors:  std::system_error where a thread cannot be made. What a piece throws comes out of run, the first
/// of
///          several, after all pieces are done.
/// Threads: one run at a time; a piece must not call run.
class thread_pool {
public:
    explicit thread_pool(std::size_t n_threads = std::thread::hardware_concurrency()) {
        try {
            for (std::size_t i = 1; i < n_threads; ++i)
                threads_.emplace_back([this] { wait_for_work(); });
        } catch (...) {
            stop();
            throw;
        }
    }
    ~thread_pool() { stop(); }
    thread_pool(const thread_pool&) = delete;
    thread_pool& operator=(const thread_pool&) = delete;

    [[nodiscard]] std::size_t concurrency() const noexcept { return threads_.size() + 1; }

    template <class Function> void run(std::size_t n, Function&& piece) {
        std::unique_lock lock(mutex_);
        context_ = std::addressof(piece);
        call_ = [](void* context, std::size_t i) {
            (*static_cast<std::remove_reference_t<Function>*>(context))(i);
        };
        n_pieces_ = n;
        next_ = n_done_ = 0;
        failure_ = nullptr;
        ++round_;
        begin_.notify_all();
        take_pieces(lock);
        end_.wait(lock, [this] { return n_done_ == n_pieces_; });
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    void wait_for_work() {
        std::unique_lock lock(mutex_);
        for (std::size_t seen = 0;;) {
            begin_.wait(lock, [&] { return stopping_ || round_ != seen; });
            if (stopping_) return;
            seen = round_;
            take_pieces(lock);
        }
    }

    void take_pieces(std::unique_lock<std::mutex>& lock) {
        while (next_ < n_pieces_) {
            const std::size_t i = next_++;
            std::exception_ptr failed;
            lock.unlock();
            try {
                call_(context_, i);
            } catch (...) {
                failed = std::current_exception();
            }
            lock.lock();
            if (failed && !failure_) failure_ = failed;
            if (++n_done_ == n_pieces_) end_.notify_all();
        }
    }

    void stop() noexcept {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        begin_.notify_all();
        for (std::thread& thread : threads_)
            thread.join();
    }

    std::mutex mutex_;
    std::condition_variable begin_, end_;
    void* context_ = nullptr; // the pieces of the round
    void (*call_)(void*, std::size_t) = nullptr;
    std::size_t n_pieces_ = 0, next_ = 0, n_done_ = 0, round_ = 0;
    std::exception_ptr failure_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace repro::inline v0
