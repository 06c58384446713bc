// SPDX-License-Identifier: MIT
#pragma once
// Settings of the CUDA and ROCm libraries.

#include <repro/core/knob.hpp>

namespace repro::inline v0::detail {

inline constexpr code_switch gpu_switches[] = {
    {"cublasSetStream", "cublasSetStream_v2", "cuBLAS, from the call on", read_at::handle,
     "one handle for each stream", for_seeds,
     "which internal workspace a product uses where streams run at once, and with it its "
     "algorithm. cuBLAS promises the same bits for one version, one architecture, one number "
     "of multiprocessors, and one stream",
     "memory of a workspace for each handle", "cuBLAS documentation, Results Reproducibility"},
    {"cublasSetWorkspace", "cublasSetWorkspace_v2", "cuBLAS, from the call on; cublasSetStream takes it back",
     read_at::handle, "a workspace of the caller for each stream", for_seeds,
     "the same as one handle for each stream, or as CUBLAS_WORKSPACE_CONFIG", "the memory",
     "cuBLAS documentation, Results Reproducibility and cublasSetWorkspace()"},
    {"cublasLtMatmul", "", "cuBLASLt, for the call", read_at::any,
     "the same algorithm and a workspace of the caller", for_seeds, "the same as one handle for each stream",
     "choosing the algorithm oneself", "cuBLAS documentation, Results Reproducibility"},
    {"cublasSetAtomicsMode", "", "cuBLAS, from the call on", read_at::handle, "CUBLAS_ATOMICS_NOT_ALLOWED",
     for_seeds, "whether symv and hemv add with atomics; not allowed is the default",
     "speed of symv and hemv", "cuBLAS documentation, cublasSetAtomicsMode()"},
    {"cublasSetMathMode", "", "cuBLAS, from the call on", read_at::handle,
     "CUBLAS_DEFAULT_MATH|CUBLAS_PEDANTIC_MATH, with "
     "CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION",
     for_seeds,
     "whether floats are multiplied as TF32, and half-precision products are added up in half "
     "precision",
     "speed of tensor cores", "cuBLAS documentation, cublasMath_t"},
    {"cudnnSetConvolutionMathType", "", "cuDNN, for the convolutions of the descriptor", read_at::handle,
     "CUDNN_FMA_MATH", for_seeds, "whether floats are multiplied as TF32; the default math may",
     "speed of tensor cores", "cuDNN API reference, cudnnMathType_t"},
    {"cudnnConvolutionBwdFilterAlgo_t",
     "CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0|CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3", "cuDNN, for the call",
     read_at::any, "not CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0, not CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3",
     for_seeds, "whether the gradients of filters are added with atomics", "up to large",
     "cuDNN developer guide, Reproducibility (Determinism); across architectures nothing is "
     "promised"},
    {"cudnnConvolutionBwdDataAlgo_t", "CUDNN_CONVOLUTION_BWD_DATA_ALGO_0", "cuDNN, for the call",
     read_at::any, "not CUDNN_CONVOLUTION_BWD_DATA_ALGO_0", for_seeds,
     "whether the gradients of data are added with atomics", "up to large",
     "cuDNN developer guide, Reproducibility (Determinism)"},
    {"cudnnPoolingMode_t", "CUDNN_POOLING_MAX", "cuDNN, for the poolings of the descriptor", read_at::handle,
     "CUDNN_POOLING_MAX_DETERMINISTIC in place of CUDNN_POOLING_MAX", for_seeds,
     "how the gradient of max pooling is added up", "some speed",
     "cuDNN developer guide, Reproducibility (Determinism); cuDNN API reference, "
     "cudnnPoolingMode_t"},
    {"cudnnCTCLossAlgo_t", "CUDNN_CTC_LOSS_ALGO_NON_DETERMINISTIC", "cuDNN, for the call", read_at::any,
     "CUDNN_CTC_LOSS_ALGO_DETERMINISTIC", for_seeds,
     "whether the loss and its gradient are the same every time", "some speed",
     "cuDNN API reference, cudnnCTCLossAlgo_t"},
    {"cudnnFindConvolutionForwardAlgorithm",
     "cudnnFindConvolutionBackwardFilterAlgorithm|cudnnFindConvolutionBackwardDataAlgorithm",
     "cuDNN, for the call", read_at::any,
     "an algorithm that is written down, or cudnnGetConvolutionForwardAlgorithm_v7", for_seeds,
     "which algorithm runs: Find chooses by timing", "the speed of the fastest",
     "cuDNN API reference; PyTorch documentation, Reproducibility, for what benchmarking does"},
    {"cusolverDnSetDeterministicMode", "", "cuSOLVER, from the call on", read_at::handle,
     "CUSOLVER_DETERMINISTIC_RESULTS", for_seeds,
     "whether geqrf, syevd, gesvd and others may give other bits each time; deterministic is "
     "the default",
     "some speed", "cuSOLVER documentation, cusolverDnSetDeterministicMode()"},
    {"curandSetGeneratorOrdering", "", "cuRAND, before the first number of the generator", read_at::handle,
     "CURAND_ORDERING_PSEUDO_LEGACY", for_bits,
     "in which order numbers stand in memory: the legacy order is the same in all versions, "
     "the others may follow the device",
     "speed", "cuRAND documentation, Generator Options"},
    {"rocblas_set_atomics_mode", "", "rocBLAS, from the call on", read_at::handle,
     "rocblas_atomics_not_allowed", for_seeds, "whether sums use atomics", "speed",
     "rocBLAS documentation, Atomic Operations"},
    {"rocrand_set_ordering", "", "rocRAND, before the first number of the generator", read_at::handle,
     "ROCRAND_ORDERING_PSEUDO_LEGACY", for_bits,
     "in which order numbers stand in memory: dynamic follows the device", "speed",
     "rocRAND documentation, Ordering"},
};

} // namespace repro::inline v0::detail
