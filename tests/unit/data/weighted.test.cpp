// SPDX-License-Identifier: MIT
#include <repro/data/weighted.hpp>

#include "../../support/refusal.hpp"
#include "../../support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

namespace {

using repro::weighted_order;
using repro::weighted_shuffle;

std::vector<double> weights_of_vectors() {
    std::vector<double> weights;
    for (int i = 0; i < 40; ++i)
        weights.push_back(i * 7 % 5 + i % 3 / 8.0);
    return weights;
}

} // namespace

TEST_CASE("weighted orders give the known answers of the stream contract") {
    const std::vector<double> weights = weights_of_vectors();
    int checked = 0;
    for (const auto& line : support::read_vectors("contract/permutation.txt")) {
        const bool again = line.fields[0] == "weighted";
        if (!again && line.fields[0] != "arrival") continue;
        INFO(line.text);
        std::vector<std::uint64_t> expected;
        for (std::size_t i = 4; i < line.fields.size(); ++i)
            expected.push_back(line.decimal(i));
        const weighted_order order(line.decimal(1), line.decimal(2), weights, line.decimal(3));
        CHECK((again ? std::vector<std::uint64_t>(order.begin(), order.end())
                     : weighted_shuffle(line.decimal(1), line.decimal(2), weights, 30)) == expected);
        ++checked;
    }
    CHECK(checked == 4);
}

// Five standard deviations of the binomial distribution.
TEST_CASE("with replacement, samples come in proportion to their weights, and those of none never") {
    const std::vector<double> weights = {0.0, 1.0, 0.0, 2.0, 5.0, 0.0};
    constexpr int draws = 80'000;
    std::vector<int> counts(weights.size());
    for (const std::uint64_t sample : weighted_order(42, 0, weights, draws))
        ++counts.at(static_cast<std::size_t>(sample));
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double p = weights[i] / 8.0;
        INFO(i);
        CHECK(std::fabs(counts[i] - p * draws) <= 5.0 * std::sqrt(draws * p * (1.0 - p)));
    }
}

TEST_CASE("without replacement, the next sample comes in proportion to the weights of those left") {
    const std::vector<double> weights = {1.0, 2.0, 0.0, 5.0};
    constexpr int epochs = 40'000;
    int first_is_3 = 0, second_is_1_then = 0;
    for (int e = 0; e < epochs; ++e) {
        const auto order = weighted_shuffle(42, static_cast<std::uint64_t>(e), weights, 3);
        CHECK(std::set(order.begin(), order.end()) == std::set<std::uint64_t>{0, 1, 3});
        first_is_3 += order[0] == 3 ? 1 : 0;
        second_is_1_then += order[0] == 3 && order[1] == 1 ? 1 : 0;
    }
    CHECK(std::fabs(first_is_3 - epochs * 5.0 / 8.0) < 5.0 * std::sqrt(epochs * 15.0 / 64.0));
    CHECK(std::fabs(second_is_1_then - first_is_3 * 2.0 / 3.0) < 5.0 * std::sqrt(first_is_3 * 2.0 / 9.0));
}

TEST_CASE("leaving out one sample changes nothing in the order of the others") {
    std::vector<double> weights = weights_of_vectors();
    auto order = weighted_shuffle(1, 2, weights, 30);
    const std::uint64_t left_out = order[3];
    weights[static_cast<std::size_t>(left_out)] = 0.0;
    std::erase(order, left_out);
    CHECK(weighted_shuffle(1, 2, weights, 29) == order);
}

TEST_CASE("weights that are none are refused, and more draws than there are samples") {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    using weights = std::vector<double>;
    for (const weights& each : {weights{}, weights{0.0, 0.0}, weights{1.0, -1.0}, weights{1.0, infinite},
                                weights{1.0, std::nan("")}, weights{1e308, 1e308}, weights{1e-300, 1e-310}}) {
        INFO(each.size());
        CHECK(support::refusal([&] { (void)weighted_order(1, 0, each, 10); }) ==
              repro::errc::argument_invalid);
    }
    CHECK(support::refusal([] { (void)weighted_shuffle(1, 0, weights{1.0, 0.0, 2.0}, 3); }) ==
          repro::errc::argument_invalid);
    CHECK(support::refusal([] { (void)weighted_shuffle(1, 0, weights{1.0, -2.0}, 1); }) ==
          repro::errc::argument_invalid);
}
