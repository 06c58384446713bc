// SPDX-License-Identifier: MIT
// What the library writes, the tool reads: a run is made here, then judged by the program.

#include <repro/repro.hpp>

#include "../support/scoped_variable.hpp"
#include "run_program.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <string>

using nlohmann::json;
using support::run_program;

namespace {

std::string verdict(const std::filesystem::path& run) {
    return json::parse(run_program({"verify", run.native(), "--json"}).out).at("verdict");
}

} // namespace

TEST_CASE("a run of the library can be verified, until something is changed") {
    const support::scoped_variable quiet("REPRO_QUIET", "1");
    const support::temporary_folder folder;
    const auto input = folder.write("data.csv", "1,2,3\n");
    std::filesystem::path place;
    {
        repro::run run({.id = "real",
                        .seed = 42,
                        .level = repro::level::bit_exact,
                        .config = {{"lr", 0.1}},
                        .lockfiles = {folder.write("uv.lock", "lock")},
                        .root = folder / "runs"});
        run.input(input, "training set");
        run.metric("loss", 0, 0.25);
        place = run.path(".").lexically_normal();
        CHECK(verdict(place) == "undecided"); // it goes on
        folder.write(run.path("loss.npy").native(), "loss");
        run.artifact("loss.npy");
        run.artifact(folder.write("elsewhere.txt", "outside"));
        run.finish();
    }
    CHECK(verdict(place) == "holds");
    CHECK(run_program({"verify", "@last"}, {folder.path(), {{"REPRO_EXPERIMENTS", "runs"}}}).status == 0);
    const json items = json::parse(run_program({"verify", place.native(), "--json"}).out).at("items");
    CHECK(items.size() == 5);

    folder.write("elsewhere.txt", "changed");
    CHECK(verdict(place) == "differs");
    folder.write("elsewhere.txt", "outside");
    CHECK(verdict(place) == "holds");
    folder.write("data.csv", "1,2,4\n");
    CHECK(verdict(place) == "differs");
}

TEST_CASE("the environment of a run on this machine is the one it recorded") {
    const support::scoped_variable quiet("REPRO_QUIET", "1");
    const support::temporary_folder folder;
    repro::run run({.id = "real", .seed = 42, .level = repro::level::bit_exact, .root = folder / "runs"});
    run.finish();
    const std::string place = run.path("manifest.json").native();
    const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path(); // it is read below it
    const json document =
        json::parse(run_program({"verify", place, "--json", "--environment"}, {here, {}}).out);
    std::size_t machine = 0;
    for (const json& item : document.at("items")) {
        if (item.at("kind") == "git") continue; // whoever works on this repository has changes
        INFO(item.dump());
        CHECK(item.at("outcome") == "match");
        machine +=
            item.at("kind") == "hardware" || item.at("kind") == "library" || item.at("kind") == "executable";
    }
    CHECK(machine > 5);
}
