// SPDX-License-Identifier: MIT
// repro shake on a program that multiplies matrices with Debian's OpenBLAS.

#include "run_program.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

using nlohmann::json;

TEST_CASE("shake names the core type of OpenBLAS, by the manifest that lists the library") {
    const std::string library = "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0";
    if (!std::filesystem::exists(library)) SKIP("openblas: Debian's build of it is not installed");
    const auto result = support::run_program(
        {"shake", "--json", "--only", "blas,time-zone", "--", REPRO_SHAKE_SUBJECT, "blas", library},
        {.environment = {{"OPENBLAS_NUM_THREADS", "1"}, {"OPENBLAS_CORETYPE", "Nehalem"}}});
    CHECK(result.status == 1);
    const json report = json::parse(result.out);
    CHECK(report["variations"][0]["outcome"] == "differs");
    CHECK(report["variations"][1]["outcome"] == "same");
    const json absent = json::parse(
        support::run_program({"shake", "--json", "--only", "blas", "--", REPRO_SHAKE_SUBJECT, "clean"}).out);
    CHECK(absent["variations"][0]["reason"] == "the program maps no OpenBLAS");
}
