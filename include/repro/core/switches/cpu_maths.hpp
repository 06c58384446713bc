// SPDX-License-Identifier: MIT
#pragma once
// Settings of libraries of linear algebra and transforms on the CPU.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr code_switch cpu_maths_switches[] = {
    {"openblas_set_num_threads", "", "OpenBLAS, at the next product", read_at::any,
     "the same number in every run", for_bits, "how products are divided: one thread and two give other bits",
     "parallel speed",
     "OpenBLAS README, Setting the number of threads at runtime; measured with the threads "
     "build of 0.3.21; in OpenMP builds before pull request 5808 omp_set_num_threads overrides "
     "it"},
    {"mkl_cbwr_set", "MKL_CBWR_Set", "MKL, before any other call to it", read_at::handle,
     "MKL_CBWR_COMPATIBLE|MKL_CBWR_AVX2|MKL_CBWR_AVX512, each alone or with MKL_CBWR_STRICT", for_bits,
     "as the variable MKL_CBWR; unlike it, the call returns an error where the processor lacks "
     "what it names",
     "moderate", "oneMKL developer reference, mkl_cbwr_set"},
    {"mkl_set_num_threads", "MKL_Set_Num_Threads|mkl_set_num_threads_local", "MKL, at the next call",
     read_at::any, "the same number in every run", for_bits, "how products are divided", "parallel speed",
     "oneMKL developer guide for Linux, Techniques to Set the Number of Threads"},
    {"mkl_set_dynamic", "MKL_Set_Dynamic", "MKL, at the next call", read_at::any, "0", for_bits,
     "whether MKL may use fewer threads than it was told", "none",
     "oneMKL developer guide for Linux, Techniques to Set the Number of Threads"},
    {"mkl_set_threading_layer", "", "MKL, before any other call to libmkl_rt", read_at::handle,
     "MKL_THREADING_SEQUENTIAL|MKL_THREADING_INTEL|MKL_THREADING_GNU", for_bits,
     "which runtime divides products: with TBB results vary from run to run", "parallel speed",
     "oneMKL developer guide for Linux, Introduction to Conditional Numerical Reproducibility "
     "and Dynamically Selecting the Interface and Threading Layer"},
    {"mkl_malloc", "aligned_alloc", "MKL, for the arrays that it is given", read_at::any, "64-byte alignment",
     for_none, "which of its loops take the first and last elements, where CNR is off", "none",
     "oneMKL developer guide for Linux, Introduction to Conditional Numerical Reproducibility: "
     "recommended, and unaligned arrays are supported under CNR"},
    {"dnnl::primitive_attr::set_deterministic", "dnnl_primitive_attr_set_deterministic",
     "oneDNN, when a primitive is made", read_at::handle, "true", for_seeds,
     "whether a primitive may add in any order, mainly on GPUs",
     "speed of convolutions, products and normalisations",
     "oneDNN developer guide, Primitive Attributes: deterministic"},
    {"dnnl::set_max_cpu_isa", "dnnl_set_max_cpu_isa", "oneDNN, before the first primitive", read_at::handle,
     "the same instruction set in every run", for_bits, "which kernels run", "speed",
     "oneDNN developer guide, CPU Dispatcher Control"},
    {"dnnl::primitive_attr::set_fpmath_mode",
     "dnnl_primitive_attr_set_fpmath_mode|dnnl_set_default_fpmath_mode", "oneDNN, when a primitive is made",
     read_at::handle, "strict", for_seeds,
     "whether floats may be rounded to bfloat16 or TF32 before they are multiplied", "speed",
     "oneDNN developer guide, Primitive Attributes: floating-point math mode"},
    {"bli_thread_set_num_threads", "", "BLIS, at the next product", read_at::any,
     "the same number in every run", for_bits, "how products are divided", "parallel speed",
     "BLIS documentation, Multithreading"},
    {"Eigen::setNbThreads", "", "Eigen, at the next product, where it was compiled with OpenMP", read_at::any,
     "the same number in every run", for_bits, "how products are divided", "parallel speed",
     "Eigen documentation, Eigen and multi-threading"},
    {"FFTW_ESTIMATE", "FFTW_MEASURE|FFTW_PATIENT|FFTW_EXHAUSTIVE|FFTW_WISDOM_ONLY",
     "FFTW, when a plan is made", read_at::handle, "FFTW_ESTIMATE|FFTW_WISDOM_ONLY with a saved wisdom",
     for_bits, "which algorithm computes a transform: the other flags choose by timing",
     "the speed of transforms", "FFTW manual, Planner Flags, and Words of Wisdom-Saving Plans"},
    {"fftw_plan_with_nthreads", "fftwf_plan_with_nthreads", "FFTW, for plans made after the call",
     read_at::handle, "the same number in every run", for_none, "how a transform is divided",
     "parallel speed", "FFTW manual, Usage of Multi-threaded FFTW"},
};

} // namespace repro::inline v0::detail
