// SPDX-License-Identifier: MIT
#pragma once
// Single operations that give the same bits on the host and in a CUDA kernel, whatever the flags of either
// compiler: nothing here is fused or split but by name. Host callers that want speed compile for FMA.

#include <repro/detail/config.hpp>
#include <repro/detail/fp.hpp>

#include <cstdint>

namespace repro::inline v0 {
namespace detail::host_device {

[[nodiscard]] REPRO_HOST_DEVICE inline float fused(float a, float b, float c) noexcept {
#if defined(__CUDA_ARCH__)
    return __fmaf_rn(a, b, c);
#else
    return __builtin_fmaf(a, b, c);
#endif
}
[[nodiscard]] REPRO_HOST_DEVICE inline double fused(double a, double b, double c) noexcept {
#if defined(__CUDA_ARCH__)
    return __fma_rn(a, b, c);
#else
    return __builtin_fma(a, b, c);
#endif
}

[[nodiscard]] REPRO_HOST_DEVICE inline float product(float a, float b) noexcept {
#if defined(__CUDA_ARCH__)
    return __fmul_rn(a, b);
#else
    return mul(a, b);
#endif
}
[[nodiscard]] REPRO_HOST_DEVICE inline double product(double a, double b) noexcept {
#if defined(__CUDA_ARCH__)
    return __dmul_rn(a, b);
#else
    return mul(a, b);
#endif
}

/// The square root, rounded to nearest, of a number in [2^-60, 2^60].
[[nodiscard]] REPRO_HOST_DEVICE inline float square_root(float x) noexcept {
#if defined(__CUDA_ARCH__)
    // What __fsqrt_rn and __dsqrt_rn do in this range, without their branches for the others.
    float inverse;
    asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(inverse) : "f"(x));
    const float root = __fmul_rn(x, inverse);
    return __fmaf_rn(__fmaf_rn(-root, root, x), __fmul_rn(inverse, 0.5f), root);
#else
    return __builtin_sqrtf(x);
#endif
}
[[nodiscard]] REPRO_HOST_DEVICE inline double square_root(double x) noexcept {
#if defined(__CUDA_ARCH__)
    double inverse;
    asm("rsqrt.approx.ftz.f64 %0, %1;" : "=d"(inverse) : "d"(x));
    const double rest = __fma_rn(x, -__dmul_rn(inverse, inverse), 1.0);
    const double better = __fma_rn(__fma_rn(rest, 0.375, 0.5), __dmul_rn(inverse, rest), inverse);
    const double root = __dmul_rn(x, better);
    return __fma_rn(__fma_rn(root, -root, x), __dmul_rn(better, 0.5), root);
#else
    return __builtin_sqrt(x);
#endif
}

/// The nearest float towards zero.
[[nodiscard]] REPRO_HOST_DEVICE inline float truncated(std::uint32_t x) noexcept {
#if defined(__CUDA_ARCH__)
    return __uint2float_rz(x);
#else
    const auto nearest = static_cast<float>(x);
    const std::uint32_t excess = static_cast<double>(nearest) > static_cast<double>(x) ? 1u : 0u;
    return __builtin_bit_cast(float, __builtin_bit_cast(std::uint32_t, nearest) - excess);
#endif
}

/// The numbers with these bits.
[[nodiscard]] REPRO_HOST_DEVICE inline float from_bits(std::uint32_t bits) noexcept {
    return __builtin_bit_cast(float, bits);
}
[[nodiscard]] REPRO_HOST_DEVICE inline double from_bits(std::uint64_t bits) noexcept {
    return __builtin_bit_cast(double, bits);
}

/// The polynomial with these coefficients, the constant term first.
template <class Real, int N>
[[nodiscard]] REPRO_HOST_DEVICE inline Real fused_polynomial(const Real (&coefficients)[N], Real x) noexcept {
    Real value = coefficients[N - 1];
#if defined(__CUDA_ARCH__)
#pragma unroll
#endif
    for (int i = N - 2; i >= 0; --i)
        value = fused(value, x, coefficients[i]);
    return value;
}

} // namespace detail::host_device
} // namespace repro::inline v0
