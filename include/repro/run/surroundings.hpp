// SPDX-License-Identifier: MIT
#pragma once
// What surrounds a run: repository, machine, build, libraries. Taken at the start and at the end.

#include <repro/core/redact.hpp>
#include <repro/run/conditions.hpp>
#include <repro/run/identity.hpp>
#include <repro/run/recording.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Where in a run its surroundings are looked at.
enum class run_end : unsigned char { start, finish };

/// Records what is mapped now, and marks what came after the start, and what went.
inline void record_libraries(recording& to, const std::vector<mapped_library>& mapped, run_end when) {
    std::vector<recorded_library>& all = to.manifest.libraries;
    const std::vector<library_file> files = capture_library_files(mapped);
    for (recorded_library& known : all)
        known.gone = std::find(mapped.begin(), mapped.end(), known.object) == mapped.end();
    for (std::size_t i = 0; i < mapped.size(); ++i) {
        const auto same = [&](const recorded_library& known) { return known.object == mapped[i]; };
        const auto known = std::find_if(all.begin(), all.end(), same);
        if (known != all.end())
            known->file = files[i];
        else
            all.push_back({mapped[i], files[i], when == run_end::finish, false});
        if (!mapped[i].build_id)
            to.manifest.miss("libraries." + mapped[i].name + ".build_id", "its linker wrote none");
    }
}

/// Records the variables that change numbers, as far as the libraries that read them are mapped now, and
/// warns of those that the user set against the declared level. Secrets in them are counted where the
/// environment is recorded.
inline void capture_knobs(recording& to) {
    to.manifest.knobs = check_knobs(to.manifest.level);
    redaction_list counted_by_the_environment;
    for (knob_finding& each : to.manifest.knobs->findings)
        for (std::optional<std::string>* const value : {&each.value, &each.value_at_exec})
            if (*value)
                *value = redact_value(each.which.name, **value, counted_by_the_environment, "environment");
    for (const knob_finding& each : to.manifest.knobs->findings)
        if (each.state == knob_state::wrong)
            to.fail(warn::knob_wrong, std::string(each.which.name) + " is " + each.value.value_or("unset") +
                                          (each.file ? " by " + *each.file : "") + ", against level " +
                                          std::string(to_string(*to.manifest.level)));
}

inline void warn_of_changed_answers(recording& to, const library_answers& then, const library_answers& now) {
    for (const fact& before : then.facts)
        for (const fact& after : now.facts)
            if (before.name == after.name && before.value != after.value)
                to.warn_of({warn::switch_changed, now.library + ": " + after.name + " was " + before.value +
                                                      " at the start and is " + after.value + " at the end"});
}

/// Asks the mapped libraries what they really use, and warns where an answer is another than at the start.
/// Questions that settle a library's switches are left for the end.
inline void record_answers(recording& to, const std::vector<mapped_library>& mapped, run_end when) {
    recorded_answers& answers = to.manifest.read_back;
    if (when == run_end::start) {
        answers.at_start = read_back(mapped, read_back_scope::settled);
        return;
    }
    answers.at_end = read_back(mapped, read_back_scope::everything);
    for (const library_answers& then : answers.at_start.answers)
        for (const library_answers& now : answers.at_end.answers)
            if (then.library == now.library && then.kind == now.kind) warn_of_changed_answers(to, then, now);
}

/// Records what fixed inputs give in the mapped libraries. Those that a question would settle are left for
/// the end.
inline void record_fingerprint(recording& to, run_end when) {
    if (when == run_end::start)
        to.manifest.fingerprint.at_start = fingerprint(read_back_scope::settled);
    else
        to.manifest.fingerprint.at_end = fingerprint(read_back_scope::everything);
}

/// Records what is mapped, what it says of itself and what it computes.
inline void capture_libraries_at(recording& to, run_end when) noexcept {
    std::vector<mapped_library> mapped;
    to.attempt("libraries", [&] { record_libraries(to, mapped = capture_libraries(), when); });
    to.attempt("read_back", [&] { record_answers(to, mapped, when); });
    to.attempt("fingerprint", [&] { record_fingerprint(to, when); });
}

/// Warns, once and in one line, of what the declared level lacks.
inline void warn_of_unmet(recording& to) {
    const auto unmet = unmet_conditions(to.manifest);
    if (!unmet || unmet->empty()) return;
    std::string text = "level " + std::string(to_string(*to.manifest.level)) + " is not fully met:";
    for (const unmet_condition& each : *unmet)
        text += (text.back() == ':' ? " " : "; ") + each.name + " " + each.what;
    to.warn_of({warn::level_unmet, std::move(text)});
}

/// Warns of all that is doubtful about the build and the floating-point environment.
inline void warn_of_doubts(recording& to, const std::vector<warning>& doubts) {
    for (const warning& each : doubts)
        to.warn_of(each);
}

inline void capture_build(recording& to, run_end when) {
    if (when == run_end::start)
        to.manifest.build = capture_compiler();
    else if (to.manifest.build)
        add_late_builds(*to.manifest.build);
    if (!to.manifest.build) return;
    to.manifest.miss(to.manifest.build->missing);
    warn_of_doubts(to, build_disagreements(*to.manifest.build));
    warn_of_doubts(to, build_doubts(to.manifest.build->embedded, to.manifest.git_at_start().sha));
}

inline void capture_fp(recording& to, run_end when) {
    std::optional<fp_facts>& facts = to.manifest.floating_point;
    if (when == run_end::start)
        facts = capture_fp_at_start();
    else if (facts)
        capture_fp_at_end(*facts);
    if (facts) warn_of_doubts(to, fp_doubts(*facts));
}

/// Records how the process was started and what the system grants it.
inline void capture_context(recording& to) noexcept {
    manifest& m = to.manifest;
    run_context& context = m.context;
    to.attempt("command", [&] {
        context.command = capture_command();
        m.miss(context.command->missing);
        context.redactions.add(context.command->redactions);
    });
    to.attempt("environment", [&] {
        context.environment = capture_environment();
        m.miss(context.environment->missing);
        context.redactions.add(context.environment->redactions);
    });
    to.attempt("container", [&] { m.miss((context.container = capture_container())->missing); });
    to.attempt("process", [&] { m.miss((context.process = capture_process())->missing); });
}

/// Records what not_deterministic was called for since the run began. What was only warned of, the manifest
/// warns of, too; the kernel has printed it.
inline void record_not_deterministic(recording& to) {
    to.manifest.not_deterministic.clear();
    for (not_deterministic_use& each : not_deterministic_uses()) {
        for (const not_deterministic_use& before : to.called_before)
            if (before.name == each.name) each.count -= before.count;
        if (each.count == 0) continue;
        if (to.manifest.level == level::seed_stable)
            to.manifest.warnings.push_back(
                {warn::not_deterministic, each.name + " is not deterministic, and was called"});
        to.manifest.not_deterministic.push_back(std::move(each));
    }
}

/// Records machine, build, libraries and executable, before user code runs.
inline void capture_at_start(recording& to) noexcept {
    manifest& m = to.manifest;
    to.attempt("knobs", [&] { capture_knobs(to); });
    to.attempt("relaunch", [&] { m.relaunch = last_relaunch(); });
    to.attempt("hardware", [&] { m.miss((m.hardware = capture_hardware())->missing); });
    to.attempt("build", [&] { capture_build(to, run_end::start); });
    to.attempt("floating_point", [&] { capture_fp(to, run_end::start); });
    to.attempt("versions", [&] { m.versions = log_versions(version_search::files); });
    capture_libraries_at(to, run_end::start);
    capture_context(to);
    to.attempt("executable", [&] {
        named_file self = hash_executable();
        if (self.path.empty()) return m.miss("executable", self.reason);
        if (!self.digest) m.miss("executable.sha256", self.reason);
        m.executable = std::move(self);
    });
}

/// Records what an audit saw, where one watches this process, and warns where entropy was taken.
inline void capture_entropy(recording& to) {
    to.manifest.entropy = entropy_audit();
    const entropy_report& seen = *to.manifest.entropy;
    if (seen.taken() == 0) return;
    const auto first = std::find_if(seen.uses.begin(), seen.uses.end(), [](const entropy_use& each) {
        return !each.own && defeats_seed(each.kind);
    });
    std::string text = decimal(seen.taken()) + " calls took numbers that the seed does not reach";
    if (first != seen.uses.end())
        text += ", " + std::string(to_string(first->call)) + " in " + caller_text(*first) + " among them";
    to.fail(warn::entropy_taken, std::move(text));
}

/// Records what can have changed since the start.
inline void capture_at_end(recording& to) noexcept {
    to.attempt("build", [&] { capture_build(to, run_end::finish); });
    to.attempt("floating_point", [&] { capture_fp(to, run_end::finish); });
    capture_libraries_at(to, run_end::finish);
    to.attempt("entropy", [&] { capture_entropy(to); });
    to.attempt("knobs", [&] { capture_knobs(to); });
    to.attempt("not_deterministic", [&] { record_not_deterministic(to); });
    to.attempt("unmet", [&] { warn_of_unmet(to); });
}

} // namespace detail
} // namespace repro::inline v0
