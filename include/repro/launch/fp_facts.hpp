// SPDX-License-Identifier: MIT
#pragma once
// The floating-point environment over a run: at its start, where it changed, at its end, in the threads that
// were checked, and what probably turned denormals off.

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>
#include <repro/launch/fast_math_objects.hpp>
#include <repro/launch/fp_changes.hpp>
#include <repro/launch/fp_environment.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A mapped object that turns denormals off when it is loaded.
struct fast_math_object {
    std::string name;  ///< the path as loaded; empty for the program
    bool late = false; ///< whether it came after the run's start

    friend bool operator==(const fast_math_object&, const fast_math_object&) = default;
};

/// What a run knows of its floating-point environment.
struct fp_facts {
    fp_environment at_start;              ///< of the thread that made the run
    std::optional<fp_environment> at_end; ///< of the thread that finished it
    std::vector<fast_math_object> probable_causes;
    std::vector<fp_change> changes; ///< what checks in between met, in the order in which they did
    fp_thread_facts threads;        ///< what check_fp_thread found in others
};

namespace detail {

inline void add_fast_math_objects(fp_facts& facts, bool late) {
    for (std::string& name : fast_math_objects()) {
        const auto same = [&name](const fast_math_object& known) { return known.name == name; };
        std::vector<fast_math_object>& all = facts.probable_causes;
        if (std::none_of(all.begin(), all.end(), same)) all.push_back({std::move(name), late});
    }
}

/// Returns whom to blame; late objects alone where `late`.
[[nodiscard]] inline std::string blamed(const fp_facts& facts, bool late) {
    std::vector<std::string> names;
    for (const fast_math_object& each : facts.probable_causes)
        if (!late || each.late) names.push_back(each.name);
    return blame(names);
}

} // namespace detail

/// Returns the environment of the calling thread as that of a run's start, and checks are against it from
/// here on.
[[nodiscard]] inline fp_facts capture_fp_at_start() {
    fp_facts facts;
    facts.at_start = current_fp_environment();
    detail::set_fp_reference(facts.at_start);
    detail::add_fast_math_objects(facts, false);
    detail::forget_fp_changes(fast_math_objects());
    return facts;
}

/// Adds the environment of the calling thread as that of the run's end.
inline void capture_fp_at_end(fp_facts& facts) {
    facts.at_end = current_fp_environment();
    facts.changes = detail::seen_fp_changes();
    facts.threads = detail::checked_fp_threads();
    detail::add_fast_math_objects(facts, true);
}

/// Returns where the environment was not the promised one, or did not stay as it was.
[[nodiscard]] inline std::vector<warning> fp_doubts(const fp_facts& facts) {
    std::vector<warning> doubts;
    const std::string wrong = fp_difference(promised_fp_environment(), facts.at_start);
    if (!wrong.empty())
        doubts.push_back({warn::fp_environment,
                          "the run starts with " + wrong +
                              (detail::flushes(facts.at_start) ? detail::blamed(facts, false) : "")});
    for (const fp_change& each : facts.changes)
        doubts.push_back({warn::fp_changed, detail::change_text(each)});
    if (facts.at_end && *facts.at_end != facts.at_start)
        doubts.push_back(
            {warn::fp_changed, "the floating-point environment changed during the run: " +
                                   fp_difference(facts.at_start, *facts.at_end) +
                                   (detail::flushes(*facts.at_end) ? detail::blamed(facts, true) : "")});
    if (facts.threads.differing != 0)
        doubts.push_back(
            {warn::fp_changed,
             detail::decimal(facts.threads.differing) + " of " + detail::decimal(facts.threads.checked) +
                 " checks of threads differ from the run's start; the first: " + facts.threads.first});
    return doubts;
}

} // namespace repro::inline v0
