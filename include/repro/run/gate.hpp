// SPDX-License-Identifier: MIT
#pragma once
// Why a manifest is no evidence: what a gate refuses it for. The same rules hold for a run that ends in
// strict mode and for a manifest that is read years later.

#include <repro/core/condition.hpp>
#include <repro/core/error.hpp>
#include <repro/core/level.hpp>
#include <repro/run/manifest.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// Why a gate refuses a run. `id` is stable: "dirty", "git-unknown", "unlocked", "unfinished", "incomplete",
/// ...
struct gate_reason {
    std::string id;
    std::string run; ///< the id of the run; empty where it is about several together
    std::string text;
    std::string fix; ///< what to do
};

namespace detail {

struct gate_lockfile {
    std::string path;
    bool hashed = false;
    std::optional<bool> tracked;
};

struct gate_warning {
    std::string code;
    std::string text;
};

/// What a gate looks at.
struct gate_facts {
    std::string run;
    std::optional<run_status> status; ///< none where the writer has no such word
    bool ended = false;               ///< whether an end was recorded
    std::optional<repro::level> level;
    bool has_commit = false;
    std::optional<bool> dirty;
    std::vector<gate_lockfile> lockfiles;
    std::vector<missing_fact> missing;
    std::vector<unmet_condition> unmet;
    std::vector<gate_warning> warnings;
};

/// A fact that a claim cannot do without, and the loosest level that needs it. A name that ends in "." stands
/// for all that begin so.
struct needed_fact {
    std::string_view field;
    level loosest;
};

inline constexpr needed_fact needed_facts[] = {
    {"config", level::distribution_stable},
    {"seed", level::distribution_stable},
    {"inputs", level::distribution_stable},
    {"inputs.", level::distribution_stable},
    {"artifacts", level::distribution_stable},
    {"digests.", level::distribution_stable},
    {"streams", level::distribution_stable},
    {"metrics", level::distribution_stable},
    {"trace", level::distribution_stable},
    {"manifest", level::distribution_stable},
    {"lockfiles", level::distribution_stable},
    {"versions", level::seed_stable},
    {"libraries", level::seed_stable},
    {"switches", level::seed_stable},
    {"executable", level::bit_exact},
    {"executable.", level::bit_exact},
    {"build", level::bit_exact},
    {"floating_point", level::bit_exact},
    {"hardware", level::bit_exact},
    {"hardware.cpu", level::bit_exact},
    {"hardware.architecture", level::bit_exact},
    {"environment", level::bit_exact},
    {"knobs", level::bit_exact},
};

/// Warnings that tell of a run whose record does not say what it did. What the level asks for, git, lockfiles
/// and lost facts have reasons of their own.
inline constexpr warn refused_warnings[] = {
    warn::build_dirty,  warn::build_stale,       warn::input_changed,  warn::registry_duplicate,
    warn::seed_changed, warn::seed_mismatch,     warn::streams_differ, warn::switch_changed,
    warn::trace_failed, warn::unseeded_generator};

[[nodiscard]] inline bool is_needed(std::string_view field, level declared) {
    return std::ranges::any_of(needed_facts, [&](const needed_fact& each) {
        const bool named = each.field.ends_with('.') ? field.starts_with(each.field) : field == each.field;
        return named && declared <= each.loosest;
    });
}

/// The reasons in the making.
class gate_judgement {
public:
    explicit gate_judgement(const gate_facts& facts) : facts_(facts) {}

    [[nodiscard]] std::vector<gate_reason> run() {
        judge_end();
        judge_code();
        judge_lockfiles();
        judge_record();
        return std::move(reasons_);
    }

private:
    void refuse(std::string id, std::string text, std::string fix) {
        reasons_.push_back({std::move(id), facts_.run, std::move(text), std::move(fix)});
    }

    void judge_end() {
        const bool open = facts_.status ? facts_.status == run_status::running : !facts_.ended;
        if (open) return refuse("unfinished", "no end of the run was recorded", "run it to its end");
        if (facts_.status && facts_.status != run_status::completed)
            refuse(std::string(to_string(*facts_.status)),
                   "the run ended as " + std::string(to_string(*facts_.status)), "run it to its end");
    }

    void judge_code() {
        if (!facts_.has_commit)
            refuse("git-unknown", "the commit is unknown", "run in a repository with a commit");
        else if (!facts_.dirty)
            refuse("git-unknown", "whether the working tree equals the commit is unknown",
                   "see the reason under missing in the manifest");
        else if (*facts_.dirty)
            refuse("dirty", "the working tree had changes that no commit holds", "commit, then run again");
    }

    void judge_lockfiles() {
        if (facts_.lockfiles.empty())
            refuse("unlocked", "no lockfile was recorded",
                   "name the lockfiles of the environment in the run");
        for (const gate_lockfile& each : facts_.lockfiles)
            if (!each.hashed)
                refuse("lock-unread", "lockfile " + each.path + " could not be read", "check its path");
    }

    void judge_record() {
        for (const missing_fact& each : facts_.missing)
            if (is_needed(each.field, facts_.level.value_or(level::bit_exact)))
                refuse("incomplete", each.field + " is missing: " + each.reason, "see what the reason says");
        for (const unmet_condition& each : facts_.unmet)
            if (each.name != "git") // told above
                refuse("unmet", each.name + ": " + each.what, each.fix);
        for (const gate_warning& each : facts_.warnings)
            if (std::ranges::any_of(refused_warnings,
                                    [&](warn code) { return to_string(code) == each.code; }))
                refuse("warned", each.code + ": " + each.text, "repro explain " + each.code);
    }

    const gate_facts& facts_;
    std::vector<gate_reason> reasons_;
};

/// Returns why a gate refuses a run; nothing where it lets it pass.
[[nodiscard]] inline std::vector<gate_reason> gate_reasons(const gate_facts& facts) {
    return gate_judgement(facts).run();
}

} // namespace detail
} // namespace repro::inline v0
