// SPDX-License-Identifier: MIT
#pragma once
// The level that this process has declared: that of its run, else what relaunch_if_needed was asked for.

#include <repro/core/level.hpp>
#include <repro/detail/config.hpp>

#include <atomic>
#include <optional>

namespace repro::inline v0 {
namespace detail {

/// Holds a level, or -1 for none.
REPRO_SHARED inline std::atomic<int>& declared_level_state() {
    static std::atomic<int> only{-1};
    return only;
}

/// Declares a level; none leaves what is declared.
inline void declare_level(const std::optional<level>& which) noexcept {
    if (which) declared_level_state().store(static_cast<int>(*which), std::memory_order_relaxed);
}

/// Declares the level of a run for as long as it lives. Of several runs at once, the last one decides.
class scoped_level {
public:
    explicit scoped_level(const std::optional<level>& of_run) noexcept
        : before_(declared_level_state().load(std::memory_order_relaxed)) {
        declare_level(of_run);
    }
    scoped_level(const scoped_level&) = delete;
    scoped_level& operator=(const scoped_level&) = delete;
    ~scoped_level() { end(); }

    /// Brings back what was declared before. Calling it again changes nothing.
    void end() noexcept {
        if (!ended_) declared_level_state().store(before_, std::memory_order_relaxed);
        ended_ = true;
    }

private:
    int before_;
    bool ended_ = false;
};

} // namespace detail

/// Returns the level that this process has declared: that of its run, else that of relaunch_if_needed; none
/// where nobody did.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline std::optional<level> declared_level() noexcept {
    const int which = detail::declared_level_state().load(std::memory_order_relaxed);
    return which < 0 ? std::nullopt : std::optional(static_cast<level>(which));
}

} // namespace repro::inline v0
