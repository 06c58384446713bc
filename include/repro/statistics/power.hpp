// SPDX-License-Identifier: MIT
#pragma once
// How many seeds a claim needs, and how often a rule errs at the number at hand.

#include <repro/statistics/two_samples.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace repro::inline v0::statistics {

/// What the seeds are for.
enum class seed_purpose : unsigned char {
    resolve_mean,    ///< two standard errors of one mean come to delta: n >= 4 sigma^2 / delta^2
    find_difference, ///< Welch's test finds a difference of delta
    show_equivalence ///< two one-sided tests show that equal means lie within a margin of delta
};

/// Returns how often Welch's test at `alpha`, two-sided, finds a difference of `delta`, with n seeds a side
/// that spread by `sigma`.
[[nodiscard]] inline double power_of_difference(double sigma, double delta, std::uint64_t n,
                                                double alpha = 0.05) {
    const double df = 2 * (static_cast<double>(n) - 1);
    const double critical = detail::t_quantile_sf(alpha / 2, df);
    const double shift = std::abs(delta) / (sigma * std::sqrt(2 / static_cast<double>(n)));
    return detail::non_central_t_sf(critical, df, shift) + detail::non_central_t_sf(critical, df, -shift);
}

/// Returns how often the two one-sided tests at `alpha` show means equal within `margin` that are equal: with
/// n seeds a side that spread by `sigma`. Exact but for the chance that both tests fail at once, which is
/// negligible where the answer is above one half (Phillips 1990).
[[nodiscard]] inline double power_of_equivalence(double sigma, double margin, std::uint64_t n,
                                                 double alpha = 0.05) {
    const double df = 2 * (static_cast<double>(n) - 1);
    const double critical = detail::t_quantile_sf(alpha, df);
    const double shift = margin / (sigma * std::sqrt(2 / static_cast<double>(n)));
    return std::max(0.0, 2 * detail::non_central_t_sf(critical, df, shift) - 1);
}

/// Returns the smallest number of seeds a side for a spread `sigma` and a difference `delta`; none where it
/// would exceed a million, or an argument makes no sense.
///
/// The power counts for the last two purposes. The rule of the first leaves a comparison at a power of one
/// in four: it says how well one mean is known, no more. A sigma from five seeds is uncertain itself, by a
/// factor of 0.6 to 2.9 either way (95 %).
[[nodiscard]] inline std::optional<std::uint64_t>
minimum_seeds(double sigma, double delta, seed_purpose purpose, double power = 0.8, double alpha = 0.05) {
    constexpr std::uint64_t most = 1'000'000;
    const double ratio = sigma / delta;
    if (!(sigma >= 0 && delta > 0) || !std::isfinite(ratio) || !(power > 0 && power < 1)) return std::nullopt;
    if (purpose == seed_purpose::resolve_mean) {
        const double n = std::ceil(4 * ratio * ratio);
        return n <= static_cast<double>(most)
                   ? std::optional(std::max<std::uint64_t>(2, static_cast<std::uint64_t>(n)))
                   : std::nullopt;
    }
    const auto reaches = [=](std::uint64_t n) {
        return (purpose == seed_purpose::find_difference
                    ? power_of_difference(sigma, delta, n, alpha)
                    : power_of_equivalence(sigma, delta, n, alpha)) >= power;
    };
    std::uint64_t low = 1, high = 2; // not enough, enough
    if (sigma == 0) return high;
    while (high <= most && !reaches(high)) {
        low = high;
        high *= 2;
    }
    if (high > most) return std::nullopt;
    while (high - low > 1) {
        const std::uint64_t middle = low + (high - low) / 2;
        (reaches(middle) ? high : low) = middle;
    }
    return high;
}

/// How often the rule "mean within two standard errors of the reference's mean, standard deviation within 20
/// % of its own" refuses samples of the very same normal distribution.
struct false_alarms {
    double mean = detail::not_a_number;   ///< by the mean alone
    double spread = detail::not_a_number; ///< by the standard deviation alone
    double either = detail::not_a_number;
};

/// Returns the false alarms of that rule with `n_reference` and `n` seeds, 2 or more each.
///
/// Given the reference's spread the two parts are independent: what is left is an integral over that spread.
[[nodiscard]] inline false_alarms source_rule_false_alarms(std::uint64_t n_reference, std::uint64_t n) {
    const auto m = static_cast<double>(n_reference), k = static_cast<double>(n);
    constexpr int steps = 500;
    double mean = 0, spread = 0, both = 0;
    for (int i = 0; i < steps; ++i) {
        const double s2 = detail::chi_square_quantile((i + 0.5) / steps, m - 1) / (m - 1); // sigma = 1
        const double reach = 2 * std::sqrt(s2 / m) / std::sqrt(1 / m + 1 / k);
        const double mean_holds = 1 - 2 * detail::normal_sf(reach);
        const double spread_holds = detail::chi_square_sf(0.64 * s2 * (k - 1), k - 1) -
                                    detail::chi_square_sf(1.44 * s2 * (k - 1), k - 1);
        mean += mean_holds;
        spread += spread_holds;
        both += mean_holds * spread_holds;
    }
    return {1 - mean / steps, 1 - spread / steps, 1 - both / steps};
}

} // namespace repro::inline v0::statistics
