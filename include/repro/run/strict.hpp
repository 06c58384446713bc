// SPDX-License-Identifier: MIT
#pragma once
// Strict mode: a run that ends is judged by the rules of the gate, before it leaves the machine it ran on.

#include <repro/run/conditions.hpp>
#include <repro/run/gate.hpp>

#include <string>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns what a gate looks at in a manifest that is about to be, or was, written.
[[nodiscard]] inline gate_facts gate_facts_of(const manifest& m) {
    gate_facts facts{m.id, m.status, m.finished.has_value(), m.level, {}, {}, {}, m.missing, {}, {}};
    const git_facts& git = m.git_at_start();
    facts.has_commit = git.sha.has_value();
    facts.dirty = git.dirty;
    for (const recorded_lockfile& each : m.lockfiles)
        facts.lockfiles.push_back(
            {each.facts.path.native(), each.facts.sha256.has_value(), each.facts.tracked});
    facts.unmet = unmet_conditions(m).value_or(std::vector<unmet_condition>());
    for (const warning& each : m.warnings)
        facts.warnings.push_back({std::string(to_string(each.code)), each.text});
    return facts;
}

} // namespace detail
} // namespace repro::inline v0
