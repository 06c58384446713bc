// SPDX-License-Identifier: MIT
#include <repro/run/record.hpp>

#include "support/manifest.hpp"
#include "support/process.hpp"
#include "support/quiet_environment.hpp"
#include "support/refusal.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <string>
#include <unistd.h>

using nlohmann::json;
using repro::record_manifest;
using support::reason;
using support::scoped_variable;
using support::warns;

namespace {

struct quiet_place : support::temporary_folder {
    support::quiet_environment quiet;
    scoped_variable experiments{"REPRO_EXPERIMENTS", (path() / "runs").native()};
};

json manifest_at(const std::filesystem::path& file) { return json::parse(support::read_text(file)); }

} // namespace

TEST_CASE("a manifest is written once, complete, and its path returned") {
    const quiet_place place;
    const auto plot = place.write("plot.svg", "<svg/>");
    (void)repro::seed_everything(42);
    const json config = {{"lr", 0.1}};
    const auto path = record_manifest("softmax-stability", config, 42, {plot});
    CHECK(path == support::only_folder(place.path() / "runs") / "manifest.json");
    const json m = manifest_at(path);
    CHECK(m["id"] == path.parent_path().filename().native());
    CHECK(m["name"] == "softmax-stability");
    CHECK(m["status"] == "completed");
    CHECK(m["seed"] == 42);
    CHECK(m["config"] == config);
    CHECK(m["wall_seconds"] >= 0.0);
    CHECK(m["started_at"] <= m["finished_at"]);
    CHECK(m["artifacts"] == json{plot.native()});
    CHECK(m["digests"][plot.native()]["outside"] == true);
    CHECK(m["digests"][plot.native()]["sha256"] == repro::hash_file(plot).sha256.hex());
    CHECK_FALSE(warns(m, "W_SEED_MISMATCH"));
    CHECK(m["streams"].size() >= 5);
    CHECK_FALSE(m["streams"][0]["state_at_end"].is_null());
    CHECK(m["streams"][0]["state_at_start"].is_null());
}

TEST_CASE("the times run from the first seeding") {
    const quiet_place place;
    (void)repro::seed_everything(42);
    const auto first = repro::streams().first_seeded_at();
    REQUIRE(first);
    (void)repro::seed_everything(42);
    const json m = manifest_at(record_manifest("times", {}, 42, {}));
    CHECK(m["started_at"] == repro::detail::utc_text(first->calendar));
}

TEST_CASE("a seed that is not the streams' is warned of, and theirs is recorded") {
    const quiet_place place;
    (void)repro::seed_everything(41);
    const json m = manifest_at(record_manifest("mismatch", {}, 42, {}));
    CHECK(m["seed"] == 41);
    CHECK(warns(m, "W_SEED_MISMATCH"));
}

TEST_CASE("REPRO_SEED is no mismatch") {
    const quiet_place place;
    const scoped_variable seed("REPRO_SEED", "7");
    (void)repro::seed_everything(42);
    const json m = manifest_at(record_manifest("environment", {}, 42, {}));
    CHECK(m["seed"] == 7);
    CHECK(m["seed_source"] == "environment");
    CHECK_FALSE(warns(m, "W_SEED_MISMATCH"));
}

TEST_CASE("an artifact that is not there is warned of") {
    const quiet_place place;
    const json m = manifest_at(record_manifest("gone", {}, 42, {"never-written.npy"}));
    CHECK(warns(m, "W_ARTIFACT_MISSING"));
    CHECK(m["artifacts"] == json{(std::filesystem::current_path() / "never-written.npy").native()});
}

TEST_CASE("what the caller passes is checked, and what the world does is not thrown") {
    const quiet_place place;
    CHECK(support::refusal([] { (void)record_manifest("a/b", {}, 42, {}); }) == repro::errc::id_invalid);
    const scoped_variable file("REPRO_EXPERIMENTS", place.write("file", "").native());
    const scoped_variable nowhere("TMPDIR", "/nonexistent");
    CHECK(record_manifest("nowhere", {}, 42, {}).empty());
}

TEST_CASE("a program that seeded nothing says so, and its time starts with the process",
          "[.][nothing_seeded]") {
    support::answer(record_manifest("unseeded", {}, 42, {}).native());
}

TEST_CASE("a program that seeded nothing has its seed on record, and the gap") {
    const quiet_place place;
    const auto before = repro::detail::now();
    const json m = manifest_at(support::in_fresh_process("nothing_seeded"));
    CHECK(m["seed"] == 42);
    CHECK_FALSE(reason(m, "streams.all").empty());
    CHECK(m["streams"].empty());
    const std::string earliest = repro::detail::utc_text(before.calendar - 1'000'000'000);
    CHECK(m["started_at"] >= earliest);
    CHECK(m["started_at"] <= m["finished_at"]);
}
