// SPDX-License-Identifier: MIT
// Tests of GoogleTest that golden_bits.test.cpp runs: the second value is that of SECOND_VALUE.

#include <cstdlib>

#define REPRO_GOLDEN_FOLDER ::std::getenv("GOLDEN_FOLDER")
#include <repro/testing/gtest.hpp>

#include <vector>

TEST(gtest_subject, keeps_bits) {
    const std::vector<double> losses = {0.5, std::strtod(std::getenv("SECOND_VALUE"), nullptr), 2.0};
    REPRO_CHECK_SAME_BITS(losses, "golden/checked");
    REPRO_REQUIRE_SAME_BITS(losses, "golden/required");
    RecordProperty("end", "reached");
}
