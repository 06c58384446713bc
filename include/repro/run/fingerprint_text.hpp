// SPDX-License-Identifier: MIT
#pragma once
// The fingerprint of a run's libraries as JSON.

#include <repro/launch/fingerprint.hpp>
#include <repro/run/json_text.hpp>

#include <vector>

namespace repro::inline v0 {
namespace detail {

/// What fixed inputs gave, at both ends of the run.
struct recorded_fingerprint {
    std::vector<fingerprint_part> at_start;
    std::vector<fingerprint_part> at_end;
};

inline void write(json_writer& to, const fingerprint_part& part) {
    to.begin_object();
    to.member("part", part.name);
    to.member("digest", part.digest);
    to.member("through", null_if_empty(part.through));
    to.member("reason", null_if_empty(part.reason));
    to.end_object();
}

inline void write(json_writer& to, const recorded_fingerprint& both) {
    to.begin_object();
    write(to, "at_start", both.at_start);
    write(to, "at_end", both.at_end);
    to.end_object();
}

} // namespace detail
} // namespace repro::inline v0
