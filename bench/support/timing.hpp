// SPDX-License-Identifier: MIT
#pragma once
// Timing of small pieces of work, side by side: every case once a round, round after round, so that whatever
// disturbs the machine disturbs all of them.

#include <repro/detail/clock.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace bench {

/// A piece of work and the microseconds that each round of it took.
struct timed_case {
    std::string name;
    std::function<void()> work;
    std::vector<double> microseconds{};

    /// Returns the time below which the share `part` of the rounds lies; 0.5 is the median.
    [[nodiscard]] double quantile(double part) const {
        std::vector<double> sorted = microseconds;
        std::sort(sorted.begin(), sorted.end());
        return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
    }
};

/// Runs all cases `rounds` times in turn, after one round that does not count.
inline void run_rounds(std::vector<timed_case>& cases, int rounds) {
    for (int round = -1; round < rounds; ++round)
        for (timed_case& each : cases) {
            const auto start = repro::detail::nanoseconds(CLOCK_MONOTONIC);
            each.work();
            const auto end = repro::detail::nanoseconds(CLOCK_MONOTONIC);
            if (round >= 0) each.microseconds.push_back(static_cast<double>(end - start) / 1000.0);
        }
}

} // namespace bench
