// SPDX-License-Identifier: MIT
#pragma once
// Splits of a data set by the rows' ids, not by their order or number: a row stays on its side whatever rows
// are added, removed or sorted. Known answers: tests/vectors/contract/stable_hash.txt

#include <repro/core/error.hpp>
#include <repro/hash/stable_hash.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace repro::inline v0 {

/// The sides of a split in two.
enum class split : unsigned char { train, test };

namespace detail {

/// Whether a hash lies in the first `fraction` of all.
[[nodiscard]] inline bool lies_below(std::uint64_t hash, double fraction) noexcept {
    return fraction >= 1.0 || hash < static_cast<std::uint64_t>(fraction * 0x1p64); // the product is exact
}

inline void check_fraction(double fraction) {
    if (fraction >= 0.0 && fraction <= 1.0) return;
    throw error(errc::argument_invalid, "split_by_key()", "a fraction is not between 0 and 1",
                "pass the share of rows, such as 0.8");
}

inline void check_fractions(std::span<const double> fractions) {
    constexpr double rounding = 0x1p-52; // of each sum, at most
    double sum = 0.0;
    for (const double fraction : fractions) {
        check_fraction(fraction);
        sum += fraction;
    }
    const double off = sum < 1.0 ? 1.0 - sum : sum - 1.0;
    if (off > rounding * static_cast<double>(fractions.size()))
        throw error(errc::argument_invalid, "split_by_key()", "the fractions do not sum to 1",
                    "name the share of every part, such as {0.8, 0.1, 0.1}");
}

/// Where a row lies: the hash of its id, salted with that of the split's name.
template <stable_key Key>
[[nodiscard]] std::uint64_t place_in_split(const Key& id, std::string_view name) noexcept {
    return hash_key(id, stable_hash(name));
}

} // namespace detail

/// Returns the side of the row `id`: train for about `train_fraction` of all ids, test for the rest. It
/// depends on nothing but the arguments; a larger fraction moves rows from test to train and none back.
/// Splits of different names are independent of each other.
///
/// Stability: contract 1.
/// Errors:    errc::argument_invalid for a fraction outside [0, 1] or NaN.
/// Threads:   safe.
template <stable_key Key>
[[nodiscard]] split split_by_key(const Key& id, double train_fraction, std::string_view name = {}) {
    detail::check_fraction(train_fraction);
    return detail::lies_below(detail::place_in_split(id, name), train_fraction) ? split::train : split::test;
}

/// Returns the part, from 0 on, to which the row `id` belongs where part i gets about fractions[i] of all
/// ids. Part 0 is the train side of a split in two by the same fraction and name; a part of 0 gets no row.
///
/// Stability: contract 1.
/// Errors:    errc::argument_invalid for a fraction outside [0, 1] or NaN, and where they do not sum to 1
///            within rounding.
/// Threads:   safe.
template <stable_key Key>
[[nodiscard]] std::size_t split_by_key(const Key& id, std::span<const double> fractions,
                                       std::string_view name = {}) {
    detail::check_fractions(fractions);
    const std::uint64_t place = detail::place_in_split(id, name);
    double sum = 0.0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < fractions.size(); ++i) {
        if (fractions[i] == 0.0) continue;
        sum += fractions[i];
        last = i;
        if (detail::lies_below(place, sum)) break;
    }
    return last;
}
template <stable_key Key>
[[nodiscard]] std::size_t split_by_key(const Key& id, std::initializer_list<double> fractions,
                                       std::string_view name = {}) {
    return split_by_key(id, std::span(fractions.begin(), fractions.size()), name);
}

} // namespace repro::inline v0
