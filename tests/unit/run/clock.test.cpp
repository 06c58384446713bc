// SPDX-License-Identifier: MIT
#include <repro/run/clock.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <string>

using namespace repro::detail;

namespace {

constexpr std::int64_t one_second = 1'000'000'000;

} // namespace

TEST_CASE("a moment is spelled in UTC with milliseconds, whatever the time zone") {
    CHECK(utc_text(0) == "1970-01-01T00:00:00.000Z");
    CHECK(utc_text(1'779'477'242 * one_second + 310'999'999) == "2026-05-22T19:14:02.310Z");
    CHECK(utc_text(951'782'400 * one_second) == "2000-02-29T00:00:00.000Z");
    CHECK(utc_date(1'779'477'242 * one_second) == "2026-05-22");
}

TEST_CASE("durations are seconds to the microsecond") {
    CHECK(seconds_between(one_second, 3 * one_second + 500'000'999) == 2.5);
    CHECK(seconds_between(5, 5) == 0.0);
}

TEST_CASE("numbers are filled up with zeros, and never cut") {
    CHECK(padded(7, 3) == "007");
    CHECK(padded(1234, 3) == "1234");
}

TEST_CASE("the process started before now and after the machine") {
    const auto started = process_started_at();
    REQUIRE(started);
    const moment present = now();
    constexpr std::int64_t tick = one_second / 50; // of the kernel's count, and then some
    CHECK(started->calendar <= present.calendar + tick);
    CHECK(started->steady <= present.steady + tick);
    CHECK(started->calendar > present.calendar - nanoseconds(CLOCK_BOOTTIME) - tick);
}
