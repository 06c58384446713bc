// SPDX-License-Identifier: MIT
#pragma once
// Every function that an audit replaces. Included by an audit alone.

#include <repro/launch/replaced_clocks.hpp>
#include <repro/launch/replaced_entropy.hpp>
#include <repro/launch/replaced_files.hpp>
#include <repro/launch/replaced_generators.hpp>

namespace repro::inline v0 {
namespace detail {

/// Starts counting the calls of this process in `table`.
inline void start_audit(entropy_table& table) noexcept {
    // The loader holds a lock while it looks up: it must not be asked for the first time by a thread that
    // another one waits for with this lock in its hands, nor in a signal handler.
    find_next_entropy();
    find_next_generators();
    find_next_clocks();
    find_next_files();
    start_watch(table);
}

} // namespace detail
} // namespace repro::inline v0
