// SPDX-License-Identifier: MIT
#pragma once
// A run of many ranks: one folder, the manifest by rank 0, and a file by each other rank.

#include <repro/core/launcher.hpp>
#include <repro/run/events.hpp>
#include <repro/run/rank_summary.hpp>
#include <repro/run/recording.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// How long rank 0 waits, at its end, for ranks that have not ended.
inline constexpr std::chrono::milliseconds patience_at_end{2000};

/// The names of the files that this process writes in the run's folder.
struct own_files {
    own_files() = default;
    explicit own_files(std::uint64_t rank)
        : primary(rank == 0),
          manifest(rank_file_name(rank)),
          events(prefixed(rank, events_name)),
          trace(prefixed(rank, "trace.bin")) {}

    bool primary = true; ///< whether it writes the manifest
    std::string manifest = "manifest.json";
    std::string events = events_name;
    std::string trace = "trace.bin";

private:
    static std::string prefixed(std::uint64_t rank, const char* name) {
        return rank == 0 ? name : "rank-" + padded(rank, 4) + "." + name;
    }
};

/// Returns the place of this process among ranks that share a folder; nothing where it stands by itself, and
/// then the manifest says why.
[[nodiscard]] inline std::optional<rank_place> place_among_ranks(recording& to) {
    rank_place place = this_rank();
    for (const warning& each : place.warnings)
        to.warn_of(each);
    if (place.many() && !place.job.empty()) return place;
    if (!place.many()) {
        to.manifest.miss("ranks", "the process was started by itself");
        return std::nullopt;
    }
    to.manifest.miss("ranks", place.launcher + " gives no id that all ranks share");
    to.fail(warn::ranks_unclear,
            "rank " + decimal(place.rank) + " of " + decimal(place.world) + " does not know its launch: " +
                "each rank records a run of its own; set REPRO_RUN_ID, new for each launch, or hand in "
                "mpi::streams");
    return std::nullopt;
}

[[nodiscard]] inline std::string rank_taken_text(const std::filesystem::path& folder, std::uint64_t rank) {
    return "rank " + decimal(rank) + " has recorded a run in " + folder.native() +
           " already: this one gets a folder of its own; a REPRO_RUN_ID serves one launch, and programs that "
           "a "
           "rank starts inherit its variables";
}

inline void join_ranks(recording& to, const rank_place& place) {
    to.manifest.place = place;
    to.who = place.rank == 0 ? "" : "rank " + decimal(place.rank) + ": ";
}

/// Waits a little for ranks that have begun and not ended.
inline void await_other_ranks(const std::filesystem::path& folder, std::uint64_t world) {
    const auto until = std::chrono::steady_clock::now() + patience_at_end;
    std::set<std::uint64_t> ended; // whose files stay as they are
    for (;;) {
        std::size_t begun = 0;
        for_each_rank_file(folder, world, [&](std::uint64_t rank, const std::filesystem::path& file) {
            ++begun;
            if (!ended.contains(rank) && text_at(read_rank_file(file), "/status") != "running")
                ended.insert(rank);
        });
        if (begun == 0 || ended.size() + 1 >= world || std::chrono::steady_clock::now() > until) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

/// Warns of what differs between ranks: in one line the facts, in one each the streams.
inline void warn_of_ranks(recording& to, const ranks_summary& all) {
    constexpr std::size_t most = 8;
    std::string text;
    for (std::size_t i = 0; i < all.differences.size() && i < most; ++i)
        text += (i == 0 ? "" : ", ") + all.differences[i].name;
    if (all.differences.size() > most) text += ", and " + decimal(all.differences.size() - most) + " more";
    if (!text.empty()) to.warn_of({warn::ranks_differ, "the ranks differ in " + text});
    for (std::size_t i = 0; i < all.findings.size() && i < most; ++i)
        to.fail(warn::streams_differ, "stream " + all.findings[i].stream + " " + all.findings[i].text);
}

/// Records what the ranks say of themselves, where this is rank 0 of many: at the end those of all.
inline void record_ranks(recording& to, const std::filesystem::path& folder) {
    manifest& m = to.manifest;
    if (!m.place) return;
    if (m.finished && m.status == run_status::completed) await_other_ranks(folder, m.place->world);
    std::vector<rank_report> reports{report_of(nlohmann::json::parse(rank_text(m)), 0)};
    if (m.finished)
        for_each_rank_file(folder, m.place->world,
                           [&](std::uint64_t rank, const std::filesystem::path& file) {
                               reports.push_back(report_of(read_rank_file(file), rank));
                           });
    const ranks_summary all = summarize_ranks(m.place->world, std::move(reports));
    if (m.finished) warn_of_ranks(to, all);
    m.ranks = ranks_text(*m.place, all);
}

} // namespace detail
} // namespace repro::inline v0
