// SPDX-License-Identifier: MIT
#pragma once
// Gathers what a manifest holds and publishes it.

#include <repro/run/checkpoint_text.hpp>
#include <repro/run/clean_names.hpp>
#include <repro/run/config.hpp>
#include <repro/run/events.hpp>
#include <repro/run/identity.hpp>
#include <repro/run/last_states.hpp>
#include <repro/run/manifest_text.hpp>
#include <repro/run/options.hpp>
#include <repro/run/ranks.hpp>
#include <repro/run/recorded_files.hpp>
#include <repro/run/recording.hpp>
#include <repro/run/repository.hpp>
#include <repro/run/run_files.hpp>
#include <repro/run/run_lines.hpp>
#include <repro/run/strict.hpp>
#include <repro/run/surroundings.hpp>
#include <repro/stream/seed_everything.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns what a check of the floating-point environment calls its place: "metric rmse, step 3".
[[nodiscard]] inline std::string place_of(std::string_view what, std::string_view name, std::int64_t step) {
    return std::string(what) + " " + std::string(name) + ", step " + std::to_string(step);
}

/// The manifest of one run in the making. Not for several threads at once.
class recorder : private recording {
public:
    /// Errors: errc::id_invalid.
    recorder(const run_options& options, moment started);

    /// Makes the run's folder, or finds out that there can be none.
    void claim(const std::filesystem::path& root) noexcept;
    /// Takes room on the disk for the last manifest.
    void reserve() noexcept;
    void record_options(const run_options& options) noexcept;
    void record_seeds(const seed_report& report) noexcept;
    /// Records machine, build, repository, libraries and the executable.
    void capture() noexcept {
        attempt("git", [&] { capture_repository(*this, look_ = repository_options(runs_, files_.path())); });
        attempt("git.patch", [&] { keep_patch(); });
        capture_at_start(*this);
    }

    /// Warns where the calling thread's floating-point environment is one that the run has not met: it is
    /// recorded with this place.
    template <class Place> void check_floating_point(Place place) noexcept {
        if (fp_is_as_at_start()) return;
        attempt("floating_point", [&] {
            if (const auto change = new_fp_change(place())) warn_of({warn::fp_changed, change_text(*change)});
        });
    }

    void add_input(named_file file, std::string_view role) { record_input(*this, std::move(file), role); }
    void add_metric(std::string_view name, std::int64_t step, double value);
    [[nodiscard]] bool has_metrics() const noexcept { return !manifest.metrics.empty(); }
    /// Returns what a checkpoint holds of this run, but for its files, values and streams.
    [[nodiscard]] checkpoint_record describe() const;
    /// Throws unless `record` was taken by a run of this id, this config and, where it was not drawn, this
    /// seed.
    void expect_own(const checkpoint_record& record, const std::string& where) const;
    /// Goes on with the metrics of `record`, and says what this run comes from.
    void go_on_from(const checkpoint_record& record, recorded_parent parent);
    /// Records the seed of the run that this one goes on with.
    void record_seeds_anew(const seed_report& report);

    /// Begins a phase; returns its place among the phases, or nothing when there are too many of them.
    [[nodiscard]] std::optional<std::size_t> begin_phase(std::string_view name);
    void end_phase(std::size_t place, const moment& at) noexcept { manifest.phases.end(place, at.steady); }
    /// Returns the name of a tensor as the trace may tell it.
    [[nodiscard]] const std::string& trace_name(std::string_view name) {
        return trace_names_.of(name, manifest.context.redactions, "trace");
    }
    /// Records artifacts, files and folders; paths are relative to the run's folder.
    void add_artifacts(std::span<const std::filesystem::path> paths) noexcept {
        record_artifacts(*this, absolute_, paths);
    }
    void check_inputs() noexcept { detail::check_inputs(*this); }
    void record_last_states() noexcept { detail::record_last_states(*this); }

    void publish_running() noexcept;
    /// Publishes the manifest as it stands, once more.
    void publish_again() noexcept;
    /// Publishes the last manifest, and beside it its digest, for `sha256sum -c`.
    void publish_final(run_status status, std::string_view message, moment finished) noexcept;

    /// Prints why a gate would refuse the manifest as it was published; returns whether it would.
    [[nodiscard]] bool refused() noexcept;

    using recording::attempt;
    using recording::fail;
    using recording::limit;
    using recording::warn_of;

    /// Returns the path of the manifest, or of what a rank writes in its place, relative where the root was
    /// given so; empty where there is no folder.
    [[nodiscard]] std::filesystem::path manifest_path() const {
        return files_ ? files_.path() / own_.manifest : std::filesystem::path();
    }
    /// Returns the name of the trace in the run's folder.
    [[nodiscard]] const std::string& trace_file() const noexcept { return own_.trace; }
    /// Returns the folder, independent of later changes of the working directory.
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return absolute_; }

private:
    void settle();
    [[nodiscard]] bool claim_shared(const wanted_folder& wanted);
    void add_event(std::string_view name, std::int64_t step, double value);
    void record_config(const run_config& config);
    void record_lockfile(const std::filesystem::path& path);
    std::string publish_manifest();
    void keep_patch();
    void move_elsewhere();
    std::optional<std::string> publish_somewhere();
    void print_start() const;
    void print_end() const;

    std::filesystem::path runs_;
    clean_names trace_names_;
    git_options look_; ///< at the repository
    git_patch_options patch_;
    own_files own_;
    run_files files_;
    event_log events_;
    std::filesystem::path absolute_;
};

inline recorder::recorder(const run_options& options, moment started) {
    expect_run_id(options.id);
    limit = options.hash_limit;
    manifest.name = options.id;
    manifest.id = dated_id(utc_date(started.calendar), options.id);
    manifest.started = started;
    manifest.level = options.level;
    patch_ = options.git_patch;
    manifest.run_id = uuid_v7(started.calendar);
    if (!manifest.level) manifest.miss("level", "the code states none");
    if (!manifest.level) manifest.miss("unmet", "no level is declared");
    if (!manifest.run_id) manifest.miss("run_id", "the system gave no random bytes");
    manifest.miss("parent", not_resumed);
}

inline void recorder::settle() {
    manifest.id = files_.path().filename().native();
    absolute_ = std::filesystem::absolute(files_.path()).lexically_normal();
    manifest.durable = files_.reached() == durability::on_disk;
    manifest.file_system = file_system_name(files_.folder());
    if (is_volatile(manifest.file_system))
        warn_of({warn::volatile_fs, files_.path().native() + " is in memory, and gone after a restart"});
    if (const auto root = files_.path().parent_path(); is_open_to_all(root))
        warn_of({warn::folder_open, "everybody may rename and remove what stands in " + root.native()});
}

/// Joins the folder of all ranks where this process is one of many; returns whether it has.
inline bool recorder::claim_shared(const wanted_folder& wanted) {
    const std::optional<rank_place> place = place_among_ranks(*this);
    if (!place) return false;
    const std::string key = launch_key(*place, manifest.name);
    const auto own_id = manifest.run_id;
    bool fresh = false;
    attempt("ranks", [&] { fresh = files_.share(wanted, key, place->rank, manifest.run_id); });
    if (!files_) return false;
    if (!fresh) {
        manifest.run_id = own_id;
        fail(warn::rank_taken, rank_taken_text(files_.path(), place->rank));
        manifest.miss("ranks",
                      "another process has recorded rank " + decimal(place->rank) + " of this launch");
        return false;
    }
    own_ = own_files(place->rank);
    join_ranks(*this, *place);
    events_.name_file(own_.events.c_str());
    return true;
}

inline void recorder::claim(const std::filesystem::path& root) noexcept {
    attempt("id", [&] {
        const wanted_folder wanted = choose_folder(root, manifest.id);
        runs_ = wanted.root;
        // Should there be no place, paths lead to a folder that is not there, and into nobody else's.
        absolute_ = std::filesystem::absolute(wanted.root / (wanted.name + ".unrecorded")).lexically_normal();
        std::string problem;
        try {
            if (!claim_shared(wanted)) files_.claim(wanted.root, wanted.name);
            return settle();
        } catch (const error& e) {
            problem = e.what();
        }
        try {
            files_.claim_elsewhere(wanted.name);
            settle();
            fail(warn::folder_elsewhere, problem + "; the folder of this run is " + files_.path().native());
        } catch (const error& e) {
            fail(warn::manifest_not_written, problem + "; nor is there a place elsewhere: " + e.what());
        }
    });
}

inline void recorder::reserve() noexcept {
    attempt("reserve", [&] {
        if (!files_ || !own_.primary) return; // one reserve is enough for all ranks
        if (const auto step = files_.reserve())
            manifest.miss("reserve", std::string("no room is kept for the last manifest: the reserve ") +
                                         step->step + ": " + errno_text(step->reason));
    });
}

inline void recorder::record_config(const run_config& config) {
    manifest.config = config.text();
    manifest.context.redactions.add(config.redactions());
    if (config.replaced())
        fail(warn::text_replaced,
             "the config holds text that is not UTF-8: its faulty bytes stand as U+FFFD");
    if (config.representable()) return;
    manifest.miss("config", "holds binary values, or is nested too deeply");
    fail(warn::config_failed, "the config is not recorded: it holds binary values, or is nested too deeply");
}

inline void recorder::record_lockfile(const std::filesystem::path& path) {
    const std::filesystem::path absolute = std::filesystem::absolute(path).lexically_normal();
    manifest.lockfiles.push_back({capture_lockfile(path), absolute});
    const lockfile_facts& facts = manifest.lockfiles.back().facts;
    manifest.miss(facts.missing);
    if (!facts.sha256) fail(warn::lockfile_missing, "lockfile " + facts.missing.front().reason);
}

inline void recorder::record_options(const run_options& options) noexcept {
    attempt("config", [&] { record_config(options.config); });
    for (const std::filesystem::path& path : options.lockfiles)
        attempt("lockfiles", [&] { record_lockfile(path); });
}

inline void recorder::record_seeds(const seed_report& report) noexcept {
    manifest.seed = report.seed;
    manifest.seed_source = report.source;
    attempt("streams", [&] {
        for (const stream_facts& each : report.streams)
            manifest.streams.push_back({each, each.state, std::nullopt});
        for (const missing_fact& each : report.not_seeded)
            manifest.miss("streams." + each.field, each.reason);
        for (const warning& each : report.warnings)
            warn_of(each);
    });
    attempt("switches", [&] {
        for (fact& each : streams().facts())
            manifest.switches.push_back({std::move(each), std::nullopt});
    });
}

/// Appends the value to the run's events, where it outlives the process.
inline void recorder::add_event(std::string_view name, std::int64_t step, double value) {
    if (!files_) return;
    const auto problem = events_.add(files_.folder(), manifest.started, name, step, value);
    if (!problem) return;
    fail(warn::events_failed, (files_.path() / own_.events).native() + ": " + problem->step + ": " +
                                  errno_text(problem->reason) +
                                  ": should the process be killed, what it lacks is lost");
}

inline void recorder::add_metric(std::string_view name, std::int64_t step, double value) {
    const bool kept = manifest.metrics.add(name, step, value);
    attempt("events", [&] { add_event(name, step, value); }); // whatever becomes of it, the manifest has it
    if (kept) return;
    manifest.miss("metrics", "more values than a manifest holds; the later ones stand in events.jsonl alone");
    fail(warn::record_failed,
         "more metrics than a manifest holds, and the rest stands in events.jsonl alone: "
         "keep long series in a file of their own");
}

inline std::optional<std::size_t> recorder::begin_phase(std::string_view name) {
    const auto place = manifest.phases.begin(name, now().steady);
    if (place) return place;
    manifest.miss("phases", "more names than a manifest holds; the later ones are not recorded");
    fail(warn::record_failed,
         "more names of phases than a manifest holds: take the number of a step out of them");
    return std::nullopt;
}

/// Publishes the manifest, and returns its text. Where the file system does not confirm it, it says so
/// itself.
inline std::string recorder::publish_manifest() {
    for (;;) {
        std::string text = own_.primary ? manifest_text(manifest) : rank_text(manifest);
        const durability reached = files_.publish(own_.manifest.c_str(), text);
        if (reached == durability::on_disk || !manifest.durable) return text;
        manifest.durable = false;
    }
}

inline void recorder::publish_again() noexcept {
    attempt("manifest", [&] {
        if (!files_) return;
        try {
            if (own_.primary) record_ranks(*this, files_.path());
            (void)publish_manifest();
        } catch (const error& e) {
            fail(warn::manifest_not_written, e.what());
        }
    });
}

inline void recorder::publish_running() noexcept {
    publish_again();
    attempt("manifest", [&] { print_start(); });
}

inline void recorder::keep_patch() {
    if (!files_) return manifest.miss("git.patch", "the run has no folder");
    if (!own_.primary) return; // rank 0 keeps it
    record_patch(*this, patch_, look_,
                 [this](const std::string& text) { (void)files_.publish(patch_name, text); });
}

/// Goes on in another folder. The artifacts stay where they are.
inline void recorder::move_elsewhere() {
    files_.claim_elsewhere(manifest.id); // and the place among the ranks stays what it was
    for (artifact_file& each : manifest.artifacts) {
        each.name = each.file.absolute.native();
        each.outside = true;
    }
    fail(warn::folder_elsewhere, "this manifest stands in " + files_.path().native());
}

/// Publishes the manifest in its folder or, should that fail now, elsewhere. Returns its text.
inline std::optional<std::string> recorder::publish_somewhere() {
    for (const bool elsewhere : {false, true}) {
        try {
            if (elsewhere) move_elsewhere();
            return publish_manifest();
        } catch (const error& e) {
            fail(warn::manifest_not_written, e.what());
        }
    }
    files_.leave();
    return std::nullopt;
}

inline void recorder::publish_final(run_status status, std::string_view message, moment finished) noexcept {
    attempt("git", [&] { capture_repository_at_end(*this, look_); });
    capture_at_end(*this);
    attempt("manifest", [&] {
        manifest.status = status;
        manifest.error_message = redact(message, manifest.context.redactions, "error");
        manifest.finished = finished;
        manifest.phases.end_all(finished.steady);
        if (!files_) return;
        files_.release();
        if (own_.primary) attempt("ranks", [&] { record_ranks(*this, files_.path()); });
        const auto text = publish_somewhere();
        if (!text || !own_.primary) return;
        (void)files_.publish("manifest.json.sha256", evp_sha256(*text).hex() + "  manifest.json\n");
    });
    attempt("manifest", [&] { print_end(); });
}

inline bool recorder::refused() noexcept {
    bool any = recording::failed;
    attempt("manifest", [&] {
        for (const gate_reason& each : gate_reasons(gate_facts_of(manifest))) {
            any = true;
            print_line("refused: " + each.text + " (" + each.fix + ") [" + each.id + "]");
        }
    });
    return any || recording::failed;
}

inline void recorder::print_start() const {
    if (own_.primary) print_line(start_line(manifest, files_ ? files_.path().native() : "not recorded"));
}

inline void recorder::print_end() const {
    if (own_.primary) print_line(end_line(manifest, files_ ? manifest_path().native() : "not recorded"));
}

} // namespace detail
} // namespace repro::inline v0
