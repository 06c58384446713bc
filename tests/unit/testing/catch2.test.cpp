// SPDX-License-Identifier: MIT
#include <repro/testing/catch2.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <vector>

TEST_CASE("the macros of Catch2 take a golden file beside the test") {
    REPRO_REQUIRE_SAME_BITS((std::vector<double>{0.5, 1.0, 2.0}), "golden/powers");
    constexpr std::array powers = {0.5, 1.0, 2.0};
    REPRO_CHECK_SAME_BITS(powers, "golden/powers");
}

TEST_CASE("the macro that checks fails where a bit differs", "[!shouldfail]") {
    REPRO_CHECK_SAME_BITS((std::vector<double>{0.5, 1.0, 2.0000000000000004}), "golden/powers");
}

TEST_CASE("the macro that requires ends the case where a golden file is missing", "[!shouldfail]") {
    REPRO_REQUIRE_SAME_BITS((std::vector<double>{0.5}), "golden/never-approved");
}
