// SPDX-License-Identifier: MIT
// repro selftest as users run it.

#include "run_program.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <string>

using support::run_program;

TEST_CASE("the self-test of the tool holds, as text and as JSON") {
    const auto result = run_program({"selftest"});
    CHECK(result.status == 0);
    CHECK(result.out.starts_with("selftest: holds ("));
    const auto document = nlohmann::json::parse(run_program({"selftest", "--json"}).out);
    CHECK(document["verdict"] == "holds");
    CHECK(document["items"].size() > 30);
}

#ifdef REPRO_FAST_MATH_MODULE
TEST_CASE("a preloaded library that flushes denormals makes the self-test fail, and is named") {
    const auto result = run_program({"selftest"}, {.environment = {{"LD_PRELOAD", REPRO_FAST_MATH_MODULE}}});
    CHECK(result.status == 1);
    CHECK(result.out.find("differs  floating-point environment") != std::string::npos);
    CHECK(result.out.find("denormal results flushed to zero") != std::string::npos);
    CHECK(result.out.find(REPRO_FAST_MATH_MODULE) != std::string::npos);
    CHECK(result.out.find("selftest: differs (") != std::string::npos);
}
#endif
