// SPDX-License-Identifier: MIT
#pragma once
// A mutex that costs no <mutex>, and its lock guard.

#include <pthread.h>

namespace repro::inline v0 {
namespace detail {

class mutex {
public:
    mutex() = default;
    mutex(const mutex&) = delete;
    mutex& operator=(const mutex&) = delete;
    void lock() noexcept { pthread_mutex_lock(&native_); }
    [[nodiscard]] bool try_lock() noexcept { return pthread_mutex_trylock(&native_) == 0; }
    void unlock() noexcept { pthread_mutex_unlock(&native_); }

private:
    pthread_mutex_t native_ = PTHREAD_MUTEX_INITIALIZER;
};

class lock_guard {
public:
    explicit lock_guard(mutex& m) noexcept : mutex_(m) { mutex_.lock(); }
    ~lock_guard() { mutex_.unlock(); }
    lock_guard(const lock_guard&) = delete;
    lock_guard& operator=(const lock_guard&) = delete;

private:
    mutex& mutex_;
};

} // namespace detail
} // namespace repro::inline v0
