// SPDX-License-Identifier: MIT
#pragma once
// record_manifest: one manifest, written once, at the end of a program that keeps no run.

#include <repro/run/recorder.hpp>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {

namespace detail {

/// Returns when the work began: at the first seed_everything, else with the process.
[[nodiscard]] inline moment work_started_at() {
    if (const auto seeded = streams().first_seeded_at()) return *seeded;
    return process_started_at().value_or(now());
}

/// Returns what is known of the seeding that came before, by somebody else's hand.
[[nodiscard]] inline seed_report seeds_so_far(repro::seed from_code) {
    const char* const asked = environment_word("REPRO_SEED");
    const seed_source source = asked != nullptr ? seed_source::environment : seed_source::code;
    const repro::seed stated = asked != nullptr ? repro::seed::parse(asked) : from_code;
    const auto used = streams().seed();
    seed_report report{used.value_or(stated), source, {}, {}, {}};
    if (!used)
        report.not_seeded.push_back({"all", "seed_everything was not called"});
    else if (*used != stated)
        report.warnings.push_back(
            {warn::seed_mismatch, "the streams were seeded with " + decimal(used->value()) +
                                      ", which is recorded, and not with " + decimal(stated.value())});
    return report;
}

} // namespace detail

/// Records what a program did, at its end, and returns the manifest's path:
/// experiments/<date>-<id>/manifest.json, under REPRO_EXPERIMENTS where that is set. Empty when no manifest
/// could be written.
///
/// `artifacts` are relative to the working directory. The times run from the first seed_everything, else from
/// the start of the process. The seed recorded is the one that the streams were seeded with.
/// Errors:  errc::id_invalid; errc::seed_invalid for a malformed REPRO_SEED. A failing world is recorded as
///          missing, and warned of on stderr.
/// Threads: no other thread may be drawing from the streams.
/// Example:
///     repro::record_manifest("softmax-stability", config, 42, {"plot.svg", "loss.npy"});
inline std::filesystem::path record_manifest(const std::string& id, run_config config, repro::seed seed,
                                             const std::vector<std::filesystem::path>& artifacts) {
    run_options options;
    options.id = id;
    options.config = std::move(config);
    detail::recorder recorder(options, detail::work_started_at());
    const detail::moment finished = detail::now();
    recorder.record_seeds(detail::seeds_so_far(seed));
    recorder.record_options(options);
    recorder.claim({});
    recorder.capture();
    recorder.record_last_states();
    std::vector<std::filesystem::path> paths;
    for (const std::filesystem::path& artifact : artifacts) {
        std::error_code failed;
        paths.push_back(std::filesystem::absolute(artifact, failed));
    }
    recorder.add_artifacts(paths);
    recorder.publish_final(run_status::completed, {}, finished);
    return recorder.manifest_path();
}

} // namespace repro::inline v0
