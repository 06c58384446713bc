// SPDX-License-Identifier: MIT
#pragma once
// A moment on both clocks, what the calendar says and what durations are measured with, without <chrono>. It
// never enters a seed.

#include <cstdint>
#include <time.h>

namespace repro::inline v0 {
namespace detail {

/// A moment in nanoseconds: since 1970 UTC, and on the clock that never steps.
struct moment {
    std::int64_t calendar;
    std::int64_t steady;
};

[[nodiscard]] inline std::int64_t nanoseconds(clockid_t clock) noexcept {
    timespec t{};
    clock_gettime(clock, &t);
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

[[nodiscard]] inline moment now() noexcept {
    return {nanoseconds(CLOCK_REALTIME), nanoseconds(CLOCK_MONOTONIC)};
}

/// Returns milliseconds on the clock that never steps: for time budgets.
[[nodiscard]] inline std::int64_t monotonic_ms() noexcept { return nanoseconds(CLOCK_MONOTONIC) / 1'000'000; }

} // namespace detail
} // namespace repro::inline v0
