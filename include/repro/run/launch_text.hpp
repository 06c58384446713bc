// SPDX-License-Identifier: MIT
#pragma once
// How a run was launched, as JSON: variables, relaunch, unmet conditions.

#include <repro/run/conditions.hpp>
#include <repro/run/json_text.hpp>
#include <repro/run/manifest.hpp>

namespace repro::inline v0 {
namespace detail {

inline void write(json_writer& to, const knob_finding& found) {
    to.begin_object();
    to.member("name", found.which.name);
    to.member("state", to_string(found.state));
    to.member("value", found.value);
    to.member("value_at_exec", found.value_at_exec);
    to.member("file", found.file);
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

inline void write(json_writer& to, const knob_check& check) { write(to, check.findings); }

inline void write(json_writer& to, const library_answers& answers) {
    to.begin_object();
    to.member("library", answers.library);
    to.member("kind", answers.kind);
    write_named(to, "answers", answers.facts);
    to.end_object();
}

inline void write(json_writer& to, const recorded_answers& answers) {
    to.begin_object();
    write(to, "at_start", answers.at_start.answers);
    write(to, "at_end", answers.at_end.answers);
    to.end_object();
}

inline void write(json_writer& to, const relaunch_report& report) {
    to.begin_object();
    to.member("outcome", to_string(report.outcome));
    to.member("reason", report.reason);
    write_named(to, "settings", report.settings);
    to.key("milliseconds");
    if (report.nanoseconds_between)
        to.value(static_cast<double>(*report.nanoseconds_between) / 1e6);
    else
        to.value(nullptr);
    to.end_object();
}

inline void write_launch(json_writer& to, const manifest& m) {
    write(to, "unmet", unmet_conditions(m));
    write(to, "knobs", m.knobs);
    to.key("relaunch");
    write(to, m.relaunch);
    to.key("read_back");
    write(to, m.read_back);
    to.key("fingerprint");
    write(to, m.fingerprint);
}

} // namespace detail
} // namespace repro::inline v0
