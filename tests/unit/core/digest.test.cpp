// SPDX-License-Identifier: MIT
#include <repro/core/digest.hpp>

#include "support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace {
const std::string digits = "00010203040506070809a0b0c0d0e0f0fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0";
} // namespace

static_assert(sizeof(repro::digest256) == 32);
static_assert(repro::digest256{} == repro::digest256{});

TEST_CASE("a digest is the bytes that its digits spell") {
    const auto digest = repro::digest256::parse(digits);
    CHECK(digest.bytes[0] == 0x00);
    CHECK(digest.bytes[10] == 0xa0);
    CHECK(digest.bytes[16] == 0xff);
    CHECK(digest.bytes[31] == 0xf0);
    CHECK(digest.hex() == digits);
}

TEST_CASE("digests that differ in one bit are different") {
    auto other = repro::digest256::parse(digits);
    other.bytes[31] ^= 1;
    CHECK(other != repro::digest256::parse(digits));
}

TEST_CASE("text that is not 64 lower-case digits is no digest") {
    std::string upper = digits;
    upper[20] = 'A';
    std::string letter = digits;
    letter[63] = 'g';
    std::string sign = digits;
    sign[0] = '-';
    for (const std::string& text :
         {std::string(), digits.substr(1), digits + "0", digits + "\n", " " + digits.substr(1), upper, letter,
          sign, "0x" + digits.substr(2), std::string(64, '\0')}) {
        INFO('"' << text << '"');
        CHECK(support::refusal([&] { (void)repro::digest256::parse(text); }) == repro::errc::digest_format);
    }
}
