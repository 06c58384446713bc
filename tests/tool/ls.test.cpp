// SPDX-License-Identifier: MIT
// repro ls as users run it.

#include "../support/interrupted_run.hpp"
#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"
#include "text_width.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using nlohmann::json;
using support::run_program;

namespace {

/// Three runs, one of them within a sweep, and a manifest that is none.
struct listed_runs : support::sample_runs {
    listed_runs() {
        auto document = support::bare_manifest();
        document["seed"] = 2;
        document["seed_text"] = "2";
        document["started_at"] = "2026-05-22T10:00:00.000Z";
        document["git_dirty"] = true;
        publish("2026-05-22-late", document);
        document["started_at"] = "2026-05-21T10:00:00.000Z";
        document["git_sha"] = nullptr;
        document["git_dirty"] = nullptr;
        document["level"] = nullptr;
        document["status"] = "failed";
        document["wall_seconds"] = 1.5;
        publish("digits/mlp/seed_2", document);
        write("runs/2026-05-20-broken/manifest.json", "{\"id\": \"x\"");
    }
};

} // namespace

TEST_CASE("runs are listed in the order in which they started, and a broken one hides no other") {
    const listed_runs runs;
    const auto result = run_program({"ls", runs.root().native()});
    CHECK(result.status == 0);
    CHECK(
        result.out ==
        "run                status      seed  level      git                 started                   "
        "seconds\n"
        "2026-05-20-broken  unreadable                                                                 "
        "E_JSON_SYNTAX: ends before its JSON does\n"
        "digits/mlp/seed_2  failed      2     -          -                   2026-05-21T10:00:00.000Z  1.5\n"
        "2026-05-22-late    completed   2     bit-exact  2e69ad3e87 changed  2026-05-22T10:00:00.000Z  "
        "0.040068\n");
}

TEST_CASE("the root of the runs is the one that the library uses") {
    const listed_runs runs;
    const auto given = run_program({"ls", "--json"}, {"/", {{"REPRO_EXPERIMENTS", runs.root().native()}}});
    const json document = json::parse(given.out);
    REQUIRE(document.at("runs").size() == 3);
    CHECK(document.at("runs")[0].at("error").at("code") == "E_JSON_SYNTAX");
    CHECK(document.at("runs")[2].at("error").is_null());
    CHECK(document.at("runs")[2].at("name") == "2026-05-22-late");
    CHECK(document.at("runs")[2].at("seed") == 2);
}

TEST_CASE("a run without an end is listed as running, interrupted or unknown") {
    const support::sample_runs runs;
    const repro::process_identity self = repro::capture_process_identity();
    repro::process_identity gone = self, elsewhere = self;
    gone.pid = 0x7fffffff; // beyond what the kernel gives
    elsewhere.world.boot_id = "another";
    elsewhere.world.host = "another";
    runs.publish("a", support::running_manifest(self));
    runs.publish("b", support::running_manifest(gone));
    runs.publish("c", support::running_manifest(elsewhere));
    const json document = json::parse(run_program({"ls", runs.root().native(), "--json"}).out);
    std::string states;
    for (const json& run : document.at("runs"))
        states += run.at("name").get<std::string>() + " " + run.at("status").get<std::string>() + "; ";
    CHECK(states == "a running; b interrupted; c unknown; ");
    CHECK(run_program({"ls", runs.root().native()}).out.find("b    interrupted") != std::string::npos);
}

TEST_CASE("the folder of one run lists that run, however it is written") {
    const support::sample_runs runs;
    runs.publish("2026-05-22-a");
    const support::program_options inside{runs.root() / "2026-05-22-a", {}};
    for (const std::string folder : {"2026-05-22-a", "2026-05-22-a/", "./2026-05-22-a"}) {
        const auto listed = run_program({"ls", folder, "--json"}, {runs.root(), {}});
        CHECK(listed.status == 0);
        CHECK(json::parse(listed.out).at("runs").at(0).at("name") == "2026-05-22-a");
    }
    CHECK(json::parse(run_program({"ls", ".", "--json"}, inside).out).at("runs").at(0).at("name") ==
          "2026-05-22-a");
}

TEST_CASE("a folder without runs is said to be empty, and one that is not there is an error") {
    const support::sample_runs runs;
    std::filesystem::create_directory(runs / "empty");
    const auto empty = run_program({"ls", (runs / "empty").native()});
    CHECK(empty.status == 0);
    CHECK(empty.out.starts_with("no runs below "));
    CHECK(run_program({"ls", (runs / "nowhere").native()}).status == 4);
}

TEST_CASE("wide characters take two columns, and marks none") {
    CHECK(tool::text_width("") == 0);
    CHECK(tool::text_width("loss.npy") == 8);
    CHECK(tool::text_width("na\u00efve") == 5);
    CHECK(tool::text_width("nai\u0308ve") == 5);
    CHECK(tool::text_width("\u6570\u5b57") == 4);
    CHECK(tool::text_width("\ud55c\uae00") == 4);
    CHECK(tool::text_width("\U0001f600") == 2);
    CHECK(tool::text_width("\u26a0\ufe0f") == 1);
}

TEST_CASE("runs are chosen, sorted and shown by what they recorded") {
    const support::sample_runs runs;
    int seed = 9;
    for (const double loss : {0.5, 10.0, 2.0}) {
        auto document = support::bare_manifest();
        document["seed"] = seed;
        document["seed_text"] = std::to_string(seed);
        document["config"] = {{"lr", loss / 10}, {"net", {{"name", "mlp"}}}};
        document["metrics"] = {{"loss", {{"step", {0, 1}}, {"value", {99.0, loss}}}}};
        runs.publish("run-" + std::to_string(seed++), document);
    }
    const std::string root = runs.root().native();
    CHECK(run_program({"ls", root, "--columns", "seed,config/lr,metrics/loss", "--sort=-metrics/loss"}).out ==
          "run     seed  config/lr  metrics/loss\n"
          "run-10  10    1.0        10.0\n"
          "run-11  11    0.2        2.0\n"
          "run-9   9     0.05       0.5\n");
    const auto names = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"ls", root, "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const json document = json::parse(run_program(arguments).out);
        std::string list;
        for (const json& each : document.at("runs"))
            list += each.at("name").get<std::string>() + " ";
        return list;
    };
    CHECK(names({"--where", "metrics/loss<9"}) == "run-11 run-9 "); // one start: by name
    CHECK(names({"--where", "seed>9", "--where", "config/lr=0.2"}) == "run-11 ");
    CHECK(names({"--where", "config/net/name=mlp", "--sort", "seed"}) == "run-9 run-10 run-11 ");
    CHECK(names({"--where", "started_at<2000"}).empty());
    CHECK(names({"--where", "config/absent=-"}) == "run-10 run-11 run-9 ");
    const auto mistyped = run_program({"ls", root, "--columns", "seed,config/lrr", "--sort", "metrics/los"});
    CHECK(mistyped.status == 0);
    CHECK(support::contains(mistyped.err, "no run listed has 'config/lrr'"));
    CHECK(support::contains(mistyped.err, "no run listed has 'metrics/los'"));
    CHECK_FALSE(support::contains(mistyped.err, "'seed'"));
    runs.write("runs/broken/manifest.json", "{");
    CHECK(names({"--where", "seed=9"}) == "broken run-9 "); // what cannot be read may be one of them
    CHECK(run_program({"ls", root, "--where", "seed"}).status == 2);
    CHECK(run_program({"ls", root, "--where", "=9"}).status == 2);
    CHECK(run_program({"ls", root, "--sort", "config/a~b"}).status == 2);
}
