// SPDX-License-Identifier: MIT
// What a RUN names.

#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using support::contains;
using support::run_program;

namespace {

/// The id of the run that `run` names, or the code of the error.
std::string named(const support::sample_runs& runs, const std::string& run) {
    const support::program_options options{runs.path(), {{"REPRO_EXPERIMENTS", runs.root().native()}}};
    const auto document = nlohmann::json::parse(run_program({"show", run, "--json"}, options).out);
    return document.contains("error") ? document["error"]["code"] : document["document"]["id"];
}

void publish(const support::sample_runs& runs, const std::string& id, const std::string& started,
             const std::string& run_id) {
    auto document = support::bare_manifest();
    document["started_at"] = started;
    document["run_id"] = run_id;
    runs.publish(id, document);
}

/// Three runs; the last one by time is not the last one by name.
void publish_three(const support::sample_runs& runs) {
    publish(runs, "2026-05-22-alpha", "2026-05-22T10:00:00.000Z", "0196f9a1-0000-7000-8000-000000000001");
    publish(runs, "2026-05-22-alpine", "2026-05-22T12:00:00.000Z", "0196fa0f-0000-7000-8000-000000000002");
    publish(runs, "2026-05-22-beta", "2026-05-22T11:00:00.000Z", "0196f9d8-0000-7000-8000-000000000003");
}

} // namespace

TEST_CASE("a run is named by its manifest, its folder, or the beginning of an id") {
    const support::sample_runs runs;
    publish_three(runs);
    for (const std::string run :
         {"runs/2026-05-22-beta/manifest.json", "runs/2026-05-22-beta", "runs/2026-05-22-beta/",
          "./runs/2026-05-22-beta", "2026-05-22-beta", "2026-05-22-b", "beta", "b", "0196f9d8",
          "0196f9d8-0000-7000-8000-000000000003"}) {
        INFO(run);
        CHECK(named(runs, run) == "2026-05-22-beta");
    }
}

TEST_CASE("the last run is the one that started last") {
    const support::sample_runs runs;
    publish_three(runs);
    CHECK(named(runs, "@last") == "2026-05-22-alpine");
}

TEST_CASE("a beginning that fits several runs is refused, and a whole id is not") {
    const support::sample_runs runs;
    publish_three(runs);
    publish(runs, "2026-05-22-alph", "2026-05-22T09:00:00.000Z", "0196f96a-0000-7000-8000-000000000004");
    CHECK(named(runs, "al") == "E_RUN_AMBIGUOUS");
    CHECK(named(runs, "0196") == "E_RUN_AMBIGUOUS");
    CHECK(named(runs, "2026-05-22-alph") == "2026-05-22-alph");
    CHECK(run_program({"show", "al"}, {runs.path(), {{"REPRO_EXPERIMENTS", "runs"}}}).status == 2);
}

TEST_CASE("several runs that fit are told with their starts, the last one first, and @last takes that one") {
    const support::sample_runs runs;
    publish_three(runs);
    publish(runs, "2026-05-23-alpha", "2026-05-23T08:00:00.000Z", "0196fb00-0000-7000-8000-000000000005");
    const support::program_options options{runs.path(), {{"REPRO_EXPERIMENTS", runs.root().native()}}};
    const auto refused = run_program({"show", "alpha"}, options);
    CHECK(refused.status == 2);
    CHECK(contains(refused.err, "fits 2 runs: 2026-05-23-alpha (2026-05-23T08:00:00.000Z), 2026-05-22-alpha "
                                "(2026-05-22T10:00:00.000Z)"));
    CHECK(contains(refused.err, "alpha@last for the one that started last"));
    CHECK(named(runs, "alpha@last") == "2026-05-23-alpha");
    CHECK(named(runs, "2026-05-22@last") == "2026-05-22-alpine");
    CHECK(named(runs, "gamma@last") == "E_RUN_UNKNOWN");
}

TEST_CASE("a whole id is enough without its date, where a repetition begins with it") {
    const support::sample_runs runs;
    publish(runs, "2026-05-22-mlp", "2026-05-22T10:00:00.000Z", "0196f9a1-0000-7000-8000-000000000001");
    publish(runs, "2026-05-22-mlp-rerun", "2026-05-22T11:00:00.000Z", "0196f9a1-0000-7000-8000-000000000002");
    CHECK(named(runs, "mlp") == "2026-05-22-mlp");
    CHECK(named(runs, "mlp-") == "2026-05-22-mlp-rerun");
    CHECK(named(runs, "ml") == "E_RUN_AMBIGUOUS");
}

TEST_CASE("a folder of runs is told from one without any, and from what does not exist") {
    const support::sample_runs runs;
    publish_three(runs);
    runs.write("empty/file", "");
    const support::program_options options{runs.path(), {}};
    for (const char* const folder : {"runs", "./runs"}) {
        const auto result = run_program({"show", folder}, options);
        CHECK(result.status == 4);
        CHECK(contains(result.err, "is a folder of 3 runs, and not one of them"));
        CHECK(contains(result.err, std::string(folder) + "/2026-05-22-alpha"));
    }
    CHECK(contains(run_program({"show", "empty"}, options).err, "is a folder without manifest.json"));
    CHECK(contains(run_program({"show", "no/such"}, options).err, "is no file or folder"));
    CHECK(contains(run_program({"show", "./no"}, options).err, "does not exist"));
}

TEST_CASE("what names no run is an error of its own") {
    const support::sample_runs runs;
    CHECK(named(runs, "@last") == "E_RUN_UNKNOWN");
    publish_three(runs);
    CHECK(named(runs, "gamma") == "E_RUN_UNKNOWN");
    CHECK(named(runs, "") == "E_MANIFEST_MISSING");
    CHECK(named(runs, "/nowhere") == "E_MANIFEST_MISSING");
    CHECK(named(runs, "./runs") == "E_MANIFEST_MISSING");
    CHECK(named(runs, "none.json") == "E_MANIFEST_MISSING");
}

TEST_CASE("runs of a sweep are found below their folders") {
    const support::sample_runs runs;
    runs.publish("digits/mlp/seed_42", support::bare_manifest());
    runs.publish("digits/mlp/seed_7", support::bare_manifest());
    CHECK(named(runs, "digits/mlp/seed_4") == "digits/mlp/seed_42");
}

TEST_CASE("a damaged manifest beside others is warned of and passed over") {
    const support::sample_runs runs;
    publish_three(runs);
    runs.write("runs/2026-05-23-damaged/manifest.json", "{");
    const auto result = run_program({"show", "@last"}, {runs.path(), {{"REPRO_EXPERIMENTS", "runs"}}});
    CHECK(result.status == 0);
    CHECK(result.out.find("2026-05-22-alpine") == 0);
    CHECK(result.err.find("E_JSON_SYNTAX") != std::string::npos);
}

TEST_CASE("runs are looked for under ./experiments where nothing else is said") {
    const support::sample_runs runs;
    runs.publish("2026-05-22-a");
    std::filesystem::rename(runs.root(), runs / "experiments");
    CHECK(run_program({"show", "@last"}, {runs.path(), {}}).status == 0);
    CHECK(run_program({"show", "@last"}, {runs.path(), {{"REPRO_EXPERIMENTS", ""}}}).status == 0);
}
