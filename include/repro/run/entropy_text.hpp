// SPDX-License-Identifier: MIT
#pragma once
// What an entropy audit saw, as JSON. Times are left out: they are asked for all the time.

#include <repro/launch/entropy_audit.hpp>
#include <repro/run/json_text.hpp>

#include <cstdint>
#include <vector>

namespace repro::inline v0 {
namespace detail {

inline void write(json_writer& to, const entropy_use& use) {
    to.begin_object();
    to.member("call", to_string(use.call));
    to.member("kind", to_string(use.kind));
    to.member("own", use.own);
    to.member("count", use.count);
    to.member("object", null_if_empty(use.object));
    to.member("function", null_if_empty(use.function));
    to.member("offset", use.offset);
    to.member("pid", static_cast<std::int64_t>(use.pid));
    to.member("program", use.program);
    to.end_object();
}

inline void write(json_writer& to, const entropy_report& report) {
    std::vector<entropy_use> uses;
    for (const entropy_use& each : report.uses)
        if (each.kind != entropy_kind::time) uses.push_back(each);
    to.begin_object();
    to.member("watched", report.watched);
    to.member("taken", report.taken());
    to.member("dropped", report.dropped);
    write(to, "uses", uses);
    to.end_object();
}

} // namespace detail
} // namespace repro::inline v0
