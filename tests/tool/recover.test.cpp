// SPDX-License-Identifier: MIT
#include "../support/interrupted_run.hpp"
#include "run_program.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <string>

using nlohmann::json;
using repro::capture_process_identity;
using support::run_program;

namespace {

struct left_run : support::temporary_folder {
    explicit left_run(const repro::process_identity& process) {
        write("manifest.json", support::running_manifest(process).dump(2));
    }
    [[nodiscard]] support::program_result recover() const {
        return run_program({"recover", path().native(), "--json"});
    }
    [[nodiscard]] json shown() const {
        return json::parse(run_program({"show", path().native(), "--json"}).out);
    }
};

repro::process_identity dead_process() {
    auto process = capture_process_identity();
    process.pid = 0x7fffffff;
    return process;
}

} // namespace

TEST_CASE("recover completes a dead run once, and show tells its state before and after") {
    const left_run run(dead_process());
    CHECK(run.shown()["status"] == "interrupted");
    const auto first = run.recover();
    CHECK(first.status == 0);
    CHECK(json::parse(first.out)["outcome"] == "recovered");
    CHECK(run.shown()["status"] == "aborted");
    const auto second = run.recover();
    CHECK(second.status == 0);
    CHECK(json::parse(second.out)["outcome"] == "not needed");
    const json verified = json::parse(run_program({"verify", run.path().native(), "--json"}).out);
    CHECK(verified["items"][0]["kind"] == "manifest");
    CHECK(verified["items"][0]["outcome"] == "match");
}

TEST_CASE("recover leaves a run alone that lives, and one of which it cannot tell") {
    const left_run living(capture_process_identity());
    CHECK(living.shown()["status"] == "running");
    CHECK(living.recover().status == 1);
    auto elsewhere = dead_process();
    elsewhere.world.namespaces = "pid:[1]";
    const left_run unknown(elsewhere);
    CHECK(unknown.recover().status == 3);
    CHECK(unknown.shown()["status"] == "unknown");
    CHECK(run_program({"recover", "/nowhere"}).status == 4);
}
