// SPDX-License-Identifier: MIT
#include <repro/detail/utf8.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using repro::detail::utf8_fault;
using repro::detail::utf8_first;

static_assert(utf8_first("a").valid && utf8_first("a").value == U'a' && utf8_first("a").length == 1);
static_assert(utf8_fault("na\xc3\xafve") == std::string_view::npos);
static_assert(utf8_fault("na\xefve") == 2);

namespace {

/// The UTF-8 of a code point, by the table of Unicode 15, 3.9.
std::string encoded(char32_t value) {
    const auto tail = [value](unsigned shift) { return static_cast<char>(0x80 | (value >> shift & 0x3f)); };
    if (value < 0x80) return {static_cast<char>(value)};
    if (value < 0x800) return {static_cast<char>(0xc0 | value >> 6), tail(0)};
    if (value < 0x10000) return {static_cast<char>(0xe0 | value >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xf0 | value >> 18), tail(12), tail(6), tail(0)};
}

} // namespace

TEST_CASE("every code point is read back from its UTF-8, and surrogates are not") {
    std::size_t wrong = 0;
    for (char32_t value = 0; value <= 0x10ffff; ++value) {
        const std::string text = encoded(value) + "x";
        const auto step = utf8_first(text);
        const bool surrogate = value >= 0xd800 && value <= 0xdfff;
        const bool good = surrogate ? !step.valid && step.length == 1
                                    : step.valid && step.value == value && step.length + 1 == text.size();
        wrong += good ? 0 : 1;
    }
    CHECK(wrong == 0);
}

TEST_CASE("overlong, cut short and too large sequences are told byte by byte") {
    for (const std::string_view text :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "\xe2(\xa1",
          "\xf0\x9f(\x80"}) {
        INFO(text.size());
        CHECK_FALSE(utf8_first(text).valid);
        CHECK(utf8_first(text).length == 1);
        CHECK(utf8_fault(text) == 0);
    }
}
