// SPDX-License-Identifier: MIT
#pragma once
// categorical, and choice with probabilities. Origin: JAX (Apache-2.0), jax/_src/random/core.py.

#include <repro/compat/jax/continuous.hpp>
#include <repro/compat/jax/permutation.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace repro::inline v0::jax {

/// Fills `out` with indices into `logits`, unnormalised logarithms of probabilities: for each, the first
/// largest of logits plus numbers of Gumbel's distribution. Class libm, as those are.
///
/// Errors: errc::argument_invalid for no logits.
template <detail::integer_dtype T, std::floating_point Float>
void categorical(const key& k, std::span<const Float> logits, std::span<T> out) {
    detail::require(!logits.empty(), "categorical()", "there is nothing to choose from", "pass logits");
    std::vector<Float> scores(out.size() * logits.size());
    gumbel(k, std::span<Float>(scores));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::span<Float> row = std::span(scores).subspan(i * logits.size(), logits.size());
        for (std::size_t j = 0; j < row.size(); ++j)
            row[j] += logits[j];
        out[i] = static_cast<T>(std::max_element(row.begin(), row.end()) - row.begin());
    }
}
/// Returns `count` such indices.
template <detail::integer_dtype T = std::int32_t, std::floating_point Float>
[[nodiscard]] std::vector<T> categorical(const key& k, std::span<const Float> logits, std::size_t count) {
    std::vector<T> out(count);
    categorical(k, logits, std::span<T>(out));
    return out;
}
/// Returns one such index.
template <detail::integer_dtype T = std::int32_t, std::floating_point Float>
[[nodiscard]] T categorical(const key& k, std::span<const Float> logits) {
    T out{};
    categorical(k, logits, std::span<T>(&out, 1));
    return out;
}

namespace detail {

/// Running sums in the order of XLA: pairs first, then the sums of pairs, and so on.
template <std::floating_point Float> [[nodiscard]] std::vector<Float> running_sums(std::span<const Float> x) {
    std::vector<Float> sums(x.begin(), x.end());
    if (x.size() < 2) return sums;
    std::vector<Float> pairs(x.size() / 2);
    for (std::size_t i = 0; i < pairs.size(); ++i)
        pairs[i] = x[2 * i] + x[2 * i + 1];
    const std::vector<Float> odd = running_sums<Float>(pairs);
    for (std::size_t i = 1; i < x.size(); ++i)
        sums[i] = i % 2 == 1 ? odd[i / 2] : odd[i / 2 - 1] + x[i];
    return sums;
}

template <class T, std::floating_point Float>
void choose_with_replacement(const key& k, std::span<const Float> p, std::span<T> out) {
    const std::vector<Float> sums = running_sums(p);
    fill_from_words<uniform_word<Float>>(k, out, [&](uniform_word<Float> w) {
        const Float r = sums.back() * (Float{1} - in_unit_interval<Float>(w));
        const auto found = std::lower_bound(sums.begin(), sums.end(), r);
        return static_cast<T>(found - sums.begin());
    });
}

template <class T, std::floating_point Float>
void choose_without_replacement(const key& k, std::span<const Float> p, std::span<T> out) {
    std::vector<Float> scores(p.size());
    gumbel(k, std::span<Float>(scores));
    for (std::size_t i = 0; i < p.size(); ++i) {
        scores[i] += xla::log(p[i]);
        if (scores[i] != scores[i]) scores[i] = -std::numeric_limits<Float>::infinity(); // of a negative p
    }
    std::vector<T> order(p.size());
    std::iota(order.begin(), order.end(), T{0});
    std::sort(order.begin(), order.end(), [&](T a, T b) {
        const Float score = scores[static_cast<std::size_t>(a)], other = scores[static_cast<std::size_t>(b)];
        return score > other || (score == other && a < b);
    });
    std::copy_n(order.begin(), out.size(), out.begin());
}

} // namespace detail

/// Fills `out` with indices below a, which have the probabilities p: floats, or doubles as with x64. Class
/// ieee with replacement, else libm (log).
///
/// Errors: errc::argument_invalid as for choice without p, and where p has not a elements. JAX does not look
/// at their values or their sum.
template <detail::integer_dtype T, std::floating_point Float>
void choice(const key& k, std::int64_t a, replacement replace, std::span<const Float> p, std::span<T> out) {
    const std::size_t n = detail::population(a, out.size(), replace);
    detail::require(p.size() == n, "choice()", "p has not as many elements as there are to choose from",
                    "pass one probability each");
    if (out.empty()) return;
    if (replace == replacement::yes)
        detail::choose_with_replacement(k, p, out);
    else
        detail::choose_without_replacement(k, p, out);
}
/// Returns `count` such indices.
template <detail::integer_dtype T = std::int32_t, std::floating_point Float>
[[nodiscard]] std::vector<T> choice(const key& k, std::int64_t a, replacement replace,
                                    std::span<const Float> p, std::size_t count) {
    std::vector<T> out(count);
    choice(k, a, replace, p, std::span<T>(out));
    return out;
}

} // namespace repro::inline v0::jax
