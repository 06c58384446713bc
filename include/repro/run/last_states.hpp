// SPDX-License-Identifier: MIT
#pragma once
// Where streams and switches stand at the end of a run.

#include <repro/run/recording.hpp>
#include <repro/stream/registry.hpp>

#include <string>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns the record of a stream, made now if it was first asked for after the start. The first state of a
/// named stream follows from its key.
inline recorded_stream& recorded(manifest& m, const stream_facts& facts) {
    for (recorded_stream& each : m.streams)
        if (each.facts.name == facts.name) return each;
    recorded_stream& made = m.streams.emplace_back(recorded_stream{facts, {}, {}});
    const stream_engine first(derive_key(root_key(m.seed), facts.name));
    if (facts.engine == stream_engine::engine_name && facts.seed == key_text(first.key()))
        made.state_at_start = sha256(first.save());
    else
        m.miss("streams." + facts.name + ".state_at_start", "it was not seen at the start of the run");
    return made;
}

/// Records the switches of the libraries as they stand now, and warns where one is another than at the start.
inline void record_last_switches(recording& to) {
    for (const fact& now : streams().facts())
        for (recorded_switch& each : to.manifest.switches) {
            if (each.at_start.name != now.name) continue;
            each.value_at_end = now.value;
            if (now.value != each.at_start.value)
                to.warn_of({warn::switch_changed, now.name + " was " + each.at_start.value +
                                                      " at the start and is " + now.value + " at the end"});
        }
}

/// Records where every stream and every switch stands now.
inline void record_last_states(recording& to) noexcept {
    to.attempt("streams", [&] {
        for (const stream_facts& each : streams().ledger()) {
            recorded_stream& stream = recorded(to.manifest, each);
            stream.facts.draws = each.draws;
            stream.state_at_end = each.state;
            if (!each.draws) to.manifest.miss("streams." + each.name + ".draws", each.draws_reason);
        }
    });
    to.attempt("switches", [&] { record_last_switches(to); });
}

} // namespace detail
} // namespace repro::inline v0
