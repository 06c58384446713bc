// SPDX-License-Identifier: MIT
#pragma once
// The lines that a run prints at its start and at its end.

#include <repro/run/clock.hpp>
#include <repro/run/manifest.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace repro::inline v0 {
namespace detail {

/// Returns the line for the start of a run that is recorded at `where`.
[[nodiscard]] inline std::string start_line(const manifest& m, const std::string& where) {
    std::string line = "run " + m.id + ", seed " + decimal(m.seed.value());
    const git_facts& git = m.git_at_start();
    if (git.sha) line += ", git " + git.sha->substr(0, 10);
    if (git.dirty == true) line += " with changes";
    if (m.place) line += ", " + decimal(m.place->world) + " ranks";
    return line + ", " + where;
}

/// Returns the line for the end of a run that is recorded at `where`. Precondition: the run has an end.
[[nodiscard]] inline std::string end_line(const manifest& m, const std::string& where) {
    const auto counted = [](std::size_t count, const char* what) {
        return count == 0 ? "" : ", " + decimal(count) + " " + what + (count == 1 ? "" : "s");
    };
    const std::int64_t duration = m.finished->steady - m.started.steady;
    const std::string seconds = decimal(static_cast<std::uint64_t>(duration / 1'000'000'000)) + "." +
                                padded(static_cast<std::uint64_t>(duration / 1'000'000 % 1000), 3);
    return std::string(to_string(m.status)) + " after " + seconds + " s" +
           counted(m.artifacts.size(), "artifact") + counted(m.warnings.size(), "warning") + ", " + where;
}

} // namespace detail
} // namespace repro::inline v0
