// SPDX-License-Identifier: MIT
// Whether the distributions have their shapes: chi-square over fixed seeds. The bits are pinned elsewhere;
// this would catch a wrong formula pinned by mistake. A correct one fails a check of these by chance in none
// of 10^5 seeds, and the seeds stand still.
#include <repro/rng/distributions.hpp>
#include <repro/stream/engine.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <vector>

namespace {

/// The chi-square statistic of counts that are all expected to be equal, as standard deviations above its
/// mean.
double excess(const std::vector<std::uint64_t>& counts) {
    double total = 0.0;
    for (const std::uint64_t each : counts)
        total += static_cast<double>(each);
    const double expected = total / static_cast<double>(counts.size());
    double statistic = 0.0;
    for (const std::uint64_t each : counts)
        statistic += std::pow(static_cast<double>(each) - expected, 2) / expected;
    const auto freedom = static_cast<double>(counts.size() - 1);
    return (statistic - freedom) / std::sqrt(2.0 * freedom);
}

/// The excess over `cells` cells of one million draws; cell(engine) says in which each falls.
template <class Cell> double excess_of(std::size_t cells, Cell cell) {
    std::vector<std::uint64_t> counts(cells);
    repro::stream_engine engine(repro::derive_key(repro::root_key(20240601), "statistics"));
    for (int i = 0; i < 1'000'000; ++i)
        ++counts.at(cell(engine));
    return std::fabs(excess(counts));
}

/// The cell of a probability from [0, 1) among a hundred.
std::size_t hundredth(double p) { return std::min<std::size_t>(99, static_cast<std::size_t>(p * 100.0)); }

} // namespace

TEST_CASE("uniform numbers fill the interval evenly") {
    CHECK(excess_of(100, [](auto& g) { return hundredth(repro::uniform_closed_open(g)); }) < 5.0);
}

TEST_CASE("whole numbers below a bound come equally often") {
    for (const std::size_t bound : {2U, 3U, 7U, 100U, 1000U}) {
        INFO(bound);
        CHECK(excess_of(bound, [&](auto& g) { return repro::uniform_int(g, bound); }) < 5.0);
    }
}

TEST_CASE("normal numbers fall into a hundred equally likely parts of the line equally often") {
    CHECK(excess_of(100, [](auto& g) {
              return hundredth(0.5 * std::erfc(-repro::normal(g) / std::sqrt(2.0)));
          }) < 5.0);
}

TEST_CASE("exponential numbers fall into a hundred equally likely parts of the line equally often") {
    CHECK(excess_of(100, [](auto& g) { return hundredth(-std::expm1(-repro::exponential(g))); }) < 5.0);
}

TEST_CASE("an event of probability p comes about p n times") {
    for (const double p : {0.01, 0.3, 0.5, 0.99}) {
        repro::stream_engine engine(repro::derive_key(repro::root_key(20240601), "bernoulli"));
        int hits = 0;
        for (int i = 0; i < 1'000'000; ++i)
            hits += repro::bernoulli(engine, p) ? 1 : 0;
        INFO(p);
        CHECK(std::fabs(hits - 1e6 * p) < 5.0 * std::sqrt(1e6 * p * (1.0 - p)));
    }
}

TEST_CASE("each of the orders of four items comes equally often") {
    CHECK(excess_of(24, [](auto& g) {
              std::array<int, 4> items = {0, 1, 2, 3};
              repro::shuffle(g, items);
              std::size_t rank = 0; // in the factorial number system
              for (std::size_t i = 0; i < 4; ++i) {
                  std::size_t smaller = 0;
                  for (std::size_t j = i + 1; j < 4; ++j)
                      smaller += items[j] < items[i] ? 1U : 0U;
                  rank = rank * (4 - i) + smaller;
              }
              return rank;
          }) < 5.0);
}

TEST_CASE("neighbouring streams and neighbouring substreams are not alike") {
    // The words of two streams, each differing from the other's in half of their bits on average.
    const auto bits_that_differ = [](repro::stream_engine a, repro::stream_engine b) {
        double differing = 0.0;
        for (int i = 0; i < 10'000; ++i)
            differing += std::popcount(a() ^ b());
        return std::fabs(differing - 320'000.0) / std::sqrt(640'000.0 / 4.0);
    };
    const repro::stream_engine a(repro::derive_key(repro::root_key(1), "a"));
    auto jumped = a;
    jumped.jump();
    CHECK(bits_that_differ(a, jumped) < 5.0);
    CHECK(bits_that_differ(a, repro::stream_engine(repro::derive_key(repro::root_key(2), "a"))) < 5.0);
    CHECK(bits_that_differ(a, repro::stream_engine(repro::derive_key(repro::root_key(1), "b"))) < 5.0);
    CHECK(bits_that_differ(a, a.split(0)) < 5.0);
    CHECK(bits_that_differ(a.split(0), a.split(1)) < 5.0);
}
