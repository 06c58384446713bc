// SPDX-License-Identifier: MIT
#pragma once
// repro diff --trace: the first tensor in which two runs differ.

#include <repro/judge/trace_diff.hpp>

#include "command.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace tool {

/// Returns "elements 1024 to 2047 of 5000", or the number of elements where the shapes or the tensors differ.
[[nodiscard]] std::string where_it_differs(const repro::trace_divergence& parted);

/// A trace, and the file that it stands in.
struct traced_side {
    std::string path;
    repro::trace_contents trace;
};

/// Two traces, and where they part.
struct trace_pair {
    traced_side a, b;
    std::optional<repro::trace_divergence> parted;
};

/// Reads the traces of two runs and compares them. Each of `a` and `b` is a RUN, or the path of a trace.
///
/// Errors: those of find_run and of read_trace; errc::unreadable for a run that traced nothing.
[[nodiscard]] trace_pair read_traces(const std::string& a, const std::string& b, console& out);

/// Returns what `repro diff --trace` answers.
[[nodiscard]] nlohmann::ordered_json trace_pair_json(const trace_pair& pair);

/// Prints the first difference, the last equal tensor and the streams there, or that there is no difference.
/// A trace that was cut short is warned of.
void print_parting(const trace_pair& pair, console& out);

/// Prints where the traces of two runs part.
///
/// Errors: those of read_traces.
exit_code diff_traces(const std::string& a, const std::string& b, console& out);

} // namespace tool
