// SPDX-License-Identifier: MIT
#include <repro/data/permutation.hpp>
#include <repro/stream/engine.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

// 400 000 of 10^12: two draws of one position are not expected, and are left out.
TEST_CASE("an order of 10^12 samples is touched at random: each once, each found again, all over the place") {
    constexpr std::uint64_t n = 1'000'000'000'000, touches = 400'000;
    const repro::permutation order(42, 7, n);
    repro::stream_engine engine(repro::derive_key(repro::root_key(20240601), "touch"));
    std::vector<std::uint64_t> positions(touches), samples;
    for (std::uint64_t& i : positions)
        i = repro::uniform_int(engine, n);
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());

    std::vector<std::uint64_t> thousandths(1000);
    std::uint64_t misplaced = 0;
    for (const std::uint64_t i : positions) {
        const std::uint64_t sample = order[i];
        if (sample >= n || order.position_of(sample) != i) ++misplaced;
        ++thousandths.at(sample / (n / 1000));
        samples.push_back(sample);
    }
    CHECK(misplaced == 0);
    std::sort(samples.begin(), samples.end());
    CHECK(std::adjacent_find(samples.begin(), samples.end()) == samples.end());
    double statistic = 0.0;
    const double expected = static_cast<double>(positions.size()) / 1000.0;
    for (const std::uint64_t each : thousandths)
        statistic += std::pow(static_cast<double>(each) - expected, 2) / expected;
    CHECK(std::fabs(statistic - 999.0) < 5.0 * std::sqrt(2.0 * 999.0));
}
