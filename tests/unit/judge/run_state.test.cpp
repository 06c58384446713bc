// SPDX-License-Identifier: MIT
#include <repro/judge/run_state.hpp>

#include "../../support/interrupted_run.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <sys/wait.h>
#include <unistd.h>

using nlohmann::json;
using repro::capture_process_identity;
using repro::process_identity;
using repro::run_state;
using repro::state_of;
using support::running_manifest;

namespace {

run_state state(const process_identity& process) {
    return state_of(repro::parse_manifest(running_manifest(process).dump(), "m.json")).state;
}

run_state state_without(const char* fact) {
    json document = running_manifest(capture_process_identity());
    document["process"][fact] = nullptr;
    return state_of(repro::parse_manifest(document.dump(), "m.json")).state;
}

} // namespace

TEST_CASE("a run is running while its process is there, and interrupted when it is gone") {
    process_identity process = capture_process_identity();
    CHECK(state(process) == run_state::running);
    process.started += 1; // the number was given to another process
    CHECK(state(process) == run_state::interrupted);
    process = capture_process_identity();
    process.pid = 0x7fffffff;
    CHECK(state(process) == run_state::interrupted);
}

TEST_CASE("a process that nobody has waited for is gone") {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(0);
    siginfo_t ended{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT) == 0);
    process_identity process = capture_process_identity();
    process.pid = static_cast<std::uint64_t>(child);
    process.started = repro::detail::read_process_stat(std::to_string(child)).value().started;
    CHECK(state(process) == run_state::interrupted);
    ::waitpid(child, nullptr, 0);
}

TEST_CASE("a first thread that ended before the others is no dead process") {
    const auto facts = [](const char* state, const char* threads) {
        const std::string text = std::string("7 (a) b) ") + state +
                                 " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 " + threads + " 0 4711 0";
        return repro::detail::parse_process_stat(text);
    };
    REQUIRE(facts("Z", "2"));
    CHECK(facts("Z", "2")->state == 'Z');
    CHECK(facts("Z", "2")->threads == 2);
    CHECK(facts("Z", "2")->started == 4711);
    CHECK_FALSE(repro::detail::parse_process_stat("7 (a) Z"));
    CHECK_FALSE(repro::detail::parse_process_stat(""));
}

TEST_CASE("another start of this machine has ended every process of the one before") {
    process_identity process = capture_process_identity();
    process.world.boot_id = "00000000-0000-4000-8000-000000000000";
    process.world.host = "here/0123456789abcdef";
    repro::process_world here = capture_process_identity().world;
    here.host = process.world.host;
    const auto manifest = repro::parse_manifest(running_manifest(process).dump(), "m.json");
    CHECK(state_of(manifest, here).state == run_state::interrupted);
    here.host = "there/0123456789abcdef";
    CHECK(state_of(manifest, here).state == run_state::unknown);
    here.boot_id.clear(); // nothing is known of this machine's start
    here.host = process.world.host;
    CHECK(state_of(manifest, here).state == run_state::unknown);
}

TEST_CASE("a name that many machines have is no host") {
    process_identity process = capture_process_identity();
    process.world.boot_id = "00000000-0000-4000-8000-000000000000";
    process.world.host = "localhost";
    repro::process_world here = capture_process_identity().world;
    here.host = "localhost";
    const auto manifest = repro::parse_manifest(running_manifest(process).dump(), "m.json");
    CHECK(state_of(manifest, here).state == run_state::unknown);
}

TEST_CASE("a process of another container is not judged by the numbers of this one") {
    process_identity process = capture_process_identity();
    process.pid = 0x7fffffff;
    process.world.namespaces = "pid:[1]";
    CHECK(state(process) == run_state::unknown);
}

TEST_CASE("what a manifest does not say leaves the state unknown") {
    for (const char* const fact : {"pid", "started_ticks", "boot_id", "namespaces"}) {
        INFO(fact);
        CHECK(state_without(fact) == run_state::unknown);
    }
    json document = running_manifest(capture_process_identity());
    document.erase("process");
    CHECK(state_of(repro::parse_manifest(document.dump(), "m.json")).state == run_state::unknown);
}

TEST_CASE("an end that was recorded is the state, whatever became of the process") {
    for (const char* const status : {"completed", "failed", "aborted"}) {
        json document = running_manifest(capture_process_identity());
        document["status"] = status;
        const auto derived = state_of(repro::parse_manifest(document.dump(), "m.json"));
        CHECK(to_string(derived.state) == status);
        CHECK(derived.reason.empty());
    }
}
