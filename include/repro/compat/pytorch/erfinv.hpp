// SPDX-License-Identifier: MIT
#pragma once
// The inverse error function of PyTorch's vector kernels: a rational approximation and two of Newton's steps,
// in float. Origin: PyTorch (BSD-3-Clause), aten/src/ATen/native/Math.h, after G. L. Pavlis (1996).

#include <repro/detail/libm_float.hpp>

namespace repro::inline v0::pytorch {
namespace detail {

/// Returns x with erf(x) = y. Class libm: erff and, in what is fused, the compiler of PyTorch's build decide.
[[nodiscard]] inline float erfinv(float y) noexcept {
    namespace libm = repro::detail::libm;
    constexpr float a[] = {0.886226899f, -1.645349621f, 0.914624893f, -0.140543331f};
    constexpr float b[] = {-2.118377725f, 1.442710462f, -0.329097515f, 0.012229801f};
    constexpr float c[] = {-1.970840454f, -1.624906493f, 3.429567803f, 1.641345311f};
    constexpr float d[] = {3.543889200f, 1.637067800f};
    const auto cubic = [](const float* k, float z) {
        return libm::fmaf(libm::fmaf(libm::fmaf(k[3], z, k[2]), z, k[1]), z, k[0]);
    };
    const float magnitude = __builtin_fabsf(y);
    if (!(magnitude <= 1.0f)) return __builtin_nanf("");
    if (magnitude == 1.0f) return __builtin_copysignf(__builtin_inff(), y);
    float x = 0.0f;
    if (magnitude <= 0.7f) {
        const float z = repro::detail::mul(y, y);
        x = repro::detail::mul(y, cubic(a, z)) / libm::fmaf(cubic(b, z), z, 1.0f);
    } else {
        const float z = libm::sqrtf(-libm::logf((1.0f - magnitude) / 2.0f));
        x = __builtin_copysignf(cubic(c, z), y) / libm::fmaf(libm::fmaf(d[1], z, d[0]), z, 1.0f);
    }
    constexpr float two_over_root_pi = 2.0f / 1.772453850905516f;
    for (int step = 0; step < 2; ++step) {
        const float slope = repro::detail::mul(two_over_root_pi, libm::expf(-repro::detail::mul(x, x)));
        x -= (__builtin_erff(x) - y) / slope;
    }
    return x;
}

} // namespace detail
} // namespace repro::inline v0::pytorch
