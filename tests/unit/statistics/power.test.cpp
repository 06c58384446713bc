// SPDX-License-Identifier: MIT
#include <repro/rng/distributions.hpp>
#include <repro/rng/pcg64.hpp>
#include <repro/statistics/friedman.hpp>
#include <repro/statistics/power.hpp>
#include <repro/statistics/rank_tests.hpp>
#include <repro/statistics/resample.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace statistics = repro::statistics;
using statistics::minimum_seeds;
using statistics::seed_purpose;
using statistics::summary;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

bool near(double a, double b, double within) { return std::abs(a - b) <= within; }

} // namespace

TEST_CASE("the rule for one mean takes four times the squared ratio") {
    CHECK(minimum_seeds(0.66, 0.3, seed_purpose::resolve_mean) == 20u); // 19.36
    CHECK(minimum_seeds(1, 1, seed_purpose::resolve_mean) == 4u);
    CHECK(minimum_seeds(1, 100, seed_purpose::resolve_mean) == 2u); // a spread takes two
    CHECK(statistics::power_of_difference(1, 1, 4) < 0.3);          // and says little of a difference
}

TEST_CASE("a comparison takes sixteen and twenty-one times the squared ratio, and a seed or two for the t") {
    CHECK(minimum_seeds(1, 0.25, seed_purpose::find_difference, 0.8) == 253u);
    CHECK(minimum_seeds(1, 0.25, seed_purpose::find_difference, 0.9) == 338u);
    CHECK(minimum_seeds(1, 1, seed_purpose::find_difference, 0.8) == 17u);
    CHECK(minimum_seeds(1, 1, seed_purpose::find_difference, 0.9) == 23u);
    for (const double power : {0.8, 0.9}) {
        const auto n = minimum_seeds(0.66, 0.5, seed_purpose::find_difference, power);
        REQUIRE(n);
        CHECK(statistics::power_of_difference(0.66, 0.5, *n) >= power);
        CHECK(statistics::power_of_difference(0.66, 0.5, *n - 1) < power);
    }
}

TEST_CASE("equal means are shown within a margin by as many seeds as the power says") {
    const auto n = minimum_seeds(1, 0.5, seed_purpose::show_equivalence);
    REQUIRE(n == 70u); // 2 (1.645 + 1.282)^2 / 0.25 = 68.5 by the normal distribution
    CHECK(statistics::power_of_equivalence(1, 0.5, 70) >= 0.8);
    CHECK(statistics::power_of_equivalence(1, 0.5, 69) < 0.8);
}

TEST_CASE("seeds that nobody can run or ask for are none") {
    CHECK(!minimum_seeds(1, 1e-6, seed_purpose::find_difference));
    CHECK(!minimum_seeds(1, 1e-6, seed_purpose::resolve_mean));
    CHECK(!minimum_seeds(1, 0, seed_purpose::find_difference));
    CHECK(!minimum_seeds(-1, 1, seed_purpose::find_difference));
    CHECK(!minimum_seeds(not_a_number, 1, seed_purpose::find_difference));
    CHECK(!minimum_seeds(1, 1, seed_purpose::find_difference, 1.0));
    CHECK(minimum_seeds(0, 1, seed_purpose::find_difference) == 2u);
}

TEST_CASE("the false alarms of two standard errors and 20 % are those of 400,000 trials") {
    struct row {
        std::uint64_t n;
        double mean, spread, either; // as measured, to two digits
    };
    for (const row& each :
         {row{5, 0.23, 0.70, 0.76}, row{10, 0.19, 0.56, 0.63}, row{20, 0.17, 0.39, 0.49},
          row{50, 0.16, 0.16, 0.30}, row{100, 0.16, 0.05, 0.20}, row{400, 0.16, 0.00, 0.16}}) {
        CAPTURE(each.n);
        const statistics::false_alarms found = statistics::source_rule_false_alarms(each.n, each.n);
        CHECK(near(found.mean, each.mean, 0.006));
        CHECK(near(found.spread, each.spread, 0.006));
        CHECK(near(found.either, each.either, 0.006));
    }
}

TEST_CASE("two equal samples, one value and constant ones have their answers") {
    const std::vector<double> one{1.5}, constant{2, 2, 2}, other{1, 2, 4};
    CHECK(std::isnan(statistics::summarize(one).std));
    CHECK(statistics::summarize(std::vector<double>{}).n == 0);
    CHECK(statistics::summarize(constant).std == 0);
    CHECK(std::isnan(statistics::welch(statistics::summarize(one), statistics::summarize(other)).p));
    CHECK(std::isnan(statistics::welch(statistics::summarize(constant), statistics::summarize(constant)).p));
    CHECK(statistics::welch(statistics::summarize(constant), statistics::summarize(other)).p > 0.5);
    CHECK(statistics::mann_whitney(constant, constant).p == 1.0);
    CHECK(statistics::kolmogorov_smirnov(other, other).p == 1.0);
    CHECK(statistics::wilcoxon(other, other).p == 1.0);
    CHECK(statistics::permutation_test(other, other).p == 1.0);
    CHECK(std::isnan(statistics::mann_whitney(one, std::vector<double>{}).p));
    CHECK(std::isnan(statistics::kolmogorov_smirnov(one, std::vector<double>{not_a_number}).p));
    CHECK(std::isnan(statistics::permutation_test(other, std::vector<double>{not_a_number}).p));
}

TEST_CASE("a sample far from zero keeps its spread") {
    std::vector<double> values{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    CHECK(statistics::summarize(values).mean == 1e9 + 10);
    CHECK(near(statistics::summarize(values).variance(), 30, 1e-12));
}

TEST_CASE("random deals of a permutation test come near to all of them, and are the same every time") {
    repro::pcg64 g(11);
    std::vector<double> a(11), b(11);
    for (double& each : a)
        each = repro::normal(g);
    for (double& each : b)
        each = repro::normal(g) + 0.9;
    const auto dealt = statistics::permutation_test(a, b);
    CHECK(!dealt.exact);
    CHECK(dealt.deals == 10'000);
    CHECK(dealt.p == statistics::permutation_test(a, b).p);
    CHECK(near(dealt.p, statistics::welch(statistics::summarize(a), statistics::summarize(b)).p, 0.02));
}

TEST_CASE("the interval of the interquartile mean holds it, and narrows with more strata") {
    repro::pcg64 g(3);
    std::vector<std::vector<double>> strata(8);
    for (auto& each : strata)
        for (int i = 0; i < 5; ++i)
            each.push_back(repro::normal(g));
    std::vector<double> all;
    for (const auto& each : strata)
        all.insert(all.end(), each.begin(), each.end());
    const auto within = statistics::interquartile_mean_interval(strata);
    CHECK(within.contains(statistics::interquartile_mean(all)));
    const auto narrow = statistics::interquartile_mean_interval(std::span(strata), 0.5);
    CHECK(narrow.high - narrow.low < within.high - within.low);
    CHECK(within == statistics::interquartile_mean_interval(strata));
}

TEST_CASE("the critical difference of nine methods on ten blocks is that of the published table") {
    // Demsar (2006), table 5: q at 0.05 for 9 and 10 classifiers is 3.102 and 3.164, over the square root of
    // two.
    CHECK(near(repro::detail::studentized_range_quantile_sf(0.05, 9) / std::sqrt(2.0), 3.102, 5e-4));
    CHECK(near(repro::detail::studentized_range_quantile_sf(0.05, 10) / std::sqrt(2.0), 3.164, 5e-4));
    CHECK(near(statistics::nemenyi_critical_difference(9, 10), 3.799, 2e-3));
}

TEST_CASE("too few methods or blocks have no Friedman test") {
    CHECK(std::isnan(statistics::friedman({2, {1, 2, 3, 4}}).p));
    CHECK(std::isnan(statistics::friedman({3, {1, 2, 3}}).p));
    CHECK(std::isnan(statistics::friedman({3, {1, 2, 3, 4, not_a_number, 6}}).p));
    CHECK(statistics::friedman({3, {1, 2, 3, 1, 2, 3, 1, 2, 3}}).p_exact.value() < 0.06);
}
