// SPDX-License-Identifier: MIT
#pragma once
// How a run stands, as a reader finds it: what its manifest says, and where that still says "running",
// whether its process is there.

#include <repro/capture/process_identity.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/run/manifest.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace repro::inline v0 {

/// The status of a run, and two that no run writes.
enum class run_state : unsigned char {
    running,
    completed,
    failed,
    aborted,
    interrupted, ///< its process is gone, and left no end
    unknown      ///< it cannot be told from here
};

/// Returns the word for a state.
[[nodiscard]] constexpr std::string_view to_string(run_state state) noexcept {
    constexpr std::string_view words[] = {"running", "completed",   "failed",
                                          "aborted", "interrupted", "unknown"};
    return words[static_cast<unsigned char>(state)];
}

/// A state, and how it is known.
struct derived_state {
    run_state state = run_state::unknown;
    std::string reason; ///< empty where the manifest itself says it
};

namespace detail {

/// Returns the process that a manifest names; nothing where it does not name it well enough to look for it.
[[nodiscard]] inline std::optional<process_identity> recorded_process(const nlohmann::json& document) {
    const auto found = document.find("process");
    if (found == document.end() || !found->is_object()) return std::nullopt;
    const auto text = [&](const char* key) { return optional_text(*found, key).value_or(""); };
    process_identity process{0, 0, {text("boot_id"), text("namespaces"), text("host")}};
    const bool good =
        from_decimal(text("pid"), process.pid) && from_decimal(text("started_ticks"), process.started);
    if (!good || process.world.boot_id.empty()) return std::nullopt;
    return process;
}

/// Returns whether two hosts are surely one: names like localhost are everybody's.
[[nodiscard]] inline bool same_host(const std::string& one, const std::string& other) noexcept {
    return one == other && one.find('/') != std::string::npos; // a name, and a digest of the machine-id
}

/// Returns how a run stands that has not recorded its end, for a reader in the world `here`.
[[nodiscard]] inline derived_state state_of_process(const process_identity& process,
                                                    const process_world& here) {
    const std::string who = "process " + decimal(process.pid);
    if (process.world.boot_id != here.boot_id) {
        if (!here.boot_id.empty() && same_host(process.world.host, here.host))
            return {run_state::interrupted, "the machine was started anew since"};
        return {run_state::unknown, who + " ran on another machine, or in a container: " +
                                        (process.world.host.empty() ? "unknown" : process.world.host)};
    }
    if (here.namespaces.empty() || process.world.namespaces != here.namespaces)
        return {run_state::unknown, who + " runs in a container whose processes cannot be seen from here"};
    switch (fate_of(process.pid, process.started)) {
    case process_fate::alive:
        return {run_state::running, who + " is there"};
    case process_fate::gone:
        return {run_state::interrupted, who + " is gone, and recorded no end"};
    case process_fate::unknown:
        break;
    }
    return {run_state::unknown, "/proc does not tell whether " + who + " is the one that recorded the run"};
}

} // namespace detail

/// Returns how a run stands, for a reader in the world `here`.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline derived_state state_of(const recorded_manifest& manifest, const process_world& here) {
    if (!manifest.status) {
        const auto end = manifest.document.find("finished_at");
        const bool open = end == manifest.document.end() || end->is_null();
        return open ? derived_state{run_state::unknown, "the manifest has neither a status nor an end"}
                    : derived_state{run_state::completed, "the manifest has an end, and no status"};
    }
    switch (*manifest.status) {
    case run_status::completed:
        return {run_state::completed, {}};
    case run_status::failed:
        return {run_state::failed, {}};
    case run_status::aborted:
        return {run_state::aborted, {}};
    case run_status::running:
        break;
    }
    const auto process = detail::recorded_process(manifest.document);
    if (!process) return {run_state::unknown, "the manifest does not say which process the run was"};
    return detail::state_of_process(*process, here);
}

/// Returns how a run stands, as it is seen from this process.
[[nodiscard]] inline derived_state state_of(const recorded_manifest& manifest) {
    return state_of(manifest, capture_process_world());
}

} // namespace repro::inline v0
