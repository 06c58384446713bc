// SPDX-License-Identifier: MIT
#pragma once
// How the manifest spells the floating-point environment.

#include <repro/detail/json_writer.hpp>
#include <repro/launch/fp_facts.hpp>
#include <repro/run/json_text.hpp>

#include <optional>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

inline void write_fp(json_writer& to, const char* key, const std::optional<fp_environment>& maybe) {
    to.key(key);
    if (!maybe) return to.value(nullptr);
    to.begin_object();
    to.member("rounding", to_string(maybe->rounding));
    to.member("flush_to_zero", maybe->flush_to_zero);
    to.member("denormals_are_zero", maybe->denormals_are_zero);
    to.member("x87_precision", maybe->x87_precision);
    to.member("x87_rounding", maybe->x87_rounding
                                  ? std::optional<std::string_view>(to_string(*maybe->x87_rounding))
                                  : std::nullopt);
    to.end_object();
}

inline void write(json_writer& to, const fp_facts& facts) {
    to.begin_object();
    write_fp(to, "at_start", facts.at_start);
    write_fp(to, "at_end", facts.at_end);
    to.key("probable_causes");
    to.begin_array();
    for (const fast_math_object& each : facts.probable_causes) {
        to.begin_object();
        to.member("object", each.name);
        to.member("since", each.late ? "later" : "start");
        to.end_object();
    }
    to.end_array();
    to.key("changes");
    to.begin_array();
    for (const fp_change& each : facts.changes) {
        to.begin_object();
        to.member("seen", each.seen);
        to.member("difference", each.difference);
        write(to, "probable_causes", each.probable_causes);
        to.end_object();
    }
    to.end_array();
    to.key("threads");
    to.begin_object();
    to.member("checked", facts.threads.checked);
    to.member("differing", facts.threads.differing);
    to.member("first", facts.threads.first);
    to.end_object();
    to.end_object();
}

} // namespace detail
} // namespace repro::inline v0
