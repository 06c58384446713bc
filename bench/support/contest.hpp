// SPDX-License-Identifier: MIT
#pragma once
// Contests: everybody does the same piece of work once a round.

#include "numpy_process.hpp"
#include "timing.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

/// One thing to fill, by whoever can; the last of them is the one to beat, NumPy where it takes part.
struct contest {
    std::string name;
    std::size_t bytes_each;
    std::string numpy_case; ///< NumPy's expression, empty where it has none
    std::vector<timed_case> contestants;
    std::vector<double> numpy_times{};
};

/// Puts NumPy among the contestants: its times are those that it measures itself.
inline void add_numpy(contest& c, numpy_process& python, std::size_t n) {
    if (!python.running() || c.numpy_case.empty()) return;
    c.contestants.push_back({"NumPy " + python.version(),
                             [&c, &python, n] { c.numpy_times.push_back(python.run(c.numpy_case, n)); }});
}

/// Runs the rounds, NumPy among the contestants.
inline void run(contest& c, numpy_process& python, std::size_t n, int rounds) {
    add_numpy(c, python, n);
    run_rounds(c.contestants, rounds);
    if (c.numpy_times.empty()) return;
    c.numpy_times.erase(c.numpy_times.begin()); // the round that does not count
    c.contestants.back().microseconds = c.numpy_times;
}

} // namespace bench
