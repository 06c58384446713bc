// SPDX-License-Identifier: MIT
// repro shake: programs whose results depend on one thing each, and what is said of them.

#include "run_program.hpp"
#include "support/command.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using nlohmann::json;
using support::program_result;
using support::run_program;
using word_list = std::vector<std::string>;

using support::contains;

namespace {

/// Runs shake on the subject in its mode, quietly.
program_result shake(const word_list& options, const word_list& command, support::program_options how = {}) {
    word_list all = {"shake", "--json"};
    all.insert(all.end(), options.begin(), options.end());
    all.push_back("--");
    all.insert(all.end(), command.begin(), command.end());
    return run_program(all, how);
}

program_result shake_subject(const std::string& mode, const std::string& only,
                             support::program_options how = {}) {
    return shake({"--only", only}, {REPRO_SHAKE_SUBJECT, mode}, std::move(how));
}

/// Returns the names of what changed results, in the order of the report.
word_list changed(const json& report) {
    word_list names;
    for (const json& each : report["variations"])
        if (each["outcome"] == "differs") names.push_back(each["name"]);
    return names;
}

/// Returns the first change of the first variation that has one.
json first_change(const json& report) {
    for (const json& each : report["variations"])
        for (const json& setting : each["settings"])
            if (!setting["changes"].empty()) return setting["changes"].front();
    return {};
}

bool applies(const json& report, std::string_view variation) {
    for (const json& each : report["variations"])
        if (each["name"] == variation) return each["outcome"] != "not applicable";
    return false;
}

/// Whether a process is gone, or is a corpse that its new parent has not taken yet; waits a while for it.
bool ended(pid_t process) {
    for (int i = 0; i < 500; ++i) {
        const std::string stat = support::file_text("/proc/" + std::to_string(process) + "/stat");
        const std::size_t name_end = stat.rfind(')');
        if (stat.empty() || name_end == std::string::npos || stat.compare(name_end, 3, ") Z") == 0)
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

constexpr const char* most = "threads,addresses,malloc,libm,locale,time-zone";

} // namespace

TEST_CASE("shake finds nothing in a program that depends on nothing but its seed") {
    const auto result = run_program({"shake", "--json", "--", REPRO_SHAKE_SUBJECT, "clean"});
    CHECK(result.status == 0);
    const json report = json::parse(result.out);
    CHECK(report["verdict"] == "holds");
    CHECK(changed(report).empty());
    CHECK(report["control"]["steady"] == true); // though it drew its seed: the first one is handed on
    CHECK(report["control"]["runs"] == 2);
    CHECK(report["variations"].size() == 10);
}

TEST_CASE("shake names uninitialised memory, and the first tensor that shows it") {
    const auto result = shake_subject("malloc", most);
    CHECK(result.status == 1);
    const json report = json::parse(result.out);
    CHECK(changed(report) == word_list{"malloc"});
    const json first = first_change(report);
    CHECK(first["kind"] == "tensor");
    CHECK(first["name"] == "result");
    CHECK(first["step"] == 1);
    const auto text = run_program({"shake", "--only", "malloc", "--", REPRO_SHAKE_SUBJECT, "malloc"});
    CHECK(contains(text.out, "tensor 'result' at step 1"));
    CHECK(contains(text.out, "valgrind"));
}

TEST_CASE("shake names an order that follows addresses") {
    const auto result = shake_subject("addresses", most);
    const json report = json::parse(result.out);
    if (!applies(report, "addresses")) SKIP("no-personality: the address layout cannot be fixed here");
    CHECK(result.status == 1);
    CHECK(changed(report) == word_list{"addresses"});
    CHECK(report["blurred_by_addresses"] == false);
}

TEST_CASE("shake names a sum that follows the number of threads") {
#ifndef REPRO_SHAKE_OPENMP
    SKIP("openmp: the compiler has no OpenMP runtime");
#else
    const auto result = shake_subject("threads", most);
    CHECK(result.status == 1);
    CHECK(changed(json::parse(result.out)) == word_list{"threads"});
#endif
}

TEST_CASE("shake names a program that splits its work by the processors it is granted") {
    const auto result = shake_subject("affinity", "affinity,time-zone");
    const json report = json::parse(result.out);
    if (!applies(report, "affinity")) { // of one processor nothing can be taken away
        CHECK(support::run_command("nproc").output == "1\n");
        return;
    }
    CHECK(result.status == 1);
    CHECK(changed(report) == word_list{"affinity"});
}

TEST_CASE("shake names what moves with the size of the environment") {
    const auto result = shake_subject("environment", "addresses,environment");
    const json report = json::parse(result.out);
    if (!applies(report, "addresses")) SKIP("no-personality: the address layout cannot be fixed here");
    CHECK(result.status == 1);
    CHECK(changed(report) == word_list{"addresses", "environment"});
    CHECK(report["blurred_by_addresses"] == true);
}

TEST_CASE("shake names the time zone, by a metric as well") {
    const auto result = shake_subject("time-zone", most, {.environment = {{"TZ", "UTC0"}}});
    CHECK(result.status == 1);
    const json report = json::parse(result.out);
    CHECK(changed(report) == word_list{"time-zone"});
    CHECK(contains(result.out, "\"kind\": \"metric\""));
}

TEST_CASE("shake names the variant of libm") {
    const auto result = shake_subject("libm", most);
    const json report = json::parse(result.out);
    if (report["variations"][3]["outcome"] == "not applicable") SKIP("no-avx2: libm has one variant here");
    CHECK(result.status == 1);
    CHECK(changed(report) == word_list{"libm"});
}

TEST_CASE("shake names the locale, by the artifact that it changes") {
    const support::temporary_folder locales;
    const auto source =
        locales.write("source", "LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\ngrouping 3;3\n"
                                "END LC_NUMERIC\n");
    // No codeset in its name, which the C library would hold against that of the file. localedef warns of the
    // other categories, and ends with 1 for it.
    const std::string made = (locales / "de_DE").native();
    (void)!std::system(
        ("localedef -c -f ANSI_X3.4-1968 -i '" + source.native() + "' '" + made + "' >/dev/null 2>&1")
            .c_str());
    if (!std::filesystem::exists(made + "/LC_NUMERIC"))
        SKIP("no-localedef: no locale with a decimal comma can be made");
    const auto result = shake_subject(
        "locale", most, {.environment = {{"LOCPATH", locales.path().native()}, {"LC_ALL", "C"}}});
    CHECK(result.status == 1);
    const json report = json::parse(result.out);
    CHECK(changed(report) == word_list{"locale"});
    CHECK(first_change(report)["kind"] == "artifact");
    CHECK(first_change(report)["name"] == "text.txt");
}

TEST_CASE("shake says that a program varies by itself, and cannot decide then") {
    const auto result = shake_subject("pid", "time-zone");
    CHECK(result.status == 3);
    const json report = json::parse(result.out);
    CHECK(report["verdict"] == "undecided");
    CHECK(report["control"]["runs"] == 5);
    CHECK(report["control"]["varies"].size() >= 2);
}

TEST_CASE("shake compares standard output and named files of a program without a manifest") {
    const support::temporary_folder folder;
    const std::string file = (folder / "result.txt").native();
    const auto written = shake({"--only", "time-zone", "--artifact", file},
                               {"sh", "-c", "date -d @0 +%H > " + file}, {.environment = {{"TZ", "UTC0"}}});
    CHECK(written.status == 1);
    CHECK(first_change(json::parse(written.out))["kind"] == "file");
    const auto printed = shake({"--only", "hash-seed,time-zone"}, {"sh", "-c", "echo $PYTHONHASHSEED"});
    CHECK(changed(json::parse(printed.out)) == word_list{"hash-seed"});
}

TEST_CASE("shake ends a program that takes too long, with all that it started") {
    const support::temporary_folder folder;
    const std::string mark = (folder / "late").native();
    const auto result =
        shake({"--timeout", "1"}, {"sh", "-c", "(sleep 2; echo late > " + mark + ") & sleep 60"});
    CHECK(result.status == 3);
    CHECK(json::parse(result.out)["control"]["ending"] == "timed out");
    CHECK(std::system("sleep 1.5") == 0);
    CHECK_FALSE(std::filesystem::exists(mark));
}

TEST_CASE("shake leaves nothing behind, unless it is asked to") {
    const support::temporary_folder folder;
    const support::program_options here{.environment = {{"TMPDIR", folder.path().native()}}};
    CHECK(shake({"--only", "hash-seed"}, {"true"}, here).status == 0);
    CHECK(std::filesystem::is_empty(folder.path()));
    const auto kept = shake({"--only", "hash-seed", "--keep"}, {"true"}, here);
    CHECK(contains(kept.err, folder.path().native()));
    CHECK_FALSE(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("shake that is interrupted ends its program with all that it started, and leaves nothing behind") {
    struct interrupt {
        const char* name;
        int number, status;
    };
    for (const interrupt& each : {interrupt{"INT", SIGINT, 130}, interrupt{"TERM", SIGTERM, 143}}) {
        INFO(each.name);
        const support::temporary_folder folder;
        const std::string pids = (folder / "pids").native();
        std::filesystem::create_directory(folder / "temporary");
        // The program says who it is, and interrupts the tool as Ctrl-C does.
        const std::string script =
            "sleep 300 & echo $$ $! > " + pids + "; kill -" + each.name + " $PPID; wait";
        const auto result = run_program({"shake", "--", "sh", "-c", script},
                                        {.environment = {{"TMPDIR", (folder / "temporary").native()}}});
        CHECK(result.status == each.status);
        CHECK(result.out.empty());
        CHECK(std::filesystem::is_empty(folder / "temporary"));
        std::ifstream read(pids);
        pid_t shell = 0, sleeper = 0;
        REQUIRE(read >> shell >> sleeper);
        CHECK(ended(shell));
        CHECK(ended(sleeper));
    }
}

TEST_CASE("shake that is interrupted between two starts leaves nothing behind either") {
    const support::temporary_folder folder;
    std::filesystem::create_directory(folder / "temporary");
    // A process that has left the program's group waits until the program is gone, and interrupts the tool
    // then.
    const std::string ready = (folder / "ready").native();
    const std::string script =
        "[ -e " + ready + " ] && exit; setsid sh -c 'touch " + ready +
        "; while kill -0 '$$'; do :; done; kill -INT '$PPID >/dev/null 2>&1 & until [ -e " + ready +
        " ]; do sleep 0.001; done";
    const auto result =
        run_program({"shake", "--runs", "40", "--only", "hash-seed", "--", "sh", "-c", script},
                    {.environment = {{"TMPDIR", (folder / "temporary").native()}}});
    CHECK(result.status == 130);
    CHECK(std::filesystem::is_empty(folder / "temporary"));
}

TEST_CASE("shake refuses what it does not know, and what contradicts itself") {
    const auto unknown = run_program({"shake", "--only", "locale,thread", "--", "true"});
    CHECK(unknown.status == 2);
    CHECK(contains(unknown.err, "did you mean threads?"));
    CHECK(run_program({"shake", "--level", "exact", "--", "true"}).status == 2);
    CHECK(run_program({"shake", "--seed", "-1", "--", "true"}).status == 2);
    CHECK(run_program({"shake", "--runs", "0", "--", "true"}).status == 2);
    CHECK(run_program({"shake", "--timeout", "soon", "--", "true"}).status == 2);
    CHECK(run_program({"shake"}).status == 2);
    const auto absent = run_program({"shake", "--", "/no/such/program"});
    CHECK(absent.status == 4);
    CHECK(contains(absent.err, "/no/such/program"));
    const support::program_options loose{.environment = {{"MKL_CBWR", "AUTO"}}};
    const auto warned =
        run_program({"shake", "--only", "hash-seed", "--level", "bit-exact", "--", "true"}, loose);
    CHECK(warned.status == 0);
    CHECK(contains(warned.err, "MKL_CBWR"));
    const auto strict = run_program({"shake", "--strict", "--level", "bit-exact", "--", "true"}, loose);
    CHECK(strict.status == 2);
}

TEST_CASE("shake stops where the program fails by itself") {
    const auto result = run_program({"shake", "--", "sh", "-c", "exit 9"});
    CHECK(result.status == 3);
    CHECK(contains(result.out, "exit status 9"));
}
