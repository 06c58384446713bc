// SPDX-License-Identifier: MIT
#pragma once
// What NumPy asks of the parameters of its distributions, by NumPy's names. NaN passes where it passes there,
// save where the original would then never return.

#include <repro/compat/argument.hpp>

#include <bit>
#include <cstdint>

namespace repro::inline v0::numpy {

/// The newest NumPy whose rules apply, where releases differ; the newest is the default.
enum class rules : unsigned char {
    numpy_1_24, ///< 1.22 to 1.26
    numpy_2_2,  ///< 2.1 to 2.3
    numpy_2_5   ///< 2.5
};

namespace detail {

using repro::detail::reject;
using repro::detail::require;

[[nodiscard]] inline bool is_nan(double x) noexcept { return x != x; }

inline void non_negative(double x, const char* call) {
    require(is_nan(x) || std::bit_cast<std::uint64_t>(x) >> 63 == 0, call, "a parameter is negative",
            "pass zero or more (minus zero is negative too)");
}
inline void positive(double x, const char* call) {
    require(!(x <= 0.0), call, "a parameter is not positive", "pass more than zero");
}
inline void not_nan(double x, const char* call) {
    require(!is_nan(x), call, "a parameter is NaN, for which the original never returns", "pass a number");
}
inline void bounded_0_1(double p, const char* call) {
    require(p >= 0.0 && p <= 1.0, call, "p is no probability", "pass 0 <= p <= 1");
}
inline void bounded_gt_0_1(double p, const char* call) {
    require(p > 0.0 && p <= 1.0, call, "p is not in (0, 1]", "pass 0 < p <= 1");
}
inline void bounded_lt_0_1(double p, const char* call) {
    require(p >= 0.0 && p < 1.0, call, "p is not in [0, 1)", "pass 0 <= p < 1");
}
inline void above_1(double a, const char* call) {
    require(a > 1.0, call, "a is not above one", "pass a > 1");
}
inline void poisson_rate(double lam, const char* call) {
    constexpr double largest = 9.223372006484771e+18; // 2^63 - 1 less ten of its square roots
    require(lam >= 0.0, call, "lam is negative or NaN", "pass lam >= 0");
    require(lam <= largest, call, "lam is too large", "pass lam below 9.22e18");
}
inline void no_negative_count(std::int64_t n, const char* call) {
    require(n >= 0, call, "a count is negative", "pass zero or more");
}

} // namespace detail
} // namespace repro::inline v0::numpy
