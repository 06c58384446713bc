// SPDX-License-Identifier: MIT
#include <repro/detail/text.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <string>
#include <string_view>

using namespace repro::detail;

static_assert(hex_value('0') == 0 && hex_value('9') == 9 && hex_value('a') == 10 && hex_value('f') == 15);
static_assert(hex_value('g') == -1 && hex_value('A') == -1 && hex_value('/') == -1 && hex_value(':') == -1 &&
              hex_value('`') == -1 && hex_value('\0') == -1 && hex_value('\xff') == -1);

TEST_CASE("every byte survives its hexadecimal form") {
    std::array<std::uint8_t, 256> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(i);
    const std::string text = to_hex(bytes);
    CHECK(text.size() == 512);
    CHECK(text.starts_with("000102030405060708090a0b"));
    CHECK(text.ends_with("fcfdfeff"));
    std::array<std::uint8_t, 256> back{};
    CHECK(from_hex(text, back));
    CHECK(back == bytes);
}

TEST_CASE("hexadecimal text of another length or with another character is refused") {
    std::array<std::uint8_t, 2> two{};
    CHECK(from_hex("00ff", two));
    CHECK_FALSE(from_hex("00f", two));
    CHECK_FALSE(from_hex("00ff0", two));
    CHECK_FALSE(from_hex("00ff00", two));
    CHECK_FALSE(from_hex("00fF", two));
    CHECK_FALSE(from_hex("0x0f", two));
    CHECK_FALSE(from_hex("", two));
    CHECK(from_hex("", {}));
}

TEST_CASE("numbers are written in decimal, up to the largest") {
    CHECK(decimal(0u) == "0");
    CHECK(decimal(10u) == "10");
    CHECK(decimal(std::uint8_t{200}) == "200");
    CHECK(decimal(UINT64_MAX) == "18446744073709551615");
}

TEST_CASE("decimal text is read to the last value that fits") {
    std::uint64_t value = 1;
    CHECK((from_decimal("0", value) && value == 0));
    CHECK((from_decimal("18446744073709551615", value) && value == UINT64_MAX));
    CHECK((from_decimal("18446744073709551609", value) && value == UINT64_MAX - 6));
    for (const char* text : {"", "18446744073709551616", "18446744073709551620", "28446744073709551615",
                             "184467440737095516150", "-1", "+1", " 1", "1 ", "1a", "0x1", "1.0"}) {
        INFO(text);
        CHECK_FALSE(from_decimal(text, value));
    }
}

TEST_CASE("tokens are cut one at a time") {
    std::string_view rest = "a  b ";
    CHECK(next_token(rest, ' ') == "a");
    CHECK(next_token(rest, ' ') == "");
    CHECK(next_token(rest, ' ') == "b");
    CHECK(rest.empty());
    CHECK(next_token(rest, ' ') == "");
    rest = "whole";
    CHECK(next_token(rest, '\n') == "whole");
    CHECK(rest.empty());
}
