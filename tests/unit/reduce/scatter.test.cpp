// SPDX-License-Identifier: MIT
#include <repro/reduce/scatter.hpp>
#include <repro/reduce/thread_pool.hpp>

#include "support/refusal.hpp"
#include "support/sum_terms.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <vector>

namespace {

struct scattered {
    std::vector<std::int32_t> places;
    std::vector<float> terms;
};

scattered some_terms(std::size_t n, std::size_t n_places) {
    scattered all;
    all.terms = support::long_terms<float>(n, 30);
    for (std::size_t i = 0; i < n; ++i)
        all.places.push_back(static_cast<std::int32_t>(support::splitmix64_of(i + 99) % n_places));
    return all;
}

} // namespace

TEST_CASE("each place becomes the exact sum of what it was and of its terms") {
    const scattered all = some_terms(20000, 64);
    std::vector<float> out(65);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = 0.1f * static_cast<float>(i);
    const std::vector<float> before = out;
    repro::scatter_add<std::int32_t, float>(all.places, all.terms, out);
    for (std::size_t place = 0; place < out.size(); ++place) {
        std::vector<float> mine{before[place]};
        for (std::size_t i = 0; i < all.places.size(); ++i)
            if (all.places[i] == static_cast<std::int32_t>(place)) mine.push_back(all.terms[i]);
        CHECK(out[place] == repro::sum(mine));
    }
    CHECK(out[64] == before[64]); // no term names it
}

TEST_CASE("order and threads change no bit of a scatter or of bins") {
    const scattered all = some_terms(50000, 300);
    const auto bins = repro::weighted_bincount<std::int32_t, float>(all.places, all.terms, 300);
    std::vector<std::size_t> order(all.terms.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::mt19937 random(11);
    for (std::size_t n_threads = 1; n_threads <= 4; ++n_threads) {
        std::ranges::shuffle(order, random);
        scattered other;
        for (const std::size_t i : order) {
            other.places.push_back(all.places[i]);
            other.terms.push_back(all.terms[i]);
        }
        repro::thread_pool pool(n_threads);
        CHECK(repro::weighted_bincount<std::int32_t, float>(other.places, other.terms, 300, pool) == bins);
        std::vector<float> out(300, 0.25f), expected(300, 0.25f);
        repro::scatter_add<std::int32_t, float>(all.places, all.terms, expected);
        repro::scatter_add<std::int32_t, float>(other.places, other.terms, out, pool);
        CHECK(out == expected);
    }
}

TEST_CASE("order within segments and threads change no bit of segments") {
    std::vector<double> terms = support::long_terms<double>(50000, 30);
    std::vector<std::int64_t> offsets;
    for (std::int64_t first = 0; first <= 50000; first += 250)
        offsets.push_back(first);
    const auto expected = repro::segment_sum<std::int64_t, double>(terms, offsets);
    std::mt19937 random(12);
    for (std::size_t n_threads = 1; n_threads <= 4; ++n_threads) {
        for (std::size_t first = 0; first < terms.size(); first += 250)
            std::ranges::shuffle(std::span(terms).subspan(first, 250), random);
        repro::thread_pool pool(n_threads);
        CHECK(repro::segment_sum<std::int64_t, double>(terms, offsets, pool) == expected);
    }
}

TEST_CASE("special doubles and denormals go to places of 64 bits, in any order") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double least = std::numeric_limits<double>::denorm_min();
    std::vector<std::int64_t> places{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5};
    std::vector<double> terms{1,    nan,  infinity, -1,        infinity, -infinity,
                              -0.0, -0.0, least,    2 * least, 0.0,      -0.0};
    repro::thread_pool pool(3);
    for (int round = 0; round < 2; ++round) {
        std::vector<double> out(7, -0.0);
        repro::scatter_add<std::int64_t, double>(places, terms, out, pool);
        const auto bins = repro::weighted_bincount<std::int64_t, double>(places, terms, 7, pool);
        for (const auto& sums : {out, bins}) {
            CHECK(std::isnan(sums[0]));
            CHECK(sums[1] == infinity);
            CHECK(std::isnan(sums[2]));
            CHECK((sums[3] == 0 && std::signbit(sums[3])));
            CHECK(sums[4] == 3 * least);
            CHECK((sums[5] == 0 && !std::signbit(sums[5])));
        }
        CHECK(std::signbit(out[6])); // no term names it
        CHECK(!std::signbit(bins[6]));
        std::ranges::reverse(places);
        std::ranges::reverse(terms);
    }
}

TEST_CASE("segments are summed by their offsets, empty ones to zero") {
    const auto terms = support::long_terms<double>(1000, 20);
    const std::vector<std::int64_t> offsets{0, 10, 10, 500, 1000};
    const std::span<const double> all = terms;
    const auto sums = repro::segment_sum<std::int64_t, double>(all, offsets);
    REQUIRE(sums.size() == 4);
    CHECK(sums[0] == repro::sum(all.first(10)));
    CHECK((sums[1] == 0 && !std::signbit(sums[1])));
    CHECK(sums[2] == repro::sum(all.subspan(10, 490)));
    CHECK(sums[3] == repro::sum(all.subspan(500)));
    CHECK(repro::segment_sum<std::int64_t, double>(all, std::span<const std::int64_t>()).empty());
}

TEST_CASE("places and offsets outside are refused, and nothing is changed") {
    const std::vector<float> terms{1, 2};
    std::vector<float> out{5, 6};
    const auto scattering = [&](std::vector<int> places) {
        return support::refusal([&] { repro::scatter_add<int, float>(places, terms, out); });
    };
    for (const std::vector<int>& places :
         {std::vector<int>{0, 2}, std::vector<int>{-1, 0}, std::vector<int>{0}})
        CHECK(scattering(places) == repro::errc::argument_invalid);
    CHECK(out == std::vector<float>{5, 6});
    const auto summing = [&](std::vector<int> offsets) {
        return support::refusal([&] { (void)repro::segment_sum<int, float>(terms, offsets); });
    };
    for (const std::vector<int>& offsets :
         {std::vector<int>{0, 2, 1}, std::vector<int>{0, 3}, std::vector<int>{-1, 1}})
        CHECK(summing(offsets) == repro::errc::argument_invalid);
    CHECK_THROWS_WITH(
        (repro::scatter_add<int, float>(std::vector<int>{0, 2}, terms, out)),
        Catch::Matchers::ContainsSubstring("place 2 of term 1: is none of the 2 that there are"));
}
