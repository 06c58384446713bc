// SPDX-License-Identifier: MIT
#pragma once
// Variables that the libraries of CUDA and ROCm read, and kernels built on them.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr std::string_view cuda_objects = "libcudart|libcublas|libcudnn|libtorch_cuda";

inline constexpr knob gpu_knobs[] = {
    {"CUBLAS_WORKSPACE_CONFIG", "cuBLAS, when a handle is made", read_at::handle, knob_rule::one_of,
     ":4096:8|:16:8", for_seeds, cuda_objects,
     "whether products on several streams pick their kernels by chance",
     "24 MiB a handle with :4096:8, speed with :16:8",
     "cuBLAS documentation, Results Reproducibility; measured on an H100 with CUDA 13: setenv before "
     "cublasCreate is honoured"},
    {"NVIDIA_TF32_OVERRIDE", "the CUDA libraries, at load", read_at::load, knob_rule::one_of, "0", for_seeds,
     cuda_objects, "whether float products are computed with ten bits of mantissa",
     "the tensor cores' speed in float", "PyTorch documentation, CUDA Environment Variables"},
    {"CUBLASLT_WORKSPACE_SIZE", "LibTorch, at its first product through cuBLASLt", read_at::handle,
     knob_rule::noted, "", for_none, "libtorch_cuda", "which kernels have room to run", "memory",
     "PyTorch documentation, CUDA Environment Variables; aten/src/ATen/cuda/CUDABlas.cpp"},
    {"CUDNN_ERRATA_JSON_FILE", "cuDNN, when an engine is chosen", read_at::handle, knob_rule::noted, "",
     for_none, "libcudnn", "which engines are left out, and with it which one computes", "speed",
     "PyTorch documentation, CUDA Environment Variables"},
    {"CUDA_LAUNCH_BLOCKING", "the CUDA driver, at its start", read_at::handle, knob_rule::noted, "", for_none,
     cuda_objects, "nothing today but the order of launches", "severe",
     "CUDA C++ programming guide, CUDA Environment Variables"},
    {"CUDA_VISIBLE_DEVICES", "the CUDA driver, at its start", read_at::handle, knob_rule::noted, "", for_none,
     cuda_objects, "which device is number 0", "none",
     "CUDA C++ programming guide, CUDA Environment Variables"},
    {"CUDA_DEVICE_ORDER", "the CUDA driver, at its start", read_at::handle, knob_rule::one_of, "PCI_BUS_ID",
     for_bits, cuda_objects, "which device is number 0 where there are several kinds", "none",
     "CUDA C++ programming guide, CUDA Environment Variables"},
    {"NVTE_ALLOW_NONDETERMINISTIC_ALGO", "Transformer Engine, before its first attention", read_at::handle,
     knob_rule::one_of, "0", for_seeds, "libtransformer_engine", "whether attention may add in any order",
     "some speed", "Megatron Core developer guide, Deterministic Training"},
    {"FLASH_ATTENTION_DETERMINISTIC", "transformers, before use", read_at::handle, knob_rule::noted, "1",
     for_none, "", "the backward pass of flash attention", "up to 12 % of that operation",
     "transformers, modeling_flash_attention_utils.py; cost: autoware-ml issue 75"},
    {"MAMBA_DETERMINISTIC", "mamba_ssm, before its first kernel", read_at::handle, knob_rule::noted, "1",
     for_none, "", "whether the state space kernels add with atomics", "some speed",
     "Megatron Core developer guide, Deterministic Training"},
    {"CAUSAL_CONV1D_DETERMINISTIC", "causal_conv1d, before its first kernel", read_at::handle,
     knob_rule::noted, "1", for_none, "", "whether the kernels' gradients add with atomics", "some speed",
     "Megatron Core developer guide, Deterministic Training"},
    {"ROCBLAS_DEFAULT_ATOMICS_MODE", "rocBLAS, when a handle is made", read_at::handle, knob_rule::one_of,
     "0", for_seeds, "librocblas", "whether sums use atomics", "speed",
     "rocBLAS documentation, Environment variables"},
    {"ROCBLAS_USE_HIPBLASLT", "rocBLAS, when a handle is made", read_at::handle, knob_rule::noted, "",
     for_none, "librocblas", "which library's kernels multiply", "speed",
     "rocBLAS documentation, Environment variables"},
    {"ROCBLAS_INTERNAL_FP16_ALT_IMPL", "rocBLAS, at load", read_at::load, knob_rule::noted, "", for_none,
     "librocblas", "how half-precision gradients are computed", "range or speed",
     "PyTorch documentation, Numerical accuracy, Reduced Precision FP16 and BF16 GEMMs and Convolutions on "
     "AMD Instinct MI200 devices"},
    {"MIOPEN_DEBUG_CONVOLUTION_ATTRIB_FP16_ALT_IMPL", "MIOpen, when a convolution is chosen", read_at::handle,
     knob_rule::noted, "", for_none, "libMIOpen",
     "how half-precision convolutions are computed, in all directions", "range or speed",
     "MIOpen documentation, MI200 matrix fused multiply-add behavior specifics"},
    {"MIOPEN_FIND_MODE", "MIOpen, when a convolution is chosen", read_at::handle, knob_rule::noted, "",
     for_none, "libMIOpen", "whether kernels are chosen by timing them", "the time of the search",
     "MIOpen documentation, Using the find APIs and immediate mode"},
};

} // namespace repro::inline v0::detail
