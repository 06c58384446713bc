// SPDX-License-Identifier: MIT
#pragma once
// Integers and permutations of PyTorch's CPU generator. All are remainders: biased, as they are there.
// Origin: PyTorch 2.6 and 2.11 (BSD-3-Clause), aten/src/ATen/core/DistributionsHelper.h,
// native/DistributionTemplates.h, native/TensorFactories.cpp.

#include <repro/compat/pytorch/uniforms.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

/// An integer as an element.
template <dtype T> [[nodiscard]] constexpr T element_of(std::int64_t value) noexcept {
    if constexpr (half_dtype<T>)
        return T(static_cast<float>(value));
    else
        return static_cast<T>(value);
}

/// `value` rounded to the element and back.
template <real_dtype T> [[nodiscard]] std::int64_t representable(std::int64_t value) noexcept {
    const auto rounded = static_cast<double>(static_cast<arithmetic_t<T>>(element_of<T>(value)));
    if (rounded >= 0x1p63) return INT64_MAX;
    return rounded >= -0x1p63 ? static_cast<std::int64_t>(rounded) : INT64_MIN;
}

/// The distance of an element's values just above |value|.
template <real_dtype T> [[nodiscard]] std::int64_t spacing(std::int64_t value) noexcept {
    const auto magnitude =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    return std::int64_t{1} << (std::bit_width(magnitude) - digits<T>);
}

/// The least and the greatest integer that random_ may be asked for. uint64 stops at 2^63 - 1, as in PyTorch.
template <dtype T> [[nodiscard]] bool within_limits(std::int64_t from, std::int64_t last) noexcept {
    if constexpr (real_dtype<T>) {
        return static_cast<double>(from) >= -largest<T> && static_cast<double>(last) <= largest<T>;
    } else {
        using limits = std::numeric_limits<T>;
        return !std::cmp_less(from, std::int64_t{limits::min()}) &&
               static_cast<std::uint64_t>(limits::max()) >= static_cast<std::uint64_t>(last < 0 ? 0 : last);
    }
}

/// A range of integers, as random_ checks and adapts it; `range` counts them.
template <dtype T> struct whole_interval {
    std::int64_t from;
    std::uint64_t range;

    /// [from, to).
    [[nodiscard]] static whole_interval below(std::int64_t from, std::int64_t to, const char* call) {
        require(from < to, call, "the lower bound is not below the upper", "pass low < high");
        if constexpr (real_dtype<T>) {
            from = first(from);
            if (const std::int64_t last = representable<T>(to - 1); last >= to)
                to = last - spacing<T>(to - 1);
            require(from < to, call, "no value of the element is between the bounds",
                    "pass bounds further apart");
        }
        require(within_limits<T>(from, to - 1), call, "a bound is out of the element's range",
                "pass bounds that the element can hold");
        return {from, static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)};
    }

    /// From `from` to the element's greatest integer.
    [[nodiscard]] static whole_interval upwards(std::int64_t from, const char* call) {
        std::int64_t last = 0;
        if constexpr (real_dtype<T>) {
            last = std::int64_t{1} << digits<T>;
            from = first(from);
            require(from < last, call, "from is above the element's greatest integer", "pass a smaller from");
        } else {
            using limits = std::numeric_limits<T>;
            constexpr auto greatest = static_cast<std::uint64_t>(limits::max());
            last = greatest > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(greatest);
        }
        require(within_limits<T>(from, last) && from <= last, call, "from is out of the element's range",
                "pass a bound that the element can hold");
        return {from, static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(from) + 1};
    }

    [[nodiscard]] T at(std::uint64_t value) const noexcept {
        return element_of<T>(static_cast<std::int64_t>(value % range + static_cast<std::uint64_t>(from)));
    }

private:
    static std::int64_t first(std::int64_t from) noexcept {
        if (from == INT64_MAX) return from;
        const std::int64_t above = representable<T>(from + 1);
        return above < from ? above + spacing<T>(from + 1) : from;
    }
};

/// The integers of the CPU generator; use it through `pytorch::cpu_generator`.
class cpu_integers : public cpu_uniforms {
public:
    /// Fills `out` with integers from 0 to the greatest of the type, to 2^24 for float, 2^53 for double, 2^11
    /// for half and 2^8 for bfloat16. Class int.
    template <dtype T>
        requires(!std::same_as<T, std::uint64_t>) // PyTorch divides by zero there
    void random_(std::span<T> out) noexcept {
        repro::detail::draw_into(out, [this] { return whole<T>(); });
    }
    /// Fills `out` with integers from 0 to `to` - 1. Class int.
    ///
    /// Errors: as below.
    template <dtype T> void random_(std::span<T> out, std::int64_t to) { random_(out, 0, to); }
    /// Fills `out` with integers from `from` to `to` - 1, or to the greatest of the type for std::nullopt;
    /// with INT64_MIN and std::nullopt, with all 64 bits. Class int.
    ///
    /// Errors: errc::argument_invalid where from >= to, or a bound does not fit the element.
    template <dtype T> void random_(std::span<T> out, std::int64_t from, std::optional<std::int64_t> to) {
        if (to) return fill_from(out, whole_interval<T>::below(from, *to, "random_()"));
        if (from != INT64_MIN) return fill_from(out, whole_interval<T>::upwards(from, "random_()"));
        require(!half_dtype<T> || std::same_as<T, bfloat16>, "random_()", "half has no 64 bits",
                "pass bounds");
        require(sizeof(T) == 8 || real_dtype<T>, "random_()", "the element has no 64 bits", "pass bounds");
        repro::detail::draw_into(out, [this] { return element_of<T>(static_cast<std::int64_t>(word64())); });
    }

    /// Returns an integer from low to high - 1. Class int.
    ///
    /// Errors: errc::argument_invalid where low >= high, or a bound does not fit the element.
    template <dtype T = std::int64_t> [[nodiscard]] T randint(std::int64_t low, std::int64_t high) {
        T value{};
        randint(low, high, std::span<T>(&value, 1));
        return value;
    }
    template <dtype T = std::int64_t>
    [[nodiscard]] std::vector<T> randint(std::int64_t low, std::int64_t high, std::size_t n) {
        const auto interval = whole_interval<T>::below(low, high, "randint()");
        const bool two = takes_two_words<T>(interval.range);
        return repro::detail::draw_many<T>(n, [&] { return interval.at(two ? word64() : engine_()); });
    }
    template <dtype T> void randint(std::int64_t low, std::int64_t high, std::span<T> out) {
        fill_from(out, whole_interval<T>::below(low, high, "randint()"));
    }

    /// Returns 0 ... n - 1 in random order; n - 1 words. Class int.
    ///
    /// Errors: errc::argument_invalid for a negative n, and where the element cannot count to n.
    template <dtype T = std::int64_t> [[nodiscard]] std::vector<T> randperm(std::int64_t n) {
        require(n >= 0, "randperm()", "n is negative", "pass zero or more");
        countable<T>(static_cast<std::uint64_t>(n));
        std::vector<T> order(static_cast<std::size_t>(n));
        randperm(std::span<T>(order));
        return order;
    }
    template <dtype T> void randperm(std::span<T> out) {
        const std::uint64_t n = out.size();
        countable<T>(n);
        if (n >= UINT32_MAX / 20) return permute_inside_out(out);
        for (std::uint64_t i = 0; i < n; ++i)
            out[i] = element_of<T>(static_cast<std::int64_t>(i));
        for (std::uint64_t i = 0; i + 1 < n; ++i)
            std::swap(out[i], out[i + engine_() % (n - i)]);
    }

private:
    template <dtype T> T whole() noexcept {
        if constexpr (std::same_as<T, bool>) {
            return (engine_() & 1) != 0;
        } else if constexpr (real_dtype<T>) {
            const std::uint64_t word = std::same_as<T, double> ? word64() : engine_();
            return element_of<T>(static_cast<std::int64_t>(word % ((std::uint64_t{1} << digits<T>)+1)));
        } else {
            const std::uint64_t word = std::same_as<T, std::int64_t> ? word64() : engine_();
            return static_cast<T>(word % (static_cast<std::uint64_t>(std::numeric_limits<T>::max()) + 1));
        }
    }

    template <dtype T> [[nodiscard]] bool takes_two_words(std::uint64_t range) const noexcept {
        if (rules_ >= rules::torch_2_7) return range >= std::uint64_t{1} << 28;
        return range > UINT32_MAX && (std::same_as<T, std::int64_t> || std::same_as<T, double> ||
                                      std::same_as<T, float> || std::same_as<T, bfloat16>);
    }

    template <dtype T> void fill_from(std::span<T> out, const whole_interval<T>& interval) noexcept {
        const bool two = takes_two_words<T>(interval.range);
        repro::detail::draw_into(out, [&] { return interval.at(two ? word64() : engine_()); });
    }

    template <dtype T> static void countable(std::uint64_t n) {
        bool fits = true;
        if constexpr (real_dtype<T>)
            fits = n <= (std::uint64_t{1} << digits<T>)+1;
        else
            fits = n == 0 || n - 1 <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
        require(fits, "randperm()", "n is too large for the element", "pass a smaller n or a wider element");
    }

    template <dtype T> void permute_inside_out(std::span<T> out) noexcept {
        for (std::uint64_t i = 0; i < out.size(); ++i) {
            const std::uint64_t z = word64() % (i + 1);
            out[i] = element_of<T>(static_cast<std::int64_t>(i));
            std::swap(out[i], out[z]);
        }
    }
};

} // namespace detail
} // namespace repro::inline v0::pytorch
