// SPDX-License-Identifier: MIT
#pragma once
// Writes that fail instead of ending the process: SIGXFSZ comes with a limit on file sizes, SIGPIPE with a
// closed pipe.

#include <cerrno>
#include <csignal>
#include <pthread.h>
#include <time.h>

namespace repro::inline v0 {
namespace detail {

/// Keeps a signal that a write can raise from ending the process: the write fails instead.
class held_back_signal {
public:
    explicit held_back_signal(int number) noexcept {
        sigset_t pending;
        sigemptyset(&only_);
        sigaddset(&only_, number);
        sigpending(&pending);
        was_pending_ = sigismember(&pending, number) == 1;
        pthread_sigmask(SIG_BLOCK, &only_, &before_);
    }
    ~held_back_signal() {
        constexpr timespec at_once{};
        while (!was_pending_ && sigtimedwait(&only_, nullptr, &at_once) < 0 && errno == EINTR) {
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    held_back_signal(const held_back_signal&) = delete;
    held_back_signal& operator=(const held_back_signal&) = delete;

private:
    sigset_t only_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

} // namespace detail
} // namespace repro::inline v0
