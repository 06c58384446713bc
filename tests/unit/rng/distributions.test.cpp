// SPDX-License-Identifier: MIT
#include <repro/rng/distributions.hpp>
#include <repro/stream/engine.hpp>

#include "support/scripted_words.hpp"
#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

using support::scripted_words;

static_assert(repro::random_words<scripted_words>);
static_assert(repro::random_words<std::mt19937_64>);
static_assert(repro::random_words<repro::stream_engine>);
static_assert(!repro::random_words<std::mt19937>, "32-bit words would leave the low half empty");
static_assert(!repro::random_words<std::minstd_rand>);
static_assert(!repro::random_words<std::ranlux48>, "48 bits in a 64-bit type are not 64 bits");

namespace {

constexpr std::uint64_t largest = UINT64_MAX;

/// How far `value` is from `expected`, in units of the last place of the latter.
double ulps(double value, double expected) {
    const double size = std::fabs(expected);
    return std::fabs(value - expected) /
           (std::nextafter(size, std::numeric_limits<double>::infinity()) - size);
}

/// The engine of the stream (seed, name) of a line of the contract's vectors.
repro::stream_engine engine_of(const support::vector_line& line) {
    return repro::stream_engine(repro::derive_key(repro::root_key(line.decimal(1)), line.fields.at(2)));
}

/// Checks draw(engine), turned to text as the vectors have it, against every line of that kind.
template <class Draw> void check_contract(std::string_view kind, Draw draw) {
    int lines = 0;
    for (const auto& line : support::read_vectors("contract/streams.txt")) {
        if (line.fields.at(0) != kind) continue;
        ++lines;
        auto engine = engine_of(line);
        for (std::size_t i = 3; i < line.fields.size(); ++i) {
            INFO(line.text << " at " << i - 3);
            CHECK(draw(engine) == line.real(i));
        }
    }
    CHECK(lines == 16);
}

} // namespace

TEST_CASE("uniform numbers are those of the contract") {
    check_contract("uniform", [](auto& g) { return repro::uniform_closed_open(g); });
}

TEST_CASE("normal numbers are those of the contract, bit for bit") {
    check_contract("normal", [](auto& g) { return repro::normal(g); });
}

TEST_CASE("exponential numbers are those of the contract, bit for bit") {
    check_contract("exponential", [](auto& g) { return repro::exponential(g); });
}

TEST_CASE("bernoulli draws are those of the contract") {
    check_contract("bernoulli_0.3", [](auto& g) { return repro::bernoulli(g, 0.3) ? 1.0 : 0.0; });
}

TEST_CASE("whole numbers below a bound are those of the contract") {
    for (const auto& line : support::read_vectors("contract/streams.txt")) {
        const bool small = line.fields[0] == "below_1000";
        if (!small && line.fields[0] != "below_2^63+1") continue;
        auto engine = engine_of(line);
        for (std::size_t i = 3; i < line.fields.size(); ++i) {
            INFO(line.text << " at " << i - 3);
            CHECK(repro::uniform_int(engine, small ? 1000 : (std::uint64_t{1} << 63) + 1) == line.decimal(i));
        }
    }
}

TEST_CASE("shuffled orders are those of the contract") {
    for (const auto& line : support::read_vectors("contract/streams.txt")) {
        if (line.fields[0] != "shuffle") continue;
        auto engine = engine_of(line);
        std::array<std::uint64_t, 10> items{};
        std::iota(items.begin(), items.end(), 0U);
        repro::shuffle(engine, items);
        for (std::size_t i = 0; i < items.size(); ++i) {
            INFO(line.text << " at " << i);
            CHECK(items[i] == line.decimal(i + 3));
        }
    }
}

TEST_CASE("normal quantiles are within eight units in the last place of the true ones") {
    for (const auto& line : support::read_vectors("contract/normal_quantile.txt")) {
        INFO(line.text);
        CHECK(ulps(repro::detail::normal_quantile(line.real(0)), line.real(1)) < 8.0);
    }
}

TEST_CASE("the median of the normal distribution is zero") {
    CHECK(repro::detail::normal_quantile(0.5) == 0.0);
}

TEST_CASE("normal draws are exactly symmetric: the word's complement gives the opposite") {
    repro::stream_engine words({1, 2});
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t w = i < 64 ? std::uint64_t{1} << i : words();
        CHECK(repro::normal(scripted_words{w}) == -repro::normal(scripted_words{~w}));
    }
}

TEST_CASE("each distribution takes one word") {
    scripted_words words = {1, 2, 3, 4, 5, 6};
    (void)repro::uniform_closed_open(words);
    CHECK(words.taken() == 1);
    (void)repro::bernoulli(words, 0.5);
    CHECK(words.taken() == 2);
    (void)repro::normal(words);
    CHECK(words.taken() == 3);
    (void)repro::exponential(words);
    CHECK(words.taken() == 4);
    (void)repro::uniform_int(words, 10);
    CHECK(words.taken() == 5);
    (void)repro::uniform_int(words, 1); // also where there is nothing to choose
    CHECK(words.taken() == 6);
}

TEST_CASE("a word that would make the choice unequal is rejected and another is taken") {
    // 2^64 mod 3 = 1: the word 0 alone is one too many.
    scripted_words of_three = {0, 0, 1};
    CHECK(repro::uniform_int(of_three, 3) == 0);
    CHECK(of_three.taken() == 3);
    // 2^64 mod (2^63 + 1) = 2^63 - 1: even words w give the low half w, which is below it.
    scripted_words half_rejected = {0, 2, 1};
    CHECK(repro::uniform_int(half_rejected, (std::uint64_t{1} << 63) + 1) == 0);
    CHECK(half_rejected.taken() == 3);
    // The smallest low half that is not rejected is the threshold itself: 3 w = 1 mod 2^64.
    scripted_words at_threshold = {0xaaaaaaaaaaaaaaabu};
    CHECK(repro::uniform_int(at_threshold, 3) == 2);
}

TEST_CASE("a power of two rejects no word") {
    for (const int exponent : {0, 1, 31, 32, 33, 63}) {
        const std::uint64_t bound = std::uint64_t{1} << exponent;
        scripted_words words = {0, largest};
        CHECK(repro::uniform_int(words, bound) == 0);
        CHECK(repro::uniform_int(words, bound) == bound - 1);
        CHECK(words.taken() == 2);
    }
}

TEST_CASE("the largest bound gives every word but the last") {
    scripted_words words = {largest, 1, 0, largest - 1};
    CHECK(repro::uniform_int(words, largest) == largest - 1);
    CHECK(repro::uniform_int(words, largest) == 0);
    CHECK(repro::uniform_int(words, largest) == largest - 2); // 0 is the one word too many
}

TEST_CASE("uniform numbers reach zero and stay below one") {
    CHECK(repro::uniform_closed_open(scripted_words{0}) == 0.0);
    CHECK(repro::uniform_closed_open(scripted_words{2047}) == 0.0); // the low 11 bits do not count
    CHECK(repro::uniform_closed_open(scripted_words{2048}) == 0x1p-53);
    CHECK(repro::uniform_closed_open(scripted_words{largest}) == 1.0 - 0x1p-53);
}

TEST_CASE("the ends of the normal and the exponential distribution are finite") {
    CHECK(ulps(repro::normal(scripted_words{0}), -0x1.06b48528cea52p+3) < 8.0);
    CHECK(ulps(repro::normal(scripted_words{largest}), 0x1.06b48528cea52p+3) < 8.0);
    CHECK(repro::exponential(scripted_words{0}) == 0x1.25e4f7b2737fap+5); // 53 ln 2
    CHECK(repro::exponential(scripted_words{largest}) == 0x1p-53);
}

TEST_CASE("a sure thing happens and an impossible one does not") {
    for (const std::uint64_t word : {std::uint64_t{0}, largest / 2, largest}) {
        CHECK(repro::bernoulli(scripted_words{word}, 1.0));
        CHECK_FALSE(repro::bernoulli(scripted_words{word}, 0.0));
        CHECK_FALSE(repro::bernoulli(scripted_words{word}, -1.0));
        CHECK_FALSE(repro::bernoulli(scripted_words{word}, std::numeric_limits<double>::quiet_NaN()));
    }
}

TEST_CASE("a bernoulli draw is the uniform number compared") {
    CHECK_FALSE(repro::bernoulli(scripted_words{std::uint64_t{1} << 63}, 0.5));
    CHECK(repro::bernoulli(scripted_words{(std::uint64_t{1} << 63) - 1}, 0.5));
}

TEST_CASE("shuffling takes one word fewer than there are items") {
    for (std::size_t n = 0; n <= 5; ++n) {
        scripted_words words = {1, 1, 1, 1};
        std::vector<int> items(n);
        repro::shuffle(words, items);
        CHECK(words.taken() == (n == 0 ? 0 : n - 1));
    }
}

TEST_CASE("shuffling goes from the end and swaps with the drawn place") {
    std::vector<int> items = {0, 1, 2, 3};
    repro::shuffle(scripted_words{1, 1, 1}, items); // the word 1 draws 0 below any bound
    CHECK(items == std::vector<int>{1, 2, 3, 0});
    repro::shuffle(scripted_words{largest, largest, largest},
                   items); // the last place, each time: nothing moves
    CHECK(items == std::vector<int>{1, 2, 3, 0});
}

TEST_CASE("what can be moved but not copied can be shuffled, and so can a span and a vector of bool") {
    std::vector<std::unique_ptr<int>> owners(5);
    for (int i = 0; i < 5; ++i)
        owners[static_cast<std::size_t>(i)] = std::make_unique<int>(i);
    repro::shuffle(repro::stream_engine({1, 2}), owners);
    CHECK(std::all_of(owners.begin(), owners.end(), [](const auto& p) { return p != nullptr; }));

    std::vector<int> items = {0, 1, 2, 3};
    repro::shuffle(scripted_words{1, 1}, std::span(items).first(3));
    CHECK(items == std::vector<int>{1, 2, 0, 3});

    std::vector<bool> flags = {true, false, false};
    repro::shuffle(scripted_words{1, 1}, flags);
    CHECK(flags == std::vector<bool>{false, false, true});
}
