// SPDX-License-Identifier: MIT
#pragma once
// Streams of each rank. Every other named stream is common: the same on all ranks, as long as all draw alike.

#include <repro/core/launcher.hpp>
#include <repro/stream/registry.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace repro::inline v0 {

/// Returns the full name of a rank's own stream: "rank-3/noise".
[[nodiscard]] inline std::string rank_stream_name(std::uint64_t rank, std::string_view name) {
    return "rank-" + detail::decimal(rank) + "/" + std::string(name);
}

/// Returns a handle of this rank's own stream `name`, which no other rank has. It depends on the seed, the
/// rank and the name, not on how many ranks there are.
///
/// Errors:  those of stream().
/// Threads: as stream() and this_rank().
/// Example:
///     auto noise = repro::rank_stream("noise");        // "rank-3/noise" on rank 3
///     auto order = repro::stream("data/shuffle");      // the same on all ranks
[[nodiscard]] inline stream_handle rank_stream(std::string_view name) {
    return stream(rank_stream_name(detail::own_rank(), name));
}

namespace detail {

/// Returns "rank/noise" for "rank-3/noise", which names it on all ranks at once; nothing for a common stream.
[[nodiscard]] inline std::string shared_rank_name(std::string_view name) {
    const std::string_view own = name_within_rank(name);
    return own.empty() ? std::string() : "rank" + std::string(own);
}

} // namespace detail
} // namespace repro::inline v0
