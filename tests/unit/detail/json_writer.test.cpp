// SPDX-License-Identifier: MIT
#include <repro/detail/json_writer.hpp>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

using repro::detail::json_writer;

namespace {

template <class T> std::string written(const T& value) {
    json_writer to(0);
    to.value(value);
    return to.text();
}

} // namespace

TEST_CASE("text is escaped so that a reader gets it back") {
    std::string all;
    for (int c = 0; c < 128; ++c)
        all += static_cast<char>(c);
    all += "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    CHECK(nlohmann::json::parse(written(all)) == all);
    CHECK(written(std::string("a\"\\\n\x01\x1f\x7f")) == R"("a\"\\\n\u0001\u001f\u007f")");
}

TEST_CASE("bytes that are not UTF-8 are replaced and told") {
    json_writer to(0);
    to.value("a\xff"
             "b\xed\xa0\x80");
    CHECK(to.replaced());
    CHECK(to.text() == "\"a\xef\xbf\xbd"
                       "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    json_writer clean(0);
    clean.value("\xc3\xa9");
    CHECK_FALSE(clean.replaced());
}

TEST_CASE("whole numbers of 64 bits are written exactly") {
    CHECK(written(std::uint64_t{18446744073709551615u}) == "18446744073709551615");
    CHECK(written(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(written(0u) == "0");
    CHECK(written(true) == "true");
}

TEST_CASE("a finite double comes back with its bits and is no integer") {
    for (const double value :
         {0.1, 1.0, -0.0, 1e300, 5e-324, 1e22, 123456789012345680.0, 0.3333333333333333}) {
        const std::string text = written(value);
        INFO(text);
        const nlohmann::json back = nlohmann::json::parse(text);
        CHECK(back.is_number_float());
        CHECK(std::bit_cast<std::uint64_t>(back.get<double>()) == std::bit_cast<std::uint64_t>(value));
    }
}

TEST_CASE("a double that is not finite is a word") {
    CHECK(written(std::numeric_limits<double>::infinity()) == "\"Infinity\"");
    CHECK(written(-std::numeric_limits<double>::infinity()) == "\"-Infinity\"");
    CHECK(written(std::numeric_limits<double>::quiet_NaN()) == "\"NaN\"");
    CHECK(written(-std::numeric_limits<double>::quiet_NaN()) == "\"NaN\"");
}

TEST_CASE("an optional that is empty is null") {
    CHECK(written(std::optional<std::string>()) == "null");
    CHECK(written(std::optional<std::string>("x")) == "\"x\"");
}

TEST_CASE("members stand on lines down to the given depth, and in one line within") {
    json_writer to(2);
    to.begin_object();
    to.member("a", 1);
    to.key("b");
    to.begin_array();
    to.begin_object();
    to.member("c", "x");
    to.member("d", nullptr);
    to.end_object();
    to.value(2);
    to.end_array();
    to.key("e");
    to.begin_object();
    to.end_object();
    to.key("f");
    to.begin_array();
    to.end_array();
    to.end_object();
    CHECK(to.text() == "{\n"
                       "  \"a\": 1,\n"
                       "  \"b\": [\n"
                       "    {\"c\":\"x\",\"d\":null},\n"
                       "    2\n"
                       "  ],\n"
                       "  \"e\": {},\n"
                       "  \"f\": []\n"
                       "}");
}

TEST_CASE("a value written apart fits in behind a key") {
    json_writer inner(2, 1);
    inner.begin_object();
    inner.member("lr", 0.5);
    inner.end_object();
    json_writer to(2);
    to.begin_object();
    to.key("config");
    to.verbatim(inner.text());
    to.end_object();
    CHECK(to.text() == "{\n  \"config\": {\n    \"lr\": 0.5\n  }\n}");
}
