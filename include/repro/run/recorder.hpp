// SPDX-License-Identifier: MIT
#pragma once
// Gathers what a manifest holds and publishes it. What fails is recorded as missing and warned of; nothing
// here throws into the training.

#include <repro/run/config.hpp>
#include <repro/run/identity.hpp>
#include <repro/run/manifest_text.hpp>
#include <repro/run/options.hpp>
#include <repro/run/place.hpp>
#include <repro/stream/seed_everything.hpp>

#include <algorithm>
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

/// The manifest of one run in the making. Not for several threads at once.
class recorder {
public:
    /// Errors: errc::id_invalid.
    recorder(const run_options& options, moment started);

    /// Makes the run's folder, or finds out that there can be none.
    void claim(const std::filesystem::path& root) noexcept;
    void record_options(const run_options& options) noexcept;
    void record_seeds(const seed_report& report) noexcept;
    /// Records machine, build, repository, libraries and the executable.
    void capture() noexcept;

    void add_input(named_file file, std::string_view role);
    void add_metric(std::string_view name, std::int64_t step, double value);
    /// Records an artifact; `path` is relative to the run's folder.
    void add_artifact(const std::filesystem::path& path) noexcept;
    void check_inputs() noexcept;
    void record_last_states() noexcept;

    void publish_running() noexcept;
    /// Publishes the last manifest, and beside it its digest, for `sha256sum -c`.
    void publish_final(run_status status, std::string_view message, moment finished) noexcept;

    /// Runs one step of recording; a failure is recorded in place of the field.
    template <class Step> void attempt(const char* field, Step step) noexcept;

    /// Warns of something that stays unrecorded: strict runs fail by it.
    void fail(warn code, std::string text) {
        failed_ = true;
        warn_of({code, std::move(text)});
    }
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    /// Returns the manifest's path, relative where the root was given so; empty where there is no folder.
    [[nodiscard]] std::filesystem::path manifest_path() const {
        return folder_.handle ? folder_.path / "manifest.json" : std::filesystem::path();
    }
    /// Returns the folder, independent of later changes of the working directory.
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return absolute_; }

private:
    void give_up(const char* field, const char* reason) noexcept;
    void warn_of(const warning& note);
    void settle(claimed_folder folder);
    void record_config(const run_config& config);
    void record_lockfile(const std::filesystem::path& path);
    void capture_repository();
    void capture_libraries_since(bool late);
    void record_last_switches();
    recorded_stream& recorded(const stream_facts& facts);
    void publish(const char* name, std::string_view text);
    void move_elsewhere();
    std::optional<std::string> publish_somewhere();
    void print_start() const;
    void print_end() const;

    manifest manifest_;
    std::filesystem::path runs_;
    claimed_folder folder_{};
    std::filesystem::path absolute_;
    bool failed_ = false;
};

inline recorder::recorder(const run_options& options, moment started) {
    expect_run_id(options.id);
    manifest_.name = options.id;
    manifest_.id = dated_id(utc_date(started.calendar), options.id);
    manifest_.started = started;
    manifest_.level = options.level;
    manifest_.run_id = uuid_v7(started.calendar);
    if (!manifest_.level) manifest_.miss("level", "the code states none");
    if (!manifest_.run_id) manifest_.miss("run_id", "the system gave no random bytes");
    for (const char* const key : keys_to_come)
        manifest_.miss(key, "not recorded by this version of the library");
}

template <class Step> void recorder::attempt(const char* field, Step step) noexcept {
    try {
        step();
    } catch (const std::exception& e) {
        give_up(field, e.what());
    } catch (...) {
        give_up(field, "unknown exception");
    }
}

inline void recorder::give_up(const char* field, const char* reason) noexcept {
    failed_ = true;
    try {
        manifest_.miss(field, reason);
        warn_of({warn::record_failed, std::string(field) + " is not recorded: " + reason});
    } catch (...) { // no memory for the words; strict runs still fail
    }
}

inline void recorder::warn_of(const warning& note) {
    std::vector<warning>& all = manifest_.warnings;
    if (std::find(all.begin(), all.end(), note) != all.end()) return;
    all.push_back(note);
    print_line("warning: " + note.text + " [" + std::string(to_string(note.code)) + "]");
}

inline void recorder::settle(claimed_folder folder) {
    folder_ = std::move(folder);
    manifest_.id = folder_.path.filename().native();
    absolute_ = std::filesystem::absolute(folder_.path).lexically_normal();
    if (is_volatile(folder_.handle.get()))
        warn_of({warn::volatile_fs, folder_.path.native() + " is in memory, and gone after a restart"});
}

inline void recorder::claim(const std::filesystem::path& root) noexcept {
    attempt("id", [&] {
        const wanted_folder wanted = choose_folder(root, manifest_.id);
        runs_ = wanted.root;
        // Should there be no place, paths lead to a folder that is not there, and into nobody else's.
        absolute_ = std::filesystem::absolute(wanted.root / (wanted.name + ".unrecorded")).lexically_normal();
        std::string problem;
        try {
            return settle(claim_folder(wanted.root, wanted.name));
        } catch (const error& e) {
            problem = e.what();
        }
        try {
            settle(claim_temporary_folder(wanted.name));
            fail(warn::folder_elsewhere, problem + "; the folder of this run is " + folder_.path.native());
        } catch (const error& e) {
            fail(warn::manifest_not_written, problem + "; nor is there a place elsewhere: " + e.what());
        }
    });
}

inline void recorder::record_config(const run_config& config) {
    manifest_.config = config.text();
    if (config.replaced())
        fail(warn::text_replaced,
             "the config holds text that is not UTF-8: its faulty bytes stand as U+FFFD");
    if (config.representable()) return;
    manifest_.miss("config", "holds binary values, or is nested too deeply");
    fail(warn::config_failed, "the config is not recorded: it holds binary values, or is nested too deeply");
}

inline void recorder::record_lockfile(const std::filesystem::path& path) {
    const std::filesystem::path absolute = std::filesystem::absolute(path).lexically_normal();
    manifest_.lockfiles.push_back({capture_lockfile(path), absolute});
    const lockfile_facts& facts = manifest_.lockfiles.back().facts;
    manifest_.miss(facts.missing);
    if (!facts.sha256) fail(warn::lockfile_missing, "lockfile " + facts.missing.front().reason);
}

inline void recorder::record_options(const run_options& options) noexcept {
    attempt("config", [&] { record_config(options.config); });
    for (const std::filesystem::path& path : options.lockfiles)
        attempt("lockfiles", [&] { record_lockfile(path); });
}

inline void recorder::record_seeds(const seed_report& report) noexcept {
    manifest_.seed = report.seed;
    manifest_.seed_source = report.source;
    attempt("streams", [&] {
        for (const stream_facts& each : report.streams)
            manifest_.streams.push_back({each, each.state, std::nullopt});
        for (const missing_fact& each : report.not_seeded)
            manifest_.miss("streams." + each.field, each.reason);
        for (const warning& each : report.warnings)
            warn_of(each);
    });
    attempt("switches", [&] {
        for (fact& each : streams().facts())
            manifest_.switches.push_back({std::move(each), std::nullopt});
    });
}

inline void recorder::capture_repository() {
    // Where the runs stand among the sources, leaving them all out would hide changes.
    const std::filesystem::path from_runs = std::filesystem::current_path().lexically_relative(
        std::filesystem::absolute(runs_).lexically_normal());
    const bool among_sources = !from_runs.empty() && *from_runs.begin() != "..";
    git_options options;
    options.runs_folder = among_sources ? folder_.path : runs_;
    manifest_.git = capture_git(".", options);
    manifest_.miss(manifest_.git->missing);
    if (manifest_.git->sha && manifest_.git->dirty) return;
    fail(warn::git_unknown, "the commit, or whether the working tree equals it, is unknown: " +
                                std::string(to_string(manifest_.git->state)));
}

inline void recorder::capture_libraries_since(bool late) {
    for (mapped_library& object : capture_libraries()) {
        const auto same = [&](const recorded_library& known) { return known.object == object; };
        std::vector<recorded_library>& all = manifest_.libraries;
        if (std::find_if(all.begin(), all.end(), same) == all.end()) all.push_back({std::move(object), late});
    }
}

inline void recorder::capture() noexcept {
    attempt("git", [&] { capture_repository(); });
    attempt("hardware", [&] { manifest_.miss((manifest_.hardware = capture_hardware())->missing); });
    attempt("build", [&] { manifest_.miss((manifest_.build = capture_compiler())->missing); });
    attempt("versions", [&] { manifest_.versions = log_versions(version_search::files); });
    attempt("libraries", [&] { capture_libraries_since(false); });
    attempt("executable", [&] {
        manifest_.executable = hash_executable();
        if (!manifest_.executable->digest) manifest_.miss("executable.sha256", manifest_.executable->reason);
    });
}

inline void recorder::add_input(named_file file, std::string_view role) {
    if (!file.digest) {
        manifest_.miss("inputs." + file.path, file.reason);
        fail(warn::input_missing, "input " + file.path + ": " + file.reason);
    }
    manifest_.inputs.push_back({std::move(file), std::string(role), std::nullopt});
}

inline void recorder::check_inputs() noexcept {
    for (input_file& input : manifest_.inputs) {
        if (!input.file.digest) continue;
        attempt("inputs", [&] {
            const named_file after = hash_named(input.file.absolute);
            if (after.digest)
                input.sha256_at_end = after.digest->sha256;
            else
                manifest_.miss("inputs." + input.file.path + ".sha256_at_end", after.reason);
            if (after.digest != input.file.digest)
                fail(warn::input_changed, "input " + input.file.path + " changed during the run");
        });
    }
}

inline void recorder::add_metric(std::string_view name, std::int64_t step, double value) {
    if (manifest_.metrics.add(name, step, value)) return;
    manifest_.miss("metrics", "more values than a manifest holds; the later ones are dropped");
    fail(warn::record_failed, "more metrics than a manifest holds, and the rest is dropped: keep long series "
                              "in a file of their own");
}

inline void recorder::add_artifact(const std::filesystem::path& path) noexcept {
    attempt("artifacts", [&] {
        artifact_file artifact = name_artifact(absolute_, path);
        for (const artifact_file& each : manifest_.artifacts)
            if (each.name == artifact.name) return;
        artifact.file = hash_named(artifact.file.absolute);
        manifest_.artifacts.push_back(std::move(artifact));
        const artifact_file& last = manifest_.artifacts.back();
        if (last.file.digest) return;
        manifest_.miss("digests." + last.name, last.file.reason);
        fail(warn::artifact_missing, "artifact " + last.name + ": " + last.file.reason);
    });
}

/// Returns the record of a stream, made now if it was first asked for after the start. The first state of a
/// named stream follows from its key.
inline recorded_stream& recorder::recorded(const stream_facts& facts) {
    for (recorded_stream& each : manifest_.streams)
        if (each.facts.name == facts.name) return each;
    recorded_stream& made = manifest_.streams.emplace_back(recorded_stream{facts, {}, {}});
    const stream_engine first(derive_key(root_key(manifest_.seed), facts.name));
    const std::string key = "key " + decimal(first.key()[0]) + " " + decimal(first.key()[1]);
    if (facts.engine == stream_engine::engine_name && facts.seed == key)
        made.state_at_start = sha256(first.save());
    else
        manifest_.miss("streams." + facts.name + ".state_at_start",
                       "it was not seen at the start of the run");
    return made;
}

inline void recorder::record_last_states() noexcept {
    attempt("streams", [&] {
        for (const stream_facts& each : streams().ledger()) {
            recorded_stream& stream = recorded(each);
            stream.facts.draws = each.draws;
            stream.state_at_end = each.state;
            if (!each.draws) manifest_.miss("streams." + each.name + ".draws", each.draws_reason);
        }
    });
    attempt("switches", [&] { record_last_switches(); });
}

inline void recorder::record_last_switches() {
    for (const fact& now : streams().facts())
        for (recorded_switch& each : manifest_.switches) {
            if (each.at_start.name != now.name) continue;
            each.value_at_end = now.value;
            if (now.value != each.at_start.value)
                warn_of({warn::switch_changed, now.name + " was " + each.at_start.value +
                                                   " at the start and is " + now.value + " at the end"});
        }
}

inline void recorder::publish(const char* name, std::string_view text) {
    const std::string where = (folder_.path / name).native();
    const durability reached = detail::publish(folder_.handle.get(), name, text, where);
    if (reached == durability::unconfirmed || folder_.reached == durability::unconfirmed)
        manifest_.miss("durability", "the file system does not confirm that the manifest is on the disk");
}

inline void recorder::publish_running() noexcept {
    attempt("manifest", [&] {
        if (!folder_.handle) return;
        try {
            publish("manifest.json", manifest_text(manifest_));
        } catch (const error& e) {
            fail(warn::manifest_not_written, e.what());
        }
    });
    attempt("manifest", [&] { print_start(); });
}

/// Goes on in a temporary folder. The artifacts stay where they are.
inline void recorder::move_elsewhere() {
    folder_ = claim_temporary_folder(manifest_.id);
    for (artifact_file& each : manifest_.artifacts) {
        each.name = each.file.absolute.native();
        each.outside = true;
    }
    fail(warn::folder_elsewhere, "this manifest stands in " + folder_.path.native());
}

/// Publishes the manifest in its folder or, should that fail now, elsewhere. Returns its text.
inline std::optional<std::string> recorder::publish_somewhere() {
    for (const bool elsewhere : {false, true}) {
        try {
            if (elsewhere) move_elsewhere();
            std::string text = manifest_text(manifest_);
            publish("manifest.json", text);
            return text;
        } catch (const error& e) {
            fail(warn::manifest_not_written, e.what());
        }
    }
    folder_ = {};
    return std::nullopt;
}

inline void recorder::publish_final(run_status status, std::string_view message, moment finished) noexcept {
    attempt("libraries", [&] { capture_libraries_since(true); });
    attempt("manifest", [&] {
        manifest_.status = status;
        manifest_.error_message = message;
        manifest_.finished = finished;
        if (!folder_.handle) return;
        const auto text = publish_somewhere();
        if (!text) return;
        const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text->data());
        publish("manifest.json.sha256", evp_sha256({bytes, text->size()}).hex() + "  manifest.json\n");
    });
    attempt("manifest", [&] { print_end(); });
}

inline void recorder::print_start() const {
    std::string line = "run " + manifest_.id + ", seed " + decimal(manifest_.seed.value());
    if (manifest_.git && manifest_.git->sha) line += ", git " + manifest_.git->sha->substr(0, 10);
    if (manifest_.git && manifest_.git->dirty == true) line += " with changes";
    print_line(line + ", " + (folder_.handle ? folder_.path.native() : "not recorded"));
}

inline void recorder::print_end() const {
    const auto counted = [](std::size_t count, const char* what) {
        return count == 0 ? "" : ", " + decimal(count) + " " + what + (count == 1 ? "" : "s");
    };
    const std::int64_t duration = manifest_.finished->steady - manifest_.started.steady;
    const std::string seconds = decimal(static_cast<std::uint64_t>(duration / 1'000'000'000)) + "." +
                                padded(static_cast<std::uint64_t>(duration / 1'000'000 % 1000), 3);
    print_line(std::string(to_string(manifest_.status)) + " after " + seconds + " s" +
               counted(manifest_.artifacts.size(), "artifact") +
               counted(manifest_.warnings.size(), "warning") + ", " +
               (folder_.handle ? manifest_path().native() : "not recorded"));
}

} // namespace detail
} // namespace repro::inline v0
