// SPDX-License-Identifier: MIT
// What a manifest says of floating point and of the build.
#include <repro/run/run.hpp>

#include "support/manifest.hpp"
#include "support/quiet_environment.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cfenv>
#include <dlfcn.h>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using nlohmann::json;
using support::read_manifest;
using support::warns;

namespace {

struct quiet_folder : support::temporary_folder {
    support::quiet_environment quiet;
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

#if defined(REPRO_FAST_MATH_MODULE) && defined(__x86_64__)
TEST_CASE("a library that turns denormals off in the middle is named, with the place where it was seen") {
    const quiet_folder place;
    repro::run run({.id = "plugin", .seed = 42, .root = place.root});
    run.metric("loss", 0, 2.0);
    std::thread([&] { // in a thread of its own, whose environment ends with it
        void* const module = ::dlopen(REPRO_FAST_MATH_MODULE, RTLD_NOW | RTLD_LOCAL);
        REQUIRE(module != nullptr);
        run.metric("loss", 1, 1.0);
        run.metric("loss", 2, 0.5);
        ::dlclose(module);
    })
        .join();
    CHECK(run.finish() == 0);
    const json m = place.manifest();
    const json& changes = m["floating_point"]["changes"];
    REQUIRE(changes.size() == 1);
    CHECK(changes[0]["seen"] == "metric loss, step 1");
    CHECK(changes[0]["difference"] == "denormal results flushed to zero, denormal operands taken as zero");
    CHECK(changes[0]["probable_causes"] == json{REPRO_FAST_MATH_MODULE});
    CHECK(m["floating_point"]["at_end"] == m["floating_point"]["at_start"]); // of this thread
    CHECK(warns(m, "W_FP_CHANGED"));
}
#endif

TEST_CASE("tensors and inputs are places of the check as well") {
    const quiet_folder place;
    repro::run run({.id = "places", .seed = 42, .root = place.root});
    const auto with_rounding = [](int mode, auto step) {
        std::thread([&] {
            std::fesetround(mode);
            step();
        }).join();
    };
    const std::vector<double> weights = {1.0, 2.0};
    with_rounding(FE_UPWARD, [&] { run.trace("weights", 7, weights); });
    with_rounding(FE_DOWNWARD, [&] { run.input("/dev/null", "nothing"); });
    with_rounding(FE_TONEAREST, [&] { run.metric("loss", 1, 1.0); });
    (void)run.finish();
    const json m = place.manifest();
    const json& changes = m["floating_point"]["changes"];
    REQUIRE(changes.size() == 2);
    CHECK(changes[0]["seen"] == "trace weights, step 7");
    CHECK(changes[1]["seen"] == "input /dev/null");
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

#ifdef REPRO_CONTRACTING_MODULE
TEST_CASE("units of a library that is loaded late are listed, and their other flags are an unmet condition") {
    const quiet_folder place;
    repro::run run({.id = "late", .seed = 42, .level = repro::level::bit_exact, .root = place.root});
    const json before = place.manifest()["build"]["builds"];
    void* const module = ::dlopen(REPRO_CONTRACTING_MODULE, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(module != nullptr);
    (void)run.finish();
    ::dlclose(module);
    const json m = place.manifest();
    const json& builds = m["build"]["builds"];
    REQUIRE(builds.size() == before.size() + 1); // the program's own units are not told twice
    CHECK(before[0]["since"] == "start");
    CHECK(builds.back()["since"] == "later");
    CHECK(builds.back()["object"] == "libcontracting_module.so");
    CHECK(m["build"]["embedded"].back()["target"] == "contracting_module");
    const json& flags = builds.back()["flags"];
    if (std::find(flags.begin(), flags.end(), "contracts") == flags.end()) return; // no FMA here
    CHECK(warns(m, "W_BUILDS_DIFFER"));
    const auto tells = [](const json& each) {
        return each["name"] == "build" &&
               each["what"].get<std::string>().find("libcontracting_module.so") != std::string::npos;
    };
    CHECK(std::any_of(m["unmet"].begin(), m["unmet"].end(), tells));
}
#endif
