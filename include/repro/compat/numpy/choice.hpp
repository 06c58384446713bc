// SPDX-License-Identifier: MIT
#pragma once
// Choosing with given probabilities, as RandomState and Generator both do, and bounded integers for arrays of
// bounds. Origin: NumPy 2.2 (BSD-3-Clause), numpy/random/mtrand.pyx and numpy/random/_generator.pyx.

#include <repro/compat/numpy/bounded.hpp>
#include <repro/compat/numpy/discrete.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0::numpy {

/// Whether an element can be chosen more than once.
enum class replacement : unsigned char { no, yes };

namespace detail {

/// One bounded integer per pair of bounds; `excluded` is 1 where high itself is not included.
template <integer_dtype T, bounding Method, class Bits>
[[nodiscard]] std::vector<T> draw_between(Bits& bits, std::span<const wide> low, std::span<const wide> high,
                                          int excluded, const char* call) {
    require(low.size() == high.size(), call, "the arrays of bounds differ in length",
            "pass one pair a number");
    for (std::size_t i = 0; i < low.size(); ++i)
        (void)interval<T>::checked(low[i], high[i] - excluded, call);
    bounded_draw<T, Method> draw;
    std::vector<T> out(low.size());
    for (std::size_t i = 0; i < low.size(); ++i) {
        const auto bounds = interval<T>::checked(low[i], high[i] - excluded, call);
        out[i] = bounds.at(draw(bits, bounds.range));
    }
    return out;
}

inline void choice_arguments(std::int64_t a, std::size_t size, replacement replace, const char* call) {
    require(a > 0 || (a == 0 && size == 0), call, "there is nothing to choose from", "pass a > 0");
    require(replace == replacement::yes || size <= static_cast<std::size_t>(a), call,
            "the sample is larger than the population", "choose with replacement, or fewer");
}

inline void probabilities(std::span<const double> p, const char* call) {
    constexpr double tolerance = 1.4901161193847656e-08; // the square root of 2^-52
    const double sum = kahan_sum(p);
    require(!is_nan(sum), call, "the probabilities contain NaN", "pass numbers");
    for (const double each : p)
        require(each >= 0.0, call, "a probability is negative", "pass probabilities >= 0");
    require(libm::fabs(sum - 1.0) <= tolerance, call, "the probabilities do not sum to one",
            "divide them by their sum");
}

/// The running sum of p, divided by its last element.
inline void cumulate(std::span<const double> p, std::span<double> cdf) noexcept {
    double sum = 0.0;
    for (std::size_t i = 0; i < p.size(); ++i)
        cdf[i] = sum = i == 0 ? p[0] : sum + p[i];
    for (double& each : cdf)
        each /= sum;
}

/// The number of elements of `cdf` that are not above x: searchsorted(x, side='right'). Each half is taken by
/// arithmetic, as a branch would be guessed wrong every other time.
[[nodiscard]] inline std::size_t search_right(std::span<const double> cdf, double x) noexcept {
    std::size_t low = 0;
    for (std::size_t left = cdf.size(); left > 0;) {
        const std::size_t half = (left + 1) / 2;
        low += half * static_cast<std::size_t>(!(x < cdf[low + half - 1]));
        left -= half;
    }
    return low;
}

/// Without replacement: rounds of uniforms against what is left; a value that comes twice counts once.
template <class Source>
[[nodiscard]] std::vector<std::int64_t> choose_weighted_once(Source& source, std::size_t size,
                                                             std::vector<double> p, const char* call) {
    std::size_t possible = 0;
    for (const double each : p)
        possible += each > 0.0 ? 1 : 0;
    require(possible >= size, call, "fewer probabilities than the size are above zero", "choose fewer");
    std::vector<std::int64_t> found;
    std::vector<double> cdf(p.size()), draws;
    while (found.size() < size) {
        draws.resize(size - found.size());
        for (double& draw : draws)
            draw = source.uniform();
        cumulate(p, cdf);
        for (const double draw : draws) {
            const std::size_t index = search_right(cdf, draw);
            if (p[index] == 0.0) continue; // found in this round already
            p[index] = 0.0;
            found.push_back(static_cast<std::int64_t>(index));
        }
    }
    return found;
}

template <class Source>
[[nodiscard]] std::vector<std::int64_t> choose_weighted(Source& source, std::size_t size, replacement replace,
                                                        std::span<const double> p, const char* call) {
    choice_arguments(static_cast<std::int64_t>(p.size()), size, replace, call);
    probabilities(p, call);
    if (replace == replacement::no) return choose_weighted_once(source, size, {p.begin(), p.end()}, call);
    std::vector<double> cdf(p.size());
    cumulate(p, cdf);
    std::vector<std::int64_t> chosen(size);
    for (std::int64_t& each : chosen)
        each = static_cast<std::int64_t>(search_right(cdf, source.uniform()));
    return chosen;
}

} // namespace detail
} // namespace repro::inline v0::numpy
