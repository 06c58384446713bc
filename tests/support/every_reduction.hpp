// SPDX-License-Identifier: MIT
#pragma once
// Every reduction by one executor, as bits.

#include <repro/reduce/moments.hpp>
#include <repro/reduce/scatter.hpp>
#include <repro/reduce/tree_sum.hpp>

#include "support/sum_terms.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace support {

/// Returns the bits of all reductions of the same terms by `by`.
template <class T, class Executor> std::vector<std::uint64_t> every_reduction(Executor& by) {
    using word = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
    const std::vector<T> values = long_terms<T>(100000, 40);
    std::vector<std::int32_t> places, offsets;
    for (std::size_t i = 0; i < values.size(); ++i)
        places.push_back(static_cast<std::int32_t>(splitmix64_of(i + 99) % 300));
    for (std::int32_t first = 0; first <= 100000; first += 500)
        offsets.push_back(first);
    std::vector<T> all{repro::sum(values, by),   repro::tree_sum(values, by), repro::dot(values, values, by),
                       repro::norm2(values, by), repro::mean(values, by),     repro::variance(values, by)};
    std::vector<T> scattered(300, T{0.25});
    repro::scatter_add<std::int32_t, T>(places, values, scattered, by);
    for (const auto& more : {scattered, repro::weighted_bincount<std::int32_t, T>(places, values, 300, by),
                             repro::segment_sum<std::int32_t, T>(values, offsets, by)})
        all.insert(all.end(), more.begin(), more.end());
    std::vector<std::uint64_t> bits;
    for (const T each : all)
        bits.push_back(std::bit_cast<word>(each));
    return bits;
}

/// Returns the same in this thread.
template <class T> std::vector<std::uint64_t> every_reduction() {
    repro::serial by;
    return every_reduction<T>(by);
}

} // namespace support
