// SPDX-License-Identifier: MIT
#pragma once
// An order in which every stratum (class, source, language) is spread evenly over the epoch, so that batches
// of any size hold each in its share.

#include <repro/data/permutation.hpp>
#include <repro/detail/uint128.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// The m-th sample of a stratum of `of` lies at (m + offset / 2^32) / of of the epoch.
struct stratum_place {
    std::uint64_t member;
    std::uint64_t of;
    std::uint64_t sample;
    std::uint32_t stratum;
    std::uint32_t offset;

    friend bool operator<(const stratum_place& a, const stratum_place& b) noexcept {
        const uint128 left = (static_cast<uint128>(a.member) << 32 | a.offset) * b.of;
        const uint128 right = (static_cast<uint128>(b.member) << 32 | b.offset) * a.of;
        return left != right ? left < right : a.stratum < b.stratum;
    }
};

} // namespace detail

/// Returns all samples, sample i being of stratum strata[i] (any number), each stratum in random order
/// and spread evenly: of the first p samples of n, a stratum of m has p m / n but for less than
/// 1 + S m / n samples, where S is the number of strata.
///
/// Every stratum is shuffled by a `permutation` of its own and starts at a random offset.
/// Stability: contract 1; class int.
[[nodiscard]] inline std::vector<std::uint64_t> stratified_order(seed s, std::uint64_t epoch,
                                                                 std::span<const std::uint32_t> strata) {
    std::vector<std::uint64_t> members(strata.size()); // stratum by stratum
    std::iota(members.begin(), members.end(), std::uint64_t{0});
    std::sort(members.begin(), members.end(), [&](std::uint64_t a, std::uint64_t b) {
        return strata[a] != strata[b] ? strata[a] < strata[b] : a < b;
    });
    std::vector<detail::stratum_place> places;
    places.reserve(strata.size());
    for (std::size_t begin = 0, end = 0; begin < members.size(); begin = end) {
        const std::uint32_t stratum = strata[members[begin]];
        while (end < members.size() && strata[members[end]] == stratum)
            ++end;
        keyed_words words(s, detail::packed_text("stratum"), epoch, stratum);
        const auto offset = static_cast<std::uint32_t>(words() >> 32);
        const permutation order(words(), epoch, end - begin);
        for (std::uint64_t m = 0; m < order.size(); ++m)
            places.push_back({m, order.size(), members[begin + order[m]], stratum, offset});
    }
    std::sort(places.begin(), places.end());
    std::vector<std::uint64_t> order;
    order.reserve(places.size());
    for (const detail::stratum_place& each : places)
        order.push_back(each.sample);
    return order;
}

} // namespace repro::inline v0
