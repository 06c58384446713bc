// SPDX-License-Identifier: MIT
// repro doctor: as users run it, and its questions one at a time.

#include "../support/scoped_variable.hpp"
#include "doctor/checks.hpp"
#include "run_program.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

using nlohmann::json;
using support::contains;
using support::run_program;
using support::scoped_variable;
using tool::health;

namespace {

json item(const json& report, std::string_view name) {
    for (const json& each : report["items"])
        if (each["name"] == name) return each;
    return {};
}

} // namespace

TEST_CASE("doctor answers every question, and a machine without a GPU is in order") {
    const support::temporary_folder folder;
    const auto result = run_program({"doctor", "--json"}, {.folder = folder.path(), .environment = {}});
    CHECK(result.status == 0);
    const json report = json::parse(result.out);
    CHECK(report["verdict"] == "holds");
    for (const char* const name :
         {"runs", "proc", "selftest", "git", "relaunch", "addresses", "audit", "variables", "NCCL files",
          "preloaded", "locale", "time zone", "clock", "compilers", "GPU", "OpenBLAS", "OpenMP of GCC"}) {
        INFO(name);
        CHECK(item(report, name).is_object());
    }
    CHECK(item(report, "selftest")["state"] == "ok");
    CHECK(item(report, "audit")["state"] == "ok");
    CHECK(contains(item(report, "audit")["what"].get<std::string>(), "/lib/repro/repro-audit.so"));
    CHECK(std::filesystem::is_empty(folder.path())); // it only looks
}

TEST_CASE("doctor ends with 1 where runs cannot be written, and says what to do") {
    const auto result = run_program({"doctor"}, {.environment = {{"REPRO_EXPERIMENTS", "/proc/nowhere"}}});
    CHECK(result.status == 1);
    CHECK(contains(result.out, "missing"));
    CHECK(contains(result.out, "to do: runs: set REPRO_EXPERIMENTS"));
}

TEST_CASE("doctor refuses an unknown level") {
    CHECK(run_program({"doctor", "--level", "exact"}).status == 2);
}

TEST_CASE("an unreadable /proc is missing") {
    const support::temporary_folder folder;
    const tool::finding found = tool::check_proc(folder.path());
    CHECK(found.state == health::missing);
    CHECK(contains(found.what, "environ cannot be read"));
    CHECK(tool::check_proc("/proc/self").state == health::ok);
}

TEST_CASE("the folder of the runs may be yet to be made, and is not made by the question") {
    const support::temporary_folder folder;
    const tool::finding found = tool::check_runs(folder / "a/b/runs");
    CHECK(found.state != health::missing);
    CHECK(contains(found.what, "a/b/runs"));
    CHECK(std::filesystem::is_empty(folder.path()));
    folder.write("file", "");
    CHECK(tool::check_runs(folder / "file").state == health::missing);
}

TEST_CASE("a folder without a repository is a warning, and a clean one is none") {
    const support::temporary_folder folder;
    const tool::finding found = tool::check_git(folder.path());
    CHECK(found.state == health::warning);
    CHECK(contains(found.what, "no-repository"));
    // One reason, though it leaves commit, branch, state and more unknown.
    CHECK(std::ranges::count(found.what, ';') == 1);
}

TEST_CASE("variables of a level are unset, right, or set against it") {
    const scoped_variable unset("MKL_CBWR", std::nullopt);
    CHECK(contains(tool::check_variables(repro::level::bit_exact).what, "MKL_CBWR"));
    CHECK_FALSE(contains(tool::check_variables(repro::level::seed_stable).what, "MKL_CBWR"));
    CHECK(tool::check_variables(repro::level::distribution_stable).state == health::ok);
    const scoped_variable against("MKL_CBWR", "AUTO");
    const tool::finding found = tool::check_variables(repro::level::bit_exact);
    CHECK(contains(found.what, "set against level bit-exact: MKL_CBWR"));
    CHECK(contains(found.fix, "repro explain MKL_CBWR"));
}

TEST_CASE("what the loader puts into every program is named") {
    const scoped_variable none("LD_PRELOAD", std::nullopt);
    CHECK(tool::check_preloaded().state == health::ok);
    const scoped_variable preloaded("LD_PRELOAD", "/lib/odd.so");
    CHECK(contains(tool::check_preloaded().what, "/lib/odd.so"));
}

TEST_CASE("a time zone away from UTC, and a locale that is not there, are warned of") {
    const auto result = run_program({"doctor", "--json"},
                                    {.environment = {{"TZ", "<+0545>-5:45"}, {"LC_ALL", "xx_XX.UTF-8"}}});
    const json report = json::parse(result.out);
    CHECK(item(report, "time zone")["what"] == "20700 s from UTC");
    CHECK(item(report, "locale")["state"] == "warning");
}

TEST_CASE("a library that hangs, ends or kills the process that loads it is a word each, and no hang") {
    using namespace std::chrono_literals;
    const auto found = [](const char* how, std::chrono::milliseconds limit) {
        const scoped_variable behaviour("REPRO_TEST_LOADING", how);
        return tool::check_library("odd", {REPRO_HOSTILE_LIBRARY}, limit);
    };
    CHECK(found("nothing", 20s).state == health::ok);
    CHECK(found("nothing", 20s).what == REPRO_HOSTILE_LIBRARY);
    const auto hanging = found("hang", 300ms);
    CHECK(hanging.state == health::warning);
    CHECK(hanging.what == "is not loaded within 0.3 s");
    CHECK(found("abort", 20s).what == "ends the process that loads it: Aborted");
    CHECK(found("exit", 20s).what == "ends the process that loads it");
    CHECK(found("exit", 20s).state == health::warning);
    CHECK(tool::check_library("none", {"libno-such-library.so.1"}, 20s).state == health::absent);
}

TEST_CASE("a file of NCCL's that is against the level is warned of, and another one named") {
    const support::temporary_folder folder;
    const auto file = folder.write("nccl.conf", "NCCL_ALGO=Tree\n");
    const scoped_variable named("NCCL_CONF_FILE", file.native());
    const tool::finding found = tool::check_nccl_files(repro::level::bit_exact);
    CHECK(found.state == health::warning);
    CHECK(contains(found.what, "NCCL_ALGO=Tree in " + file.native()));
    CHECK(tool::check_nccl_files(repro::level::distribution_stable).state == health::ok);
}
