// SPDX-License-Identifier: MIT
#pragma once
// Distributions whose bits never change: the standard library's differ between vendors and versions. Each is
// a function of a generator of 64-bit words, holds no state, and says how many words it takes.

#include <repro/detail/config.hpp>
#include <repro/detail/fp.hpp>
#include <repro/detail/log.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace repro::inline v0 {

/// A generator of uniformly distributed 64-bit words.
template <class G>
concept random_words = requires(G& g) {
    { g() } -> std::same_as<std::uint64_t>;
    requires std::remove_reference_t<G>::min() == 0 && std::remove_reference_t<G>::max() == UINT64_MAX;
};

/// Returns a multiple of 2^-53 from [0, 1). Takes one word.
///
/// Stability: contract 1; class int.
template <random_words G> [[nodiscard]] constexpr double uniform_closed_open(G&& g) {
    return static_cast<double>(g() >> 11) * 0x1p-53;
}

namespace detail {

/// Returns an odd multiple of 2^-53 from (0, 1): never 0, never 1, symmetric about one half.
template <class G> [[nodiscard]] constexpr double uniform_open(G&& g) {
    return (static_cast<double>(g() >> 12) + 0.5) * 0x1p-52;
}

template <std::size_t N>
[[nodiscard]] constexpr double polynomial(const double (&coefficients)[N], double x) {
    double value = coefficients[N - 1];
    for (std::size_t i = N - 1; i-- > 0;)
        value = mul_add(value, x, coefficients[i]);
    return value;
}

template <class Rational> [[nodiscard]] constexpr double evaluate(double x) {
    return polynomial(Rational::numerator, x) / polynomial(Rational::denominator, x);
}

// The three rational approximations of PPND16: centre, tail, far tail.
struct normal_centre {
    static constexpr double numerator[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                           1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                           4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                           3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static constexpr double denominator[] = {1.0,
                                             4.2313330701600911252e+1,
                                             6.8718700749205790830e+2,
                                             5.3941960214247511077e+3,
                                             2.1213794301586595867e+4,
                                             3.9307895800092710610e+4,
                                             2.8729085735721942674e+4,
                                             5.2264952788528545610e+3};
};
struct normal_tail {
    static constexpr double numerator[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                           5.76949722146069140550e0,  3.64784832476320460504e0,
                                           1.27045825245236838258e0,  2.41780725177450611770e-1,
                                           2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static constexpr double denominator[] = {1.0,
                                             2.05319162663775882187e0,
                                             1.67638483018380384940e0,
                                             6.89767334985100004550e-1,
                                             1.48103976427480074590e-1,
                                             1.51986665636164571966e-2,
                                             5.47593808499534494600e-4,
                                             1.05075007164441684324e-9};
};
struct normal_far_tail {
    static constexpr double numerator[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                           1.78482653991729133580e0,  2.96560571828504891230e-1,
                                           2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                           2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static constexpr double denominator[] = {1.0,
                                             5.99832206555887937690e-1,
                                             1.36929880922735805310e-1,
                                             1.48753612908506148525e-2,
                                             7.86869131145613259100e-4,
                                             1.84631831751005468180e-5,
                                             1.42151175831644588870e-7,
                                             2.04426310338993978564e-15};
};

/// Returns the standard normal quantile of p, 0 < p < 1. Relative error about 1e-16.
/// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988 (PPND16).
[[nodiscard]] inline double normal_quantile(double p) {
    const double q = p - 0.5;
    if (q >= -0.425 && q <= 0.425) return mul(q, evaluate<normal_centre>(0.180625 - mul(q, q)));
    const double r = __builtin_sqrt(-log_portable(q < 0 ? p : 1.0 - p));
    const double size = r <= 5.0 ? evaluate<normal_tail>(r - 1.6) : evaluate<normal_far_tail>(r - 5.0);
    return q < 0 ? -size : size;
}

} // namespace detail

/// Returns a whole number from [0, bound), every one equally likely. Takes one word, and another for each
/// rejection (fewer than bound / 2^64 of the draws).
///
/// Precondition: bound > 0.
/// Stability: contract 1; class int.
/// Source: Lemire, "Fast random integer generation in an interval", 2019.
template <random_words G> [[nodiscard]] constexpr std::uint64_t uniform_int(G&& g, std::uint64_t bound) {
    REPRO_EXPECTS(bound > 0);
    __extension__ using wide = unsigned __int128;
    wide product = static_cast<wide>(g()) * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
        const std::uint64_t threshold = (0 - bound) % bound;
        while (static_cast<std::uint64_t>(product) < threshold)
            product = static_cast<wide>(g()) * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
}

/// Returns true with probability `p`. Takes one word.
///
/// Stability: contract 1; class int.
template <random_words G> [[nodiscard]] constexpr bool bernoulli(G&& g, double p) {
    return uniform_closed_open(g) < p;
}

/// Returns a draw from the standard normal distribution, by inversion. Takes one word; |result| < 8.3.
///
/// Stability: contract 1; class ieee.
template <random_words G> [[nodiscard]] double normal(G&& g) {
    return detail::normal_quantile(detail::uniform_open(g));
}

/// Returns a draw from the exponential distribution of mean 1, by inversion. Takes one word.
///
/// Stability: contract 1; class ieee.
template <random_words G> [[nodiscard]] double exponential(G&& g) {
    return -detail::log_portable(detail::uniform_open(g));
}

/// Puts `items` (a vector, a span, anything with size() and []) into random order, every order equally likely
/// (Fisher and Yates, from the end). Takes items.size() - 1 whole numbers as `uniform_int` does.
///
/// Stability: contract 1; class int.
template <random_words G, class Items> constexpr void shuffle(G&& g, Items&& items) {
    using std::swap;
    for (std::size_t i = items.size(); i > 1; --i)
        swap(items[i - 1], items[uniform_int(g, i)]);
}

} // namespace repro::inline v0
