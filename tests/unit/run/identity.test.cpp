// SPDX-License-Identifier: MIT
#include <repro/run/identity.hpp>

#include "support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>

using repro::detail::dated_id;
using repro::detail::expect_run_id;
using repro::detail::uuid_v7;

TEST_CASE("an id is letters, digits, dot, underscore and minus, a letter or a digit first") {
    const auto code = [](std::string_view id) { return support::refusal([&] { expect_run_id(id); }); };
    for (const std::string_view good : {"a", "Z", "0", "softmax-stability", "a.b_c-d", "2026-05-22-softmax",
                                        "CONV", "a.con", "COM0", "com10", "lpt", "nul-model"})
        CHECK_FALSE(code(good));
    CHECK_FALSE(code(std::string(128, 'a')));
    for (const std::string_view bad :
         {"",    ".",   "..",   "-a",       ".hidden",       "_a",  "a/b",           "../a",
          "a b", "a\n", "a\\b", "\xc3\xa9", "a\xe2\x80\xae", "a.",  "2026-05-22-a.", "a..",
          "a ",  "CON", "con",  "Nul.txt",  "aux.",          "PRN", "COM1",          "lpt9.a.b"})
        CHECK(code(bad) == repro::errc::id_invalid);
    CHECK(code(std::string(129, 'a')) == repro::errc::id_invalid);
    CHECK(code(std::string_view("a\0b", 3)) == repro::errc::id_invalid);
}

TEST_CASE("the date stands before an id that does not start with it") {
    CHECK(dated_id("2026-05-22", "softmax") == "2026-05-22-softmax");
    CHECK(dated_id("2026-05-22", "2026-05-22-softmax") == "2026-05-22-softmax");
    CHECK(dated_id("2026-05-22", "2026-05-22") == "2026-05-22");
    CHECK(dated_id("2026-05-22", "2026-05-223") == "2026-05-22-2026-05-223");
    CHECK(dated_id("2026-05-22", "2026-05-21-softmax") == "2026-05-22-2026-05-21-softmax");
}

TEST_CASE("a run's identifier is a UUID of version 7 that starts with its moment") {
    constexpr std::int64_t moment = 0x017f22e279b0 * std::int64_t{1'000'000} + 123'456; // RFC 9562, A.6
    const std::string id = uuid_v7(moment).value();
    REQUIRE(id.size() == 36);
    CHECK(id.starts_with("017f22e2-79b0-7"));
    CHECK(std::string_view("89ab").find(id[19]) != std::string_view::npos);
    CHECK(id[8] == '-');
    CHECK(id[13] == '-');
    CHECK(id[18] == '-');
    CHECK(id[23] == '-');
}

TEST_CASE("no two identifiers of one moment are equal") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(uuid_v7(0).value());
    CHECK(seen.size() == 1000);
}
