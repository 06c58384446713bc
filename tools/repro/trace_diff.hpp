// SPDX-License-Identifier: MIT
#pragma once
// repro diff --trace: the first tensor in which two runs differ.

#include <repro/judge/trace_diff.hpp>

#include "command.hpp"

#include <string>

namespace tool {

/// Returns "elements 1024 to 2047 of 5000", or the number of elements where the shapes or the tensors differ.
[[nodiscard]] std::string where_it_differs(const repro::trace_divergence& parted);

/// Prints where the traces of two runs part. Each of `a` and `b` is a RUN, or the path of a trace.
///
/// Errors: those of find_run and of read_trace.
exit_code diff_traces(const std::string& a, const std::string& b, console& out);

} // namespace tool
