// SPDX-License-Identifier: MIT
#pragma once
// The ranks of a run as a reader finds them: what each rank's file says by now, and of those that recorded no
// end, whether their process is there.

#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/run_state.hpp>
#include <repro/run/rank_summary.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns how many ranks a manifest says the run has; nothing where it is the run of one process.
[[nodiscard]] inline std::optional<std::uint64_t> recorded_world(const nlohmann::json& document) {
    const nlohmann::json::json_pointer place("/ranks/world");
    if (!document.contains(place) || !document.at(place).is_number_unsigned()) return std::nullopt;
    const auto world = document.at(place).get<std::uint64_t>();
    return world >= 1 && world <= most_ranks ? std::optional(world) : std::nullopt;
}

/// Returns what a rank's file reports, its state as it is seen from the world `here`.
[[nodiscard]] inline rank_report report_seen(const nlohmann::json& document, std::uint64_t rank,
                                             const process_world& here) {
    rank_report report = report_of(document, rank);
    if (report.status != "running") return report;
    const auto process = recorded_process(document);
    report.status = to_string(process ? state_of_process(*process, here).state : run_state::unknown);
    return report;
}

} // namespace detail

/// Returns the ranks of a run; nothing where the manifest is of one process.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline std::optional<ranks_summary> ranks_of(const recorded_manifest& manifest,
                                                           const process_world& here) {
    const auto world = detail::recorded_world(manifest.document);
    if (!world) return std::nullopt;
    std::vector<detail::rank_report> reports{detail::report_seen(manifest.document, 0, here)};
    detail::for_each_rank_file(
        manifest.path.parent_path(), *world, [&](std::uint64_t rank, const std::filesystem::path& file) {
            reports.push_back(detail::report_seen(detail::read_rank_file(file), rank, here));
        });
    return detail::summarize_ranks(*world, std::move(reports));
}

} // namespace repro::inline v0
