// SPDX-License-Identifier: MIT
#pragma once
// Completes what a dead run left: its last manifest, with the metrics that it appended while it lived. A run
// whose process is there, or might be, is not touched.

#include <repro/judge/events_reader.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/run_state.hpp>
#include <repro/run/clock.hpp>
#include <repro/run/metrics.hpp>
#include <repro/run/run_files.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <utility>

namespace repro::inline v0 {

/// What became of a recovery.
enum class recovery_outcome : unsigned char {
    recovered,  ///< the last manifest stands now
    not_needed, ///< the run has recorded its end
    alive,      ///< the run goes on, and was left alone
    undecided   ///< whether it goes on cannot be told from here, so it was left alone
};

/// Returns the word for an outcome.
[[nodiscard]] constexpr std::string_view to_string(recovery_outcome outcome) noexcept {
    constexpr std::string_view words[] = {"recovered", "not needed", "alive", "undecided"};
    return words[static_cast<unsigned char>(outcome)];
}

struct recovery_report {
    recovery_outcome outcome = recovery_outcome::undecided;
    derived_state before;
    recorded_events events; ///< what was found of them, where there was something to recover
};

namespace detail {

using ordered_json = nlohmann::ordered_json;

/// Spells a document as a run does: a line for each member down to the second level.
inline void spell(const ordered_json& value, std::size_t depth, std::string& text) {
    if (depth == 2 || !value.is_structured() || value.empty()) {
        text += value.dump();
        return;
    }
    text += value.is_object() ? '{' : '[';
    bool first = true;
    for (const auto& [name, member] : value.items()) {
        if (!std::exchange(first, false)) text += ',';
        text.append(1, '\n').append(2 * (depth + 1), ' ');
        if (value.is_object()) text.append(ordered_json(name).dump()).append(": ");
        spell(member, depth + 1, text);
    }
    text.append(1, '\n').append(2 * depth, ' ');
    text += value.is_object() ? '}' : ']';
}

/// Returns the metrics as a manifest has them, as many as it may hold.
[[nodiscard]] inline ordered_json metrics_of(const recorded_events& found) {
    ordered_json metrics = ordered_json::object();
    std::size_t count = 0;
    for (const recorded_event& each : found.events) {
        if (count++ == metric_table::limit) break;
        ordered_json& series = metrics[each.metric];
        series["step"].push_back(each.step);
        series["value"].push_back(ordered_json(each.value));
    }
    return metrics;
}

[[nodiscard]] inline std::string damage_text(const recorded_events& found) {
    std::string text = std::string(events_name) + ": ";
    if (found.damaged.empty()) text += "lines are missing";
    for (std::size_t i = 0; i < found.damaged.size() && i < 8; ++i)
        text += (i == 0 ? "damaged in line " : ", ") + decimal(found.damaged[i]);
    if (found.damaged.size() > 8) text += " and " + decimal(found.damaged.size() - 8) + " more";
    return text + "; " + decimal(found.lost) + " values are lost";
}

[[nodiscard]] inline ordered_json recovery_of(const recovery_report& report) {
    const recorded_events& found = report.events;
    ordered_json recovery;
    recovery["cause"] = to_string(report.before.state);
    recovery["reason"] = report.before.reason;
    recovery["recovered_at"] = utc_text(now().calendar);
    recovery["events"] = found.events.size();
    recovery["last_event_ms"] = found.events.empty() ? ordered_json() : ordered_json(found.events.back().ms);
    recovery["torn_line"] = found.torn;
    recovery["damaged_lines"] = found.damaged;
    return recovery;
}

/// Turns the first manifest of a run into its last one.
inline void complete(ordered_json& document, const recovery_report& report) {
    document["status"] = to_string(run_status::aborted);
    document["error"] = {{"message", "the run was interrupted: " + report.before.reason}};
    document["metrics"] = metrics_of(report.events);
    document["recovery"] = recovery_of(report);
    for (const auto& [field, reason] :
         {std::pair{"finished_at", "the run was interrupted: when is not known"},
          {"wall_seconds", "the run was interrupted: recovery.last_event_ms is its last sign of life"},
          {"phases", "the run was interrupted: they are written when it ends"},
          {"artifacts", "the run was interrupted before it named or hashed all of them"},
          {"streams", "the run was interrupted: draws and states at its end are not known"}})
        document["missing"].push_back({{"field", field}, {"reason", reason}});
    if (!report.events.damaged.empty() || report.events.lost > 0)
        document["warnings"].push_back(
            {{"code", to_string(warn::events_damaged)}, {"text", damage_text(report.events)}});
}

/// Publishes the completed manifest in the folder that it came from, and takes away what the dead run left
/// there of its own.
inline void publish_recovered(const descriptor& folder, const recorded_manifest& manifest,
                              const recovery_report& report) {
    ordered_json document = ordered_json::parse(read_document(manifest.path));
    complete(document, report);
    std::string text;
    spell(document, 0, text);
    text += '\n';
    if (const auto dead = recorded_process(manifest.document)) {
        (void)::unlinkat(folder.get(), reserve_name, 0);
        (void)sweep_temporaries(folder.get(),
                                [&](std::string_view owner) { return owner == temporary_owner(*dead); });
    }
    const std::string name = manifest.path.filename().native();
    const std::string where = manifest.path.native();
    const std::string owner = temporary_owner(capture_process_identity());
    (void)publish({folder.get(), name, where, owner}, text);
    (void)publish({folder.get(), name + ".sha256", where + ".sha256", owner},
                  evp_sha256(text).hex() + "  " + name + "\n");
}

} // namespace detail

/// Completes the manifest `path` if its run was interrupted: status `aborted`, the metrics from its events,
/// and under `recovery` what happened. Doing it twice changes nothing more.
///
/// Errors:  those of read_manifest; errc::no_space, read_only, unwritable when the folder cannot be written.
/// Threads: safe to call from many threads and processes; one of them does it.
[[nodiscard]] inline recovery_report recover(const std::filesystem::path& path) {
    const std::filesystem::path above = path.has_parent_path() ? path.parent_path() : ".";
    const detail::descriptor folder = detail::open_folder(AT_FDCWD, above.c_str(), 0);
    // Keeps a second recovery waiting, where the file system can: it then reads what the first one wrote.
    if (folder) (void)::flock(folder.get(), LOCK_EX);
    const recorded_manifest manifest = read_manifest(path);
    recovery_report report;
    report.before = state_of(manifest);
    switch (report.before.state) {
    case run_state::running:
        report.outcome = recovery_outcome::alive;
        return report;
    case run_state::unknown:
        return report;
    case run_state::completed:
    case run_state::failed:
    case run_state::aborted:
        report.outcome = recovery_outcome::not_needed;
        return report;
    case run_state::interrupted:
        break;
    }
    report.events = read_events(above / detail::events_name);
    detail::publish_recovered(folder, manifest, report);
    report.outcome = recovery_outcome::recovered;
    return report;
}

} // namespace repro::inline v0
