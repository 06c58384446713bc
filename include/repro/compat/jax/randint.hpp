// SPDX-License-Identifier: MIT
#pragma once
// randint: integers between bounds, from twice as many random bits as they have. Origin: JAX (Apache-2.0),
// jax/_src/random/core.py.

#include <repro/compat/jax/bits.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace repro::inline v0::jax {
namespace detail {

template <class T>
concept integer_dtype = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

/// a % n, and a where n is 0, which stands for 2^width.
template <class Word> [[nodiscard]] constexpr Word remainder(Word a, Word n) noexcept {
    return n == 0 ? a : static_cast<Word>(a % n);
}

/// The integers from minval to maxval - 1, from a high and a low word. Bounds outside of T are moved into it,
/// and where nothing is between them, there is minval.
template <integer_dtype T> class integer_interval {
public:
    using word = std::make_unsigned_t<T>;

    template <integer_dtype Bound>
    constexpr integer_interval(Bound minval, Bound maxval) noexcept : minval_(moved_into_range(minval)) {
        const T last = moved_into_range(maxval);
        const bool beyond = std::cmp_greater(maxval, std::numeric_limits<T>::max());
        span_ =
            last <= minval_ ? word{1} : static_cast<word>(static_cast<word>(last) - word(minval_) + beyond);
        const auto half = remainder(static_cast<word>(word{1} << (4 * sizeof(T))), span_);
        multiplier_ = remainder(times(half, half), span_);
    }

    [[nodiscard]] constexpr T operator()(word high, word low) const noexcept {
        const auto sum =
            static_cast<word>(times(remainder(high, span_), multiplier_) + remainder(low, span_));
        return static_cast<T>(static_cast<word>(minval_) + remainder(sum, span_));
    }

private:
    template <class Bound> static constexpr T moved_into_range(Bound bound) noexcept {
        if (std::cmp_less(bound, std::numeric_limits<T>::min())) return std::numeric_limits<T>::min();
        if (std::cmp_greater(bound, std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
        return static_cast<T>(bound);
    }

    /// The product modulo 2^width; narrow words would be multiplied as int.
    static constexpr word times(word a, word b) noexcept {
        return static_cast<word>(std::uint64_t{a} * std::uint64_t{b});
    }

    T minval_;
    word span_;
    word multiplier_;
};

template <class Drawn, integer_dtype T, integer_dtype Bound>
void fill_randint(const key& k, Bound minval, Bound maxval, std::span<T> out) {
    using word = typename integer_interval<Drawn>::word;
    const integer_interval<Drawn> between(minval, maxval);
    const auto [k1, k2] = split(k);
    const random_words<word> high(k1, out.size()), low(k2, out.size());
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<T>(between(high[i], low[i]));
}

/// Bounds of 8- and 16-bit integers drawn in 32 bits: wrapped to 32, then moved into the range of T, whose
/// end itself is no number.
template <class T, class Bound>
[[nodiscard]] constexpr std::int32_t narrow_bound(Bound bound, int end) noexcept {
    const auto wrapped = static_cast<std::int32_t>(bound);
    constexpr std::int32_t least = std::numeric_limits<T>::min();
    const std::int32_t most = std::numeric_limits<T>::max() + end;
    return wrapped < least ? least : wrapped > most ? most : wrapped;
}

} // namespace detail

/// Fills `out` with integers from [minval, maxval); with minval, where that is empty. Class int.
template <detail::integer_dtype T, detail::integer_dtype Bound>
void randint(const key& k, Bound minval, std::type_identity_t<Bound> maxval, std::span<T> out) {
    if constexpr (sizeof(T) < 4) {
        if (k.config.narrow_randint == narrow_randint::wide)
            return detail::fill_randint<std::int32_t>(k, detail::narrow_bound<T>(minval, 0),
                                                      detail::narrow_bound<T>(maxval, 1), out);
    }
    detail::fill_randint<T>(k, minval, maxval, out);
}
/// Returns `count` such integers.
template <detail::integer_dtype T = std::int32_t, detail::integer_dtype Bound>
[[nodiscard]] std::vector<T> randint(const key& k, Bound minval, std::type_identity_t<Bound> maxval,
                                     std::size_t count) {
    std::vector<T> out(count);
    randint(k, minval, maxval, std::span<T>(out));
    return out;
}
/// Returns one such integer.
template <detail::integer_dtype T = std::int32_t, detail::integer_dtype Bound>
[[nodiscard]] T randint(const key& k, Bound minval, std::type_identity_t<Bound> maxval) {
    T out{};
    randint(k, minval, maxval, std::span<T>(&out, 1));
    return out;
}

} // namespace repro::inline v0::jax
