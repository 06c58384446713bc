// SPDX-License-Identifier: MIT
#include <repro/core/seed.hpp>

#include "support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

using repro::seed;

static_assert(seed(42).value() == 42);
static_assert(seed(std::uint8_t{255}).value() == 255);
static_assert(seed(std::numeric_limits<std::int64_t>::max()).value() == 0x7fffffffffffffffu);
static_assert(seed(UINT64_MAX).value() == UINT64_MAX);
static_assert(seed(1) == seed(1u) && seed(1) != seed(2));
static_assert(std::is_convertible_v<int, seed> && std::is_convertible_v<std::uint64_t, seed>);
static_assert(!std::is_constructible_v<seed, bool>, "true is no seed");
static_assert(!std::is_constructible_v<seed, char>, "a letter is no seed");
static_assert(!std::is_constructible_v<seed, double>, "a fraction would be cut off silently");
static_assert(!std::is_constructible_v<seed, const char*>, "text goes through parse");
static_assert(!std::is_default_constructible_v<seed>, "an absent seed is std::nullopt");
static_assert(to_string(repro::seed_source::code) == "code");
static_assert(to_string(repro::seed_source::environment) == "environment");
static_assert(to_string(repro::seed_source::drawn) == "drawn");

TEST_CASE("a negative seed is refused and its value named") {
    CHECK(support::refusal([] { (void)seed(-1); }) == repro::errc::seed_invalid);
    CHECK(support::refusal([] { (void)seed(std::int8_t{-128}); }) == repro::errc::seed_invalid);
    try {
        (void)seed(std::numeric_limits<std::int64_t>::min());
        FAIL("the smallest integer was taken");
    } catch (const repro::error& problem) {
        CHECK(problem.where() == "seed '-9223372036854775808'");
        CHECK(problem.what_failed() == "is negative");
        CHECK(std::string(problem.what()) ==
              "seed '-9223372036854775808': is negative (give a whole number from 0 to "
              "18446744073709551615) [E_SEED_INVALID]");
    }
}

TEST_CASE("decimal text gives its seed") {
    CHECK(seed::parse("0") == 0);
    CHECK(seed::parse("42") == 42);
    CHECK(seed::parse("4294967296") == std::uint64_t{1} << 32);
    CHECK(seed::parse("18446744073709551615") == UINT64_MAX);
    CHECK(seed::parse("00000000000000000000000000042") == 42);
}

TEST_CASE("hexadecimal text gives its seed") {
    CHECK(seed::parse("0x0") == 0);
    CHECK(seed::parse("0x2a") == 42);
    CHECK(seed::parse("0xffffffffffffffff") == UINT64_MAX);
    CHECK(seed::parse("0x000000000000002a") == 42);
    CHECK(seed::parse("0x2A") == 42);
    CHECK(seed::parse("0xDEADBEEF") == 0xdeadbeefu);
}

TEST_CASE("text that is no 64-bit whole number is refused") {
    for (const char* text : {"",
                             " ",
                             " 42",
                             "42 ",
                             "+42",
                             "-1",
                             "-0",
                             "4 2",
                             "42\n",
                             "1e3",
                             "42.0",
                             "0x",
                             "0x ",
                             "0xg1",
                             "x2a",
                             "0x-1",
                             "2a",
                             "1_000",
                             "1,000",
                             "nan",
                             "true",
                             "18446744073709551616",
                             "99999999999999999999999",
                             "0x10000000000000000",
                             "\xd9\xa3"}) {
        INFO('"' << text << '"');
        CHECK(support::refusal([&] { (void)seed::parse(text); }) == repro::errc::seed_invalid);
    }
    CHECK(support::refusal([] { (void)seed::parse(std::string_view("42\0", 3)); }) ==
          repro::errc::seed_invalid);
}

TEST_CASE("an error about seed text quotes no more than the start of it") {
    try {
        (void)seed::parse(std::string(1'000'000, '9'));
        FAIL("a number of a million digits was taken");
    } catch (const repro::error& problem) {
        CHECK(problem.where().size() < 100);
    }
}
