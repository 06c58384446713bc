// SPDX-License-Identifier: MIT
#pragma once
// How a run was launched, as JSON: variables, relaunch, unmet conditions.

#include <repro/detail/json_writer.hpp>
#include <repro/run/conditions.hpp>
#include <repro/run/manifest.hpp>

namespace repro::inline v0 {
namespace detail {

inline void write(json_writer& to, const knob_finding& found) {
    to.begin_object();
    to.member("name", found.which.name);
    to.member("state", to_string(found.state));
    to.member("value", found.value);
    to.member("value_at_exec", found.value_at_exec);
    to.member("read_at", to_string(found.which.when));
    to.end_object();
}

inline void write(json_writer& to, const unmet_condition& condition) {
    to.begin_object();
    to.member("name", condition.name);
    to.member("what", condition.what);
    to.member("fix", condition.fix);
    to.end_object();
}

inline void write_knobs(json_writer& to, const std::optional<knob_check>& check) {
    to.key("knobs");
    if (!check) return to.value(nullptr);
    to.begin_array();
    for (const knob_finding& each : check->findings)
        write(to, each);
    to.end_array();
}

inline void write_unmet(json_writer& to, const manifest& m) {
    to.key("unmet");
    const auto unmet = unmet_conditions(m);
    if (!unmet) return to.value(nullptr);
    to.begin_array();
    for (const unmet_condition& each : *unmet)
        write(to, each);
    to.end_array();
}

inline void write(json_writer& to, const library_answers& answers) {
    to.begin_object();
    to.member("library", answers.library);
    to.member("kind", answers.kind);
    to.key("answers");
    to.begin_object();
    for (const fact& each : answers.facts)
        to.member(each.name, each.value);
    to.end_object();
    to.end_object();
}

inline void write_answers(json_writer& to, const char* key, const read_back_facts& facts) {
    to.key(key);
    to.begin_array();
    for (const library_answers& each : facts.answers)
        write(to, each);
    to.end_array();
}

inline void write_read_back(json_writer& to, const recorded_answers& answers) {
    to.key("read_back");
    to.begin_object();
    write_answers(to, "at_start", answers.at_start);
    write_answers(to, "at_end", answers.at_end);
    to.end_object();
}

inline void write_relaunch(json_writer& to, const relaunch_report& report) {
    to.key("relaunch");
    to.begin_object();
    to.member("outcome", to_string(report.outcome));
    to.member("reason", report.reason);
    to.key("settings");
    to.begin_object();
    for (const setting& each : report.settings)
        to.member(each.name, each.value);
    to.end_object();
    to.key("milliseconds");
    if (report.nanoseconds_between)
        to.value(static_cast<double>(*report.nanoseconds_between) / 1e6);
    else
        to.value(nullptr);
    to.end_object();
}

} // namespace detail
} // namespace repro::inline v0
