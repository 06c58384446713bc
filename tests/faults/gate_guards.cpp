// SPDX-License-Identifier: MIT
// What a gate refuses, one check each. Built by mutations.py.

#include <repro/run/gate.hpp>

#include "guards.hpp"

#include <optional>
#include <string>
#include <vector>

using repro::run_status;
using repro::detail::gate_facts;

namespace {

gate_facts evidence() {
    gate_facts facts;
    facts.status = run_status::completed;
    facts.ended = true;
    facts.level = repro::level::bit_exact;
    facts.has_commit = true;
    facts.dirty = false;
    facts.lockfiles = {{"uv.lock", true, true}};
    return facts;
}

/// Returns whether the gate refuses evidence that was spoilt, for this reason and no other.
bool refuses(const char* id, void (*spoil)(gate_facts&)) {
    gate_facts facts = evidence();
    spoil(facts);
    const std::vector<repro::gate_reason> reasons = repro::detail::gate_reasons(facts);
    return reasons.size() == 1 && reasons.front().id == id;
}

constexpr guards::guard all[] = {
    {"evidence passes", [] { return repro::detail::gate_reasons(evidence()).empty(); }},
    {"unfinished",
     [] { return refuses("unfinished", [](gate_facts& facts) { facts.status = run_status::running; }); }},
    {"failed",
     [] { return refuses("failed", [](gate_facts& facts) { facts.status = run_status::failed; }); }},
    {"no commit", [] { return refuses("git-unknown", [](gate_facts& facts) { facts.has_commit = false; }); }},
    {"dirty unknown",
     [] { return refuses("git-unknown", [](gate_facts& facts) { facts.dirty = std::nullopt; }); }},
    {"dirty", [] { return refuses("dirty", [](gate_facts& facts) { facts.dirty = true; }); }},
    {"unlocked", [] { return refuses("unlocked", [](gate_facts& facts) { facts.lockfiles.clear(); }); }},
    {"lock unread",
     [] { return refuses("lock-unread", [](gate_facts& facts) { facts.lockfiles[0].hashed = false; }); }},
    {"incomplete",
     [] {
         return refuses("incomplete", [](gate_facts& facts) { facts.missing = {{"hardware.cpu", "x"}}; });
     }},
    {"incomplete by a prefix",
     [] {
         return refuses("incomplete", [](gate_facts& facts) { facts.missing = {{"inputs.a.csv", "x"}}; });
     }},
    {"unmet",
     [] {
         return refuses("unmet", [](gate_facts& facts) { facts.unmet = {{"OMP_NUM_THREADS", "is 8", "x"}}; });
     }},
    {"warned",
     [] { return refuses("warned", [](gate_facts& facts) { facts.warnings = {{"W_SEED_CHANGED", "x"}}; }); }},
};

} // namespace

int main() { return guards::run_all(all); }
