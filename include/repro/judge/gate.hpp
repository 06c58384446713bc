// SPDX-License-Identifier: MIT
#pragma once
// The gate: a run from a changed tree, without lockfiles, without an end or with gaps is no evidence. For a
// publication, several runs together: seeds enough, everything seeded, the same code and config in all.

#include <repro/judge/manifest_reader.hpp>
#include <repro/run/gate.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

enum class gate_kind : unsigned char {
    run,        ///< each run by itself: clean, locked, finished, complete
    publication ///< and together: everything seeded, locks of grade A, five seeds, complete with times
};

/// How well a lockfile locks: 'A' locked with hashes, 'B' locked, 'C' pins, 'D' constraints.
struct lock_grade {
    std::optional<char> grade; ///< none where it cannot be told
    std::string text;          ///< what is short of an A, or why it cannot be told
};

struct gate_options {
    gate_kind kind = gate_kind::run;
    /// Returns the grade of a lockfile. A run needs a B at least where it can be told; a publication needs an
    /// A, told.
    std::function<lock_grade(const recorded_manifest&, const recorded_file&)> grade = {};
};

namespace detail {

[[nodiscard]] inline std::string member_text(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Returns the elements of a list of objects; nothing where there is no such list.
[[nodiscard]] inline std::vector<nlohmann::json> objects_at(const nlohmann::json& document, const char* key) {
    std::vector<nlohmann::json> objects;
    const auto found = document.find(key);
    if (found != document.end() && found->is_array())
        for (const nlohmann::json& each : *found)
            if (each.is_object()) objects.push_back(each);
    return objects;
}

[[nodiscard]] inline std::optional<bool> member_truth(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_boolean()) return std::nullopt;
    return found->get<bool>();
}

/// Returns what a gate looks at in a manifest that was read.
[[nodiscard]] inline gate_facts gate_facts_of(const recorded_manifest& manifest) {
    const nlohmann::json& document = manifest.document;
    gate_facts facts{manifest.id, manifest.status, false, manifest.level, {}, {}, {}, {}, {}, {}};
    facts.ended = !member_text(document, "finished_at").empty();
    facts.has_commit = !member_text(document, "git_sha").empty();
    facts.dirty = member_truth(document, "git_dirty");
    const auto locks = objects_at(document, "lockfiles");
    for (std::size_t i = 0; i < manifest.lockfiles.size(); ++i)
        facts.lockfiles.push_back({manifest.lockfiles[i].path, manifest.lockfiles[i].sha256.has_value(),
                                   i < locks.size() ? member_truth(locks[i], "tracked") : std::nullopt});
    for (const nlohmann::json& each : objects_at(document, "missing"))
        facts.missing.push_back({member_text(each, "field"), member_text(each, "reason")});
    for (const nlohmann::json& each : objects_at(document, "unmet"))
        facts.unmet.push_back(
            {member_text(each, "name"), member_text(each, "what"), member_text(each, "fix")});
    for (const nlohmann::json& each : objects_at(document, "warnings"))
        facts.warnings.push_back({member_text(each, "code"), member_text(each, "text")});
    return facts;
}

/// What no seed reaches in any program, and what is said of streams beyond their seeds.
[[nodiscard]] inline bool is_beyond_seeds(std::string_view stream) {
    return stream == "PYTHONHASHSEED" || stream == "std::random_device, getrandom" ||
           stream.ends_with(".draws") || stream.ends_with(".state_at_start");
}

/// Returns a config without the seed, which is the run's and differs between runs.
[[nodiscard]] inline nlohmann::json without_seed(nlohmann::json config) {
    if (config.is_object()) config.erase("seed");
    return config;
}

/// The reasons of one gate in the making.
class gate_keeper {
public:
    gate_keeper(std::span<const recorded_manifest> runs, const gate_options& options)
        : runs_(runs), options_(options) {}

    [[nodiscard]] std::vector<gate_reason> judge() {
        for (const recorded_manifest& each : runs_) {
            std::vector<gate_reason> found = gate_reasons(gate_facts_of(each));
            std::move(found.begin(), found.end(), std::back_inserter(reasons_));
            judge_grades(each);
            if (options_.kind == gate_kind::publication) judge_pillars(each);
        }
        if (options_.kind == gate_kind::publication) judge_together();
        return std::move(reasons_);
    }

private:
    void refuse(std::string id, std::string run, std::string text, std::string fix) {
        reasons_.push_back({std::move(id), std::move(run), std::move(text), std::move(fix)});
    }

    void judge_grades(const recorded_manifest& run) {
        const bool strict = options_.kind == gate_kind::publication;
        const char least = strict ? 'A' : 'B';
        for (const recorded_file& each : run.lockfiles) {
            const lock_grade found =
                options_.grade ? options_.grade(run, each) : lock_grade{{}, "nobody is asked"};
            if (!found.grade && strict)
                refuse("lock-ungraded", run.id,
                       "how well " + each.path + " locks cannot be told: " + found.text,
                       "keep the lockfile where and as the run found it");
            if (found.grade && *found.grade > least)
                refuse("lock-grade", run.id,
                       each.path + " has grade " + *found.grade + " where " + least +
                           " is needed: " + found.text,
                       "lock every package" + std::string(strict ? " with its hash" : ""));
        }
    }

    /// What a publication needs of each of its runs.
    void judge_pillars(const recorded_manifest& run) {
        const gate_facts facts = gate_facts_of(run);
        for (const gate_lockfile& each : facts.lockfiles)
            if (each.tracked != true)
                refuse("lock-untracked", run.id, each.path + " is not known to be committed", "commit it");
        constexpr std::string_view streams = "streams.";
        for (const missing_fact& each : facts.missing) {
            const std::string_view field = each.field;
            if (field.starts_with(streams) && !is_beyond_seeds(field.substr(streams.size())))
                refuse("unseeded", run.id, std::string(field.substr(streams.size())) + ": " + each.reason,
                       "hand in its adapter, or seed it through a stream");
        }
        if (!run.document.contains("streams"))
            refuse("unseeded", run.id, "what was seeded is not recorded", "record the run with this library");
        const bool timed =
            facts.ended && run.document.contains("wall_seconds") && run.document["wall_seconds"].is_number();
        if (!timed) refuse("untimed", run.id, "its end and duration are not recorded", "run it to its end");
    }

    void judge_together() {
        std::set<std::string> seeds, commits, configs, programs;
        for (const recorded_manifest& each : runs_) {
            seeds.insert(each.document.at("seed").dump());
            commits.insert(each.document.at("git_sha").dump());
            configs.insert(without_seed(each.document.at("config")).dump());
            if (each.executable && each.executable->sha256) programs.insert(each.executable->sha256->hex());
        }
        if (seeds.size() < publication_seeds)
            refuse("few-seeds", {},
                   decimal(seeds.size()) + " distinct seeds where " + decimal(publication_seeds) +
                       " are needed",
                   "run with more seeds");
        if (commits.size() > 1)
            refuse("other-code", {}, "the runs come from " + decimal(commits.size()) + " commits",
                   "run all of them from one commit");
        else if (programs.size() > 1)
            refuse("other-code", {}, "the runs were made by " + decimal(programs.size()) + " programs",
                   "run all of them with one build");
        if (configs.size() > 1)
            refuse("other-config", {}, "the runs have " + decimal(configs.size()) + " configs",
                   "run all of them with one config, the seed apart");
    }

    std::span<const recorded_manifest> runs_;
    const gate_options& options_;
    std::vector<gate_reason> reasons_;
};

} // namespace detail

/// Returns why `runs` do not pass the gate, by run, then for all together; nothing where they pass.
///
/// It is judged by what the manifests say: whether they are genuine, and whether the files are still what
/// they were, is for `verify`.
///
/// Errors:  none but what `options.grade` throws.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline std::vector<gate_reason> gate(std::span<const recorded_manifest> runs,
                                                   const gate_options& options = {}) {
    return detail::gate_keeper(runs, options).judge();
}

} // namespace repro::inline v0
