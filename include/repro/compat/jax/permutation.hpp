// SPDX-License-Identifier: MIT
#pragma once
// permutation, and choice without probabilities: elements sorted by random keys, twice where keys of 32 bits
// may collide. Origin: JAX (Apache-2.0), jax/_src/random/core.py.

#include <repro/compat/jax/randint.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace repro::inline v0::jax {

/// Whether every vector along the axis has its own order.
enum class independent : unsigned char { no, yes };

/// Whether an element can be chosen more than once.
enum class replacement : unsigned char { no, yes };

namespace detail {

/// ceil(3 ln n / ln(2^32 - 1)): how often n elements are sorted.
[[nodiscard]] constexpr int rounds_of_sorting(std::uint64_t n) noexcept {
    return n <= 1 ? 0 : n <= 1625 ? 1 : n <= 2642245 ? 2 : n <= 4294967295 ? 3 : 4;
}

/// The axis of an array that is sorted along: `length` elements, `stride` apart.
struct sorted_axis {
    std::size_t length;
    std::size_t stride;
};

/// Sorts x along an axis by new random keys, as often as its size asks for.
template <class T> void shuffle(key k, std::span<T> x, sorted_axis axis) {
    std::vector<std::pair<std::uint32_t, std::size_t>> order(axis.length); // by position where keys are equal
    std::vector<T> before(axis.length);
    for (int round = rounds_of_sorting(x.size()); round > 0; --round) {
        const auto [next, subkey] = split(k);
        k = next;
        const random_words<std::uint32_t> sort_keys(subkey, x.size());
        for (std::size_t first = 0; first < x.size(); ++first) {
            if (first / axis.stride % axis.length != 0) continue;
            for (std::size_t i = 0; i < axis.length; ++i) {
                order[i] = {sort_keys[first + i * axis.stride], i};
                before[i] = x[first + i * axis.stride];
            }
            std::sort(order.begin(), order.end());
            for (std::size_t i = 0; i < axis.length; ++i)
                x[first + i * axis.stride] = before[order[i].second];
        }
    }
}

} // namespace detail

/// Fills `out` with 0 to its size - 1 in random order. Class int.
template <detail::integer_dtype T> void permutation(const key& k, std::span<T> out) {
    std::iota(out.begin(), out.end(), T{0});
    detail::shuffle(k, out, {out.size(), 1});
}
/// Returns 0 to x - 1 in random order.
template <detail::integer_dtype T = std::int32_t>
[[nodiscard]] std::vector<T> permutation(const key& k, std::size_t x) {
    std::vector<T> out(x);
    permutation(k, std::span<T>(out));
    return out;
}

/// Returns the elements of an array of this shape, in C order, shuffled along an axis. Class int.
///
/// Errors: errc::argument_invalid where the shape is not that of x, or has no such axis.
template <class T>
[[nodiscard]] std::vector<T> permutation(const key& k, std::span<const T> x,
                                         std::span<const std::size_t> shape, std::size_t axis = 0,
                                         independent each = independent::no) {
    std::size_t size = 1;
    for (const std::size_t length : shape)
        size *= length;
    detail::require(size == x.size(), "permutation()", "the shape is not that of x", "pass the shape of x");
    detail::require(axis < shape.size(), "permutation()", "the array has no such axis",
                    "count the axes from 0");
    std::vector<T> out(x.begin(), x.end());
    if (x.empty()) return out;
    detail::sorted_axis along{shape[axis], 1};
    for (const std::size_t length : shape.subspan(axis + 1))
        along.stride *= length;
    if (each == independent::yes || shape.size() == 1) {
        detail::shuffle(k, std::span<T>(out), along);
        return out;
    }
    const auto order = permutation<std::uint64_t>(k, along.length);
    for (std::size_t at = 0; at < x.size(); ++at) {
        const std::size_t index = at / along.stride % along.length;
        out[at] = x[at + order[index] * along.stride - index * along.stride];
    }
    return out;
}

namespace detail {

/// How many of `a` there are to choose from.
[[nodiscard]] inline std::size_t population(std::int64_t a, std::size_t draws, replacement replace) {
    require(a > 0 || draws == 0, "choice()", "there is nothing to choose from", "pass a > 0");
    const auto n = static_cast<std::size_t>(a > 0 ? a : 0);
    require(draws <= n || replace == replacement::yes, "choice()", "the sample is larger than the population",
            "choose with replacement, or fewer");
    return n;
}

} // namespace detail

/// Fills `out` with indices below a. Class int.
///
/// Errors: errc::argument_invalid where a is not positive, or more than a are to be chosen without
/// replacement.
template <detail::integer_dtype T>
void choice(const key& k, std::int64_t a, replacement replace, std::span<T> out) {
    const std::size_t n = detail::population(a, out.size(), replace);
    if (replace == replacement::yes) {
        randint(k, T{0}, static_cast<T>(a), out);
    } else {
        const auto order = permutation<T>(k, n);
        std::copy_n(order.begin(), out.size(), out.begin());
    }
}
/// Returns `count` such indices.
template <detail::integer_dtype T = std::int32_t>
[[nodiscard]] std::vector<T> choice(const key& k, std::int64_t a, replacement replace, std::size_t count) {
    std::vector<T> out(count);
    choice(k, a, replace, std::span<T>(out));
    return out;
}
/// Returns one such index.
template <detail::integer_dtype T = std::int32_t>
[[nodiscard]] T choice(const key& k, std::int64_t a, replacement replace = replacement::yes) {
    T out{};
    choice(k, a, replace, std::span<T>(&out, 1));
    return out;
}

} // namespace repro::inline v0::jax
