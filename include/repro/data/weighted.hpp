// SPDX-License-Identifier: MIT
#pragma once
// Orders in which some samples come more often, or sooner, than others: by weights, with and without
// replacement.

#include <repro/core/error.hpp>
#include <repro/data/index_iterator.hpp>
#include <repro/data/keyed_words.hpp>
#include <repro/detail/fp.hpp>
#include <repro/detail/text.hpp>
#include <repro/rng/distributions.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

[[noreturn]] inline void refuse_weights(std::string_view problem) {
    throw error(errc::argument_invalid, "weights of samples", std::string(problem),
                "give each sample a finite weight of at least 0, and some sample more");
}

/// Checks every weight and returns how many are more than nothing.
inline std::size_t check_weights(std::span<const double> weights) {
    std::size_t positive = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (!(weights[i] >= 0.0 && weights[i] <= 0x1.fffffffffffffp+1023))
            refuse_weights("that of sample " + decimal(i) + " is negative, infinite or not a number");
        positive += weights[i] > 0.0 ? 1 : 0;
    }
    if (positive == 0) refuse_weights("are all zero, or none");
    return positive;
}

} // namespace detail

/// An order of `count` draws with replacement, each sample at each position with a probability in proportion
/// to its weight. Any position is found in memory and time that do not depend on the others (the logarithm of
/// the number of weights): by inversion of the cumulated weights, one word a position.
///
/// Stability: contract 1; class ieee.
/// Threads:   never changes: safe.
class weighted_order {
public:
    /// Errors: errc::argument_invalid for a weight that is negative, infinite or NaN, where none is more than
    ///         0, and where their sum is infinite or below 2^-960.
    weighted_order(seed s, std::uint64_t epoch, std::span<const double> weights, std::uint64_t count)
        : words_(s, detail::packed_text("weighted"), epoch, weights.size()), size_(count) {
        detail::check_weights(weights);
        double sum = 0.0;
        sums_.reserve(weights.size());
        for (const double weight : weights)
            sums_.push_back(sum += weight);
        if (!(sum >= 0x1p-960 && sum <= 0x1.fffffffffffffp+1023))
            detail::refuse_weights("have a sum that is infinite or below 2^-960");
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Returns the sample at position `i`.
    ///
    /// Precondition: i < size().
    [[nodiscard]] std::uint64_t operator[](std::uint64_t i) const noexcept {
        REPRO_EXPECTS(i < size_);
        const double share = static_cast<double>(words_.at(i) >> 11) * 0x1p-53;
        const double place = detail::mul(share, sums_.back()); // below the sum, whatever the rounding
        return static_cast<std::uint64_t>(std::upper_bound(sums_.begin(), sums_.end(), place) -
                                          sums_.begin());
    }

    [[nodiscard]] auto begin() const noexcept { return detail::index_iterator(*this, 0); }
    [[nodiscard]] auto end() const noexcept { return detail::index_iterator(*this, size_); }

private:
    keyed_words words_;
    std::uint64_t size_;
    std::vector<double> sums_;
};

/// Returns `count` samples drawn without replacement: each next one, of those that are left, with a
/// probability in proportion to its weight. Samples of weight 0 are never drawn. A sample's luck depends on
/// seed, epoch and sample: leaving one out changes nothing in the order of the others.
///
/// The samples are those with the smallest exponential numbers over their weights, smallest first.
/// Source: Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006.
/// Stability: contract 1; class ieee.
/// Errors:    errc::argument_invalid for weights as `weighted_order` refuses them, and where fewer than
///            `count` are more than 0.
[[nodiscard]] inline std::vector<std::uint64_t>
weighted_shuffle(seed s, std::uint64_t epoch, std::span<const double> weights, std::size_t count) {
    const std::size_t positive = detail::check_weights(weights);
    if (count > positive)
        detail::refuse_weights("give " + detail::decimal(positive) + " samples, and " +
                               detail::decimal(count) + " are asked for");
    std::vector<std::pair<double, std::uint64_t>> arrivals;
    arrivals.reserve(positive);
    for (std::size_t i = 0; i < weights.size(); ++i)
        if (weights[i] > 0.0)
            arrivals.emplace_back(
                exponential(keyed_words(s, detail::packed_text("arrival"), epoch, i)) / weights[i], i);
    const auto end = arrivals.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(arrivals.begin(), end, arrivals.end());
    std::vector<std::uint64_t> order;
    order.reserve(count);
    for (auto each = arrivals.begin(); each != end; ++each)
        order.push_back(each->second);
    return order;
}

} // namespace repro::inline v0
