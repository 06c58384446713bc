// SPDX-License-Identifier: MIT
#pragma once
// Variables that OpenMP runtimes read.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr std::string_view openmp_objects = "libgomp.so|libgomp-|libomp.so|libomp5|libiomp5.so";

inline constexpr knob openmp_knobs[] = {
    {"OMP_NUM_THREADS", "the OpenMP runtime, at load", read_at::load, knob_rule::counts, "1", for_bits,
     openmp_objects, "how loops are divided, and with it the order of floating-point sums",
     "the speed of the threads that are not used",
     "OpenMP 5.2, chapter 21; measured with libgomp 12: setenv in main changes nothing, and what is no "
     "number gives all processors; libomp 14 ends or takes a number of its own"},
    {"OMP_DYNAMIC", "the OpenMP runtime, at load", read_at::load, knob_rule::any_case, "false|0", for_bits,
     openmp_objects, "whether the runtime may use fewer threads when the machine is busy", "none",
     "OpenMP 5.2, chapter 21; measured: libomp 14 takes both, libgomp 12 calls 0 invalid and keeps false; "
     "the case of letters does not count"},
    {"OMP_SCHEDULE", "the OpenMP runtime, at load", read_at::load, knob_rule::noted, "static", for_none,
     openmp_objects, "who computes what in loops with schedule(runtime)", "uneven loops",
     "OpenMP 5.2, chapter 21"},
    {"OMP_PROC_BIND", "the OpenMP runtime, at load", read_at::load, knob_rule::noted, "", for_none,
     openmp_objects, "where threads run", "none", "OpenMP 5.2, chapter 21"},
    {"OMP_PLACES", "the OpenMP runtime, at load", read_at::load, knob_rule::noted, "", for_none,
     openmp_objects, "where threads run, and by it how many there are", "none", "OpenMP 5.2, chapter 21"},
    {"OMP_THREAD_LIMIT", "the OpenMP runtime, at load", read_at::load, knob_rule::noted, "", for_none,
     openmp_objects, "how many threads there are at most", "none", "OpenMP 5.2, chapter 21"},
    {"KMP_DETERMINISTIC_REDUCTION", "the LLVM and Intel OpenMP runtimes, at load", read_at::load,
     knob_rule::any_case, "true|1|yes", for_bits, "libomp.so|libomp5|libiomp5.so",
     "in which order the sums of the threads are added up; libgomp has no such switch", "none seen",
     "Intel oneAPI C++ compiler guide, Supported Environment Variables; values measured with libomp 14, "
     "which prints what it took under KMP_SETTINGS=1"},
};

} // namespace repro::inline v0::detail
