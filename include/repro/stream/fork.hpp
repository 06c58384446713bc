// SPDX-License-Identifier: MIT
#pragma once
// What a forked child knows of its descent. Children are numbered in the order of their parent's forks, so
// that their streams depend on that order and on no process id.

#include <repro/detail/config.hpp>
#include <repro/stream/key.hpp>

#include <cstdint>

namespace repro::inline v0 {
namespace detail {

/// The descent of this process from the one that was seeded.
struct fork_path {
    unsigned depth = 0;         ///< 0 in the first process, 1 in its children, ...
    std::uint64_t children = 0; ///< forks of this process since then
    stream_key key{};           ///< hash of the ordinals on the way down from there

    /// Numbers forks from here on: the root of this process was given anew.
    void start_here() noexcept {
        key = {};
        children = 0;
    }

    void enter_child() noexcept {
        key = key_hash("fork-path").add(key).add(children).key();
        ++depth;
        children = 0;
    }
};

REPRO_SHARED inline fork_path process_fork_path;

} // namespace detail
} // namespace repro::inline v0
