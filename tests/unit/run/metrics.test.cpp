// SPDX-License-Identifier: MIT
#include <repro/run/metrics.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <vector>

using repro::detail::metric_table;

TEST_CASE("series keep the order of their values, and names that of their first one") {
    metric_table table;
    CHECK(table.add("loss", 0, 1.0));
    CHECK(table.add("accuracy", 0, 0.5));
    CHECK(table.add("loss", 0, 0.25));
    REQUIRE(table.all().size() == 2);
    CHECK(table.all()[0].name == "loss");
    CHECK(table.all()[0].steps == std::vector<std::int64_t>{0, 0});
    CHECK(table.all()[0].values == std::vector<double>{1.0, 0.25});
    CHECK(table.all()[1].name == "accuracy");
}

TEST_CASE("a full table takes no more") {
    metric_table table;
    for (std::size_t i = 0; i < metric_table::limit; ++i)
        if (!table.add("loss", 0, 0.0)) FAIL("full too early");
    CHECK_FALSE(table.add("loss", 0, 0.0));
    CHECK_FALSE(table.add("other", 0, 0.0));
    CHECK(table.all().size() == 1);
}
