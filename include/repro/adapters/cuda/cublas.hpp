// SPDX-License-Identifier: MIT
#pragma once
// A cuBLAS handle whose results repeat, for those who call cuBLAS themselves.

#if !__has_include(<cublas_v2.h>)
#error "repro/adapters/cuda/cublas.hpp needs cuBLAS: find_package(repro COMPONENTS cuda), link CUDA::cublas"
#else

#include <repro/core/error.hpp>
#include <repro/core/source.hpp>
#include <repro/detail/text.hpp>

#include <cstddef>
#include <cublas_v2.h>
#include <string>
#include <vector>

namespace repro::inline v0::cuda {
namespace detail {

inline void expect(cublasStatus_t status, const char* call) {
    if (status != CUBLAS_STATUS_SUCCESS)
        throw error(errc::library_failed, std::string("cuBLAS, ") + call,
                    "failed with status " + repro::detail::decimal(static_cast<unsigned>(status)),
                    "look the status up in cublas_api.h");
}

} // namespace detail

/// Makes `handle` repeat itself on one GPU model with one cuBLAS: float32 stays float32 (no TF32), sums keep
/// the precision of their type, no atomics, and one workspace for all calls. `workspace` is memory of the
/// device that outlives the handle's use; cuBLAS asks for 256-byte alignment, and 32 MiB for Hopper, 4 MiB
/// before. Returns what the handle answers afterwards.
///
/// Does not cover: handles used on several streams at once; another number of multiprocessors, which changes
/// kernels.
/// Errors: errc::library_failed.
inline std::vector<fact> pin(cublasHandle_t handle, void* workspace, std::size_t workspace_bytes) {
    constexpr auto exact =
        static_cast<cublasMath_t>(CUBLAS_PEDANTIC_MATH | CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION);
    detail::expect(::cublasSetMathMode(handle, exact), "cublasSetMathMode");
    detail::expect(::cublasSetAtomicsMode(handle, CUBLAS_ATOMICS_NOT_ALLOWED), "cublasSetAtomicsMode");
    detail::expect(::cublasSetWorkspace(handle, workspace, workspace_bytes), "cublasSetWorkspace");
    cublasMath_t mode{};
    cublasAtomicsMode_t atomics{};
    detail::expect(::cublasGetMathMode(handle, &mode), "cublasGetMathMode");
    detail::expect(::cublasGetAtomicsMode(handle, &atomics), "cublasGetAtomicsMode");
    return {{"math_mode", mode == exact ? "pedantic, no reduced precision"
                                        : repro::detail::decimal(static_cast<unsigned>(mode))},
            {"atomics", atomics == CUBLAS_ATOMICS_NOT_ALLOWED ? "off" : "on"},
            {"workspace_bytes", repro::detail::decimal(workspace_bytes)}};
}

} // namespace repro::inline v0::cuda
#endif
