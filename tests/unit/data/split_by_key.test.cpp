// SPDX-License-Identifier: MIT
#include <repro/data/split_by_key.hpp>

#include "../../support/refusal.hpp"
#include "../../support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdlib>
#include <limits>
#include <string>

namespace {

using repro::errc;
using repro::split;
using repro::split_by_key;

std::string id(int i) { return "user-" + std::to_string(i); }

} // namespace

TEST_CASE("split_by_key gives the known answers of the stream contract") {
    int checked = 0;
    for (const auto& line : support::read_vectors("contract/stable_hash.txt")) {
        const auto& f = line.fields;
        if (f[0] != "split") continue;
        INFO(line.text);
        const std::string name = f[2] == "-" ? "" : f[2];
        const auto side = [&](std::size_t i) { return f[i] == "train" ? split::train : split::test; };
        CHECK(split_by_key(f[1], 0.2, name) == side(3));
        CHECK(split_by_key(f[1], 0.5, name) == side(4));
        CHECK(split_by_key(f[1], 0.8, name) == side(5));
        CHECK(split_by_key(f[1], {0.8, 0.1, 0.1}, name) == line.decimal(6));
        ++checked;
    }
    CHECK(checked == 48);
}

TEST_CASE("a larger fraction moves rows from test to train, and none back") {
    for (int i = 0; i < 2000; ++i) {
        bool train = false;
        for (int percent = 0; percent <= 100; ++percent) {
            const bool now = split_by_key(i, percent / 100.0) == split::train;
            CHECK((now || !train));
            train = now;
        }
        CHECK(train);
        CHECK(split_by_key(i, 0.0) == split::test);
    }
}

// The bounds are five standard deviations of the binomial distribution.
TEST_CASE("the sides have their shares, of texts and of numbers in a row, and names make them independent") {
    constexpr int rows = 100000;
    int texts = 0, numbers = 0, both = 0;
    std::array<int, 3> parts{};
    for (int i = 0; i < rows; ++i) {
        const bool train = split_by_key(id(i), 0.8) == split::train;
        texts += train ? 1 : 0;
        numbers += split_by_key(i, 0.8) == split::train ? 1 : 0;
        both += train && split_by_key(id(i), 0.8, "other") == split::train ? 1 : 0;
        ++parts[split_by_key(id(i), {0.7, 0.2, 0.1})];
    }
    CHECK(std::abs(texts - 80000) < 633);
    CHECK(std::abs(numbers - 80000) < 633);
    CHECK(std::abs(both - 64000) < 759);
    CHECK(std::abs(parts[0] - 70000) < 725);
    CHECK(std::abs(parts[1] - 20000) < 633);
    CHECK(std::abs(parts[2] - 10000) < 475);
}

TEST_CASE("the first of several parts is the train side, and a part of nothing stays empty") {
    for (int i = 0; i < 5000; ++i) {
        const bool train = split_by_key(id(i), 0.8) == split::train;
        CHECK((split_by_key(id(i), {0.8, 0.1, 0.1}) == 0) == train);
        const std::size_t part = split_by_key(id(i), {0.0, 0.7, 0.2, 0.1, 0.0});
        CHECK((part >= 1 && part <= 3));
        CHECK(split_by_key(id(i), {1.0}) == 0);
    }
}

TEST_CASE("fractions outside [0, 1] and sums other than 1 are refused") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double bad : {-0.1, 1.1, nan, std::numeric_limits<double>::infinity()}) {
        CHECK(support::refusal([&] { (void)split_by_key(1, bad); }) == errc::argument_invalid);
        CHECK(support::refusal([&] { (void)split_by_key(1, {bad, 0.5}); }) == errc::argument_invalid);
    }
    CHECK(support::refusal([] { (void)split_by_key(1, {0.8, 0.1}); }) == errc::argument_invalid);
    CHECK(support::refusal([] { (void)split_by_key(1, {0.8, 0.1, 0.1000001}); }) == errc::argument_invalid);
    CHECK(support::refusal([] { (void)split_by_key(1, std::span<const double>()); }) ==
          errc::argument_invalid);
    CHECK_FALSE(support::refusal([] { (void)split_by_key(1, {0.7, 0.2, 0.1}); }));
}
