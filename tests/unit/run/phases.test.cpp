// SPDX-License-Identifier: MIT
#include <repro/run/phases.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using repro::detail::phase_table;

TEST_CASE("times of one name add up, and names keep the order of their first beginnings") {
    phase_table table;
    const auto load = table.begin("load", 100);
    REQUIRE(load);
    table.end(*load, 130);
    const auto train = table.begin("train", 130);
    REQUIRE(train);
    REQUIRE(table.begin("load", 150) == load);
    table.end(*load, 155);
    table.end(*train, 200);
    REQUIRE(table.all().size() == 2);
    CHECK(table.all()[0].name == "load");
    CHECK(table.all()[0].count == 2);
    CHECK(table.all()[0].nanoseconds == 35);
    CHECK(table.all()[1].nanoseconds == 70);
}

TEST_CASE("two that are open under one name each have their time, and what is open ends with all") {
    phase_table table;
    const auto first = table.begin("eval", 10);
    REQUIRE(table.begin("eval", 15) == first);
    REQUIRE(first);
    table.end(*first, 20);
    table.end_all(40);
    CHECK(table.all()[0].count == 2);
    CHECK(table.all()[0].nanoseconds == (40 - 10) + (20 - 15));
    table.end_all(99);
    CHECK(table.all()[0].nanoseconds == 35);
}

TEST_CASE("a full table takes no more names, and goes on with those it has") {
    phase_table table;
    for (std::size_t i = 0; i < phase_table::limit; ++i)
        if (!table.begin(std::to_string(i), 0)) FAIL("full too early");
    CHECK_FALSE(table.begin("other", 0));
    CHECK(table.begin("7", 0) == 7);
}
