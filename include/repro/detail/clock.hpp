// SPDX-License-Identifier: MIT
#pragma once
// A clock for time budgets, without <chrono>. It never enters a seed.

#include <cstdint>
#include <ctime>

namespace repro::inline v0 {
namespace detail {

/// Returns milliseconds of a clock that nobody sets back.
[[nodiscard]] inline std::int64_t monotonic_ms() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

} // namespace detail
} // namespace repro::inline v0
