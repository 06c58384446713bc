// SPDX-License-Identifier: MIT
#pragma once
// The run that a run goes on from, as the manifest tells it.

#include <repro/detail/json_writer.hpp>
#include <repro/run/checkpoint_text.hpp>
#include <repro/run/json_text.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace repro::inline v0 {
namespace detail {

inline constexpr const char* not_resumed = "the run did not go on from a checkpoint";

/// The checkpoint that a run went on from.
struct recorded_parent {
    checkpoint_link taken;
    std::string id; ///< of the run that took it: its folder's name
    std::string taken_at;
    std::string checkpoint; ///< its path, as the code spelled it
    shard rank, rank_now;
    std::uint64_t trace_entries = 0;      ///< of the other run's trace; what it added later is void
    std::vector<checkpoint_link> earlier; ///< the oldest first
};

/// Returns the identifier of a run; nothing where it had none.
[[nodiscard]] inline std::optional<std::string> run_id_of(const checkpoint_link& link) {
    return link.run_id == "-" ? std::nullopt : std::optional(link.run_id);
}

inline void write_link(json_writer& to, const checkpoint_link& link) {
    to.member("run_id", run_id_of(link));
    to.member("step", link.step);
    write_digest(to, "checkpoint_sha256", link.sha256);
}

inline void write(json_writer& to, const checkpoint_link& link) {
    to.begin_object();
    write_link(to, link);
    to.end_object();
}

inline void write_place(json_writer& to, const char* key, const shard& place) {
    to.key(key);
    to.begin_object();
    to.member("rank", place.rank());
    to.member("world", place.world());
    to.end_object();
}

inline void write(json_writer& to, const recorded_parent& parent) {
    to.begin_object();
    write_link(to, parent.taken);
    to.member("id", parent.id);
    to.member("taken_at", parent.taken_at);
    to.member("checkpoint", parent.checkpoint);
    write_place(to, "place", parent.rank);
    write_place(to, "place_now", parent.rank_now);
    to.member("trace_entries", parent.trace_entries);
    write(to, "earlier", parent.earlier);
    to.end_object();
}

} // namespace detail
} // namespace repro::inline v0
