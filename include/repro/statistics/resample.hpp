// SPDX-License-Identifier: MIT
#pragma once
// Tests and intervals from the values themselves: the labels are dealt anew, or the seeds are drawn anew. The
// same bits at every call, as the generator is part of the rule.

#include <repro/rng/distributions.hpp>
#include <repro/rng/pcg64.hpp>
#include <repro/statistics/two_samples.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns in how many ways m of n things can be chosen, or `most` + 1 where that is more.
[[nodiscard]] constexpr std::uint64_t ways_to_choose(std::uint64_t m, std::uint64_t n,
                                                     std::uint64_t most) noexcept {
    std::uint64_t ways = 1;
    m = std::min(m, n - m);
    for (std::uint64_t i = 1; i <= m; ++i) {
        ways = ways * (n - m + i) / i;
        if (ways > most) return most + 1;
    }
    return ways;
}

/// Steps to the next choice of as many of the places; false after the last.
[[nodiscard]] inline bool next_choice(std::vector<std::size_t>& chosen, std::size_t places) noexcept {
    const std::size_t m = chosen.size();
    for (std::size_t i = m; i-- > 0;)
        if (chosen[i] < places - m + i) {
            ++chosen[i];
            for (std::size_t j = i + 1; j < m; ++j)
                chosen[j] = chosen[j - 1] + 1;
            return true;
        }
    return false;
}

} // namespace detail

namespace statistics {

/// How a permutation test dealt.
struct permutation_result {
    double difference = detail::not_a_number; ///< of the means, a minus b
    double p = detail::not_a_number;          ///< two-sided
    std::uint64_t deals = 0;                  ///< looked at
    bool exact = false;                       ///< all there are
};

/// Returns how often means differ as much or more when the values are dealt to the two sides at random. All
/// deals are looked at where there are 200,000 or fewer (ten seeds a side), else 9,999 and the one at hand.
/// NaN where a sample is empty or a value is not finite.
[[nodiscard]] inline permutation_result permutation_test(std::span<const double> a,
                                                         std::span<const double> b) {
    constexpr std::uint64_t most = 200'000, drawn = 9'999;
    std::vector<double> all(a.begin(), a.end());
    all.insert(all.end(), b.begin(), b.end());
    if (a.empty() || b.empty() || !std::ranges::all_of(all, [](double x) { return std::isfinite(x); }))
        return {};
    const double mean = summarize(all).mean;
    double size = 0; // of the numbers added, which says how far equal sums can lie apart
    for (double& each : all) {
        each -= mean; // the sum of one side now tells the difference of the means
        size += std::abs(each);
    }
    const double seen =
        std::accumulate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(a.size()), 0.0);
    const double bound = std::abs(seen) - 1e-14 * size;
    permutation_result result{.difference = summarize(a).mean - summarize(b).mean};
    std::uint64_t as_far = 0;
    result.exact = detail::ways_to_choose(a.size(), all.size(), most) <= most;
    if (result.exact) {
        std::vector<std::size_t> chosen(a.size());
        std::iota(chosen.begin(), chosen.end(), std::size_t{0});
        do {
            double sum = 0;
            for (const std::size_t i : chosen)
                sum += all[i];
            as_far += std::abs(sum) >= bound ? 1 : 0;
            ++result.deals;
        } while (detail::next_choice(chosen, all.size()));
    } else {
        pcg64 generator(0);
        for (as_far = 1, result.deals = 1; result.deals <= drawn; ++result.deals) {
            double sum = 0;
            for (std::size_t i = 0; i < a.size(); ++i) {
                std::swap(all[i], all[i + static_cast<std::size_t>(uniform_int(generator, all.size() - i))]);
                sum += all[i];
            }
            as_far += std::abs(sum) >= bound ? 1 : 0;
        }
    }
    result.p = static_cast<double>(as_far) / static_cast<double>(result.deals);
    return result;
}

/// Returns the interval of the interquartile mean over several strata (tasks, data sets), seeds drawn anew
/// with replacement within each stratum: percentiles of `draws` repetitions.
///
/// Source: Agarwal et al. (2021), whose rliable does the same with another generator.
/// Precondition: no stratum is empty.
[[nodiscard]] inline interval interquartile_mean_interval(std::span<const std::vector<double>> strata,
                                                          double confidence = 0.95,
                                                          std::uint64_t draws = 2'000) {
    pcg64 generator(0);
    std::vector<double> means, drawn;
    for (std::uint64_t i = 0; i < draws; ++i) {
        drawn.clear();
        for (const std::vector<double>& stratum : strata)
            for (std::size_t j = 0; j < stratum.size(); ++j)
                drawn.push_back(stratum[static_cast<std::size_t>(uniform_int(generator, stratum.size()))]);
        means.push_back(interquartile_mean(drawn));
    }
    std::ranges::sort(means);
    return {sorted_quantile(means, (1 - confidence) / 2), sorted_quantile(means, (1 + confidence) / 2)};
}

} // namespace statistics
} // namespace repro::inline v0
