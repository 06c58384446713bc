// SPDX-License-Identifier: MIT
#include <repro/data/data_position.hpp>

#include "../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>

TEST_CASE("a position in the data is a line of text, and comes back from it") {
    using repro::data_position;
    CHECK(data_position{3, 320}.save(1000) == "data-1 3 140 3e8");
    for (const std::uint64_t epoch : {std::uint64_t{0}, std::uint64_t{17}, UINT64_MAX})
        for (const std::uint64_t sample : {std::uint64_t{0}, std::uint64_t{999}, std::uint64_t{1000}})
            CHECK(data_position::restore(data_position{epoch, sample}.save(1000), 1000) ==
                  data_position{epoch, sample});
}

TEST_CASE("a damaged position, one behind the end and one in other data are refused") {
    const auto refused = [](const char* text) {
        return support::refusal([&] { (void)repro::data_position::restore(text, 1000); }) ==
               repro::errc::state_invalid;
    };
    CHECK_FALSE(refused("data-1 3 140 3e8"));
    for (const char* text : {"", "data-1", "data-2 3 140 3e8", "data-1 3 140", "data-1 3 140 3e8 0",
                             "data-1 3 140 3e9", "data-1 3 3e9 3e8", "data-1 3 -1 3e8", "data-1 3 14g 3e8"}) {
        INFO(text);
        CHECK(refused(text));
    }
}
