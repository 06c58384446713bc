// SPDX-License-Identifier: MIT
#pragma once
// Gathers what a manifest holds and publishes it. What fails is recorded as missing and warned of; nothing
// here throws into the training.

#include <repro/run/clock.hpp>
#include <repro/run/facts.hpp>
#include <repro/run/identity.hpp>
#include <repro/run/metrics.hpp>
#include <repro/run/options.hpp>
#include <repro/run/place.hpp>
#include <repro/stream/seed_everything.hpp>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// The manifest of one run in the making. Not for several threads at once.
class recorder {
public:
    /// Takes the options' id as valid.
    recorder(const run_options& options, moment started);

    /// Makes the run's folder, or finds out that there can be none.
    void claim(const std::filesystem::path& root);
    void record_options(const run_options& options);
    void record_seed(repro::seed seed, seed_source source);
    void record_streams_at_start(const std::vector<stream_facts>& streams);
    /// Records machine, build, repository, libraries and the executable.
    void capture();

    void add_input(const std::filesystem::path& path, std::string_view role);
    void check_inputs();
    void add_artifact(const std::filesystem::path& path);
    void record_streams_at_end(const std::vector<stream_facts>& ledger);
    void record_end(run_status status, moment finished);

    /// Publishes the document as it is, and returns its text; nothing when it cannot be published.
    std::optional<std::string> publish_manifest();
    /// Publishes the document for the last time, and beside it its digest, for `sha256sum -c`.
    void publish_final();

    /// Warns of something that stays unrecorded: strict runs fail by it.
    void fail(warn code, std::string text);
    void warn_of(const warning& note);
    void print_start();
    void print_end();

    /// Runs one step of recording; a failure is recorded in place of the field.
    template <class Step> void attempt(const char* field, Step step) noexcept {
        try {
            step();
        } catch (const std::exception& e) {
            give_up(field, e.what());
        } catch (...) {
            give_up(field, "unknown exception");
        }
    }

    [[nodiscard]] bool failed() const noexcept { return failed_; }
    /// Returns the folder as it was asked for, relative or not; empty where there is none.
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_.path; }
    /// Returns the folder, independent of later changes of the working directory.
    [[nodiscard]] const std::filesystem::path& absolute_folder() const noexcept { return absolute_; }

    manifest_document document;
    metric_table metrics;

private:
    void give_up(const char* field, const char* reason) noexcept;
    void record_config(json config);
    void record_lockfile(const std::filesystem::path& path);
    void capture_repository();
    void settle(claimed_folder folder);
    json& add_late_stream(const stream_facts& facts);
    [[nodiscard]] std::string manifest_path() const { return (folder_.path / "manifest.json").native(); }

    moment started_;
    std::string name_; // the folder's, unless taken
    stream_key root_{};
    std::filesystem::path runs_;
    claimed_folder folder_{};
    std::filesystem::path absolute_;
    std::vector<named_file> inputs_;
    bool failed_ = false;
};

inline recorder::recorder(const run_options& options, moment started)
    : started_(started), name_(dated_id(utc_date(started.calendar), options.id)) {
    document["id"] = name_;
    document["name"] = options.id;
    document["started_at"] = utc_text(started.calendar);
    document["status"] = to_string(run_status::running);
    document["stream_contract"] = stream_contract;
    document["artifacts"] = json::array();
    document["inputs"] = json::array();
    document["lockfiles"] = json::array();
    document["streams"] = json::array();
    document["digests"] = json::object();
    document["metrics"] = json::object();
    document["run_id"] = to_json(uuid_v7(started.calendar));
    if (document["run_id"].is_null()) document.miss("run_id", "the system gave no random bytes");
}

inline void recorder::fail(warn code, std::string text) {
    failed_ = true;
    warn_of({code, std::move(text)});
}

inline void recorder::warn_of(const warning& note) {
    document.warn(note.code, note.text);
    print_line("warning: " + note.text + " [" + std::string(to_string(note.code)) + "]");
}

inline void recorder::give_up(const char* field, const char* reason) noexcept {
    failed_ = true;
    try {
        document.miss(field, reason);
        warn_of({warn::record_failed, std::string(field) + " is not recorded: " + reason});
    } catch (...) { // no memory for the words; strict runs still fail
    }
}

inline void recorder::settle(claimed_folder folder) {
    folder_ = std::move(folder);
    std::error_code failed;
    absolute_ = std::filesystem::absolute(folder_.path, failed).lexically_normal();
    document["id"] = folder_.path.filename().native();
    if (is_volatile(folder_.handle.get()))
        warn_of({warn::volatile_fs, folder_.path.native() + " is in memory, and gone after a restart"});
}

inline void recorder::claim(const std::filesystem::path& root) {
    const wanted_folder wanted = choose_folder(root, name_);
    runs_ = wanted.root;
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
        std::error_code failed;
        absolute_ = std::filesystem::absolute(wanted.root / wanted.name, failed).lexically_normal();
        fail(warn::manifest_not_written, problem + "; nor is there a place elsewhere: " + e.what());
    }
}

inline void recorder::record_config(json config) {
    if (spell_numbers(config)) {
        document["config"] = std::move(config);
    } else {
        document.miss("config", "nested deeper than " + decimal(unsigned{config_depth_limit}) + " levels");
        fail(warn::config_failed, "the config is nested too deeply to be recorded");
    }
}

inline void recorder::record_lockfile(const std::filesystem::path& path) {
    const named_file file = hash_named(path);
    document["lockfiles"].push_back(to_json(file));
    if (file.digest) return;
    document.miss("lockfiles." + file.path, file.reason);
    fail(warn::lockfile_missing, "lockfile " + file.path + " " + file.reason);
}

inline void recorder::record_options(const run_options& options) {
    if (options.level)
        document["level"] = to_string(*options.level);
    else
        document.miss("level", "the code states none");
    attempt("config", [&] { record_config(options.config); });
    for (const std::filesystem::path& path : options.lockfiles)
        attempt("lockfiles", [&] { record_lockfile(path); });
}

inline void recorder::record_seed(repro::seed seed, seed_source source) {
    root_ = root_key(seed);
    document["seed"] = seed.value();
    document["seed_text"] = decimal(seed.value());
    document["seed_source"] = to_string(source);
}

inline void recorder::record_streams_at_start(const std::vector<stream_facts>& streams) {
    for (const stream_facts& each : streams)
        document["streams"].push_back(to_json(each));
}

inline void recorder::capture_repository() {
    const git_facts facts = capture_git(".", {runs_});
    document["git_sha"] = to_json(facts.sha);
    document["git_dirty"] = to_json(facts.dirty);
    document["git"] = to_json(facts);
    document.miss(facts.missing);
    if (facts.sha && facts.dirty) return;
    fail(warn::git_unknown, "the commit, or whether the tree equals it, is unknown (" +
                                std::string(to_string(facts.state)) + ")");
}

inline void recorder::capture() {
    attempt("git", [&] { capture_repository(); });
    attempt("hardware", [&] {
        const hardware_facts facts = capture_hardware();
        document["hardware"] = to_json(facts);
        document.miss(facts.missing);
    });
    attempt("build", [&] {
        const compiler_facts facts = capture_compiler();
        document["build"] = to_json(facts);
        document.miss(facts.missing);
    });
    attempt("libraries", [&] { add_libraries(document["libraries"], "start"); });
    attempt("executable", [&] {
        const named_file file = hash_executable();
        document["executable"] = to_json(file);
        if (!file.digest) document.miss("executable.sha256", file.reason);
    });
    for (const char* const field :
         {"command", "environment", "container", "ranks", "parent", "unmet", "floating_point", "versions"})
        if (document[field].is_null()) document.miss(field, "not recorded by this version of the library");
}

inline void recorder::add_input(const std::filesystem::path& path, std::string_view role) {
    named_file file = hash_named(path);
    json entry = to_json(file);
    entry["role"] = role;
    entry["sha256_at_end"] = nullptr;
    document["inputs"].push_back(std::move(entry));
    if (!file.digest) {
        document.miss("inputs." + file.path, file.reason);
        fail(warn::input_missing, "input " + file.path + " " + file.reason);
    }
    inputs_.push_back(std::move(file));
}

inline void recorder::check_inputs() {
    json& entries = document["inputs"];
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const named_file& before = inputs_[i];
        if (!before.digest) continue;
        const named_file after = hash_named(before.absolute);
        entries[i]["sha256_at_end"] = sha256_to_json(after.digest);
        if (!after.digest) document.miss("inputs." + before.path + ".sha256_at_end", after.reason);
        if (after.digest != before.digest)
            fail(warn::input_changed, "input " + before.path + " changed during the run");
    }
}

inline void recorder::add_artifact(const std::filesystem::path& path) {
    const std::filesystem::path full = (absolute_ / path).lexically_normal(); // an absolute path stays itself
    const std::filesystem::path inside = full.lexically_relative(absolute_);
    const bool outside = inside.empty() || *inside.begin() == "..";
    const std::string name = outside ? full.native() : inside.native();
    json& names = document["artifacts"];
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    const named_file file = hash_named(full);
    names.push_back(name);
    json digest = {{"sha256", sha256_to_json(file.digest)}, {"size", size_to_json(file.digest)}};
    if (outside) digest["outside"] = true;
    document["digests"][name] = std::move(digest);
    if (file.digest) return;
    document.miss("digests." + name, file.reason);
    fail(warn::artifact_missing, "artifact " + name + " " + file.reason);
}

/// Adds a stream that was first asked for after the start. A named stream's first state follows from its key.
inline json& recorder::add_late_stream(const stream_facts& facts) {
    json entry = to_json(facts);
    const stream_engine first(derive_key(root_, facts.name));
    const std::string words = "key " + decimal(first.key()[0]) + " " + decimal(first.key()[1]);
    if (facts.engine == stream_engine::engine_name && facts.seed == words) {
        entry["state_at_start"] = sha256(first.save()).hex();
    } else {
        entry["state_at_start"] = nullptr;
        document.miss("streams." + facts.name + ".state_at_start", "it joined after the start of the run");
    }
    return document["streams"].emplace_back(std::move(entry));
}

inline void recorder::record_streams_at_end(const std::vector<stream_facts>& ledger) {
    json& list = document["streams"];
    for (const stream_facts& each : ledger) {
        const auto known = std::find_if(list.begin(), list.end(),
                                        [&](const json& stream) { return stream["name"] == each.name; });
        json& stream = known != list.end() ? *known : add_late_stream(each);
        stream["draws"] = to_json(each.draws);
        stream["state_at_end"] = each.state.hex();
        if (!each.draws) document.miss("streams." + each.name + ".draws", each.draws_reason);
    }
}

inline void recorder::record_end(run_status status, moment finished) {
    document["status"] = to_string(status);
    document["finished_at"] = utc_text(finished.calendar);
    document["wall_seconds"] = seconds_between(started_.steady, finished.steady);
    attempt("metrics", [&] { document["metrics"] = metrics.to_json(); });
    attempt("libraries", [&] { add_libraries(document["libraries"], "later"); });
}

inline std::optional<std::string> recorder::publish_manifest() {
    if (!folder_.handle) return std::nullopt;
    try {
        std::string text = document.text();
        const durability reached = publish(folder_.handle.get(), "manifest.json", text, manifest_path());
        if (reached == durability::unconfirmed || folder_.reached == durability::unconfirmed)
            document.miss("durability", "the file system does not confirm that the manifest is on the disk");
        return text;
    } catch (const std::exception& e) {
        fail(warn::manifest_not_written, e.what());
        return std::nullopt;
    }
}

inline void recorder::publish_final() {
    const auto text = publish_manifest();
    if (!text) return;
    attempt("manifest.json.sha256", [&] {
        const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text->data());
        const std::string line = evp_sha256({bytes, text->size()}).hex() + "  manifest.json\n";
        (void)publish(folder_.handle.get(), "manifest.json.sha256", line, manifest_path() + ".sha256");
    });
}

inline void recorder::print_start() {
    std::string line =
        "run " + document["id"].get<std::string>() + ", seed " + document["seed_text"].get<std::string>();
    if (document["git_sha"].is_string())
        line += ", git " + document["git_sha"].get<std::string>().substr(0, 10);
    if (document["git_dirty"] == true) line += " with changes";
    print_line(line + ", " + (folder_.handle ? folder_.path.native() : "not recorded"));
}

inline void recorder::print_end() {
    std::string line = document["status"].get<std::string>() + " after " +
                       decimal(static_cast<std::uint64_t>(document["wall_seconds"].get<double>() * 1000)) +
                       " ms";
    if (const std::size_t count = document["artifacts"].size())
        line += ", " + decimal(count) + (count == 1 ? " artifact" : " artifacts");
    if (const std::size_t count = document.warnings().size())
        line += ", " + decimal(count) + (count == 1 ? " warning" : " warnings");
    print_line(line + ", " + (folder_.handle ? manifest_path() : "not recorded"));
}

} // namespace detail
} // namespace repro::inline v0
