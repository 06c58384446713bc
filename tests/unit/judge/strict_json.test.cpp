// SPDX-License-Identifier: MIT
#include <repro/judge/strict_json.hpp>

#include "../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <string>

using repro::errc;

namespace {

std::optional<errc> code_of_refusal(std::string_view text) {
    return support::refusal([&] { (void)repro::detail::parse_strict_json(text, "m.json"); });
}

std::string place_of_refusal(std::string_view text) {
    try {
        (void)repro::detail::parse_strict_json(text, "m.json");
    } catch (const repro::error& problem) {
        CHECK_FALSE(problem.fix().empty());
        return problem.where();
    }
    return "none";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

} // namespace

TEST_CASE("plain JSON is taken, value for value") {
    for (const std::string_view text : {"null", "true", "[]", "{}", "-1", "18446744073709551615", "0.1",
                                        "-0.0", "5e-324", "\"\\ud83d\\ude00\"", "[1,[2,{\"a\":[]}],\"x\"]",
                                        "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", " \n{\"a\" : 1 }\r\n"}) {
        INFO(text);
        CHECK(repro::detail::parse_strict_json(text, "m.json") == nlohmann::json::parse(text));
    }
}

TEST_CASE("what is no JSON, or not to its end, is refused") {
    for (const std::string_view text :
         {"",           " ",           "{",        "[1",        "{\"a\"",     "{\"a\":", "{\"a\":1",
          "{\"a\":1,",  "\"abc",       "nul",      "[1,]",      "{\"a\":1,}", "{a:1}",   "{'a':1}",
          "[1 2]",      "01",          "+1",       ".5",        "1.",         "0x10",    "[NaN]",
          "[Infinity]", "[-Infinity]", "// c\n1",  "1 /* c */", "{}{}",       "{} x",    "[1]]",
          "\"\\x41\"",  "\"\\ud800\"", "\"a\nb\"", "\"\\u12\"", "True"}) {
        INFO(text);
        CHECK(code_of_refusal(text) == errc::json_syntax);
    }
    CHECK(code_of_refusal(std::string_view("\0", 1)) == errc::json_syntax);
    CHECK(code_of_refusal(std::string(4096, '\0')) == errc::json_syntax);
    CHECK(code_of_refusal(std::string_view("{}\0", 3)) == errc::json_syntax);
    CHECK(code_of_refusal(std::string_view("{}\0{\"hidden\":1}", 15)) == errc::json_syntax);
}

TEST_CASE("a key that stands twice in one object is refused, whatever its spelling") {
    CHECK(code_of_refusal(R"({"a":1,"a":1})") == errc::json_duplicate_key);
    CHECK(code_of_refusal(R"({"a":1,"\u0061":2})") == errc::json_duplicate_key);
    CHECK(code_of_refusal(R"([{"b":{"a":1,"c":[],"a":{}}}])") == errc::json_duplicate_key);
}

TEST_CASE("numbers that a reader would change are refused") {
    for (const std::string_view text : {"18446744073709551616", "-9223372036854775809", "[1e309]",
                                        "{\"a\":-1e999}", "123456789012345678901234567890"}) {
        INFO(text);
        CHECK(code_of_refusal(text) == errc::json_number);
    }
}

TEST_CASE("encodings other than plain UTF-8 are refused") {
    for (const std::string_view text :
         {"\xef\xbb\xbf{}", "\xff\xfe{\0", "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\"",
          "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\""}) {
        INFO(text);
        CHECK(code_of_refusal(text) == errc::json_encoding);
    }
}

TEST_CASE("nesting has a limit, and reaching it is no error") {
    CHECK(code_of_refusal(nested(64)) == std::nullopt);
    CHECK(code_of_refusal(nested(65)) == errc::json_too_deep);
    CHECK(code_of_refusal(std::string(1'000'000, '[')) == errc::json_too_deep);
    std::string objects;
    for (int i = 0; i < 100'000; ++i)
        objects += "{\"a\":";
    CHECK(code_of_refusal(objects) == errc::json_too_deep);
}

TEST_CASE("the number of values and of bytes has a limit") {
    std::string many = "[0";
    for (std::size_t i = 2; i < repro::detail::json_values_limit; ++i)
        many += ",0";
    CHECK(code_of_refusal(many + "]") == std::nullopt); // the list itself is a value
    CHECK(code_of_refusal(many + ",0]") == errc::bytes_too_many);
    CHECK(code_of_refusal(std::string(repro::detail::json_bytes_limit + 1, ' ')) == errc::bytes_too_many);
}

TEST_CASE("an error names the file, the line and the column") {
    CHECK(place_of_refusal("{\n  \"a\": 1,\n  \"b\" 2\n}") == "m.json:3:7");
    CHECK(place_of_refusal("{\"a\":1") == "m.json:1:7");
    CHECK(place_of_refusal("") == "m.json:1:1");
    CHECK(place_of_refusal("[\n\"\xff\"]") == "m.json:2:2");
    CHECK(place_of_refusal("{\"a\":1,\"a\":2}") == "m.json");
}
