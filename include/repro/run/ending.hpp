// SPDX-License-Identifier: MIT
#pragma once
// How a run learns of an uncaught exception: one terminate handler for the process, which tells the live runs
// and then calls the handler that was there before. The program ends as it would have ended.

#include <repro/detail/config.hpp>
#include <repro/detail/mutex.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <string>
#include <time.h>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Someone to tell that the process ends by std::terminate.
class ending_listener {
public:
    virtual void terminated(const std::string& message) noexcept = 0;

protected:
    ~ending_listener() = default;
};

/// Waits up to two seconds for `ready`, in a process that is ending: what it waits for may never come.
template <class Ready> [[nodiscard]] bool wait_a_little(Ready ready) noexcept {
    constexpr timespec pause{0, 10'000'000};
    for (int attempt = 0; attempt < 200; ++attempt) {
        if (ready()) return true;
        ::nanosleep(&pause, nullptr);
    }
    return ready();
}

/// Returns what the current exception says.
[[nodiscard]] inline std::string current_exception_text() {
    const std::exception_ptr current = std::current_exception();
    if (!current) return "std::terminate was called, and there is no exception";
    try {
        std::rethrow_exception(current);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "an exception of a type that is not derived from std::exception";
    }
}

/// The runs to tell, and the handler to call afterwards.
class ending_watch {
public:
    void add(ending_listener& listener) {
        lock_guard lock(mutex_);
        if (!installed_) previous_ = std::set_terminate(&ending_watch::on_terminate);
        installed_ = true;
        listeners_.push_back(&listener);
    }

    void remove(ending_listener& listener) noexcept {
        lock_guard lock(mutex_);
        listeners_.erase(std::remove(listeners_.begin(), listeners_.end(), &listener), listeners_.end());
    }

private:
    enum stage : int { none, telling, told };

    static void on_terminate() noexcept;

    void tell() noexcept {
        thread_local bool within = false;
        int expected = none;
        if (!stage_.compare_exchange_strong(expected, telling)) {
            // Another thread is at it, and would be cut short by ours; or recording itself failed.
            if (!within) (void)wait_a_little([this] { return stage_ == told; });
            return;
        }
        within = true;
        try {
            const std::string message = current_exception_text();
            if (wait_a_little([this] { return mutex_.try_lock(); })) {
                for (ending_listener* const each : listeners_)
                    each->terminated(message);
                mutex_.unlock();
            }
        } catch (...) { // no memory for the message: the manifest keeps saying "running"
        }
        stage_ = told;
    }

    mutex mutex_;
    std::vector<ending_listener*> listeners_;
    std::terminate_handler previous_ = nullptr;
    bool installed_ = false;
    std::atomic<int> stage_ = none;
};

/// Never destroyed: a run can be a static object.
REPRO_SHARED inline ending_watch& endings() {
    static auto* const only = new ending_watch;
    return *only;
}

inline void ending_watch::on_terminate() noexcept {
    endings().tell();
    if (endings().previous_ != nullptr) endings().previous_();
    std::abort();
}

} // namespace detail
} // namespace repro::inline v0
