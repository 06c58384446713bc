// SPDX-License-Identifier: MIT
// repro explain, given a checkpoint.

#include <repro/run/checkpoint_text.hpp>
#include <repro/stream/snapshot.hpp>

#include "run_program.hpp"
#include "support/contains.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <string>

using nlohmann::json;
using support::contains;
using support::run_program;

namespace {

std::string sample() {
    repro::detail::checkpoint_record record;
    record.id = "train";
    record.run_id = "third";
    record.folder = "2026-05-22-train-3";
    record.taken_at = "2026-05-22T19:14:02.310Z";
    record.seed = 42;
    record.step = 12;
    record.rank = {1, 4};
    record.chain = {{"first", 4, {}}, {"second", 8, {}}};
    record.values = {{"data", "data-1 3 140 3e8"}};
    record.files = {{"model", {{}, 300}}};
    record.metrics = {{"lo\x1bss", {0, 1}, {0.5, 0.25}}};
    repro::streams().seed(42);
    (void)repro::stream("noise")();
    record.streams = repro::snapshot();
    return repro::detail::checkpoint_text(record);
}

} // namespace

TEST_CASE("explain prints what a checkpoint holds, and the runs before it, the latest first") {
    const support::temporary_folder folder;
    const std::string path = folder.write("train.checkpoint", sample()).native();
    const auto result = run_program({"explain", path});
    CHECK(result.status == 0);
    for (const char* const part : {"train  checkpoint", "12", "2026-05-22-train-3", "1 of 4",
                                   "data-1 3 140 3e8", "model, 300 bytes", "2 values"}) {
        INFO(part);
        CHECK(contains(result.out, part));
    }
    CHECK(result.out.find("second up to step 8") < result.out.find("first up to step 4"));
    CHECK_FALSE(contains(result.out, "\x1b"));
    const json answer = json::parse(run_program({"explain", path, "--json"}).out);
    CHECK(answer["step"] == 12);
    CHECK(answer["earlier"][1]["run_id"] == "second");
    CHECK(answer["world"] == 4);
}

TEST_CASE("explain refuses a damaged checkpoint by name") {
    const support::temporary_folder folder;
    const std::string text = sample();
    const auto result =
        run_program({"explain", folder.write("train.checkpoint", text.substr(0, text.size() / 2)).native()});
    CHECK(result.status == 4);
    CHECK(contains(result.err, "E_SNAPSHOT_DAMAGED"));
}
