// SPDX-License-Identifier: MIT
#include <repro/data/stratified.hpp>

#include "../../support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

namespace {

using repro::stratified_order;

std::vector<std::uint32_t> strata_by(std::size_t n, std::uint32_t (*stratum)(std::size_t)) {
    std::vector<std::uint32_t> strata;
    for (std::size_t i = 0; i < n; ++i)
        strata.push_back(stratum(i));
    return strata;
}

} // namespace

TEST_CASE("the stratified order gives the known answers of the stream contract") {
    int checked = 0;
    for (const auto& line : support::read_vectors("contract/permutation.txt")) {
        if (line.fields[0] != "strata") continue;
        INFO(line.text);
        const auto strata =
            strata_by(100, [](std::size_t i) { return static_cast<std::uint32_t>(i * i % 7 % 3); });
        const auto order = stratified_order(line.decimal(1), line.decimal(2), strata);
        REQUIRE(order.size() + 4 == line.fields.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            CHECK(order[i] == line.decimal(4 + i));
        ++checked;
    }
    CHECK(checked == 2);
}

TEST_CASE("every stratum is spread over the epoch as evenly as is said, rare ones and large labels too") {
    const auto strata = strata_by(3000, [](std::size_t i) {
        return i % 300 == 0 ? 4'000'000'000U : static_cast<std::uint32_t>(i * i % 11 % 4);
    });
    std::map<std::uint32_t, double> sizes;
    for (const std::uint32_t each : strata)
        sizes[each] += 1.0;
    for (const std::uint64_t epoch : {0U, 1U, 2U}) {
        auto order = stratified_order(42, epoch, strata);
        std::map<std::uint32_t, double> seen;
        double worst = 0.0; // of the distance from the share, in parts of what is promised
        for (std::size_t p = 0; p < order.size(); ++p) {
            seen[strata[static_cast<std::size_t>(order[p])]] += 1.0;
            for (const auto& [stratum, size] : sizes) {
                const double share = size / 3000.0;
                const double distance = std::fabs(seen[stratum] - static_cast<double>(p + 1) * share);
                worst = std::max(worst, distance / (1.0 + static_cast<double>(sizes.size()) * share));
            }
        }
        CHECK(worst < 1.0);
        std::sort(order.begin(), order.end());
        std::vector<std::uint64_t> all(3000);
        std::iota(all.begin(), all.end(), std::uint64_t{0});
        CHECK(order == all);
    }
}

TEST_CASE("epochs order a stratum differently, and begin it elsewhere; one stratum alone is a shuffle") {
    const std::vector<std::uint32_t> one(200, 7U);
    CHECK(stratified_order(42, 0, one) != stratified_order(42, 1, one));
    CHECK(stratified_order(42, 0, {}).empty());

    const auto two = strata_by(2000, [](std::size_t i) { return i % 100 == 0 ? 1U : 0U; });
    std::vector<std::ptrdiff_t> first_of_rare;
    for (const std::uint64_t epoch : {0U, 1U, 2U, 3U}) {
        const auto order = stratified_order(42, epoch, two);
        first_of_rare.push_back(
            std::find_if(order.begin(), order.end(), [](std::uint64_t s) { return s % 100 == 0; }) -
            order.begin());
    }
    std::sort(first_of_rare.begin(), first_of_rare.end());
    CHECK(std::adjacent_find(first_of_rare.begin(), first_of_rare.end()) == first_of_rare.end());
}
