// SPDX-License-Identifier: MIT
#pragma once
// Variables that libraries of linear algebra on the CPU read.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr std::string_view openblas_objects = "libopenblas|libscipy_openblas|libblas.so";
inline constexpr std::string_view mkl_objects = "libmkl_rt|libmkl_core";

inline constexpr knob cpu_maths_knobs[] = {
    {"OPENBLAS_NUM_THREADS", "OpenBLAS, at load", read_at::load, knob_rule::count, "1", for_bits,
     openblas_objects, "how products are divided: one thread and two give other bits", "parallel speed",
     "OpenBLAS README, Setting the number of threads using environment variables; measured with 0.3.21: "
     "setenv in main changes nothing",
     "OMP_NUM_THREADS"},
    {"OPENBLAS_CORETYPE", "OpenBLAS, at load", read_at::load, knob_rule::noted, "", for_none,
     openblas_objects, "which kernels run: five types gave five different products",
     "speed, where it names an older processor", "OpenBLAS documentation, FAQ; measured with 0.3.21"},
    {"GOTO_NUM_THREADS", "OpenBLAS, at load", read_at::load, knob_rule::noted, "", for_none, openblas_objects,
     "as OPENBLAS_NUM_THREADS, which goes before it", "parallel speed",
     "OpenBLAS README, Setting the number of threads using environment variables"},
    {"MKL_CBWR", "MKL, at its first call", read_at::handle, knob_rule::one_of,
     "COMPATIBLE|SSE2|SSE4_1|SSE4_2|AVX|AVX2|AVX512|AVX512_E1|AVX2,STRICT|AVX512,STRICT|BRANCH=COMPATIBLE|"
     "BRANCH=AVX2|BRANCH=AVX512|BRANCH=AVX2,STRICT|BRANCH=AVX512,STRICT",
     for_bits, mkl_objects,
     "whether sums depend on alignment and threads; where the processor lacks what it names, MKL falls back "
     "to AUTO and says nothing",
     "moderate",
     "oneMKL developer guide for Linux, Setting the Environment Variable for Conditional Numerical "
     "Reproducibility; effect measured with MKL 2023.2"},
    {"MKL_NUM_THREADS", "MKL, at its first call", read_at::handle, knob_rule::count, "1", for_bits,
     mkl_objects, "how work is divided", "parallel speed",
     "oneMKL developer guide for Linux, Environment Variables for OpenMP Threading Control",
     "OMP_NUM_THREADS"},
    {"MKL_DYNAMIC", "MKL, at its first call", read_at::handle, knob_rule::any_case, "FALSE|0", for_bits,
     mkl_objects, "whether MKL may use fewer threads than it was given", "none",
     "oneMKL developer guide for Linux, MKL_DYNAMIC"},
    {"MKL_ENABLE_INSTRUCTIONS", "MKL, at its first call", read_at::handle, knob_rule::noted, "", for_none,
     mkl_objects, "which kernels run", "speed, where it names an older processor",
     "oneMKL developer guide for Linux, Instruction Set Specific Dispatching on Intel Architectures"},
    {"MKL_THREADING_LAYER", "MKL, when libmkl_rt is first called", read_at::handle, knob_rule::noted, "",
     for_none, "libmkl_rt", "which runtime's threads divide the work, TBB's in an order of their own", "none",
     "oneMKL developer guide for Linux, Dynamically Selecting the Interface and Threading Layer"},
    {"ONEDNN_MAX_CPU_ISA", "oneDNN, at its first primitive", read_at::handle, knob_rule::noted, "", for_none,
     "libdnnl", "which kernels run", "speed, where it names an older processor",
     "oneDNN developer guide, CPU Dispatcher Control"},
    {"DNNL_MAX_CPU_ISA", "oneDNN, at its first primitive", read_at::handle, knob_rule::noted, "", for_none,
     "libdnnl", "as ONEDNN_MAX_CPU_ISA, in older releases", "speed, where it names an older processor",
     "oneDNN, dnnl_set_max_cpu_isa: has effect only before the first kernel is generated"},
    {"ONEDNN_CPU_ISA_HINTS", "oneDNN, at its first primitive", read_at::handle, knob_rule::noted, "",
     for_none, "libdnnl", "which kernels run, among those of one instruction set", "speed",
     "oneDNN developer guide, CPU ISA Hints"},
    {"ONEDNN_DEFAULT_FPMATH_MODE", "oneDNN, at its first primitive", read_at::handle, knob_rule::any_case,
     "STRICT", for_seeds, "libdnnl", "whether float may be computed in fewer bits",
     "speed of the shorter types", "oneDNN developer guide, Primitive Attributes: floating-point math mode"},
    {"BLIS_NUM_THREADS", "BLIS, at its first call", read_at::handle, knob_rule::count, "1", for_bits,
     "libblis", "how products are divided", "parallel speed",
     "BLIS, docs/Multithreading.md, Specifying multithreading", "OMP_NUM_THREADS"},
    {"BLIS_ARCH_TYPE", "BLIS, at its first call", read_at::handle, knob_rule::noted, "", for_none, "libblis",
     "which kernels run", "speed, where it names an older processor",
     "BLIS, frame/base/bli_arch.c, bli_arch_set_id"},
};

} // namespace repro::inline v0::detail
