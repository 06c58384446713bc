// SPDX-License-Identifier: MIT
#pragma once
// How far a stream has come, as it can be asked at each step at next to no cost.

#include <cstdint>

namespace repro::inline v0 {

/// What the value of a mark is.
enum class mark_kind : std::uint8_t {
    draws = 0, ///< how many words were taken
    state = 1, ///< a digest of the state, of a stream that nobody counts
    unread = 2 ///< not looked at: another thread may be drawing
};

/// How far a stream has come.
struct stream_mark {
    mark_kind kind = mark_kind::unread;
    std::uint64_t value = 0;

    friend bool operator==(const stream_mark&, const stream_mark&) = default;
};

} // namespace repro::inline v0
