// SPDX-License-Identifier: MIT
// repro audit as users run it: on a program that knows nothing of repro and draws in a library of its own.

#include "run_program.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

using nlohmann::json;
using support::contains;
using support::run_program;

namespace {

const std::string subject = REPRO_AUDIT_SUBJECT;

support::program_result audit(std::vector<std::string> options, const std::vector<std::string>& command) {
    options.insert(options.begin(), "audit");
    options.emplace_back("--");
    options.insert(options.end(), command.begin(), command.end());
    return run_program(options);
}

json seen_by_audit(const std::vector<std::string>& command) {
    return json::parse(audit({"--json", "--time"}, command).out);
}

/// Returns how often `function` of `object` made the call, as that kind, over all processes.
std::uint64_t count_of(const json& document, std::string_view call, std::string_view kind,
                       std::string_view object, std::string_view function) {
    std::uint64_t count = 0;
    for (const json& use : document["uses"])
        if (use["call"] == call && use["kind"] == kind && use["object"].is_string() &&
            use["object"].get<std::string>().ends_with(object) && use["function"] == function)
            count += use["count"].get<std::uint64_t>();
    return count;
}

std::uint64_t drawn(const json& document, std::string_view call, std::string_view kind,
                    std::string_view function) {
    return count_of(document, call, kind, "/libdrawing_library.so",
                    "drawing::" + std::string(function) + "()");
}

} // namespace

TEST_CASE("audit tells std::random_device in another library, with library and function") {
    const json document = seen_by_audit({subject, "device"});
    CHECK(document["verdict"] == "taken");
    CHECK(document["taken"] == 3);
    CHECK(drawn(document, "std::random_device made", "entropy", "from_random_device") == 1);
    CHECK(drawn(document, "std::random_device", "entropy", "from_random_device") == 2);
    const auto text = audit({}, {subject, "device"});
    CHECK(text.status == 0);
    CHECK(text.out.empty()); // it belongs to the program
    CHECK(contains(text.err, "audit: entropy was taken (3 calls"));
    CHECK(contains(text.err, "libdrawing_library.so  drawing::from_random_device()"));
    CHECK(contains(text.err, "RDRAND"));
}

TEST_CASE("audit tells every way to the system's entropy, and what was read of /dev/urandom") {
    const json document = seen_by_audit({subject, "getrandom", "getentropy", "syscall", "open", "fopen"});
    CHECK(drawn(document, "getrandom", "entropy", "from_getrandom") == 1);
    CHECK(drawn(document, "getentropy", "entropy", "from_getentropy") == 1);
    CHECK(drawn(document, "syscall(SYS_getrandom)", "entropy", "from_system_call") == 1);
    CHECK(drawn(document, "/dev/urandom opened", "entropy", "from_urandom_by_open") == 1);
    CHECK(drawn(document, "/dev/urandom read", "entropy", "from_urandom_by_open") == 3);
    CHECK(drawn(document, "/dev/urandom opened", "entropy", "from_urandom_by_fopen") == 1);
}

TEST_CASE("audit tells seeds that are times, and generators of C by whether they were seeded") {
    const json document = seen_by_audit({subject, "rand", "time-seed", "rand", "clock-seed", "drand48"});
    CHECK(drawn(document, "rand", "unseeded", "from_rand") == 1);
    CHECK(drawn(document, "srand", "time-seed", "seed_rand_by_time") == 1);
    CHECK(drawn(document, "rand", "seeded", "from_rand") == 1);
    CHECK(drawn(document, "srand48", "time-seed", "seed_drand48_by_clock") == 1);
    CHECK(drawn(document, "drand48", "seeded", "from_drand48") == 1);
    CHECK(drawn(document, "time", "time", "seed_rand_by_time") == 1);
    CHECK(document["taken"] == 3);
    CHECK(contains(audit({"--time"}, {subject, "time-seed"}).err, "Times\n"));
    const auto without = audit({}, {subject, "time-seed", "clock-seed"});
    CHECK_FALSE(contains(without.err, "Times\n"));
    CHECK(contains(without.err, "The time was asked for 2 times: --time lists by whom\n"));
    CHECK_FALSE(contains(audit({}, {subject, "rand"}).err, "The time was asked for"));
    CHECK(json::parse(audit({"--json"}, {subject, "time-seed"}).out)["times_asked"] == 1);
}

TEST_CASE("audit tells random, lrand48 and mrand48 by whether they were seeded, preloaded and compiled in") {
    for (const std::string& program : {subject, std::string(REPRO_AUDIT_WITHIN)}) {
        INFO(program);
        const json document = seen_by_audit({program, "random", "lrand48", "mrand48", "srandom", "srand48",
                                             "random", "lrand48", "mrand48", "mrand48"});
        for (const char* const call : {"random", "lrand48", "mrand48"}) {
            INFO(call);
            const std::string function = std::string("from_") + call;
            CHECK(drawn(document, call, "unseeded", function) == 1);
            CHECK(drawn(document, call, "seeded", function) == (function == "from_mrand48" ? 2 : 1));
        }
        CHECK(drawn(document, "srandom", "seed", "seed_srandom") == 1);
        CHECK(drawn(document, "srand48", "seed", "seed_srand48") == 1);
        CHECK(document["taken"] == 3);
        CHECK(document["verdict"] == "taken");
    }
}

TEST_CASE("audit tells a seed that is a time from a number, in every call that seeds a generator of C") {
    for (const std::string& program : {subject, std::string(REPRO_AUDIT_WITHIN)})
        for (const char* const call : {"srandom", "initstate", "srandom_r", "initstate_r", "srand48_r"}) {
            INFO(program << ' ' << call);
            const json number = seen_by_audit({program, call});
            CHECK(drawn(number, call, "seed", std::string("seed_") + call) == 1);
            CHECK(number["taken"] == 0);
            CHECK(number["verdict"] == "none");
            const json time = seen_by_audit({program, std::string(call) + "-time"});
            CHECK(drawn(time, call, "time-seed", "seed_" + std::string(call) + "_by_time") == 1);
            CHECK(time["taken"] == 1);
        }
}

TEST_CASE("a generator that is handed a state is seeded by it; a state apart seeds nobody else") {
    const auto kinds_of = [](const std::string& seeding, const std::string& call) {
        const json document = seen_by_audit({subject, seeding, call});
        return std::vector<std::uint64_t>{drawn(document, call, "unseeded", "from_" + call),
                                          drawn(document, call, "seeded", "from_" + call)};
    };
    const std::vector<std::uint64_t> unseeded = {1, 0}, seeded = {0, 1};
    CHECK(kinds_of("initstate", "random") == seeded);
    CHECK(kinds_of("srandom", "rand") == seeded); // one generator behind both
    CHECK(kinds_of("setstate", "random") == seeded);
    CHECK(kinds_of("seed48", "drand48") == seeded);
    CHECK(kinds_of("lcong48", "lrand48") == seeded);
    for (const char* const apart : {"srandom_r", "initstate_r"})
        CHECK(kinds_of(apart, "random") == unseeded);
    CHECK(kinds_of("srand48_r", "mrand48") == unseeded);
    CHECK(kinds_of("srandom", "lrand48") == unseeded);
}

TEST_CASE("a program that draws from seeded generators alone is clean, also in strict mode") {
    for (const std::vector<std::string>& options : {std::vector<std::string>{}, {"--strict"}}) {
        const auto result = audit(options, {subject, "seed", "rand"});
        CHECK(result.status == 0);
        CHECK(contains(result.err, "audit: no entropy was taken\n"));
        CHECK(contains(result.err, "Generators of C, seeded\n"));
    }
    CHECK(seen_by_audit({subject})["uses"].empty());
}

TEST_CASE("audit gives the program's own status; strict mode gives 1 where entropy was taken") {
    CHECK(audit({}, {subject, "device", "exit-7"}).status == 7);
    CHECK(audit({"--strict"}, {subject, "exit-7"}).status == 7);
    CHECK(audit({"--strict"}, {subject, "device", "exit-7"}).status == 1);
    CHECK(audit({"--strict"}, {subject, "rand"}).status == 1);
    CHECK(audit({"--strict"}, {subject, "time-seed"}).status == 1);
    CHECK(audit({}, {"sh", "-c", "kill -TERM $$"}).status == 128 + 15);
    CHECK(audit({}, {"/no/such/program"}).status == 127);
    CHECK(audit({}, {"/"}).status == 126);
    CHECK(run_program({"audit"}).status == 2);
}

TEST_CASE("a killed program leaves what it had counted") {
    const auto result = audit({"--json"}, {subject, "killed"});
    CHECK(result.status == 128 + 9);
    const json document = json::parse(result.out);
    CHECK(document["signal"] == 9);
    CHECK(drawn(document, "getrandom", "entropy", "from_getrandom") == 1);
}

TEST_CASE("every process counts for itself: forked ones, started ones, and those that ended by _exit") {
    const json document = seen_by_audit({"sh", "-c", "\"$0\" getrandom; \"$0\" forks; true", subject});
    CHECK(drawn(document, "getrandom", "entropy", "from_getrandom") == 1);
    CHECK(drawn(document, "getentropy", "entropy", "from_getentropy") == 10);
    CHECK(document["processes"].size() == 5); // the shell, two programs, two children
    std::vector<int> pids;
    for (const json& use : document["uses"])
        if (use["call"] == "getentropy") pids.push_back(use["pid"]);
    CHECK(pids.size() == 2);
    CHECK(pids.front() != pids.back());
}

TEST_CASE("calls of many threads are counted exactly") {
    CHECK(drawn(seen_by_audit({subject, "threads"}), "rand", "unseeded", "from_rand") == 100'000);
}

TEST_CASE("the program's output is its own, and goes to standard error where the answer is JSON") {
    const auto text = audit({}, {"echo", "hello"});
    CHECK(text.out == "hello\n");
    const auto document = audit({"--json"}, {"echo", "hello"});
    CHECK(json::parse(document.out)["verdict"] == "none");
    CHECK(contains(document.err, "hello\n"));
}

TEST_CASE("another preloaded library stays, and the counts' file goes") {
    const support::temporary_folder folder;
    const auto result =
        run_program({"audit", "--", "sh", "-c", "echo $LD_PRELOAD $REPRO_AUDIT_TABLE"},
                    {.environment = {{"LD_PRELOAD", "libm.so.6"}, {"TMPDIR", folder.path()}}});
    CHECK(contains(result.out, "/lib/repro/repro-audit.so:libm.so.6 " + folder.path().native()));
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("an audit that is compiled in and one that is preloaded count a call once, with its caller") {
    const json document = seen_by_audit({REPRO_AUDIT_WITHIN, "device", "rand", "open", "freopen", "uuid"});
    CHECK(document["taken"] == 10);
    CHECK(drawn(document, "/dev/urandom opened", "entropy", "from_urandom_by_open") == 1);
    CHECK(drawn(document, "/dev/urandom read", "entropy", "from_urandom_by_open") == 3);
    CHECK(drawn(document, "std::random_device", "entropy", "from_random_device") == 2);
    CHECK(drawn(document, "rand", "unseeded", "from_rand") == 1);
    CHECK(document["processes"].size() == 1);
}

#ifdef REPRO_AUDIT_STATIC
TEST_CASE("a program that is linked statically was not seen, and strict mode does not call it clean") {
    const auto result = audit({}, {REPRO_AUDIT_STATIC});
    CHECK(result.status == 0);
    CHECK(contains(result.err, "could not be watched"));
    CHECK(contains(result.err, "is linked statically"));
    CHECK_FALSE(contains(result.err, "no entropy was taken"));
    CHECK(audit({"--strict"}, {REPRO_AUDIT_STATIC}).status == 3);
    CHECK(seen_by_audit({REPRO_AUDIT_STATIC})["verdict"] == "unknown");
    const support::temporary_folder folder; // a script whose interpreter is such a program
    folder.write("script", "#!" REPRO_AUDIT_STATIC "\n");
    ::chmod((folder / "script").c_str(), 0700);
    CHECK(contains(audit({}, {(folder / "script").native()}).err, "is linked statically"));
}
#endif

TEST_CASE("audit sees where CPython seeds itself from") {
    if (run_program({"run", "--", "python3", "-c", ""}).status != 0)
        SKIP("no-python: no python3 to be audited");
    const json document = seen_by_audit(
        {"env", "PYTHONHASHSEED=0", "python3", "-I", "-S", "-c", "import random; random.seed()"});
    bool found = false;
    for (const json& use : document["uses"])
        found = found || (use["kind"] == "entropy" &&
                          use["program"].get<std::string>().find("python") != std::string::npos);
    CHECK(found);
    CHECK(document["verdict"] == "taken");
}
