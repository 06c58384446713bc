// SPDX-License-Identifier: MIT
// What a manifest says of floating point and of the build.
#include <repro/run/run.hpp>

#include "support/manifest.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cfenv>
#include <filesystem>
#include <thread>

using nlohmann::json;
using support::read_manifest;
using support::warns;

namespace {

struct quiet_folder : support::temporary_folder {
    support::scoped_variable quiet{"REPRO_QUIET", "1"};
    support::scoped_variable no_seed{"REPRO_SEED", std::nullopt};
    support::scoped_variable no_folder{"REPRO_RUN_DIR", std::nullopt};
    std::filesystem::path root = path() / "runs";

    [[nodiscard]] json manifest() const { return read_manifest(support::only_folder(root)); }
};

} // namespace

TEST_CASE(
    "the manifest holds the floating-point environment of both ends, and an ordinary one is no warning") {
    const quiet_folder place;
    repro::run run({.id = "plain", .seed = 42, .root = place.root});
    const json running = place.manifest()["floating_point"];
    CHECK(running["at_start"]["rounding"] == "nearest");
    CHECK(running["at_start"]["flush_to_zero"] == false);
    CHECK(running["at_end"].is_null());
    std::thread([] { CHECK(repro::check_fp_thread("worker").empty()); }).join();
    CHECK(run.finish() == 0);
    const json m = place.manifest();
    CHECK(m["floating_point"]["at_end"] == m["floating_point"]["at_start"]);
    CHECK(m["floating_point"]["threads"] == json{{"checked", 1}, {"differing", 0}, {"first", ""}});
    CHECK_FALSE(warns(m, "W_FP_ENVIRONMENT"));
    CHECK_FALSE(warns(m, "W_FP_CHANGED"));
}

TEST_CASE("a rounding mode other than nearest at the start, and a change during the run, are warned of") {
    const quiet_folder place;
    std::fesetround(FE_UPWARD);
    repro::run run({.id = "upward", .seed = 42, .root = place.root});
    std::fesetround(FE_TONEAREST);
    CHECK(run.finish() == 0); // a warning stops nothing
    const json m = place.manifest();
    CHECK(m["floating_point"]["at_start"]["rounding"] == "upward");
    CHECK(m["floating_point"]["at_end"]["rounding"] == "nearest");
    CHECK(warns(m, "W_FP_ENVIRONMENT"));
    CHECK(warns(m, "W_FP_CHANGED"));
}

TEST_CASE("a worker that differs from the run's start is counted and described") {
    const quiet_folder place;
    repro::run run({.id = "worker", .seed = 42, .root = place.root});
    std::thread([] {
        std::fesetround(FE_DOWNWARD);
        CHECK_FALSE(repro::check_fp_thread("loader 1").empty());
    }).join();
    (void)run.finish();
    const json m = place.manifest();
    CHECK(m["floating_point"]["threads"]["differing"] == 1);
    CHECK(m["floating_point"]["threads"]["first"].get<std::string>().starts_with(
        "loader 1: rounding downward"));
    CHECK(warns(m, "W_FP_CHANGED"));
}

TEST_CASE("the manifest names the units of each way of compiling") {
    const quiet_folder place;
    CHECK(repro::run({.id = "units", .seed = 42, .root = place.root}).finish() == 0);
    const json build = place.manifest()["build"];
    CHECK(build["embedded"].is_array());
    unsigned units = 0;
    for (const json& each : build["builds"]) {
        CHECK(each["object"] == "");
        CHECK(each["files"].size() >= 1);
        units += each["units"].get<unsigned>();
    }
    CHECK(units >= 2); // this one and run.test.cpp
}
