// SPDX-License-Identifier: MIT
#include <repro/launch/entropy_watch.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <unistd.h>

TEST_CASE("a seed that spells a time just returned is told from a constant") {
    repro::detail::returned_times times;
    CHECK_FALSE(times.have(1'790'000'000));
    times.remember(1'790'000'000, 123'456'789);
    CHECK(times.have(1'790'000'000));
    CHECK(times.have(1'790'000'000ULL * 1'000'000'000 + 123'456'789));
    CHECK(times.have(1'790'000'000ULL * 1'000'000 + 123'456));
    CHECK(times.have(123'456));
    CHECK(times.have(1'790'000'000 + static_cast<std::uint64_t>(::getpid())));
    CHECK_FALSE(times.have(1'790'000'001));
    CHECK_FALSE(times.have(42));
    times.remember(42, 42);
    CHECK_FALSE(times.have(42)); // a program that just started: too small to tell
    for (int i = 0; i < 16; ++i)
        times.remember(1'790'000'100 + i, 0);
    CHECK_FALSE(times.have(1'790'000'000)); // long ago
    CHECK(times.have(1'790'000'107));
}
