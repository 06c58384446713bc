// SPDX-License-Identifier: MIT
#include <repro/judge/recover.hpp>
#include <repro/run/ending.hpp>
#include <repro/trace/reader.hpp>

#include "support/manifest.hpp"
#include "support/sanitized.hpp"
#include "support/scoped_variable.hpp"
#include "support/subject.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

using nlohmann::json;
using support::run_subject;
using support::temporary_folder;

namespace {

json manifest_in(const temporary_folder& folder) {
    return support::read_manifest(support::only_folder(folder / "runs"));
}

struct row {
    const char* ending;
    int exit_code;
    const char* state; ///< as a reader derives it
    const char* message;
    const char* handlers; ///< those of the program that were called
};

constexpr row every_ending[] = {

    {"completes", 0, "completed", "", "atexit "},
    {"exits", 8, "interrupted", "", "atexit "},
    {"exits in a thread", 8, "interrupted", "", "atexit "},
    {"leaves at once", 8, "interrupted", "", ""},
    {"exits quickly", 8, "interrupted", "", "quick "},
    {"throws", -SIGABRT, "failed", "loss is not \xef\xbf\xbd finite", "terminate abort "},
    {"throws a number", -SIGABRT, "failed", "an exception of a type that is not derived from std::exception",
     "terminate abort "},
    {"throws in a thread", -SIGABRT, "failed", "worker failed", "terminate abort "},
    {"throws through noexcept", -SIGABRT, "failed", "broken promise", "terminate abort "},
    {"keeps an earlier terminate handler", 77, "failed", "handled", ""},
    {"aborts", -SIGABRT, "interrupted", "", "abort "},
    {"is terminated", -SIGTERM, "interrupted", "", "signal "},
    {"is interrupted", -SIGINT, "interrupted", "", "signal "},
    {"is hung up", -SIGHUP, "interrupted", "", "signal "},
    {"crashes", -SIGSEGV, "interrupted", "", "segv "},
    {"is killed", -SIGKILL, "interrupted", "", ""},
#ifndef REPRO_TEST_SANITIZED // which needs more address space than the row allows
    {"runs out of memory", -SIGABRT, "failed", "std::bad_alloc", "terminate abort "},
#endif
    {"overflows its stack", -SIGSEGV, "interrupted", "", "segv "},
    {"forks", 0, "completed", "", "atexit atexit "}, // the child's exit, and the parent's
    {"starts another program", 0, "completed", "", "atexit "},
    {"is left by an exception", 5, "failed", "an exception left the scope of the run", "atexit "},
    {"returns early", 6, "aborted", "the run was destroyed before finish()", "atexit "},
    {"is static", 9, "aborted", "the run was destroyed before finish()", "atexit "}};

} // namespace

TEST_CASE("each way in which a program can end has its state, its message, its own exit code and handlers") {
    const row& expected = every_ending[GENERATE(range(std::size_t{0}, std::size(every_ending)))];
    const temporary_folder folder;
    INFO(expected.ending);
    CHECK(run_subject(folder.path(), expected.ending) == expected.exit_code);
    CHECK(support::read_text(folder / "output.txt") == expected.handlers);
    const auto run = support::only_folder(folder / "runs");
    const auto read = repro::read_manifest(run / "manifest.json");
    CHECK(to_string(repro::state_of(read).state) == expected.state);
    const json m = read.document;
    CHECK((m["error"].is_null() ? std::string() : m["error"]["message"].get<std::string>()) ==
          expected.message);
    CHECK(m["finished_at"].is_null() == (m["status"] == "running"));
    const bool interrupted = std::string(expected.state) == "interrupted";
    CHECK(std::filesystem::exists(run / "manifest.json.sha256") != interrupted);

    const auto recovery = repro::recover(run / "manifest.json");
    CHECK((recovery.outcome == repro::recovery_outcome::recovered) == interrupted);
    const json last = support::read_manifest(run);
    CHECK(last["status"] == (interrupted ? "aborted" : expected.state));
    CHECK(std::filesystem::exists(run / "manifest.json.sha256"));
    for (const auto& entry : std::filesystem::directory_iterator(run)) // no reserve, nothing temporary
        CHECK_FALSE(entry.path().filename().native().starts_with("."));
}

#ifndef REPRO_TEST_SANITIZED // sanitizers have threads and tracers of their own
TEST_CASE("the manifest of a program that was started again tells what was set, and how long it took") {
    const temporary_folder folder;
    const support::scoped_variable none("OMP_DYNAMIC", std::nullopt);
    const support::scoped_variable allowed("REPRO_NO_RELAUNCH", std::nullopt);
    CHECK(run_subject(folder.path(), "starts again") == 0);
    const json told = manifest_in(folder)["relaunch"]; // of the second process: the first has no run
    CHECK(told["outcome"] == "done");
    CHECK(told["reason"] == "");
    CHECK(told["settings"] == json{{"OMP_DYNAMIC", "false"}});
    REQUIRE(told["milliseconds"].is_number());
    CHECK(told["milliseconds"].get<double>() > 0);
}
#endif

TEST_CASE("a program that runs twice has two records, and one that never does has none") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "has no run") == 0);
    CHECK_FALSE(std::filesystem::exists(folder / "runs"));
    CHECK(run_subject(folder.path(), "runs twice") == 0);
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "runs")) {
        CHECK(support::read_manifest(entry.path())["status"] == "completed");
        ++count;
    }
    CHECK(count == 2);
}

TEST_CASE("an uncaught exception is recorded in every run that lives") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "throws where two runs live") == -SIGABRT);
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "runs")) {
        const json m = support::read_manifest(entry.path());
        CHECK(m["status"] == "failed");
        CHECK(m["error"]["message"] == "both");
        ++count;
    }
    CHECK(count == 2);
}

TEST_CASE("a forked child writes neither manifest nor trace of its parent") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "forks") == 0);
    const json m = manifest_in(folder);
    CHECK(m["status"] == "completed");
    CHECK(m["metrics"] == json{{"loss", {{"step", {1}}, {"value", {2.0}}}}});
    CHECK(m["artifacts"].empty());
}

TEST_CASE("an uncaught exception of a forked child is the child's affair") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "throws in a child") == 0);
    CHECK(manifest_in(folder)["status"] == "completed");
}

TEST_CASE("a program that changes its working directory still finds its folder") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "leaves its folder") == 0);
    const json m = manifest_in(folder);
    CHECK(m["artifacts"] == json{"result.txt"});
    CHECK(m["digests"]["result.txt"]["size"] == 2);
}

TEST_CASE("a limit on file sizes ends neither the program nor the training") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "meets a limit on file sizes") == 0);
    const auto run = support::only_folder(folder / "runs");
    CHECK_FALSE(std::filesystem::exists(run / "manifest.json"));
    const auto trace = repro::read_trace((run / "trace.bin").native());
    CHECK_FALSE(trace.entries.empty()); // of 20, what fits into 1024 bytes
    CHECK(trace.entries.size() < 20);
    CHECK_FALSE(trace.complete);
}

TEST_CASE("many threads record into one run") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "runs many threads") == 0);
    const json m = manifest_in(folder);
    REQUIRE(m["metrics"].size() == 4);
    for (const auto& series : m["metrics"])
        CHECK(series["value"].size() == 100);
    const auto run = support::only_folder(folder / "runs");
    CHECK(repro::read_trace((run / "trace.bin").native()).entries.size() == 400);
}

TEST_CASE("sixteen processes with one id at one time have sixteen folders") {
    const temporary_folder folder;
    std::vector<std::unique_ptr<support::subject>> all;
    for (int i = 0; i < 16; ++i)
        all.push_back(std::make_unique<support::subject>(folder.path(), "completes"));
    for (const auto& each : all)
        CHECK(each->wait() == 0);
    std::set<std::string> run_ids;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "runs")) {
        const json m = support::read_manifest(entry.path());
        CHECK(m["status"] == "completed");
        CHECK(m["id"] == entry.path().filename().native());
        run_ids.insert(m["run_id"]);
    }
    CHECK(run_ids.size() == 16);
}

TEST_CASE("whenever the process is killed, each manifest is whole") {
    const temporary_folder folder;
    const auto runs = [&] {
        std::error_code none_yet;
        const std::filesystem::directory_iterator first(folder / "runs", none_yet);
        return std::distance(begin(first), end(first));
    };
    for (int round = 0; round < 25; ++round) {
        const auto before = runs();
        support::subject subject(folder.path(), "works for ever");
        while (runs() < before + 2) // the first of the two is over by then
            std::this_thread::sleep_for(std::chrono::microseconds(100 * round));
        subject.kill();
        CHECK(subject.wait() == -SIGKILL);
    }
    std::set<std::string> statuses;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "runs")) {
        const auto file = entry.path() / "manifest.json";
        if (!std::filesystem::exists(file)) continue; // killed before the first one was there
        INFO(file.native());
        const json m = json::parse(support::read_text(file), nullptr, false);
        REQUIRE_FALSE(m.is_discarded());
        statuses.insert(m["status"]);
        CHECK(m["finished_at"].is_null() == (m["status"] == "running"));
    }
    CHECK(statuses.contains("completed"));
    statuses.erase("completed");
    statuses.erase("running"); // where it was killed at work
    CHECK(statuses.empty());
}
