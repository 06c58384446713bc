// SPDX-License-Identifier: MIT
// Whether the bijection looks like a shuffle drawn at random: counts over fixed seeds against what chance
// gives, in standard deviations. A right one fails a check by chance in none of 10^5 seeds.
#include <repro/data/permutation.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace {

using repro::permutation;
using counts = std::vector<std::uint64_t>;

/// The chi-square statistic of cells that are expected to be equal, as standard deviations from its mean.
/// Cells that stay empty by construction are `impossible` of them.
double deviation(const counts& cells, std::size_t impossible = 0) {
    const auto possible = static_cast<double>(cells.size() - impossible);
    double total = 0.0, statistic = 0.0;
    for (const std::uint64_t each : cells)
        total += static_cast<double>(each);
    const double expected = total / possible;
    for (const std::uint64_t each : cells)
        if (each != 0) statistic += static_cast<double>(each) * static_cast<double>(each) / expected;
    return std::fabs(statistic - total - (possible - 1.0)) / std::sqrt(2.0 * (possible - 1.0));
}

/// The rank of an order among all n! by Lehmer's code.
std::size_t rank_of(const permutation& p) {
    std::size_t rank = 0;
    for (std::uint64_t i = 0; i < p.size(); ++i) {
        std::size_t smaller = 0;
        for (std::uint64_t j = i + 1; j < p.size(); ++j)
            smaller += p[j] < p[i] ? 1 : 0;
        rank = rank * (p.size() - i) + smaller;
    }
    return rank;
}

/// The largest deviation of where two samples lie together, for several pairs of positions, over many seeds.
double pair_deviation(std::uint64_t n, std::uint64_t seeds) {
    const std::uint64_t pairs[][2] = {{0, 1}, {0, 4}, {n - 2, n - 1}, {0, n / 2}, {3, 7}, {5, 13}};
    std::vector<counts> cells(std::size(pairs), counts(n * n));
    for (std::uint64_t s = 0; s < seeds; ++s) {
        const permutation p(s, 3, n);
        for (std::size_t k = 0; k < std::size(pairs); ++k)
            ++cells[k][p[pairs[k][0]] * n + p[pairs[k][1]]];
    }
    double worst = 0.0;
    for (const counts& each : cells)
        worst = std::max(worst, deviation(each, n));
    return worst;
}

/// How far the bits of the samples are from changing every other time where `change(trial)` changes a key or
/// an index: the largest of 40 standard deviations, one for each bit.
template <class Change> double avalanche(Change change) {
    constexpr int trials = 20'000, bits = 40;
    std::vector<int> flips(bits);
    for (std::uint64_t t = 0; t < trials; ++t) {
        const std::uint64_t difference = change(t);
        for (std::size_t b = 0; b < bits; ++b)
            flips[b] += static_cast<int>(difference >> b & 1);
    }
    double worst = 0.0;
    for (const int each : flips)
        worst = std::max(worst, std::fabs(each - trials / 2.0) / std::sqrt(trials / 4.0));
    return worst;
}

constexpr std::uint64_t many = std::uint64_t{1} << 40;

} // namespace

TEST_CASE("every order of up to six samples is reached, all equally often over seeds and over epochs") {
    std::size_t orders = 1;
    for (std::uint64_t n = 2; n <= 6; ++n) {
        orders *= n;
        INFO(n);
        counts by_seed(orders), by_epoch(orders);
        for (std::uint64_t s = 0; s < 100 * orders; ++s) {
            ++by_seed[rank_of(permutation(s, 0, n))];
            ++by_epoch[rank_of(permutation(0, s, n))];
        }
        CHECK(std::find(by_seed.begin(), by_seed.end(), 0) == by_seed.end());
        CHECK(std::find(by_epoch.begin(), by_epoch.end(), 0) == by_epoch.end());
        CHECK(deviation(by_seed) < 5.0);
        CHECK(deviation(by_epoch) < 5.0);
    }
}

TEST_CASE("pairs of samples come to every pair of places equally often, in small tables of every shape") {
    for (const std::uint64_t n : {16U, 17U, 20U, 25U, 31U, 32U, 33U, 64U, 100U}) {
        INFO(n);
        CHECK(pair_deviation(n, 60'000) < 5.0);
    }
}

TEST_CASE("both parities of an order are equally likely") {
    for (const std::uint64_t n :
         {17U, 20U, 25U, 64U, 256U}) { // 25 = 4 * 7 - 3; 20, 64 and 256 fill their table
        std::vector<bool> seen(n);
        counts parity(2);
        for (std::uint64_t s = 0; s < 20'000; ++s) {
            const permutation p(s, 1, n);
            std::fill(seen.begin(), seen.end(), false);
            std::uint64_t cycles = 0;
            for (std::uint64_t i = 0; i < n; ++i) {
                if (seen[i]) continue;
                ++cycles;
                for (std::uint64_t j = i; !seen[j]; j = p[j])
                    seen[j] = true;
            }
            ++parity[(n - cycles) % 2];
        }
        INFO(n);
        CHECK(std::fabs(static_cast<double>(parity[0]) - 10'000.0) < 5.0 * std::sqrt(5'000.0));
    }
}

TEST_CASE("one bit of seed, epoch or position changes each bit of a sample every other time") {
    CHECK(avalanche([](auto t) {
              return permutation(t, 1, many)[t] ^ permutation(t ^ std::uint64_t{1} << t % 64, 1, many)[t];
          }) < 5.0);
    CHECK(avalanche([](auto t) { return permutation(5, t, many)[t] ^ permutation(5, t ^ 1, many)[t]; }) <
          5.0);
    const permutation p(9, 9, many);
    CHECK(avalanche([&](auto t) { return p[t * 7919] ^ p[t * 7919 ^ std::uint64_t{1} << t % 40]; }) < 5.0);
    CHECK(avalanche([&](auto t) { return p.position_of(t) ^ p.position_of(t + 1); }) < 5.0);
}

TEST_CASE(
    "samples beside each other in the order are no nearer, and no more in turn, than chance puts them") {
    for (const std::uint64_t n : {std::uint64_t{1'000'003}, many, (std::uint64_t{1} << 63) - 25}) {
        INFO(n);
        const permutation p(11, 2, n);
        counts distance(64), of_three(8), place(100);
        for (std::uint64_t i = 0; i < 500'000; ++i) {
            const std::uint64_t a = p[i], b = p[i + 1], c = p[i + 2];
            const auto turn = static_cast<double>(b >= a ? b - a : b + n - a) / static_cast<double>(n);
            ++distance[std::min<std::size_t>(63, static_cast<std::size_t>(turn * 64.0))];
            ++place[std::min<std::size_t>(
                99, static_cast<std::size_t>(static_cast<double>(a) / static_cast<double>(n) * 100.0))];
            if (i % 3 == 0) ++of_three[(a < b ? 1U : 0U) + (b < c ? 2U : 0U) + (a < c ? 4U : 0U)];
        }
        CHECK(deviation(distance) < 5.0);
        CHECK(deviation(of_three, 2) < 5.0); // a < b < c < a is none
        if (n > 1'000'003) CHECK(deviation(place) < 5.0);
    }
}
