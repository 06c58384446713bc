// SPDX-License-Identifier: MIT
#pragma once
// Which conditions of its level a run does not meet, as far as its manifest tells.

#include <repro/core/condition.hpp>
#include <repro/launch/answer_conditions.hpp>
#include <repro/run/manifest.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

[[nodiscard]] inline unmet_condition unmet_knob(const knob_finding& found) {
    const std::string name(found.which.name);
    const std::string reader(found.which.reader);
    const std::string by = found.file ? " by " + *found.file : "";
    switch (found.state) {
    case knob_state::wrong:
        if (found.which.rule == knob_rule::unset)
            return {name, "is " + *found.value + ", and has to be unset",
                    "unset it before the program starts"};
        if (found.which.rule == knob_rule::count || found.which.rule == knob_rule::counts)
            return {name, "is " + *found.value + ", which is no number of threads",
                    "set it to 1 or more before the program starts"};
        return {name, "is " + *found.value + by, "set it to one of: " + std::string(found.which.accepted)};
    case knob_state::missing:
        return {name, found.value ? "is empty" : "is not set",
                "set it before the program starts (" + reader + " reads it), or use repro run"};
    case knob_state::late:
        return {name, "was set after the process started, and " + reader + " may have looked before",
                "set it before the program starts, or call relaunch_if_needed first in main"};
    case knob_state::right:
        break;
    }
    return {name, {}, {}};
}

inline void add_unmet_knobs(const manifest& m, std::vector<unmet_condition>& unmet) {
    if (!m.knobs) return;
    for (const knob_finding& each : m.knobs->findings)
        if (each.state != knob_state::right && asks(m.level, each.which)) unmet.push_back(unmet_knob(each));
    if (!m.knobs->exec_known)
        unmet.push_back({"knobs",
                         "the environment at the start of the process cannot be read, so nobody can tell "
                         "what was set too late",
                         "mount /proc"});
}

/// Code is controlled at every level.
inline void add_unmet_code(const manifest& m, std::vector<unmet_condition>& unmet) {
    const git_facts& git = m.git_at_start();
    if (git.dirty == true)
        unmet.push_back({"git", "the working tree has changes that no commit holds", "commit, then run"});
    else if (!git.sha || !git.dirty)
        unmet.push_back({"git", "the commit, or whether the working tree equals it, is unknown",
                         "run in a repository with a commit"});
}

inline void add_unmet_switches(const manifest& m, std::vector<unmet_condition>& unmet) {
    for (const recorded_switch& each : m.switches)
        if (each.value_at_end && *each.value_at_end != each.at_start.value)
            unmet.push_back(
                {each.at_start.name,
                 "was " + each.at_start.value + " at the start and " + *each.value_at_end + " at the end",
                 "switch it once, before the run"});
}

inline void add_unmet_determinism(const manifest& m, std::vector<unmet_condition>& unmet) {
    if (m.level != level::bit_exact) return;
    for (const not_deterministic_use& each : m.not_deterministic)
        unmet.push_back({each.name,
                         "is not deterministic, and was called " + decimal(each.count) +
                             (each.count == 1 ? " time" : " times"),
                         each.hint.empty() ? "use something else" : each.hint});
}

/// What libraries answer decides, not what a variable asked of them.
inline void add_unmet_answers(const manifest& m, std::vector<unmet_condition>& unmet) {
    if (m.level != level::bit_exact || !m.knobs) return;
    const read_back_facts& latest =
        m.read_back.at_end.answers.empty() ? m.read_back.at_start : m.read_back.at_end;
    for (unmet_condition& each : answers_unlike_asked(*m.knobs, latest.answers))
        unmet.push_back(std::move(each));
}

/// Fixed inputs that gave other bits at the end: another number of threads, other kernels.
inline void add_unmet_fingerprint(const manifest& m, std::vector<unmet_condition>& unmet) {
    if (m.level != level::bit_exact) return;
    for (const fingerprint_part& then : m.fingerprint.at_start)
        for (const fingerprint_part& now : m.fingerprint.at_end)
            if (then.name == now.name && then.through == now.through && then.digest && now.digest &&
                *then.digest != *now.digest)
                unmet.push_back({"fingerprint",
                                 "of " + then.name + " was " + *then.digest + " at the start and is " +
                                     *now.digest + " at the end",
                                 "set threads and kernels once, before the run"});
}

/// Numbers that no seed reaches, where an audit watched.
inline void add_unmet_entropy(const manifest& m, std::vector<unmet_condition>& unmet) {
    if (m.level == level::distribution_stable || !m.entropy) return;
    const std::uint64_t taken = m.entropy->taken();
    if (taken != 0)
        unmet.push_back({"entropy",
                         "was taken by " + decimal(taken) + (taken == 1 ? " call" : " calls") +
                             " that the run's seed does not reach",
                         "seed what draws; repro audit names the calls"});
}

/// Two OpenMP runtimes have two thread pools, and each a count of threads of its own.
inline void add_unmet_runtimes(const manifest& m, std::vector<unmet_condition>& unmet) {
    if (m.level == level::bit_exact && m.read_back.at_end.several_openmp_runtimes)
        unmet.push_back({"openmp", "several OpenMP runtimes are mapped, and know nothing of each other",
                         "link everything with one of them"});
}

/// What is doubtful about the floating-point environment and the build, for levels that promise numbers.
inline void add_unmet_arithmetic(const manifest& m, std::vector<unmet_condition>& unmet) {
    if (m.level == level::distribution_stable) return;
    const auto add = [&unmet](const char* name, const std::vector<warning>& doubts) {
        for (const warning& each : doubts)
            unmet.push_back({name, each.text, "repro explain " + std::string(to_string(each.code))});
    };
    if (m.floating_point) add("floating_point", fp_doubts(*m.floating_point));
    if (!m.build) return;
    add("build", build_disagreements(*m.build));
    add("build", build_doubts(m.build->embedded, m.git_at_start().sha));
}

/// Returns the conditions of the declared level that do not hold; nothing where no level is declared.
[[nodiscard]] inline std::optional<std::vector<unmet_condition>> unmet_conditions(const manifest& m) {
    if (!m.level) return std::nullopt;
    std::vector<unmet_condition> unmet;
    add_unmet_code(m, unmet);
    add_unmet_knobs(m, unmet);
    add_unmet_switches(m, unmet);
    add_unmet_determinism(m, unmet);
    add_unmet_arithmetic(m, unmet);
    add_unmet_runtimes(m, unmet);
    add_unmet_answers(m, unmet);
    add_unmet_fingerprint(m, unmet);
    add_unmet_entropy(m, unmet);
    return unmet;
}

} // namespace detail
} // namespace repro::inline v0
