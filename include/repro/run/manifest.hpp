// SPDX-License-Identifier: MIT
#pragma once
// What a manifest holds, as plain values. run/manifest_text.hpp spells it.

#include <repro/capture/compiler.hpp>
#include <repro/capture/hardware.hpp>
#include <repro/capture/libraries.hpp>
#include <repro/capture/library_files.hpp>
#include <repro/capture/lockfile.hpp>
#include <repro/capture/versions.hpp>
#include <repro/core/knobs.hpp>
#include <repro/core/launcher.hpp>
#include <repro/core/level.hpp>
#include <repro/core/seed.hpp>
#include <repro/core/source.hpp>
#include <repro/detail/clock.hpp>
#include <repro/launch/entropy_audit.hpp>
#include <repro/launch/fp_facts.hpp>
#include <repro/launch/not_deterministic.hpp>
#include <repro/launch/read_back.hpp>
#include <repro/launch/relaunch.hpp>
#include <repro/run/context_text.hpp>
#include <repro/run/fingerprint_text.hpp>
#include <repro/run/git_text.hpp>
#include <repro/run/metrics.hpp>
#include <repro/run/named_file.hpp>
#include <repro/run/parent_text.hpp>
#include <repro/run/phases.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// The layout of the manifest. A reader refuses another first number, and takes a higher second one.
inline constexpr std::string_view manifest_schema = "urn:repro:manifest:1.0";

/// How a run stands.
enum class run_status : unsigned char { running, completed, failed, aborted };

/// Returns the word the manifest uses.
[[nodiscard]] constexpr std::string_view to_string(run_status status) noexcept {
    constexpr std::string_view words[] = {"running", "completed", "failed", "aborted"};
    return words[static_cast<unsigned char>(status)];
}

namespace detail {

/// A stream with its states at both ends of the run.
struct recorded_stream {
    stream_facts facts;
    std::optional<digest256> state_at_start;
    std::optional<digest256> state_at_end;
};

/// What a library reported of one of its switches, at both ends of the run.
struct recorded_switch {
    fact at_start;
    std::optional<std::string> value_at_end;
};

/// A mapped object and its file as last seen; whether it came after the start, and went before the end.
struct recorded_library {
    mapped_library object;
    library_file file;
    bool late = false;
    bool gone = false;
};

/// What the mapped libraries answered, at both ends of the run.
struct recorded_answers {
    read_back_facts at_start;
    read_back_facts at_end;
};

/// A lockfile, and where it stands whatever the working directory.
struct recorded_lockfile {
    lockfile_facts facts;
    std::filesystem::path absolute;
};

/// Everything a manifest says. What is absent has its reason in `missing`.
struct manifest {
    std::string id;   ///< the folder's name
    std::string name; ///< the id that the code gave
    std::optional<std::string> run_id;
    run_status status = run_status::running;
    std::string error_message;
    std::string file_system = "unknown"; ///< of the run's folder
    bool durable = true; ///< whether the file system confirms that what it was given is on the disk
    moment started{};
    std::optional<moment> finished;

    repro::seed seed = 0;
    repro::seed_source seed_source = repro::seed_source::code;
    std::optional<repro::level> level;
    std::string config = "null"; ///< JSON
    std::optional<recorded_parent> parent;
    std::vector<recorded_lockfile> lockfiles;
    std::vector<input_file> inputs;
    std::vector<artifact_file> artifacts;
    std::vector<recorded_stream> streams;
    std::vector<recorded_switch> switches;
    metric_table metrics;
    phase_table phases;
    std::vector<not_deterministic_use> not_deterministic; ///< during this run

    std::optional<knob_check> knobs;
    relaunch_report relaunch;
    recorded_answers read_back;
    std::optional<entropy_report> entropy; ///< at the end
    recorded_fingerprint fingerprint;

    std::optional<version_map> versions;
    std::optional<recorded_git> git;
    std::optional<hardware_facts> hardware;
    std::optional<compiler_facts> build;
    std::optional<fp_facts> floating_point;
    std::optional<named_file> executable;
    run_context context;
    std::vector<recorded_library> libraries;
    std::optional<rank_place> place; ///< where other processes belong to this run
    std::string ranks = "null";      ///< JSON: what the ranks reported

    std::vector<missing_fact> missing;
    std::vector<warning> warnings;

    /// Returns what git said at the start; of no state where it could not be asked.
    [[nodiscard]] const git_facts& git_at_start() const {
        static const git_facts none;
        return git ? git->at_start : none;
    }

    void miss(std::string field, std::string reason) {
        missing_fact fact{std::move(field), std::move(reason)};
        if (std::find(missing.begin(), missing.end(), fact) == missing.end())
            missing.push_back(std::move(fact));
    }

    void miss(const std::vector<missing_fact>& facts) {
        for (const missing_fact& each : facts)
            miss(each.field, each.reason);
    }
};

} // namespace detail
} // namespace repro::inline v0
