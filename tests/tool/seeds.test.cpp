// SPDX-License-Identifier: MIT
// repro seeds: real programs, one a seed.

#include "../support/temporary_folder.hpp"
#include "run_program.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

/// A folder in which a sweep runs: runs/d/m/seed_<n>.
class sweep_bench : public support::temporary_folder {
public:
    [[nodiscard]] std::vector<std::string> words(const std::string& seeds, std::vector<std::string> command,
                                                 std::vector<std::string> more = {}) const {
        std::vector<std::string> all = {
            "seeds",     "--seeds", seeds,      "--root", (*this / "runs").native(),
            "--dataset", "d",       "--method", "m"};
        all.insert(all.end(), more.begin(), more.end());
        all.push_back("--");
        all.insert(all.end(), command.begin(), command.end());
        return all;
    }
    [[nodiscard]] support::program_result sweep(const std::string& seeds, std::vector<std::string> command,
                                                std::vector<std::string> more = {}) const {
        return support::run_program(words(seeds, std::move(command), std::move(more)),
                                    {path(), {{"REPRO_QUIET", "1"}, {"REPRO_SEED", "7"}}});
    }
    [[nodiscard]] nlohmann::json document(const std::string& file) const {
        return nlohmann::json::parse(support::file_text(*this / ("runs/d/m/" + file)));
    }
    [[nodiscard]] std::string state(const support::program_result& result, std::size_t which) const {
        return nlohmann::json::parse(result.out).at("seeds").at(which).at("state").get<std::string>();
    }
};

const std::string subject_of_sweeps = REPRO_RERUN_SUBJECT;

/// A program that fails under seed 2 as long as the file "bad" is there, and else is the subject.
std::vector<std::string> fails_for_two() {
    return {"/bin/sh", "-c",
            "echo started >> calls; [ $REPRO_SEED != 2 ] || [ ! -e bad ] || exit 9; exec '" +
                subject_of_sweeps + "'"};
}

} // namespace

TEST_CASE("seeds leaves results with the seed inside, one folder a seed") {
    const sweep_bench bench;
    const auto result = bench.sweep("42,123,0x5", {subject_of_sweeps}, {"--jobs", "2"});
    INFO(result.out << result.err);
    CHECK(result.status == 0);
    std::set<std::string> values;
    for (const unsigned seed : {42U, 123U, 5U}) {
        const std::string folder = "seed_" + std::to_string(seed);
        const auto results = bench.document(folder + "/results.json");
        const auto manifest = bench.document(folder + "/manifest.json");
        CHECK(results.at("seed") == seed);
        CHECK(results.at("dataset") == "d");
        CHECK(results.at("method") == "m");
        CHECK(manifest.at("seed") == seed);
        CHECK(manifest.at("seed_source") == "environment");
        CHECK(results.at("run_id") == manifest.at("run_id"));
        CHECK(results.at("metrics").at("value") == manifest.at("metrics").at("value").at("value").back());
        values.insert(results.at("metrics").at("value").dump());
    }
    CHECK(values.size() == 3);
    CHECK(support::contains(result.out, "value"));
    CHECK(support::contains(result.out, "a publication asks for 5"));
    CHECK_FALSE(support::contains(result.err, "\x1b"));
}

TEST_CASE("seeds goes on after a failed seed, and runs that one alone again") {
    const sweep_bench bench;
    bench.write("bad", "");
    const auto first = bench.sweep("1,2,3", fails_for_two());
    INFO(first.out << first.err);
    CHECK(first.status == 1);
    CHECK(support::contains(first.out, "seed 2: failed"));
    CHECK(support::contains(first.out, "exit status 9"));
    CHECK(support::contains(first.out, "seed 3: completed"));
    CHECK(support::file_text(bench / "calls") == "started\nstarted\nstarted\n");

    std::filesystem::remove(bench / "bad");
    const auto second = bench.sweep("1,2,3", fails_for_two(), {"--json"});
    CHECK(second.status == 0);
    CHECK(bench.state(second, 0) == "reused");
    CHECK(bench.state(second, 1) == "completed");
    CHECK(bench.state(second, 2) == "reused");
    const auto value = nlohmann::json::parse(second.out).at("metrics").at("value");
    CHECK(value.at("n") == 3);
    for (const char* const each : {"mean", "std", "sem"})
        CHECK(value.at(each).is_number());
    CHECK(support::file_text(bench / "calls") == "started\nstarted\nstarted\nstarted\n");
}

TEST_CASE("seeds runs a torn seed again and keeps what was there; lost results come from the manifest") {
    const sweep_bench bench;
    REQUIRE(bench.sweep("1,2", {subject_of_sweeps}).status == 0);
    const std::string manifest = support::file_text(bench / "runs/d/m/seed_1/manifest.json");
    const std::string results = support::file_text(bench / "runs/d/m/seed_2/results.json");
    bench.write("runs/d/m/seed_1/manifest.json", manifest.substr(0, manifest.size() / 2));
    bench.write("runs/d/m/seed_2/results.json", results.substr(0, 20));
    const auto again = bench.sweep("1,2", {subject_of_sweeps}, {"--json"});
    INFO(again.out << again.err);
    CHECK(again.status == 0);
    CHECK(bench.state(again, 0) == "completed");
    CHECK(bench.state(again, 1) == "reused");
    CHECK(support::file_text(bench / "runs/d/m/.set-aside/seed_1-1/manifest.json").size() ==
          manifest.size() / 2);
    CHECK(support::file_text(bench / "runs/d/m/seed_2/results.json") == results);
    // What is set aside is no run of a side: the seed would be there twice.
    const auto compared =
        support::run_program({"compare", (bench / "runs").native(), (bench / "runs").native()});
    CHECK(support::contains(compared.out, "bit-exact: accepted"));
}

TEST_CASE("seeds refuses what is no list of seeds, and starts nothing") {
    const sweep_bench bench;
    const std::pair<const char*, const char*> cases[] = {
        {"1,2,1", "E_SEED_DUPLICATE"}, {"1,0x1", "E_SEED_DUPLICATE"},
        {"1,two", "seed 'two'"},       {"1,", "seed ''"},
        {"-1", "seed '-1'"},           {"18446744073709551616", "E_SEED_INVALID"}};
    for (const auto& [seeds, word] : cases) {
        const auto result = bench.sweep(seeds, fails_for_two());
        INFO(seeds << ": " << result.err);
        CHECK(result.status == 2);
        CHECK(support::contains(result.err, word));
    }
    for (const char* const jobs : {"0", "many", "-1"})
        CHECK(bench.sweep("1", fails_for_two(), {"--jobs", jobs}).status == 2);
    const auto named = support::run_program({"seeds", "--seeds", "1", "--dataset", "../up", "--", "true"},
                                            {bench.path(), {}});
    CHECK(named.status == 2);
    CHECK(support::contains(named.err, "dataset '../up'"));
    CHECK_FALSE(std::filesystem::exists(bench / "calls"));
}

TEST_CASE("seeds says why a program left no completed run") {
    const sweep_bench bench;
    const auto silent = bench.sweep("1", {"true"});
    CHECK(silent.status == 1);
    CHECK(support::contains(silent.out, "left no run"));
    const auto absent = bench.sweep("1", {"/no/such/program"});
    CHECK(absent.status == 1);
    CHECK(support::contains(absent.out, "cannot be started"));
    const auto other = bench.sweep("1", {"/usr/bin/env", "-u", "REPRO_SEED", subject_of_sweeps});
    CHECK(other.status == 1);
    CHECK(support::contains(other.out, "its manifest has seed 42"));
}

TEST_CASE("seeds ends by the interrupt, and its programs with it") {
    const sweep_bench bench;
    const pid_t tool = ::fork();
    if (tool == 0)
        support::become_program(bench.words("1,2", {"/bin/sh", "-c", "echo $$ > pid-$REPRO_SEED; sleep 600"},
                                            {"--jobs", "2", "--json"}),
                                {bench.path(), {}});
    const auto written = [&](const char* name) { return !support::file_text(bench / name).empty(); };
    while (!written("pid-1") || !written("pid-2"))
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const auto busy = bench.sweep("1,2", {"true"}); // another sweep there is kept out
    CHECK(busy.status == 2);
    CHECK(support::contains(busy.err, "another sweep is at work"));
    ::kill(tool, SIGINT);
    CHECK(support::exit_status(tool) == 130);
    for (const char* const name : {"pid-1", "pid-2"}) {
        const auto id = static_cast<pid_t>(std::stol(support::file_text(bench / name)));
        CHECK(::kill(id, 0) == -1);
    }
}

TEST_CASE("seeds shows a bar on a terminal alone") {
    const sweep_bench bench;
    const auto shown = support::run_on_terminal(bench.words("1,2", {subject_of_sweeps}),
                                                {bench.path(), {{"REPRO_QUIET", "1"}}});
    CHECK(support::contains(shown.out, "[....................] 0 of 2 seeds; running 1"));
    CHECK(support::contains(shown.out, "[##########..........] 1 of 2 seeds"));
    CHECK(support::contains(shown.out, "\x1b[32mcompleted"));
    const sweep_bench plain;
    const auto grey = support::run_on_terminal(plain.words("1", {subject_of_sweeps}),
                                               {plain.path(), {{"REPRO_QUIET", "1"}, {"NO_COLOR", "1"}}});
    CHECK_FALSE(support::contains(grey.out, "\x1b[32m"));
}
