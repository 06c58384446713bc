// SPDX-License-Identifier: MIT
#pragma once
// Settings of OpenMP and oneTBB.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr code_switch openmp_switches[] = {
    {"omp_set_num_threads", "num_threads",
     "the OpenMP runtime, at the next parallel region of the thread that calls", read_at::any,
     "the same number in every run", for_bits,
     "how loops are divided, and with it the order of floating-point sums",
     "the speed of the threads that are not used",
     "OpenMP 5.2, 18.2.1; measured with libgomp 12: it works at any time, where setenv in main "
     "does nothing"},
    {"omp_set_dynamic", "", "the OpenMP runtime, at the next parallel region of the thread that calls",
     read_at::any, "0", for_bits, "whether the runtime may use fewer threads when the machine is busy",
     "none", "OpenMP 5.2, 18.2.6"},
    {"omp_set_schedule", "schedule",
     "the OpenMP runtime, at the next loop with schedule(runtime); the clause for its own loop", read_at::any,
     "omp_sched_static", for_bits,
     "who computes what: dynamic and guided loops give the iterations to whoever comes first", "uneven loops",
     "OpenMP 5.2, 11.5.3 and 18.2.11"},
    {"reduction", "#pragma omp reduction", "the compiler and the OpenMP runtime, for the loop that has it",
     read_at::build, "none on floating-point numbers with libgomp: add in a fixed order, as repro::sum does",
     for_bits, "the order in which the sums of the threads are added up, which is unspecified",
     "none; repro::sum costs what docs/sums.md says",
     "OpenMP 5.2, 5.5.6; measured: sums of 8 threads of libgomp 12 changed in 130 to 190 of "
     "299 repeats in one process"},
    {"tbb::global_control", "tbb::global_control::max_allowed_parallelism|oneapi::tbb::global_control",
     "oneTBB, while the object lives", read_at::any, "the same number in every run", for_none,
     "how many threads there are, and with static_partitioner how many parts a loop has; parallel_reduce "
     "splits its bodies in no promised way, whatever the number",
     "the speed of the threads that are not used",
     "oneTBB specification, global_control, static_partitioner and parallel_reduce"},
    {"tbb::parallel_deterministic_reduce", "oneapi::tbb::parallel_deterministic_reduce",
     "oneTBB, for the call", read_at::any,
     "in place of tbb::parallel_reduce, with the same grain size, and simple_partitioner, or "
     "static_partitioner and the same number of threads",
     for_bits, "the order in which partial results are joined", "uneven work is balanced less",
     "oneTBB specification, parallel_deterministic_reduce and static_partitioner"},
};

} // namespace repro::inline v0::detail
