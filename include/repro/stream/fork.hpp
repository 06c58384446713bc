// SPDX-License-Identifier: MIT
#pragma once
// Forks, counted. Children are numbered in the order of their parent's forks, so that their streams depend on
// that order and on no process id. A fork that fails takes a number, too.

#include <repro/detail/config.hpp>

#include <cstdint>

namespace repro::inline v0 {
namespace detail {

/// Where this process stands among forks.
struct fork_path {
    unsigned depth = 0;         ///< 0 in the first process, 1 in its children, ...
    std::uint64_t children = 0; ///< forks of this process since it was seeded
};

REPRO_SHARED inline fork_path process_fork_path;

} // namespace detail
} // namespace repro::inline v0
