// SPDX-License-Identifier: MIT
#include <repro/run/config.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

using repro::run_config;

TEST_CASE("a config comes from either kind of JSON, from braces, or from nothing") {
    const nlohmann::json sorted = {{"b", 1}, {"a", {1, 2.5, nullptr, true, "x"}}};
    const nlohmann::ordered_json ordered = {{"b", 1}, {"a", {1, 2.5, nullptr, true, "x"}}};
    const run_config braces = {{"b", 1}, {"a", {1, 2.5, nullptr, true, "x"}}};
    CHECK(nlohmann::json::parse(run_config(sorted).text()) == sorted);
    CHECK(nlohmann::ordered_json::parse(run_config(ordered).text()) == ordered);
    CHECK(nlohmann::json::parse(braces.text()) == sorted);
    CHECK(nlohmann::json::parse(run_config().text()) == nlohmann::json::object());
    CHECK(braces.representable());
    CHECK_FALSE(braces.replaced());
}

TEST_CASE("numbers keep their digits, and those that are not finite are words") {
    const nlohmann::json value = {{"big", std::uint64_t{18446744073709551615u}},
                                  {"small", std::numeric_limits<std::int64_t>::min()},
                                  {"rate", 0.1},
                                  {"nan", std::nan("")},
                                  {"list", {-std::numeric_limits<double>::infinity()}}};
    const nlohmann::json back = nlohmann::json::parse(run_config(value).text());
    CHECK(back["big"] == std::uint64_t{18446744073709551615u});
    CHECK(back["small"] == std::numeric_limits<std::int64_t>::min());
    CHECK(back["rate"] == 0.1);
    CHECK(back["nan"] == "NaN");
    CHECK(back["list"][0] == "-Infinity");
}

TEST_CASE("text that is not UTF-8 is replaced and told, in keys and in values") {
    for (const nlohmann::json& value : {nlohmann::json{{"k\xff", 1}}, nlohmann::json{{"k", "v\xff"}}}) {
        const run_config config(value);
        CHECK(config.replaced());
        CHECK(config.representable());
        CHECK_NOTHROW(nlohmann::json::parse(config.text()));
    }
}

TEST_CASE("what a manifest cannot hold becomes null and is told") {
    const run_config binary(nlohmann::json{{"b", nlohmann::json::binary({1, 2})}});
    CHECK_FALSE(binary.representable());
    CHECK(binary.text() == "null");
    nlohmann::json deep = 1;
    for (int depth = 0; depth < 48; ++depth)
        deep = nlohmann::json::array({std::move(deep)});
    CHECK(run_config(deep).representable());
    const run_config too_deep(nlohmann::json::array({std::move(deep)}));
    CHECK_FALSE(too_deep.representable());
    CHECK(too_deep.text() == "null");
}
