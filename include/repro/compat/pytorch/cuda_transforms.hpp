// SPDX-License-Identifier: MIT
#pragma once
// From a block of words to elements, as PyTorch's CUDA kernels do it: uniforms and Box and Muller's normals
// in float (four of a block) and in double (two). Origin: cuRAND's device headers (CUDA 13) and PyTorch 2.11
// (BSD-3-Clause), aten/src/ATen/core/TransformationHelper.h.

#include <repro/compat/cuda_math.hpp>
#include <repro/compat/curand/transforms.hpp>
#include <repro/compat/pytorch/cuda_words.hpp>
#include <repro/compat/pytorch/half.hpp>

#include <cstdint>
#include <limits>

namespace repro::inline v0::pytorch {
namespace detail {

namespace cuda = repro::detail::cuda;
namespace curand = repro::curand;

/// How many elements a block gives whose arithmetic is done in this type.
template <class Real> inline constexpr int cuda_lanes = sizeof(Real) == 8 ? 2 : 4;

/// What a discrete distribution is computed in: double for double, float for all others.
template <class T> using cuda_real = std::conditional_t<std::same_as<T, double>, double, float>;

using curand::detail::uniform;

/// Numbers in (0, 1].
[[gnu::always_inline]] inline void cuda_uniforms(const cuda_block& w, float* out) noexcept {
    out[0] = uniform(w.a);
    out[1] = uniform(w.b);
    out[2] = uniform(w.c);
    out[3] = uniform(w.d);
}
[[gnu::always_inline]] inline void cuda_uniforms(const cuda_block& w, double* out) noexcept {
    out[0] = uniform(w.a, w.b);
    out[1] = uniform(w.c, w.d);
}

/// Standard normals, the sine first. Class device.
[[gnu::always_inline]] inline void cuda_normals(const cuda_block& w, float* out) noexcept {
    curand::detail::normal_pair({w.a, w.b}, out);
    curand::detail::normal_pair({w.c, w.d}, out + 2);
}
[[gnu::always_inline]] inline void cuda_normals(const cuda_block& w, double* out) noexcept {
    curand::detail::normal_pair({w.a, w.b, w.c, w.d}, out);
}

/// log, exp and tan as the kernels call them: the fast ones in float.
[[gnu::always_inline]] inline float kernel_log(float x) noexcept { return cuda::fast_log(x); }
[[gnu::always_inline]] inline double kernel_log(double x) noexcept { return cuda::log(x); }
[[gnu::always_inline]] inline float kernel_exp(float x) noexcept { return cuda::fast_exp(x); }
[[gnu::always_inline]] inline double kernel_exp(double x) noexcept { return cuda::exp(x); }
[[gnu::always_inline]] inline float kernel_tan(float x) noexcept { return cuda::fast_tan(x); }
[[gnu::always_inline]] inline double kernel_tan(double x) noexcept { return cuda::tan(x); }

/// -log(u) / lambda; u of one, or nearly, counts as one less half a unit.
template <class Real>
[[gnu::always_inline]] inline Real cuda_exponential(Real u, Real minus_inverse_lambda) noexcept {
    constexpr Real half_unit = std::numeric_limits<Real>::epsilon() / 2;
    const Real log = u >= Real{1} - half_unit ? -half_unit : kernel_log(u);
    return repro::detail::rounded(minus_inverse_lambda * log);
}

/// median + sigma tan(pi (u - 1/2)), u kept from the poles.
template <class Real>
[[gnu::always_inline]] inline Real cuda_cauchy(Real u, Real median, Real sigma) noexcept {
    constexpr Real epsilon = std::numeric_limits<Real>::epsilon();
    constexpr Real half_turn = static_cast<Real>(0x1.921fb54442d18p+1);
    if (u > Real{1} - epsilon) u = Real{1} - epsilon;
    if (u < epsilon) u = epsilon;
    return cuda::fma(sigma, kernel_tan(repro::detail::rounded(half_turn * (u - Real{0.5}))), median);
}

/// A number as an element: a half type rounds it, an integer cuts it off.
template <dtype T, class Real> [[gnu::always_inline]] inline T cuda_element(Real value) noexcept {
    if constexpr (half_dtype<T>)
        return T(static_cast<float>(value));
    else if constexpr (std::same_as<T, bool>)
        return value != Real{0};
    else if constexpr (std::integral<T>)
        return static_cast<T>(static_cast<std::int64_t>(value));
    else
        return static_cast<T>(value);
}

} // namespace detail
} // namespace repro::inline v0::pytorch
