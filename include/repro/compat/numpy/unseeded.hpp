// SPDX-License-Identifier: MIT
#pragma once
// How many generators of this process took their seed from the operating system because nobody gave one.

#include <repro/detail/config.hpp>

#include <cstdint>

namespace repro::inline v0::numpy {
namespace detail {

REPRO_SHARED inline std::uint64_t& unseeded_count() noexcept {
    static std::uint64_t count = 0;
    return count;
}

inline void count_unseeded() noexcept {
    __atomic_fetch_add(&unseeded_count(), std::uint64_t{1}, __ATOMIC_RELAXED);
}

} // namespace detail

/// Returns how many `default_rng()` and `random_state()` without a seed this process has made: their numbers
/// differ from run to run.
///
/// Threads: safe from any thread.
[[nodiscard]] inline std::uint64_t unseeded_generators() noexcept {
    return __atomic_load_n(&detail::unseeded_count(), __ATOMIC_RELAXED);
}

} // namespace repro::inline v0::numpy
