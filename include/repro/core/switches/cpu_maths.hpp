// SPDX-License-Identifier: MIT
#pragma once
// Settings of libraries of linear algebra and transforms on the CPU.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr code_switch cpu_maths_switches[] = {
    {"openblas_set_num_threads", "goto_set_num_threads|openblas_set_num_threads_local",
     "OpenBLAS, at the next product", read_at::any, "the same number in every run", for_bits,
     "how products are divided: one thread and two give other bits", "parallel speed",
     "measured with the threads build of 0.3.21: it works between products, which OpenBLAS README, Setting "
     "the number of threads at runtime, denies; before pull request 5808 builds with OpenMP take "
     "omp_get_max_threads() at each product instead: OpenBLAS issue 5806"},
    {"USE_LOCKING", "", "OpenBLAS from 0.3.7 on, when a build without threads (USE_THREAD=0) is compiled",
     read_at::build, "1, where several threads call it", for_seeds,
     "whether threads that call a serial build at once may share its buffers: products come out wrong then, "
     "and not the same each time",
     "a lock for each buffer", "OpenBLAS issues 1755 and 2126, and pull request 2136, which adds it"},
    {"mkl_cbwr_set", "MKL_CBWR_Set", "MKL, once, before any other call to it", read_at::handle,
     "MKL_CBWR_COMPATIBLE|MKL_CBWR_SSE2|MKL_CBWR_AVX2|MKL_CBWR_AVX512, the last two alone or with "
     "MKL_CBWR_STRICT",
     for_bits,
     "as the variable MKL_CBWR, before which it goes; unlike it, the call returns an error where the "
     "processor lacks what it names or is not of Intel, except for MKL_CBWR_COMPATIBLE",
     "moderate",
     "oneMKL developer reference, mkl_cbwr_set, Named Constants for CNR Control, and Reproducibility "
     "Conditions for what strict mode covers"},
    {"mkl_set_num_threads",
     "MKL_Set_Num_Threads|mkl_set_num_threads_local|MKL_Set_Num_Threads_Local|mkl_domain_set_num_threads",
     "MKL, at the next call; not where it is threaded with TBB", read_at::any, "the same number in every run",
     for_bits, "how products are divided", "parallel speed",
     "oneMKL developer guide for Linux, Techniques to Set the Number of Threads, and Reproducibility "
     "Conditions; oneMKL developer reference, Threading Control"},
    {"mkl_set_dynamic", "MKL_Set_Dynamic", "MKL, at the next call", read_at::any, "0", for_bits,
     "whether MKL may use fewer threads than it was told: it may by default, and 0 is a request", "none",
     "oneMKL developer reference, mkl_set_dynamic; oneMKL developer guide for Linux, Reproducibility "
     "Conditions"},
    {"mkl_set_threading_layer", "", "MKL, before any other call to libmkl_rt", read_at::handle,
     "MKL_THREADING_SEQUENTIAL|MKL_THREADING_INTEL|MKL_THREADING_GNU", for_bits,
     "which runtime divides products: with TBB the same results are not promised", "parallel speed",
     "oneMKL developer reference, mkl_set_threading_layer; oneMKL developer guide for Linux, "
     "Reproducibility Conditions"},
    {"mkl_malloc", "aligned_alloc", "MKL, for the arrays that it is given", read_at::any, "64-byte alignment",
     for_none, "the order of operations, where CNR is off", "none",
     "oneMKL developer guide for Linux, Obtaining Numerically Reproducible Results, and Reproducibility "
     "Conditions: under CNR alignment is for speed alone"},
    {"dnnl::primitive_attr::set_deterministic", "dnnl_primitive_attr_set_deterministic",
     "oneDNN, when a primitive is made", read_at::handle, "true", for_seeds,
     "whether a primitive may add in any order, mainly on GPUs",
     "speed of convolutions, products and normalisations",
     "oneDNN developer guide, Primitive Attributes: deterministic"},
    {"dnnl::set_max_cpu_isa", "dnnl_set_max_cpu_isa",
     "oneDNN, once, before any other call to it: an error comes back afterwards", read_at::handle,
     "the same instruction set in every run", for_bits, "which kernels run", "speed",
     "oneDNN developer guide, CPU Dispatcher Control"},
    {"dnnl::primitive_attr::set_fpmath_mode",
     "dnnl_primitive_attr_set_fpmath_mode|dnnl_primitive_attr_set_fpmath_mode_v2|"
     "dnnl::set_default_fpmath_mode|dnnl_set_default_fpmath_mode",
     "oneDNN, when a primitive is made", read_at::handle, "strict", for_seeds,
     "whether floats may be rounded to bfloat16, half precision or TF32 on the way; strict is the default",
     "speed", "oneDNN developer guide, Primitive Attributes: floating-point math mode"},
    {"bli_thread_set_num_threads", "bli_thread_set_ways",
     "BLIS, at the next product of the thread that calls", read_at::any, "the same number in every run",
     for_bits, "how products are divided", "parallel speed",
     "BLIS, docs/Multithreading.md, Globally at runtime"},
    {"Eigen::setNbThreads", "", "Eigen, at the next product, where it was compiled with OpenMP", read_at::any,
     "the same number in every run", for_bits,
     "how products, PartialPivLU and the iterative solvers are divided; 0 leaves it to OpenMP again",
     "parallel speed", "Eigen documentation, Eigen and multi-threading"},
    {"FFTW_ESTIMATE", "FFTW_MEASURE|FFTW_PATIENT|FFTW_EXHAUSTIVE|FFTW_WISDOM_ONLY",
     "FFTW, when a plan is made", read_at::handle,
     "FFTW_ESTIMATE without wisdom|any of them with the same wisdom for all that is planned", for_bits,
     "which algorithm computes a transform: the other flags choose by timing. FFTW_MEASURE is the default, "
     "and FFTW_ESTIMATE takes what measured plans of the process or a file left behind",
     "the speed of transforms",
     "FFTW FAQ, FFTW gives different results between runs; FFTW manual, Planner Flags, and Words of "
     "Wisdom-Saving Plans"},
    {"fftw_plan_with_nthreads", "fftwf_plan_with_nthreads|fftwl_plan_with_nthreads",
     "FFTW, for plans made after the call", read_at::handle, "the same number in every run", for_none,
     "how a transform is divided; 1 is the default", "parallel speed",
     "FFTW manual, Usage of Multi-threaded FFTW"},
};

} // namespace repro::inline v0::detail
