// SPDX-License-Identifier: MIT
#pragma once
// A snapshot that was read, between its text and the registry.

#include <repro/core/seed.hpp>
#include <repro/stream/key.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// What a snapshot holds for one named stream, and for one source.
struct saved_stream {
    std::string_view name;
    std::string_view state;
};

struct saved_source {
    std::string_view name;
    std::optional<repro::seed> given;
    std::string_view state;
};

/// A snapshot, read and checked as text, not applied yet. Views into the text.
struct saved_streams {
    std::optional<std::uint64_t> seed;
    std::optional<stream_key> root;
    std::optional<stream_key> rank_root;
    std::optional<std::uint64_t> forks;
    std::vector<saved_source> sources;
    std::vector<saved_stream> streams;
};

/// What to do with a source that only the snapshot or only the process has.
enum class unmatched_sources : unsigned char { refuse, leave };

} // namespace detail
} // namespace repro::inline v0
