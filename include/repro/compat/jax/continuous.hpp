// SPDX-License-Identifier: MIT
#pragma once
// Distributions that go through XLA's logarithms and error functions. Origin: JAX (Apache-2.0),
// jax/_src/random/core.py.
//
// Class libm: the values are those of JAX 0.11 on x86-64 processors with FMA, compared bit for bit with
// jaxlib 0.11.2 up to 10^6 elements; other backends (GPU, TPU), other processors and other versions of jaxlib
// give other last bits. XLA compiles logistic() otherwise for large arrays: there, in float32, 0.03 % of the
// elements are up to 8 ulp away.

#include <repro/compat/jax/uniform.hpp>
#include <repro/compat/jax/xla_math.hpp>

#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

namespace repro::inline v0::jax {
namespace detail {

template <class Float> using uniform_word = typename uniform_bits<Float>::word;

/// The largest number below 1.
template <std::floating_point Float>
inline constexpr Float below_one = Float{1} - std::numeric_limits<Float>::epsilon() / 2;

/// Fills with transform(u) of numbers u from an interval.
template <std::floating_point Float, class Transform>
void fill_continuous(const key& k, Float minval, std::span<Float> out, Transform transform) {
    const uniform_interval<Float> interval(minval, Float{1});
    fill_from_words<uniform_word<Float>>(k, out,
                                         [=](uniform_word<Float> w) { return transform(interval(w)); });
}

template <std::floating_point Float> inline constexpr Float tiny = std::numeric_limits<Float>::min();

template <std::floating_point Float> [[nodiscard]] Float normal_at(Float u) noexcept {
    constexpr auto sqrt2 = static_cast<Float>(1.4142135623730951);
    return sqrt2 * xla::erf_inv(u);
}
template <std::floating_point Float> [[nodiscard]] Float gumbel_at(Float u) noexcept {
    return -xla::log(-xla::log(u));
}

} // namespace detail

/// Fills `out` with standard normal numbers. Class libm.
template <std::floating_point Float> void normal(const key& k, std::span<Float> out) {
    detail::fill_continuous(k, -detail::below_one<Float>, out, detail::normal_at<Float>);
}
/// Fills `out` with exponential numbers. Class libm.
template <std::floating_point Float> void exponential(const key& k, std::span<Float> out) {
    detail::fill_continuous(k, Float{0}, out, [](Float u) { return -detail::xla::log1p(-u); });
}
/// Fills `out` with numbers of Gumbel's distribution. Class libm.
template <std::floating_point Float> void gumbel(const key& k, std::span<Float> out) {
    detail::fill_continuous(k, detail::tiny<Float>, out, detail::gumbel_at<Float>);
}
/// Fills `out` with numbers of Laplace's distribution. Class libm.
template <std::floating_point Float> void laplace(const key& k, std::span<Float> out) {
    detail::fill_continuous(k, -detail::below_one<Float>, out, [](Float u) {
        const Float sign = u > 0 ? Float{1} : u < 0 ? Float{-1} : u;
        return sign * detail::xla::log1p(u < 0 ? u : -u);
    });
}
/// Fills `out` with numbers of the logistic distribution. Class libm.
template <std::floating_point Float> void logistic(const key& k, std::span<Float> out) {
    detail::fill_continuous(k, detail::tiny<Float>, out,
                            [](Float u) { return detail::xla::log(u) - detail::xla::log1p(-u); });
}

/// Fills `out` with numbers of Cauchy's distribution. Class libm: the tangent is the host's C library's, as
/// it is XLA's.
template <std::floating_point Float> void cauchy(const key& k, std::span<Float> out) {
    constexpr auto pi = static_cast<Float>(3.141592653589793);
    detail::fill_continuous(k, std::numeric_limits<Float>::epsilon(), out,
                            [](Float u) { return detail::xla::tan(pi * (u - Float(0.5))); });
}

/// Returns `count` standard normal numbers.
template <std::floating_point Float = float>
[[nodiscard]] std::vector<Float> normal(const key& k, std::size_t count) {
    std::vector<Float> out(count);
    normal(k, std::span<Float>(out));
    return out;
}
/// Returns a standard normal number.
template <std::floating_point Float = float> [[nodiscard]] Float normal(const key& k) {
    Float out{};
    normal(k, std::span<Float>(&out, 1));
    return out;
}

/// Returns `count` exponential numbers.
template <std::floating_point Float = float>
[[nodiscard]] std::vector<Float> exponential(const key& k, std::size_t count) {
    std::vector<Float> out(count);
    exponential(k, std::span<Float>(out));
    return out;
}
/// Returns an exponential number.
template <std::floating_point Float = float> [[nodiscard]] Float exponential(const key& k) {
    Float out{};
    exponential(k, std::span<Float>(&out, 1));
    return out;
}

/// Returns `count` numbers of Gumbel's distribution.
template <std::floating_point Float = float>
[[nodiscard]] std::vector<Float> gumbel(const key& k, std::size_t count) {
    std::vector<Float> out(count);
    gumbel(k, std::span<Float>(out));
    return out;
}
/// Returns a number of Gumbel's distribution.
template <std::floating_point Float = float> [[nodiscard]] Float gumbel(const key& k) {
    Float out{};
    gumbel(k, std::span<Float>(&out, 1));
    return out;
}

/// Returns `count` numbers of Laplace's distribution.
template <std::floating_point Float = float>
[[nodiscard]] std::vector<Float> laplace(const key& k, std::size_t count) {
    std::vector<Float> out(count);
    laplace(k, std::span<Float>(out));
    return out;
}
/// Returns a number of Laplace's distribution.
template <std::floating_point Float = float> [[nodiscard]] Float laplace(const key& k) {
    Float out{};
    laplace(k, std::span<Float>(&out, 1));
    return out;
}

/// Returns `count` numbers of the logistic distribution.
template <std::floating_point Float = float>
[[nodiscard]] std::vector<Float> logistic(const key& k, std::size_t count) {
    std::vector<Float> out(count);
    logistic(k, std::span<Float>(out));
    return out;
}
/// Returns a number of the logistic distribution.
template <std::floating_point Float = float> [[nodiscard]] Float logistic(const key& k) {
    Float out{};
    logistic(k, std::span<Float>(&out, 1));
    return out;
}

/// Returns `count` numbers of Cauchy's distribution.
template <std::floating_point Float = float>
[[nodiscard]] std::vector<Float> cauchy(const key& k, std::size_t count) {
    std::vector<Float> out(count);
    cauchy(k, std::span<Float>(out));
    return out;
}
/// Returns a number of Cauchy's distribution.
template <std::floating_point Float = float> [[nodiscard]] Float cauchy(const key& k) {
    Float out{};
    cauchy(k, std::span<Float>(&out, 1));
    return out;
}

/// Fills `out` with normal numbers between lower and upper. Class libm.
inline void truncated_normal(const key& k, float lower, float upper, std::span<float> out) {
    constexpr float inverse_sqrt2 = 0x1.6a09e6p-1f;
    const float least = __builtin_nextafterf(lower, __builtin_inff());
    const float most = __builtin_nextafterf(upper, -__builtin_inff());
    const detail::uniform_interval<float> interval(detail::xla::erf(lower * inverse_sqrt2),
                                                   detail::xla::erf(upper * inverse_sqrt2));
    detail::fill_from_words<std::uint32_t>(k, out, [=](std::uint32_t w) {
        const float value = detail::normal_at(interval(w));
        const float raised = value < least ? least : value;
        return raised > most ? most : raised;
    });
}
/// Returns `count` such numbers.
[[nodiscard]] inline std::vector<float> truncated_normal(const key& k, float lower, float upper,
                                                         std::size_t count) {
    std::vector<float> out(count);
    truncated_normal(k, lower, upper, std::span<float>(out));
    return out;
}
/// Returns one such number.
[[nodiscard]] inline float truncated_normal(const key& k, float lower, float upper) {
    float out = 0.0f;
    truncated_normal(k, lower, upper, std::span<float>(&out, 1));
    return out;
}

} // namespace repro::inline v0::jax
