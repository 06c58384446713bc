// SPDX-License-Identifier: MIT
#pragma once
// Standard normals by the polar method, as NumPy's RandomState draws them: candidates in bulk, those inside
// the unit circle moved together, then logarithm, division and square root of many at once. Source: G.
// Marsaglia and T. A. Bray, "A convenient method for generating normal variables", 1964; NumPy
// (BSD-3-Clause), numpy/random/src/legacy.

#include <repro/detail/fp.hpp>
#include <repro/detail/libm.hpp>

#include <cstddef>

namespace repro::inline v0 {
namespace detail {

/// Points of the unit circle that wait for their normals.
struct polar_batch {
    static constexpr std::size_t capacity = 512, padding = 8;

    alignas(64) double x1[capacity + padding];
    alignas(64) double x2[capacity + padding];
    alignas(64) double r2[capacity + padding]; ///< x1^2 + x2^2
    std::size_t size = 0;
};

/// Appends those of `n` points (2u - 1, 2v - 1) that lie inside the circle. One that does not is written over
/// by the next.
[[gnu::always_inline]] inline void polar_candidates(const double* uniforms, std::size_t n,
                                                    polar_batch& batch) {
    std::size_t size = batch.size;
    for (std::size_t i = 0; i < n; ++i) {
        const double x1 = 2.0 * uniforms[2 * i] - 1.0; // exact, fused or not
        const double x2 = 2.0 * uniforms[2 * i + 1] - 1.0;
        const double r2 = mul(x1, x1) + mul(x2, x2);
        batch.x1[size] = x1;
        batch.x2[size] = x2;
        batch.r2[size] = r2;
        size += static_cast<std::size_t>(r2 < 1.0) & static_cast<std::size_t>(r2 != 0.0);
    }
    batch.size = size;
}

/// Makes two normals of every point.
template <class Log>
[[gnu::always_inline]] inline void polar_normals(const polar_batch& batch, double* out, Log log) {
    for (std::size_t i = 0; i < batch.size; ++i) {
        const double f = libm::sqrt(-2.0 * log(batch.r2[i]) / batch.r2[i]);
        out[2 * i] = mul(f, batch.x2[i]);
        out[2 * i + 1] = mul(f, batch.x1[i]);
    }
}

struct polar_portable {
    static void candidates(const double* uniforms, std::size_t n, polar_batch& batch) noexcept {
        polar_candidates(uniforms, n, batch);
    }
    static void normals(const polar_batch& batch, double* out) noexcept {
        polar_normals(batch, out, [](double x) { return libm::log(x); });
    }
};

} // namespace detail
} // namespace repro::inline v0
