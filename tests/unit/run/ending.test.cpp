// SPDX-License-Identifier: MIT
#include <repro/run/ending.hpp>
#include <repro/trace/reader.hpp>

#include "support/manifest.hpp"
#include "support/subject.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <vector>

using nlohmann::json;
using support::run_subject;
using support::temporary_folder;

namespace {

json manifest(const temporary_folder& folder) {
    return support::read_manifest(support::only_folder(folder / "runs"));
}

} // namespace

TEST_CASE("each way in which a program can end has its status, its message and its own exit code") {
    struct row {
        const char* ending;
        int exit_code;
        const char* status;
        const char* message;
    };
    const row expected =
        GENERATE(row{"completes", 0, "completed", ""},
                 row{"is left by an exception", 5, "failed", "an exception left the scope of the run"},
                 row{"returns early", 6, "aborted", "the run was destroyed before finish()"},
                 row{"throws", -SIGABRT, "failed", "loss is not \xef\xbf\xbd finite"},
                 row{"throws a number", -SIGABRT, "failed",
                     "an exception of a type that is not derived from std::exception"},
                 row{"throws in a thread", -SIGABRT, "failed", "worker failed"},
                 row{"keeps an earlier terminate handler", 77, "failed", "handled"},
                 row{"exits", 8, "running", ""}, row{"aborts", -SIGABRT, "running", ""},
                 row{"is static", 9, "aborted", "the run was destroyed before finish()"});
    const temporary_folder folder;
    INFO(expected.ending);
    CHECK(run_subject(folder.path(), expected.ending) == expected.exit_code);
    const json m = manifest(folder);
    CHECK(m["status"] == expected.status);
    CHECK((m["error"].is_null() ? std::string() : m["error"]["message"].get<std::string>()) ==
          expected.message);
    CHECK(m["finished_at"].is_null() == (m["status"] == "running"));
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
    const json m = manifest(folder);
    CHECK(m["status"] == "completed");
    CHECK(m["metrics"] == json{{"loss", {{"step", {1}}, {"value", {2.0}}}}});
    CHECK(m["artifacts"].empty());
}

TEST_CASE("an uncaught exception of a forked child is the child's affair") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "throws in a child") == 0);
    CHECK(manifest(folder)["status"] == "completed");
}

TEST_CASE("a program that changes its working directory still finds its folder") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "leaves its folder") == 0);
    const json m = manifest(folder);
    CHECK(m["artifacts"] == json{"result.txt"});
    CHECK(m["digests"]["result.txt"]["size"] == 2);
}

TEST_CASE("a limit on file sizes ends neither the program nor the training") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "meets a limit on file sizes") == 0);
    const auto run = support::only_folder(folder / "runs");
    CHECK_FALSE(std::filesystem::exists(run / "manifest.json"));
    const auto trace = repro::read_trace((run / "trace.bin").native());
    CHECK(trace.entries.size() == 5); // what fits into 256 bytes
    CHECK_FALSE(trace.complete);
}

TEST_CASE("many threads record into one run") {
    const temporary_folder folder;
    CHECK(run_subject(folder.path(), "runs many threads") == 0);
    const json m = manifest(folder);
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
