// SPDX-License-Identifier: MIT
#pragma once
// The exact shuffle of an epoch, for those who have the memory: Fisher and Yates's, every order equally
// likely. Known answers: tests/vectors/contract/permutation.txt

#include <repro/data/keyed_words.hpp>
#include <repro/rng/distributions.hpp>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace repro::inline v0 {

/// Puts `items` (a vector, a span, anything with size() and []) into the order of an epoch, which depends on
/// seed, epoch and their number alone.
///
/// Stability: contract 1; class int.
template <class Items> constexpr void shuffle(seed s, std::uint64_t epoch, Items&& items) {
    shuffle(keyed_words(s, detail::packed_text("shuffle"), epoch, items.size()), items);
}

/// Returns the samples 0 to n - 1 in that order.
[[nodiscard]] inline std::vector<std::uint64_t> shuffled(seed s, std::uint64_t epoch, std::size_t n) {
    std::vector<std::uint64_t> order(n);
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    shuffle(s, epoch, order);
    return order;
}

} // namespace repro::inline v0
