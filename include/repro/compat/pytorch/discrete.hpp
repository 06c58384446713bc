// SPDX-License-Identifier: MIT
#pragma once
// Poisson, binomial and gamma numbers as PyTorch draws them on the CPU, over a `Source` with uniform() and
// normal(). Nothing here is fused: PyTorch compiles them for every processor alike.
// Origin: PyTorch 2.6 and 2.11 (BSD-3-Clause), aten/src/ATen/native/Distributions.cpp and Distributions.h,
// after NumPy (BSD-3-Clause) and TensorFlow (Apache-2.0).

#include <repro/compat/numpy/discrete.hpp>
#include <repro/detail/libm_float.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace repro::inline v0::pytorch {
namespace detail {

using numpy::detail::as_real, numpy::detail::loggam;
using numpy::detail::exp, numpy::detail::floor, numpy::detail::fabs, numpy::detail::log, numpy::detail::log1p,
    numpy::detail::pow, numpy::detail::sqrt;
using repro::detail::real;
namespace libm = repro::detail::libm;

/// Multiplies uniforms until they fall below exp(-rate).
template <class Source> [[nodiscard]] std::int64_t poisson_by_products(Source& source, real rate) noexcept {
    const real bound = exp(-rate);
    std::int64_t count = 0;
    for (real product = source.uniform(); product > bound; product *= source.uniform())
        ++count;
    return count;
}

/// Hormann's transformed rejection, for rates from 10 on. The logarithm of the factorial decides alone.
template <class Source> [[nodiscard]] std::int64_t poisson_by_rejection(Source& source, real rate) noexcept {
    const real root = sqrt(rate), log_rate = log(rate);
    const real b = real(0.931) + real(2.53) * root;
    const real a = real(-0.059) + real(0.02483) * b;
    const real inverse_alpha = real(1.1239) + real(1.1328) / (b - 3.4);
    const real v_r = real(0.9277) - real(3.6224) / (b - 2.0);
    for (;;) {
        const real u = real(source.uniform()) - 0.5;
        const real v = source.uniform();
        const real us = real(0.5) - fabs(u);
        const real k = floor((real(2.0) * a / us + b) * u + rate + 0.43);
        if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k.value);
        if (k < 0.0 || (us < 0.013 && v > us)) continue;
        const real found = log(v) + log(inverse_alpha) - log(a / (us * us) + b);
        if (found <= -rate + k * log_rate - loggam(k + 1.0)) return static_cast<std::int64_t>(k.value);
    }
}

template <class Source> [[nodiscard]] std::int64_t poisson(Source& source, double rate) noexcept {
    if (rate >= 10.0) return poisson_by_rejection(source, rate);
    return rate == 0.0 ? 0 : poisson_by_products(source, rate);
}

/// Marsaglia and Tsang's method; alpha below one is boosted. Constants are floats there.
template <class Float, class Source> [[nodiscard]] Float gamma(Source& source, Float alpha) noexcept {
    real boost = 1.0;
    if (alpha < 1.0f) {
        if (alpha == 0.0f) return 0;
        const real u = real(1.0) - source.uniform();
        boost = pow(u, static_cast<double>(1.0f / alpha));
        alpha += 1.0f;
    }
    const real d = static_cast<double>(alpha - static_cast<Float>(1.0f / 3.0f));
    const real c = real(1.0) / sqrt(real(9.0) * d);
    for (;;) {
        real x = 0.0, y = 0.0;
        do {
            x = source.normal();
            y = real(1.0) + c * x;
        } while (y <= 0.0);
        const real v = y * y * y;
        const real u = real(1.0) - source.uniform();
        const real square = x * x;
        if (u < real(1.0) - real(static_cast<double>(0.0331f)) * square * square ||
            log(u) < real(0.5) * square + d * (real(1.0) - v + log(v)))
            return static_cast<Float>((boost * d * v).value);
    }
}

/// What Stirling's formula for log k! leaves.
[[nodiscard]] inline real stirling_tail(real k) noexcept {
    constexpr double small[] = {
        0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
        0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.00925546218271273, 0.00833056343336287};
    if (k <= 9.0) return small[static_cast<std::size_t>(k.value)];
    const real next = k + 1.0, square = next * next;
    return (real(1.0 / 12) - (real(1.0 / 360) - real(1.0 / 1260) / square) / square) / next;
}

/// Counts geometric gaps until they exceed `count`.
template <class Float, class Source>
[[nodiscard]] Float binomial_by_gaps(Source& source, Float count, Float prob) noexcept {
    real log_q = 0.0;
    if constexpr (std::same_as<Float, float>)
        log_q = static_cast<double>(libm::log1pf(-prob));
    else
        log_q = libm::log1p(-prob);
    real sum = 0.0;
    for (Float successes = 0;; ++successes) {
        sum += libm::ceil((log(source.uniform()) / log_q).value);
        if (sum > static_cast<double>(count)) return successes;
    }
}

/// Hormann's BTRS, for count prob >= 10. Sums and products of count and prob are in their own type.
template <class Float, class Source>
[[nodiscard]] Float binomial_by_rejection(Source& source, Float count, Float prob) noexcept {
    using repro::detail::mul;
    const auto wide = [](Float x) { return real(static_cast<double>(x)); };
    const real deviation =
        wide(static_cast<Float>(libm::sqrt(static_cast<double>(mul(mul(count, prob), 1 - prob)))));
    const real b = real(1.15) + real(2.53) * deviation;
    const real a = real(-0.0873) + real(0.0248) * b + real(0.01) * wide(prob);
    const real c = wide(mul(count, prob)) + 0.5;
    const real v_r = real(0.92) - real(4.2) / b;
    const real r = wide(prob / (1 - prob));
    const real alpha = (real(2.83) + real(5.1) / b) * deviation;
    const real m = floor(wide(mul(count + 1, prob)));
    for (;;) {
        const real u = real(source.uniform()) - 0.5;
        const real v = source.uniform();
        const real us = real(0.5) - fabs(u);
        const auto k = static_cast<Float>(floor((real(2.0) * a / us + b) * u + c).value);
        if (k < 0 || k > count) continue;
        if (us >= 0.07 && v <= v_r) return k;
        const real n = wide(count), kd = wide(k);
        const real bound = (m + 0.5) * log((m + 1.0) / (r * (n - m + 1.0))) +
                           wide(count + 1) * log((n - m + 1.0) / wide(count - k + 1)) +
                           (kd + 0.5) * log(r * wide(count - k + 1) / wide(k + 1)) + stirling_tail(m) +
                           stirling_tail(n - m) - stirling_tail(kd) - stirling_tail(wide(count - k));
        if (log(v * alpha / (a / (us * us) + b)) <= bound) return k;
    }
}

template <class Float, class Source>
[[nodiscard]] Float binomial(Source& source, Float count, Float prob) noexcept {
    if (count <= 0 || prob <= 0) return 0;
    if (prob >= 1) return count;
    const auto successes = [&](Float p) {
        return static_cast<double>(repro::detail::mul(count, p)) >= 10.0
                   ? binomial_by_rejection(source, count, p)
                   : binomial_by_gaps(source, count, p);
    };
    return prob <= 0.5f ? successes(prob) : count - successes(1 - prob);
}

} // namespace detail
} // namespace repro::inline v0::pytorch
