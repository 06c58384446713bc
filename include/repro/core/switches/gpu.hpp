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
     "cuBLAS documentation, Results Reproducibility, cublasSetStream() and cublasSetWorkspace()"},
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
     "whether floats are multiplied as TF32 or as sums of bfloat16, doubles by fixed-point numbers, and "
     "products with a shorter result are added up in its precision",
     "speed of tensor cores", "cuBLAS documentation, cublasMath_t; cublas_api.h of CUDA 13.0"},
    {"cudnnSetConvolutionMathType", "", "cuDNN, for the convolutions of the descriptor", read_at::handle,
     "CUDNN_FMA_MATH", for_seeds, "whether floats are multiplied as TF32; the default math may",
     "speed of tensor cores", "cuDNN API reference, cudnnMathType_t"},
    {"cudnnConvolutionBwdFilterAlgo_t",
     "CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0|CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3", "cuDNN, for the call",
     read_at::any, "not CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0, not CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3",
     for_seeds, "whether the gradients of filters are added with atomics", "up to large",
     "cuDNN documentation, Odds and Ends, Reproducibility (Determinism); across architectures nothing is "
     "promised"},
    {"cudnnConvolutionBwdDataAlgo_t", "CUDNN_CONVOLUTION_BWD_DATA_ALGO_0", "cuDNN, for the call",
     read_at::any, "not CUDNN_CONVOLUTION_BWD_DATA_ALGO_0", for_seeds,
     "whether the gradients of data are added with atomics", "up to large",
     "cuDNN documentation, Odds and Ends, Reproducibility (Determinism)"},
    {"cudnnPoolingMode_t", "CUDNN_POOLING_MAX", "cuDNN, for the poolings of the descriptor", read_at::handle,
     "CUDNN_POOLING_MAX_DETERMINISTIC in place of CUDNN_POOLING_MAX", for_seeds,
     "whether the gradient of max pooling is added with atomics", "some speed",
     "cuDNN documentation, Odds and Ends, Reproducibility (Determinism); cudnn_ops.h of cuDNN 9"},
    {"cudnnCTCLossAlgo_t", "CUDNN_CTC_LOSS_ALGO_NON_DETERMINISTIC", "cuDNN, for the call", read_at::any,
     "CUDNN_CTC_LOSS_ALGO_DETERMINISTIC", for_seeds,
     "whether the loss and its gradient are the same every time", "some speed",
     "cuDNN documentation, Odds and Ends, Reproducibility (Determinism); cudnn_ops.h of cuDNN 9"},
    {"cudnnFindConvolutionForwardAlgorithm",
     "cudnnFindConvolutionBackwardFilterAlgorithm|cudnnFindConvolutionBackwardDataAlgorithm",
     "cuDNN, for the call", read_at::any,
     "an algorithm that is written down, or cudnnGetConvolutionForwardAlgorithm_v7", for_seeds,
     "which algorithm runs: Find chooses by timing", "the speed of the fastest",
     "cuDNN API reference; PyTorch documentation, Reproducibility, CUDA convolution benchmarking"},
    {"CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC", "cudnnBackendNumericalNote_t",
     "cuDNN's graph interface, when an engine is chosen for a graph", read_at::handle,
     "no engine that has this note, and none that has CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS", for_seeds,
     "whether an engine may vary from run to run, and whether it rounds floats to fewer bits", "up to large",
     "cudnn_graph.h of cuDNN 9, cudnnBackendNumericalNote_t; PyTorch leaves such engines out in "
     "aten/src/ATen/native/cudnn/Conv_v8.cpp"},
    {"cusolverDnSetDeterministicMode", "", "cuSOLVER from CUDA 12.2 on, from the call on", read_at::handle,
     "CUSOLVER_DETERMINISTIC_RESULTS", for_seeds,
     "whether geqrf, syevd, syevdx, gesvd, gesvdj and others may give other bits each time", "some speed",
     "cuSOLVER documentation, cusolverDnSetDeterministicMode()"},
    {"cusparseSpMVAlg_t", "cusparseSpMMAlg_t|CUSPARSE_SPMV_ALG_DEFAULT|CUSPARSE_SPMM_ALG_DEFAULT",
     "cuSPARSE, for the call", read_at::any,
     "CUSPARSE_SPMV_CSR_ALG2|CUSPARSE_SPMV_COO_ALG2|CUSPARSE_SPMM_CSR_ALG3|CUSPARSE_SPMM_COO_ALG2, "
     "of a matrix that is not transposed",
     for_seeds,
     "whether products with sparse matrices may give other bits each time: the default algorithms for CSR "
     "and COO may",
     "speed, and memory for some", "cuSPARSE documentation, cusparseSpMV() and cusparseSpMM()"},
    {"cuda::execution::determinism",
     "cuda::execution::determinism::not_guaranteed|cuda::execution::determinism::run_to_run|"
     "cuda::execution::determinism::gpu_to_gpu",
     "CUB from CCCL 3.1 on, for the call, as it is compiled", read_at::build,
     "run_to_run|gpu_to_gpu where devices differ", for_seeds,
     "in which order reductions and scans are added up: run_to_run is the default of DeviceReduce and "
     "DeviceSegmentedReduce, and DeviceScan promises nothing by default",
     "some speed, most of it for gpu_to_gpu",
     "CCCL documentation, CUB Determinism; CCCL 3.1.0 release notes"},
    {"flash_attn_func",
     "flash_attn_func(deterministic=True)|flash_attn_varlen_func|flash_attn_qkvpacked_func|"
     "flash_attn_kvpacked_func",
     "flash-attn from 2.4 on, for the gradients of the call", read_at::any, "deterministic=True", for_seeds,
     "whether the backward pass adds with atomics; False is the default, and the forward pass is the same "
     "every time",
     "memory, and up to 12 % of the operation",
     "flash-attention README, 2.4: ALiBi, deterministic backward pass; cost: autoware-ml issue 75"},
    {"ncclAllReduce", "ncclReduceScatter|ncclReduce|torch.distributed.all_reduce",
     "NCCL and RCCL, for the call", read_at::any,
     "the same number of elements in every run, and the same cut of data into calls", for_bits,
     "which algorithm adds up the ranks' values, and from which rank on: it is chosen by the size of the "
     "message, so that tensors summed in one call have other bits than in a call each",
     "sizes that follow the load",
     "NCCL issue 157 for messages fused and separate; ROCm rocm-systems issue 11661 for the choice by size"},
    {"curandSetGeneratorOrdering", "", "cuRAND, for the numbers made after the call", read_at::handle,
     "CURAND_ORDERING_PSEUDO_LEGACY", for_bits,
     "in which order numbers stand in memory: the legacy order stays the same in all releases, which the "
     "default does not promise, and dynamic follows the device",
     "speed", "cuRAND documentation, Generator Options, Order; curand.h of CUDA 13.0, curandOrdering"},
    {"rocblas_set_atomics_mode", "hipblasSetAtomicsMode", "rocBLAS, from the call on", read_at::handle,
     "rocblas_atomics_not_allowed", for_seeds,
     "whether gemv, symv, trsv, trsm and gemm may use atomics; allowed is the default before rocBLAS 5.0",
     "speed",
     "rocBLAS documentation, What is rocBLAS, Atomic Operations; rocBLAS pull requests 1609 and 1610"},
    {"MIOPEN_CONVOLUTION_ATTRIB_DETERMINISTIC", "miopenSetConvolutionAttribute",
     "MIOpen, for the convolutions of the descriptor", read_at::handle, "1", for_seeds,
     "whether convolutions may take kernels that vary from run to run; 0 is the default", "up to large",
     "MIOpen, miopen.h, miopenConvolutionAttrib_t"},
    {"rocrand_set_ordering", "", "rocRAND, for the numbers made after the call", read_at::handle,
     "ROCRAND_ORDERING_PSEUDO_LEGACY", for_bits,
     "in which order numbers stand in memory: legacy is the default as yet, and dynamic follows the device "
     "and the release",
     "speed", "rocRAND programming guide, Ordering"},
};

} // namespace repro::inline v0::detail
