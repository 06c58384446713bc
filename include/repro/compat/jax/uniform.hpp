// SPDX-License-Identifier: MIT
#pragma once
// uniform, bernoulli and rademacher. Origin: JAX (Apache-2.0), jax/_src/random/core.py, as XLA compiles it
// for processors with FMA: u (maxval - minval) + minval is fused in float32 and float64, and rounded after
// every step in the 16-bit types.

#include <repro/compat/jax/bits.hpp>
#include <repro/compat/jax/half.hpp>
#include <repro/detail/fp.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace repro::inline v0::jax {
namespace detail {

/// How many random bits a number takes, and how many of them it keeps.
template <class Float> struct uniform_bits;
template <> struct uniform_bits<double> {
    using word = std::uint64_t;
    static constexpr int kept = 52;
};
template <> struct uniform_bits<float> {
    using word = std::uint32_t;
    static constexpr int kept = 23;
};
template <> struct uniform_bits<float16> {
    using word = std::uint16_t;
    static constexpr int kept = 10;
};
template <> struct uniform_bits<bfloat16> {
    using word = std::uint8_t;
    static constexpr int kept = 7;
};

template <class T>
concept real_dtype = requires { uniform_bits<T>::kept; };
template <class T>
concept half_dtype = std::same_as<T, float16> || std::same_as<T, bfloat16>;

/// The type that arithmetic on `Float` is done in.
template <class Float> using computed = std::conditional_t<half_dtype<Float>, float, Float>;

[[nodiscard]] inline float fused_multiply_add(float a, float b, float c) noexcept {
    return __builtin_fmaf(a, b, c);
}
[[nodiscard]] inline double fused_multiply_add(double a, double b, double c) noexcept {
    return __builtin_fma(a, b, c);
}

/// The number in [0, 1) that has the upper bits of `w` for its fraction when one is added.
template <real_dtype Float>
[[nodiscard]] constexpr computed<Float> in_unit_interval(typename uniform_bits<Float>::word w) noexcept {
    using kept = uniform_bits<Float>;
    constexpr int dropped = 8 * static_cast<int>(sizeof(w)) - kept::kept;
    constexpr auto scale = computed<Float>{1} / static_cast<computed<Float>>(std::uint64_t{1} << kept::kept);
    return static_cast<computed<Float>>(w >> dropped) * scale;
}

/// Numbers in [minval, maxval), from words.
template <real_dtype Float> class uniform_interval {
public:
    uniform_interval(Float minval, Float maxval) noexcept
        : minval_(static_cast<wide>(minval)), span_(round(static_cast<wide>(maxval) - minval_)) {}

    [[nodiscard]] Float operator()(typename uniform_bits<Float>::word w) const noexcept {
        const wide u = in_unit_interval<Float>(w);
        wide value;
        if constexpr (half_dtype<Float>)
            value = round(round(repro::detail::mul(u, span_)) + minval_);
        else
            value = fused_multiply_add(u, span_, minval_);
        return static_cast<Float>(value < minval_ ? minval_ : value);
    }

private:
    using wide = computed<Float>;
    static wide round(wide value) noexcept { return static_cast<wide>(static_cast<Float>(value)); }

    wide minval_;
    wide span_;
};

} // namespace detail

/// Fills `out` with numbers in [minval, maxval): float, double, float16 or bfloat16. Class ieee+fma; ieee for
/// the interval [0, 1) and for 16 bits.
template <detail::real_dtype Float>
void uniform(const key& k, std::type_identity_t<Float> minval, std::type_identity_t<Float> maxval,
             std::span<Float> out) {
    detail::fill_from_words<typename detail::uniform_bits<Float>::word>(
        k, out, detail::uniform_interval<Float>(minval, maxval));
}
/// Returns `count` such numbers.
template <detail::real_dtype Float = float>
[[nodiscard]] std::vector<Float> uniform(const key& k, std::type_identity_t<Float> minval,
                                         std::type_identity_t<Float> maxval, std::size_t count) {
    std::vector<Float> out(count);
    uniform(k, minval, maxval, std::span<Float>(out));
    return out;
}
/// Returns one such number.
template <detail::real_dtype Float = float>
[[nodiscard]] Float uniform(const key& k, std::type_identity_t<Float> minval = Float(0.0f),
                            std::type_identity_t<Float> maxval = Float(1.0f)) {
    return detail::uniform_interval<Float>(minval,
                                           maxval)(bits<typename detail::uniform_bits<Float>::word>(k));
}

namespace detail {

template <class Out> void fill_bernoulli(const key& k, double p, Out& out) {
    if (k.config.x64 == x64::on)
        fill_from_words<std::uint64_t>(k, out,
                                       [p](std::uint64_t w) { return in_unit_interval<double>(w) < p; });
    else
        fill_from_words<std::uint32_t>(
            k, out, [p = static_cast<float>(p)](std::uint32_t w) { return in_unit_interval<float>(w) < p; });
}

} // namespace detail

/// Fills `out` with whether a number of [0, 1) is below p, drawn as float, or as double with x64. Class ieee.
inline void bernoulli(const key& k, double p, std::span<bool> out) { detail::fill_bernoulli(k, p, out); }
/// Returns one such answer.
[[nodiscard]] inline bool bernoulli(const key& k, double p = 0.5) {
    bool out = false;
    bernoulli(k, p, std::span<bool>(&out, 1));
    return out;
}
/// Returns `count` such answers.
[[nodiscard]] inline std::vector<bool> bernoulli(const key& k, double p, std::size_t count) {
    std::vector<bool> out(count);
    detail::fill_bernoulli(k, p, out);
    return out;
}

/// Fills `out` with -1 and 1. Class ieee.
template <std::signed_integral T> void rademacher(const key& k, std::span<T> out) {
    const auto sign = [](bool heads) { return heads ? T{1} : T{-1}; };
    if (k.config.x64 == x64::on)
        detail::fill_from_words<std::uint64_t>(k, out, [=](std::uint64_t w) { return sign(w >> 63 == 0); });
    else
        detail::fill_from_words<std::uint32_t>(k, out, [=](std::uint32_t w) { return sign(w >> 31 == 0); });
}
/// Returns `count` of them.
template <std::signed_integral T = std::int32_t>
[[nodiscard]] std::vector<T> rademacher(const key& k, std::size_t count) {
    std::vector<T> out(count);
    rademacher(k, std::span<T>(out));
    return out;
}
/// Returns one of them.
template <std::signed_integral T = std::int32_t> [[nodiscard]] T rademacher(const key& k) {
    T out{};
    rademacher(k, std::span<T>(&out, 1));
    return out;
}

} // namespace repro::inline v0::jax
