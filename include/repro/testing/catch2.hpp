// SPDX-License-Identifier: MIT
#pragma once
// REPRO_REQUIRE_SAME_BITS and REPRO_CHECK_SAME_BITS for Catch2, third edition. Golden files stand below
// REPRO_GOLDEN_FOLDER where the build defines it, else below the folder of the test's source.

#if !__has_include(<catch2/catch_test_macros.hpp>)
#error "repro/testing/catch2.hpp needs Catch2 3: find_package(Catch2 3), link Catch2::Catch2WithMain"
#else
#include <repro/testing/golden_bits.hpp>
#include <repro/testing/golden_folder.hpp>

#include <catch2/catch_test_macros.hpp>

/// Ends the test case unless the numbers in `values` have the bits in the golden file `name`. Example:
///     REPRO_REQUIRE_SAME_BITS(losses, "golden/loss");
#define REPRO_REQUIRE_SAME_BITS(values, name)                                                                \
    do {                                                                                                     \
        const ::repro::testing::golden_outcome repro_outcome =                                               \
            ::repro::testing::same_bits((values), (name), REPRO_GOLDEN_PLACE);                               \
        if (repro_outcome.approved) WARN("approved: " << (name));                                            \
        INFO(repro_outcome.problem);                                                                         \
        REQUIRE(repro_outcome.same());                                                                       \
    } while (false)

/// Fails, and goes on with, the test case unless the bits are the same.
#define REPRO_CHECK_SAME_BITS(values, name)                                                                  \
    do {                                                                                                     \
        const ::repro::testing::golden_outcome repro_outcome =                                               \
            ::repro::testing::same_bits((values), (name), REPRO_GOLDEN_PLACE);                               \
        if (repro_outcome.approved) WARN("approved: " << (name));                                            \
        INFO(repro_outcome.problem);                                                                         \
        CHECK(repro_outcome.same());                                                                         \
    } while (false)
#endif
