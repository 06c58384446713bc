// SPDX-License-Identifier: MIT
#pragma once
// Variables that PyTorch, TensorFlow, XLA and JAX read.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr knob framework_knobs[] = {
    {"ATEN_CPU_CAPABILITY", "LibTorch, at its first operation", read_at::handle, knob_rule::noted, "",
     for_none, "libtorch_cpu", "which kernels run on the CPU: default, avx2, avx512",
     "speed, where it names an older processor", "PyTorch, aten/src/ATen/native/DispatchStub.cpp"},
    {"TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "LibTorch, when its context is made", read_at::load,
     knob_rule::unset, "", for_seeds, "libtorch_cuda",
     "float products in ten bits of mantissa; some images set it", "none",
     "PyTorch documentation, CUDA Environment Variables"},
    {"TORCH_CUDNN_V8_API_DISABLED", "LibTorch, at its first convolution", read_at::handle, knob_rule::noted,
     "", for_none, "libtorch_cuda", "which of cuDNN's interfaces chooses the kernels", "none",
     "PyTorch documentation, CUDA Environment Variables"},
    {"TORCHINDUCTOR_MAX_AUTOTUNE", "PyTorch's compiler, when it is imported", read_at::handle,
     knob_rule::noted, "0", for_none, "", "whether kernels are chosen by timing them", "speed",
     "PyTorch, torch/_inductor/config.py"},
    {"TORCHINDUCTOR_COORDINATE_DESCENT_TUNING", "PyTorch's compiler, when it is imported", read_at::handle,
     knob_rule::noted, "0", for_none, "", "whether kernels' sizes are chosen by timing them", "speed",
     "PyTorch, torch/_inductor/config.py"},
    {"TF_DETERMINISTIC_OPS", "TensorFlow up to 2.7, at load", read_at::load, knob_rule::any_case, "1|true",
     for_seeds, "libtensorflow", "whether kernels may vary", "speed",
     "TensorFlow RFC 20210119, Enabling determinism"},
    {"TF_CUDNN_DETERMINISTIC", "TensorFlow up to 2.7, at load", read_at::load, knob_rule::any_case, "1|true",
     for_seeds, "libtensorflow", "which cuDNN kernels are allowed", "speed",
     "TensorFlow RFC 20210119, Enabling determinism"},
    {"TF_CUDNN_USE_AUTOTUNE", "TensorFlow, at load", read_at::load, knob_rule::noted, "0", for_none,
     "libtensorflow", "whether kernels are chosen by timing them", "speed",
     "NVIDIA tensorflow-determinism, README, which warns of setting it beside TF_DETERMINISTIC_OPS"},
    {"TF_DISABLE_SEGMENT_REDUCTION_OP_DETERMINISM_EXCEPTIONS", "TensorFlow, at load", read_at::load,
     knob_rule::unset, "", for_seeds, "libtensorflow", "whether a varying segment sum is refused", "none",
     "TensorFlow issue 51466"},
    {"TF_ENABLE_ONEDNN_OPTS", "TensorFlow, at load", read_at::load, knob_rule::any_case, "0|false", for_bits,
     "libtensorflow", "which CPU kernels run", "speed on the CPU",
     "TensorFlow 2.9 release notes, which say that results may differ with it"},
    {"TF_NUM_INTRAOP_THREADS", "TensorFlow, when a session or context is made", read_at::handle,
     knob_rule::noted, "1", for_none, "libtensorflow", "how an operation is divided", "parallel speed",
     "TensorFlow, common_runtime/process_util.cc; NVIDIA framework-reproducibility asks for 1 on the CPU"},
    {"TF_NUM_INTEROP_THREADS", "TensorFlow, when a session or context is made", read_at::handle,
     knob_rule::noted, "1", for_none, "libtensorflow", "which operations run at once", "parallel speed",
     "TensorFlow, common_runtime/process_util.cc; NVIDIA framework-reproducibility asks for 1 on the CPU"},
    {"XLA_FLAGS", "XLA, when a backend is made", read_at::handle, knob_rule::noted,
     "--xla_gpu_deterministic_ops=true", for_none, "",
     "whether kernels may vary, and are chosen by timing them", "speed on the GPU",
     "OpenXLA documentation, Determinism (GPU); openxla/xla pull request 12520"},
    {"JAX_THREEFRY_PARTITIONABLE", "JAX, before tracing", read_at::handle, knob_rule::noted, "", for_none, "",
     "the numbers of jax.random: true is the default from 0.5 on", "none", "JAX change log, 0.5.0"},
    {"JAX_DEFAULT_PRNG_IMPL", "JAX, before keys are made", read_at::handle, knob_rule::noted, "threefry2x32",
     for_none, "", "the numbers of jax.random", "none",
     "JAX documentation, jax.random: advanced RNG configuration"},
    {"JAX_DEFAULT_MATMUL_PRECISION", "JAX, before tracing", read_at::handle, knob_rule::noted, "highest",
     for_none, "", "in how many bits products are computed", "speed",
     "JAX documentation, Configuration options, jax_default_matmul_precision"},
    {"JAX_ENABLE_X64", "JAX, before tracing", read_at::handle, knob_rule::noted, "", for_none, "",
     "the type of every default array", "memory, speed",
     "JAX documentation, Configuration options, jax_enable_x64"},
};

} // namespace repro::inline v0::detail
