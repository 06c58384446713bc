// SPDX-License-Identifier: MIT
#include <repro/judge/recorded_time.hpp>

#include <catch2/catch_test_macros.hpp>

using repro::detail::read_time;

static_assert(read_time("1970-01-01T00:00:00Z") == 0);
static_assert(read_time("2026-05-22T19:14:02.310Z") == 1779477242310);
static_assert(read_time("2026-05-22T21:14:02.310+02:00") == read_time("2026-05-22T19:14:02.310Z"));
static_assert(read_time("2026-05-22T17:44:02.31-01:30") == read_time("2026-05-22T19:14:02.310Z"));
static_assert(read_time("2024-02-29T00:00:00Z").has_value());
static_assert(read_time("2016-12-31T23:59:60Z") == read_time("2017-01-01T00:00:00Z"));
static_assert(read_time("9999-12-31T23:59:59.999999999Z") == 253402300799999);

TEST_CASE("days and hours that there are not, and other spellings, are no times") {
    for (const char* const text : {"",
                                   "2026-05-22",
                                   "2026-05-22T19:14:02",
                                   "2026-05-22 19:14:02Z",
                                   "2026-02-29T00:00:00Z",
                                   "2026-00-01T00:00:00Z",
                                   "2026-13-01T00:00:00Z",
                                   "2026-01-00T00:00:00Z",
                                   "2026-04-31T00:00:00Z",
                                   "2026-05-22T24:00:00Z",
                                   "2026-05-22T19:60:00Z",
                                   "2026-05-22T19:14:61Z",
                                   "2026-05-22T19:14:02.Z",
                                   "2026-05-22T19:14:02z",
                                   "2026-05-22T19:14:02+0200",
                                   "2026-05-22T19:14:02+24:00",
                                   "2026-05-22T19:14:02+02:60",
                                   "12026-05-22T19:14:02Z",
                                   "2026-05-22T19:14:02Z ",
                                   "26-05-22T19:14:02Z"}) {
        INFO(text);
        CHECK_FALSE(read_time(text));
    }
}
