// SPDX-License-Identifier: MIT
#include <repro/core/level.hpp>

#include "support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <iterator>
#include <string>

using repro::level;

static_assert(std::size(repro::levels) == 3);
static_assert(level::bit_exact < level::seed_stable && level::seed_stable < level::distribution_stable,
              "strictest first");
static_assert(to_string(level::bit_exact) == "bit-exact");
static_assert(to_string(level::seed_stable) == "seed-stable");
static_assert(to_string(level::distribution_stable) == "distribution-stable");
static_assert(repro::describe(level::bit_exact).level == level::bit_exact);
static_assert(repro::describe(level::seed_stable).level == level::seed_stable);
static_assert(repro::describe(level::distribution_stable).level == level::distribution_stable);

TEST_CASE("every level is found by its own name and says what it means") {
    for (const repro::level_description& each : repro::levels) {
        INFO(each.name);
        CHECK(repro::parse_level(each.name) == each.level);
        CHECK_FALSE(each.tolerance.empty());
        CHECK_FALSE(each.controlled.empty());
        CHECK_FALSE(each.uncontrolled.empty());
        CHECK_FALSE(each.used_for.empty());
    }
}

TEST_CASE("the tolerances are those of the three levels") {
    CHECK(repro::describe(level::bit_exact).tolerance == "no difference in any bit");
    CHECK(repro::describe(level::seed_stable).tolerance.find("0.01") != std::string_view::npos);
    CHECK(repro::describe(level::distribution_stable).tolerance.find("two standard errors") !=
          std::string_view::npos);
    CHECK(repro::describe(level::distribution_stable).tolerance.find("20 %") != std::string_view::npos);
}

TEST_CASE("a word that is no level is refused with the words that are") {
    for (const char* text : {"", "bit_exact", "Bit-Exact", "bit-exact ", "bit", "0"}) {
        INFO('"' << text << '"');
        CHECK(support::refusal([&] { (void)repro::parse_level(text); }) == repro::errc::level_unknown);
    }
    try {
        (void)repro::parse_level("exact");
    } catch (const repro::error& problem) {
        for (const repro::level_description& each : repro::levels)
            CHECK(problem.fix().find(each.name) != std::string::npos);
    }
}
