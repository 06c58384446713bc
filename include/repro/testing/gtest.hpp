// SPDX-License-Identifier: MIT
#pragma once
// REPRO_REQUIRE_SAME_BITS and REPRO_CHECK_SAME_BITS for GoogleTest. Golden files stand below
// REPRO_GOLDEN_FOLDER where the build defines it, else below the folder of the test's source.

#if !__has_include(<gtest/gtest.h>)
#error "repro/testing/gtest.hpp needs GoogleTest: find_package(GTest), link GTest::gtest_main"
#else
#include <repro/testing/golden_bits.hpp>
#include <repro/testing/golden_folder.hpp>

#include <gtest/gtest.h>
#include <utility>

namespace repro::inline v0::testing {

/// Returns GoogleTest's word for what a comparison came to.
template <class Values>
[[nodiscard]] ::testing::AssertionResult gtest_same_bits(Values&& values, const char* name,
                                                         const std::filesystem::path& folder) {
    const golden_outcome outcome = same_bits(std::forward<Values>(values), name, folder);
    if (outcome.approved) ::testing::Test::RecordProperty("approved", name);
    return outcome.same() ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << outcome.problem;
}

} // namespace repro::inline v0::testing

/// Ends the test unless the numbers in `values` have the bits in the golden file `name`. Example:
///     REPRO_REQUIRE_SAME_BITS(losses, "golden/loss");
#define REPRO_REQUIRE_SAME_BITS(values, name)                                                                \
    ASSERT_TRUE(::repro::testing::gtest_same_bits((values), (name), REPRO_GOLDEN_PLACE))

/// Fails, and goes on with, the test unless the bits are the same.
#define REPRO_CHECK_SAME_BITS(values, name)                                                                  \
    EXPECT_TRUE(::repro::testing::gtest_same_bits((values), (name), REPRO_GOLDEN_PLACE))
#endif
