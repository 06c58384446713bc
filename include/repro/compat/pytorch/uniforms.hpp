// SPDX-License-Identifier: MIT
#pragma once
// Uniform numbers of PyTorch's CPU generator, and what is decided by one: Bernoulli and dropout.
// Origin: PyTorch 2.6 and 2.11 (BSD-3-Clause), aten/src/ATen/core/TransformationHelper.h,
// native/cpu/DistributionTemplates.h, native/Dropout.cpp.

#include <repro/compat/pytorch/half.hpp>
#include <repro/compat/pytorch/words.hpp>
#include <repro/detail/libm.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

namespace libm = repro::detail::libm;

/// x factor + shift, rounded once, for each of n elements.
template <std::floating_point Float>
[[gnu::always_inline]] inline void scale_fused(Float* x, std::size_t n, Float factor, Float shift) noexcept {
    for (std::size_t i = 0; i < n; ++i) {
        if constexpr (std::same_as<Float, double>)
            x[i] = libm::fma(x[i], factor, shift);
        else
            x[i] = libm::fmaf(x[i], factor, shift);
    }
}

/// x factor + shift as the kernels of `which` compute it, for each of n elements.
template <std::floating_point Float>
void scale(Float* x, std::size_t n, Float factor, Float shift, path which) noexcept {
    if (which == path::vector) return libm::dispatch<scale_fused<Float>>(x, n, factor, shift);
    for (std::size_t i = 0; i < n; ++i)
        x[i] = repro::detail::mul_add(x[i], factor, shift);
}

inline void probability(double p, const char* call) {
    require(p >= 0.0 && p <= 1.0, call, "p is no probability", "pass 0 <= p <= 1");
}

/// The uniform numbers of the CPU generator; use it through `pytorch::cpu_generator`.
class cpu_uniforms : public cpu_words {
public:
    /// Returns a number in [0, 1): 24 bits of one word for float, 53 of two for double; for half and bfloat16
    /// the float rounded, and 1 replaced by 0, before rules::torch_2_12 11 and 8 bits of one word. Class
    /// ieee.
    template <real_dtype T = float> [[nodiscard]] T rand() noexcept {
        const auto value = T(unit<T>());
        return half_dtype<T> && value == T(1.0f) ? T(0.0f) : value;
    }
    template <real_dtype T = float> [[nodiscard]] std::vector<T> rand(std::size_t n) {
        return repro::detail::draw_many<T>(n, [this] { return rand<T>(); });
    }
    template <real_dtype T> void rand(std::span<T> out) noexcept {
        repro::detail::draw_into(out, [this] { return rand<T>(); });
    }

    /// Fills `out` with numbers in [from, to): for half types in float, before rules::torch_2_12 with both
    /// rounded to the element first and with `to` among the results. Class ieee; fused to one rounding on
    /// path::vector.
    ///
    /// Errors: errc::argument_invalid where from > to, or from, to or their distance is out of range.
    template <real_dtype T> void uniform_(std::span<T> out, double from = 0.0, double to = 1.0) {
        constexpr double limit = largest<T>;
        require(from >= -limit && from <= limit && to >= -limit && to <= limit, "uniform_()",
                "a bound is out of the element's range", "pass bounds that the element can hold");
        require(from <= to, "uniform_()", "from is above to", "pass from <= to");
        require(to - from <= limit, "uniform_()", "to - from is out of the element's range",
                "pass a narrower interval");
        const auto [low, width] = interval<T>(from, to);
        constexpr std::size_t at_once = 256;
        arithmetic_t<T> x[at_once];
        const bool below = rules_ >= rules::torch_2_12;
        const T first = element<T>(from), end = element<T>(to);
        while (!out.empty()) {
            const std::span<T> part = out.first(out.size() < at_once ? out.size() : at_once);
            out = out.subspan(part.size());
            for (std::size_t i = 0; i < part.size(); ++i)
                x[i] = unit<T>();
            scale(x, part.size(), width, low, path_);
            for (std::size_t i = 0; i < part.size(); ++i)
                part[i] = below && T(x[i]) == end ? first : T(x[i]);
        }
    }

    /// Fills `out` with ones of chance p, else zeros; two words each. Class ieee.
    ///
    /// Errors: errc::argument_invalid unless 0 <= p <= 1.
    template <dtype T> void bernoulli_(std::span<T> out, double p = 0.5) {
        probability(p, "bernoulli_()");
        repro::detail::draw_into(out, [=, this] { return element<T>(uniform53() < p ? 1.0 : 0.0); });
    }

    /// Returns a one of chance p[i], else a zero, for each i: one word each, two for double. Class ieee.
    ///
    /// Errors: errc::argument_invalid unless 0 <= p <= 1.
    template <real_dtype T> [[nodiscard]] std::vector<T> bernoulli(std::span<const T> p) {
        std::vector<T> ones(p.size());
        bernoulli(p, std::span<T>(ones));
        return ones;
    }
    template <real_dtype T> void bernoulli(std::span<const T> p, std::span<T> out) {
        require(p.size() == out.size(), "bernoulli()", "p and the output differ in length",
                "pass equal lengths");
        using number = arithmetic_t<T>;
        for (const T each : p)
            probability(static_cast<double>(static_cast<number>(each)), "bernoulli()");
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = T(rand<number>() < static_cast<number>(p[i]) ? number{1} : number{0});
    }

    /// Returns functional.dropout(input, p, training=True): elements dropped with chance p, the others times
    /// 1 / (1 - p). Takes two words each, and none for p = 0 and p = 1. Class ieee.
    ///
    /// Errors: errc::argument_invalid unless 0 <= p <= 1.
    template <real_dtype T> [[nodiscard]] std::vector<T> dropout(std::span<const T> input, double p = 0.5) {
        std::vector<T> out(input.size());
        dropout(input, p, std::span<T>(out));
        return out;
    }
    template <real_dtype T> void dropout(std::span<const T> input, double p, std::span<T> out) {
        probability(p, "dropout()");
        require(input.size() == out.size(), "dropout()", "input and output differ in length",
                "pass equal lengths");
        using number = arithmetic_t<T>;
        const auto kept = T(number{1} / static_cast<number>(1.0 - p)); // the noise where nothing is dropped
        for (std::size_t i = 0; i < out.size(); ++i) {
            const bool keep = p == 0.0 || (p != 1.0 && uniform53() < 1.0 - p);
            const number factor = p == 0.0 ? number{1} : keep ? static_cast<number>(kept) : number{0};
            out[i] = T(static_cast<number>(input[i]) * factor);
        }
    }

protected:
    /// Returns a uniform number as the arithmetic of an element has it.
    template <real_dtype T> arithmetic_t<T> unit() noexcept {
        if constexpr (std::same_as<T, double>) {
            return uniform53();
        } else {
            const int bits = rules_ >= rules::torch_2_12 ? digits<float> : digits<T>;
            const std::uint32_t values = 1u << bits;
            return static_cast<float>(engine_() & (values - 1)) / static_cast<float>(values);
        }
    }

private:
    template <class Float> struct lower_and_width {
        Float low;
        Float width;
    };
    template <real_dtype T> [[nodiscard]] auto interval(double from, double to) const noexcept {
        using number = arithmetic_t<T>;
        const bool round = rules_ < rules::torch_2_12;
        const auto bound = [&](double x) {
            return round ? static_cast<number>(element<T>(x)) : static_cast<number>(x);
        };
        const number low = bound(from), width = bound(to) - low;
        return lower_and_width<number>{low, round ? static_cast<number>(T(width)) : width};
    }
};

} // namespace detail
} // namespace repro::inline v0::pytorch
