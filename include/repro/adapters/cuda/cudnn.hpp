// SPDX-License-Identifier: MIT
#pragma once
// Deterministic convolutions of cuDNN, for those who call it themselves.

#if !__has_include(<cudnn.h>)
#error "repro/adapters/cuda/cudnn.hpp needs cuDNN: find_package(repro COMPONENTS cuda), link cuDNN"
#else

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>

#include <array>
#include <cstddef>
#include <cudnn.h>
#include <string>

namespace repro::inline v0::cuda {
namespace detail {

inline void expect(cudnnStatus_t status, const char* call) {
    if (status != CUDNN_STATUS_SUCCESS)
        throw error(errc::library_failed, std::string("cuDNN, ") + call, ::cudnnGetErrorString(status),
                    "check the descriptors");
}

/// Returns the first of cuDNN's proposals, which stand by its own estimate of speed, that is deterministic
/// and fits into the workspace. The estimate measures nothing, so that the choice repeats.
template <class Proposal, class Ask>
[[nodiscard]] Proposal first_deterministic(std::size_t workspace_bytes, const char* call, Ask ask) {
    std::array<Proposal, 16> all{};
    int count = 0;
    expect(ask(static_cast<int>(all.size()), &count, all.data()), call);
    for (int i = 0; i < count; ++i) {
        const Proposal& each = all[static_cast<std::size_t>(i)];
        if (each.status == CUDNN_STATUS_SUCCESS && each.determinism == CUDNN_DETERMINISTIC &&
            each.memory <= workspace_bytes)
            return each;
    }
    throw error(errc::library_failed, std::string("cuDNN, ") + call,
                "proposes no deterministic algorithm within " + repro::detail::decimal(workspace_bytes) +
                    " bytes",
                "pass a larger workspace");
}

} // namespace detail

/// Makes a convolution compute float32 in float32: no TF32, no tensor cores that round.
///
/// Errors: errc::library_failed.
inline void use_full_precision(cudnnConvolutionDescriptor_t convolution) {
    detail::expect(::cudnnSetConvolutionMathType(convolution, CUDNN_FMA_MATH), "cudnnSetConvolutionMathType");
    cudnnMathType_t now{};
    detail::expect(::cudnnGetConvolutionMathType(convolution, &now), "cudnnGetConvolutionMathType");
    if (now != CUDNN_FMA_MATH)
        throw error(errc::library_failed, "cuDNN, cudnnSetConvolutionMathType", "was ignored",
                    "record the run as not bit-exact");
}

/// Returns a deterministic algorithm for y = convolution(x, w), with the workspace that it needs.
///
/// Does not cover: other GPU models and other versions of cuDNN, which choose other algorithms.
/// Errors: errc::library_failed, also where there is none.
[[nodiscard]] inline cudnnConvolutionFwdAlgoPerf_t
deterministic_forward(cudnnHandle_t handle, cudnnTensorDescriptor_t x, cudnnFilterDescriptor_t w,
                      cudnnConvolutionDescriptor_t convolution, cudnnTensorDescriptor_t y,
                      std::size_t workspace_bytes) {
    return detail::first_deterministic<cudnnConvolutionFwdAlgoPerf_t>(
        workspace_bytes, "cudnnGetConvolutionForwardAlgorithm_v7", [&](int most, int* count, auto* found) {
            return ::cudnnGetConvolutionForwardAlgorithm_v7(handle, x, w, convolution, y, most, count, found);
        });
}

/// Returns a deterministic algorithm for the gradient of x.
[[nodiscard]] inline cudnnConvolutionBwdDataAlgoPerf_t
deterministic_backward_data(cudnnHandle_t handle, cudnnFilterDescriptor_t w, cudnnTensorDescriptor_t dy,
                            cudnnConvolutionDescriptor_t convolution, cudnnTensorDescriptor_t dx,
                            std::size_t workspace_bytes) {
    return detail::first_deterministic<cudnnConvolutionBwdDataAlgoPerf_t>(
        workspace_bytes, "cudnnGetConvolutionBackwardDataAlgorithm_v7",
        [&](int most, int* count, auto* found) {
            return ::cudnnGetConvolutionBackwardDataAlgorithm_v7(handle, w, dy, convolution, dx, most, count,
                                                                 found);
        });
}

/// Returns a deterministic algorithm for the gradient of w.
[[nodiscard]] inline cudnnConvolutionBwdFilterAlgoPerf_t
deterministic_backward_filter(cudnnHandle_t handle, cudnnTensorDescriptor_t x, cudnnTensorDescriptor_t dy,
                              cudnnConvolutionDescriptor_t convolution, cudnnFilterDescriptor_t dw,
                              std::size_t workspace_bytes) {
    return detail::first_deterministic<cudnnConvolutionBwdFilterAlgoPerf_t>(
        workspace_bytes, "cudnnGetConvolutionBackwardFilterAlgorithm_v7",
        [&](int most, int* count, auto* found) {
            return ::cudnnGetConvolutionBackwardFilterAlgorithm_v7(handle, x, dy, convolution, dw, most,
                                                                   count, found);
        });
}

} // namespace repro::inline v0::cuda
#endif
