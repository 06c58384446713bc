// SPDX-License-Identifier: MIT
#include <repro/judge/strict_json.hpp>
#include <repro/judge/verify.hpp>
#include <repro/run/run.hpp>
#include <repro/trace/reader.hpp>

#include "support/git_sandbox.hpp"
#include "support/manifest.hpp"
#include "support/process.hpp"
#include "support/quiet_environment.hpp"
#include "support/refusal.hpp"
#include "support/scoped_variable.hpp"
#include "support/secrets.hpp"
#include "support/sources.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

using nlohmann::json;
using repro::run;
using support::read_manifest;
using support::reason;
using support::scoped_variable;
using support::warns;

static_assert(!std::is_copy_constructible_v<run>);
static_assert(!std::is_move_constructible_v<run>);
static_assert(noexcept(std::declval<run&>().finish()));

namespace elsewhere {

struct broken_tensor {};

repro::trace_view trace_bytes(const broken_tensor&) { throw std::runtime_error("on a device that is gone"); }

} // namespace elsewhere

namespace {

/// A root for runs, and an environment that does not reach into them.
struct quiet_root : support::temporary_folder {
    support::quiet_environment quiet;
    scoped_variable no_experiments{"REPRO_EXPERIMENTS", std::nullopt};
    std::filesystem::path root = path() / "runs";

    [[nodiscard]] json manifest() const { return read_manifest(support::only_folder(root)); }
};

constexpr const char* source_keys[] = {"id",          "git_sha",      "git_dirty", "seed",
                                       "config",      "versions",     "hardware",  "started_at",
                                       "finished_at", "wall_seconds", "artifacts"};
constexpr const char* added_keys[] = {"schema",
                                      "stream_contract",
                                      "name",
                                      "run_id",
                                      "status",
                                      "error",
                                      "level",
                                      "seed_text",
                                      "seed_source",
                                      "unmet",
                                      "parent",
                                      "command",
                                      "environment",
                                      "container",
                                      "ranks",
                                      "floating_point",
                                      "executable",
                                      "git",
                                      "build",
                                      "lockfiles",
                                      "inputs",
                                      "digests",
                                      "streams",
                                      "switches",
                                      "metrics",
                                      "libraries",
                                      "missing",
                                      "warnings",
                                      "process",
                                      "system",
                                      "redactions",
                                      "knobs",
                                      "relaunch",
                                      "read_back",
                                      "entropy",
                                      "fingerprint",
                                      "durability",
                                      "file_system",
                                      "not_deterministic",
                                      "phases",
                                      "level_description"};

} // namespace

TEST_CASE("what adapters read back stands in the manifest for both ends, and a change is warned of") {
    const quiet_root where;
    const support::no_sources_left cleaning;
    std::uint64_t number = 0;
    run kept({.id = "switches", .seed = 5, .root = where.root},
             support::number_source{"test/number", &number});
    const json running = where.manifest()["switches"];
    CHECK(running ==
          json::array({{{"name", "test/number.number"}, {"value", "5"}, {"value_at_end", nullptr}}}));
    number = 6; // somebody sets it behind the adapter's back
    CHECK(kept.finish() == 0);
    CHECK(where.manifest()["switches"][0]["value_at_end"] == "6");
    CHECK(warns(where.manifest(), "W_SWITCH_CHANGED"));
}

TEST_CASE("the first manifest is complete, says running, and stands before user code runs") {
    const quiet_root place;
    run r({.id = "first", .seed = 42, .config = {{"lr", 0.1}}, .root = place.root});
    const json m = place.manifest();
    CHECK(m["status"] == "running");
    CHECK(m["finished_at"].is_null());
    CHECK(m["wall_seconds"].is_null());
    CHECK(m["config"] == json{{"lr", 0.1}});
    for (const char* const key : source_keys)
        CHECK(m.contains(key));
    for (const char* const key : added_keys)
        CHECK(m.contains(key));
    CHECK(m.size() == std::size(source_keys) + std::size(added_keys));
    CHECK(r.finish() == 0);
}

TEST_CASE("the last manifest has every key of the source schema with its type") {
    const quiet_root place;
    run r({.id = "last", .seed = 42, .level = repro::level::bit_exact, .root = place.root});
    std::ofstream(r.path("loss.npy")) << "0.5";
    r.artifact("loss.npy");
    REQUIRE(r.finish() == 0);
    const json m = place.manifest();
    CHECK(m["entropy"]["watched"] == false); // nothing audits this program
    const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
    CHECK(m["id"] == m["started_at"].get<std::string>().substr(0, 10) + "-last");
    CHECK((m["git_sha"].is_null() || m["git_sha"].get<std::string>().size() == 40));
    CHECK((m["git_dirty"].is_null() || m["git_dirty"].is_boolean()));
    CHECK(m["seed"] == 42);
    CHECK(m["config"] == json::object());
    CHECK(m["versions"]["repro"] == std::string(repro::version));
    for (const char* const key : {"cpu", "ram_gb", "gpu", "os"})
        CHECK(m["hardware"].contains(key));
    CHECK(std::regex_match(m["started_at"].get<std::string>(), time));
    CHECK(std::regex_match(m["finished_at"].get<std::string>(), time));
    CHECK(m["started_at"] <= m["finished_at"]);
    CHECK(m["wall_seconds"].is_number_float());
    CHECK(m["wall_seconds"] >= 0.0);
    CHECK(m["artifacts"] == json{"loss.npy"});
    CHECK(m["status"] == "completed");
    CHECK(m["error"].is_null());
    CHECK(m["level"] == "bit-exact");
    CHECK(m["schema"] == std::string(repro::manifest_schema));
    CHECK(m["stream_contract"] == repro::stream_contract);
    CHECK(m["executable"]["sha256"] == repro::hash_file("/proc/self/exe").sha256.hex());
    CHECK(m["build"]["builds"].size() >= 1);
    CHECK(m["libraries"].size() >= 1);
}

TEST_CASE("a manifest holds the fingerprint of both ends, and of each library its file and whether it went") {
    const quiet_root place;
    void* module = ::dlopen(REPRO_PASSING_MODULE, RTLD_NOW);
    REQUIRE(module != nullptr);
    run kept({.id = "libraries", .seed = 5, .root = place.root});
    ::dlclose(module);
    CHECK(place.manifest()["fingerprint"]["at_end"].empty());
    CHECK(kept.finish() == 0);
    const json m = place.manifest();
    const json& start = m["fingerprint"]["at_start"];
    REQUIRE(start.size() >= 3);
    CHECK(start[0]["part"] == "libm/double");
    CHECK(start[0]["digest"] == repro::fingerprint()[0].digest.value());
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(start[i] == m["fingerprint"]["at_end"][i]);
    std::size_t seen = 0;
    for (const json& each : m["libraries"]) {
        const bool passing = each["name"] == REPRO_PASSING_MODULE;
        CHECK(each["gone"] == passing);
        CHECK(each["since"] == "start");
        if (passing || each["soname"] == "libm.so.6") {
            ++seen;
            CHECK(each["file_state"] == "same");
        }
    }
    CHECK(seen == 2);
}

TEST_CASE("a manifest says how the process was started, and keeps no secret that it was given") {
    const quiet_root place;
    {
        const support::scoped_variable knob("OMP_NUM_THREADS", "3");
        const support::scoped_variable token("REPRO_TEST_TOKEN", "hunter2");
        std::uint32_t seed = 7;
        json config = {{"max_tokens", 5},
                       {"tokenizer", "bpe"},
                       {"db", {{"password", "hunter2"}, {"pin", 1}}},
                       {"secrets", {{"a", "hunter2"}}}};
        for (const support::canary& secret : support::token_canaries(seed))
            config[secret.label] = secret.text, config["keyed"][secret.text] = 1;
        for (const support::canary& secret : support::named_canaries(seed))
            config["named"][secret.name] = secret.text;
        run r({.id = "secrets", .seed = 42, .config = config, .root = place.root});
        for (const support::canary& secret : support::token_canaries(seed)) {
            r.metric(secret.text, 0, 1.0);
            r.artifact(secret.text + ".npy");
            r.input("/nowhere/" + secret.text, secret.text);
            r.trace(secret.text, 0, std::vector<float>{1.0f});
        }
        r.fail("cannot fetch https://me:hunter2@h.example/?token=hunter2 with password=hunter2 or " +
               support::token_canaries(seed)[2].text);
    }
    const json m = place.manifest();
    const auto written = support::only_folder(place.root);
    const std::string text =
        m.dump() + support::read_text(written / "events.jsonl") + support::read_text(written / "trace.bin");
    for (const support::canary& secret : support::token_canaries(7)) {
        INFO(secret.label);
        CHECK_FALSE(support::tells(text, secret));
    }
    for (const support::canary& secret : support::named_canaries(7)) {
        INFO(secret.label);
        CHECK_FALSE(support::tells(text, secret));
    }
    CHECK(text.find("hunter2") == std::string::npos);
    CHECK(m["config"]["max_tokens"] == 5);
    CHECK(m["config"]["tokenizer"] == "bpe");
    CHECK(m["config"]["db"] == json{{"password", "***"}, {"pin", 1}});
    CHECK(m["environment"]["OMP_NUM_THREADS"]["now"] == "3");
    CHECK(m["environment"]["OMP_NUM_THREADS"]["changed"] == true);
    CHECK(m["environment"]["REPRO_TEST_TOKEN"]["now"] == "***");
    CHECK_FALSE(m["environment"].contains("HOME"));
    CHECK(m["command"]["arguments"].is_array());
    CHECK(m["command"]["directory"] == std::filesystem::current_path().native());
    CHECK(m["redactions"].size() > 60);
    // Names that differed in their secrets alone are still apart: no key stands twice.
    const auto file = support::only_folder(place.root) / "manifest.json";
    CHECK_NOTHROW(repro::detail::parse_strict_json(support::read_text(file), "secrets"));
    CHECK(m["metrics"].size() == support::token_canaries(7).size());
    CHECK(m["digests"].size() == m["artifacts"].size());
    CHECK(m["config"]["keyed"].size() == support::token_canaries(7).size());
    CHECK(m["process"].contains("affinity"));
    CHECK(m["system"].contains("os_id"));
}

TEST_CASE("what is null has an entry that says why") {
    const quiet_root place;
    CHECK(run({.id = "gaps", .seed = 42, .root = place.root}).finish() == 0);
    const json m = place.manifest();
    for (const char* const key : {"level", "unmet", "parent", "ranks"}) {
        CHECK(m[key].is_null());
        CHECK_FALSE(reason(m, key).empty());
    }
    for (const json& stream : m["streams"])
        if (stream["draws"].is_null())
            CHECK_FALSE(reason(m, "streams." + stream["name"].get<std::string>() + ".draws").empty());
    if (m["git_sha"].is_null()) CHECK_FALSE(reason(m, "git_sha").empty());
}

TEST_CASE(
    "a declared level lists the conditions that are not met, and a variable set against it is warned of") {
    const quiet_root place;
    const scoped_variable set_late("OMP_DYNAMIC", "true");
    const support::temporary_folder nowhere; // no repository
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(nowhere.path());
    CHECK(run({.id = "unmet", .seed = 42, .level = repro::level::bit_exact, .root = place.root}).finish() ==
          0);
    std::filesystem::current_path(before);
    const json m = place.manifest();
    CHECK(m["level"] == "bit-exact"); // nothing is downgraded
    CHECK(m["level_description"]["tolerance"] == "no difference in any bit");
    CHECK(m["level_description"].size() == 4);
    CHECK(warns(m, "W_LEVEL_UNMET"));
    std::set<std::string> names;
    for (const json& each : m["unmet"]) {
        names.insert(each["name"].get<std::string>());
        CHECK_FALSE(each["what"].get<std::string>().empty());
        CHECK_FALSE(each["fix"].get<std::string>().empty());
    }
    CHECK(names.contains("git"));
    const auto knob =
        std::ranges::find_if(m["knobs"], [](const json& each) { return each["name"] == "OMP_DYNAMIC"; });
    REQUIRE(knob != m["knobs"].end());
    CHECK((*knob)["value"] == "true");
    CHECK((*knob)["value_at_exec"].is_null());
    CHECK((*knob)["state"] != "right");
    CHECK(m["relaunch"]["outcome"] == "not asked");
}

TEST_CASE("a library that is loaded during the run came later, and is gone where it was unloaded again") {
    const quiet_root place;
    const std::string late = place.path() / "late.so";
    const std::string brief = place.path() / "brief.so";
    for (const std::string& each : {late, brief})
        std::filesystem::copy_file(REPRO_PASSING_MODULE, each);
    void* const before = ::dlopen(brief.c_str(), RTLD_NOW);
    REQUIRE(before != nullptr);
    run r({.id = "late", .seed = 42, .root = place.root});
    ::dlclose(before);
    void* const library = ::dlopen(late.c_str(), RTLD_NOW);
    REQUIRE(library != nullptr);
    CHECK(r.finish() == 0);
    ::dlclose(library);
    const json m = place.manifest();
    std::size_t seen = 0;
    for (const json& each : m["libraries"]) {
        const bool is_late = each["name"] == late, is_brief = each["name"] == brief;
        seen += is_late || is_brief ? 1 : 0;
        CHECK(each["since"] == (is_late ? "later" : "start"));
        CHECK(each["gone"] == is_brief);
    }
    CHECK(seen == 2);
}

TEST_CASE("a number of threads that is none is warned of where its runtime is mapped, and only there") {
    const quiet_root place;
    const scoped_variable threads("OMP_NUM_THREADS", "abc");
    const std::string lookalike = place.path() / "libgomp-lookalike.so";
    std::filesystem::copy_file(REPRO_PASSING_MODULE, lookalike);
    for (const bool mapped : {false, true}) {
        void* const runtime = mapped ? ::dlopen(lookalike.c_str(), RTLD_NOW) : nullptr;
        REQUIRE((runtime != nullptr) == mapped);
        const auto root = place.path() / (mapped ? "with" : "without");
        CHECK(run({.id = "threads", .seed = 42, .level = repro::level::bit_exact, .root = root}).finish() ==
              0);
        if (mapped) ::dlclose(runtime);
        const json m = read_manifest(support::only_folder(root));
        CHECK(warns(m, "W_KNOB_WRONG") == mapped);
        const json told = {{"name", "OMP_NUM_THREADS"},
                           {"what", "is abc, which is no number of threads"},
                           {"fix", "set it to 1 or more before the program starts"}};
        CHECK(std::ranges::count(m["unmet"], told) == (mapped ? 1 : 0));
    }
}

TEST_CASE("both manifests are what the strict reader takes") {
    const quiet_root place;
    run r({.id = "strict", .seed = 42, .root = place.root});
    r.metric("loss", 0, std::nan(""));
    const auto file = support::only_folder(place.root) / "manifest.json";
    CHECK_NOTHROW(repro::detail::parse_strict_json(support::read_text(file), "running"));
    (void)r.finish();
    CHECK_NOTHROW(repro::detail::parse_strict_json(support::read_text(file), "completed"));
}

TEST_CASE("the digest of the last manifest stands beside it, and only of the last") {
    const quiet_root place;
    run r({.id = "digest", .seed = 42, .root = place.root});
    const auto folder = support::only_folder(place.root);
    CHECK_FALSE(std::filesystem::exists(folder / "manifest.json.sha256"));
    (void)r.finish();
    CHECK(support::read_text(folder / "manifest.json.sha256") ==
          repro::hash_file(folder / "manifest.json").sha256.hex() + "  manifest.json\n");
    std::size_t entries = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        CHECK(entry.path().filename().native().starts_with("manifest.json"));
        ++entries;
    }
    CHECK(entries == 2);
}

TEST_CASE("a seed of 64 bits is a whole number and a text, both exact") {
    const quiet_root place;
    CHECK(run({.id = "wide", .seed = 18446744073709551615u, .root = place.root}).finish() == 0);
    const json m = place.manifest();
    CHECK(m["seed"].get<std::uint64_t>() == 18446744073709551615u);
    CHECK(m["seed_text"] == "18446744073709551615");
    CHECK(m["seed_source"] == "code");
}

TEST_CASE("an absent seed is drawn and recorded, and repeats the run") {
    const quiet_root place;
    std::uint64_t first = 0;
    {
        run r({.id = "drawn", .root = place.root});
        first = repro::stream("data/shuffle")();
        (void)r.finish();
    }
    const json m = place.manifest();
    CHECK(m["seed_source"] == "drawn");
    CHECK(warns(m, "W_SEED_DRAWN"));
    run again({.id = "again", .seed = m["seed"].get<std::uint64_t>(), .root = place.root});
    CHECK(repro::stream("data/shuffle")() == first);
}

TEST_CASE("REPRO_SEED replaces the seed that the code passed") {
    const quiet_root place;
    const scoped_variable seed("REPRO_SEED", "123");
    run r({.id = "env", .seed = 42, .root = place.root});
    CHECK(r.report().seed == repro::seed(123));
    const json m = place.manifest();
    CHECK(m["seed"] == 123);
    CHECK(m["seed_source"] == "environment");
}

TEST_CASE("a malformed REPRO_SEED is refused by name, and leaves no folder") {
    const quiet_root place;
    const scoped_variable seed("REPRO_SEED", "-1");
    CHECK(support::refusal([&] { run({.id = "env", .seed = 42, .root = place.root}); }) ==
          repro::errc::seed_invalid);
    CHECK_FALSE(std::filesystem::exists(place.root));
}

TEST_CASE("REPRO_RUN_DIR is the run's folder, and its name the id") {
    const quiet_root place;
    const scoped_variable folder("REPRO_RUN_DIR", (place.path() / "sweep/digits/seed_42").native());
    CHECK(run({.id = "digits", .seed = 42, .root = place.root}).finish() == 0);
    CHECK(run({.id = "digits", .seed = 42, .root = place.root}).finish() == 0); // taken by now
    const json m = read_manifest(place.path() / "sweep/digits/seed_42");
    CHECK(m["id"] == "seed_42");
    CHECK(m["name"] == "digits");
    CHECK(read_manifest(place.path() / "sweep/digits/seed_42-2")["id"] == "seed_42-2");
    CHECK_FALSE(std::filesystem::exists(place.root));
}

TEST_CASE("REPRO_EXPERIMENTS is the root where the code names none") {
    const quiet_root place;
    const scoped_variable experiments("REPRO_EXPERIMENTS", place.root.native());
    CHECK(run({.id = "env", .seed = 42}).finish() == 0);
    CHECK(place.manifest()["name"] == "env");
}

TEST_CASE("a bad id is refused by name before anything happens") {
    const quiet_root place;
    CHECK(support::refusal([&] { run({.id = "../evil", .seed = 42, .root = place.root}); }) ==
          repro::errc::id_invalid);
    CHECK_FALSE(std::filesystem::exists(place.root));
}

TEST_CASE("two runs with one id have a folder each, and their names are their ids") {
    const quiet_root place;
    std::set<std::string> ids;
    for (int i = 0; i < 3; ++i)
        CHECK(run({.id = "same", .seed = 42, .root = place.root}).finish() == 0);
    for (const auto& entry : std::filesystem::directory_iterator(place.root)) {
        const json m = read_manifest(entry.path());
        CHECK(m["id"] == entry.path().filename().native());
        CHECK(m["name"] == "same");
        ids.insert(m["id"]);
    }
    CHECK(ids.size() == 3);
}

TEST_CASE("an artifact is hashed at the end, by its name in the folder or its path elsewhere") {
    const quiet_root place;
    const auto outside = place.write("elsewhere/model.bin", "weights");
    run r({.id = "artifacts", .seed = 42, .root = place.root});
    const auto folder = support::only_folder(place.root);
    r.artifact("loss.npy");
    r.artifact(folder / "sub/../plot.svg");
    r.artifact(outside);
    r.artifact("loss.npy"); // once is enough
    std::ofstream(r.path("loss.npy")) << "0.5";
    std::ofstream(r.path("plot.svg")) << "<svg/>";
    CHECK(r.finish() == 0);
    const json m = place.manifest();
    CHECK(m["artifacts"] == json{"loss.npy", "plot.svg", outside.native()});
    CHECK(m["digests"]["loss.npy"] == json{{"sha256", repro::hash_file(folder / "loss.npy").sha256.hex()},
                                           {"size", 3},
                                           {"outside", false}});
    CHECK(m["digests"]["plot.svg"]["outside"] == false);
    CHECK(m["digests"][outside.native()]["outside"] == true);
}

TEST_CASE("a folder is an artifact, or an input, by the digest of the list of its files") {
    const quiet_root place;
    place.write("data/a.csv", "1");
    run test({.id = "folders", .seed = 1, .root = place.root});
    test.input(place / "data", "training set");
    std::filesystem::create_directories(test.path("checkpoint"));
    std::ofstream(test.path("checkpoint/weights")) << "w";
    std::filesystem::create_symlink("weights", test.path("checkpoint/last"));
    test.artifact("checkpoint");
    CHECK(test.finish() == 0);
    const json manifest = place.manifest();
    const json& artifact = manifest["digests"]["checkpoint"];
    CHECK(artifact["sha256"] == repro::hash_tree(test.path("checkpoint")).sha256.hex());
    CHECK(artifact["size"] == 1);
    CHECK(artifact["tree"] == json{{"files", 1}, {"links", 1}});
    CHECK(manifest["inputs"][0]["sha256"] == repro::hash_tree(place / "data").sha256.hex());
    CHECK(manifest["inputs"][0]["sha256_at_end"] == manifest["inputs"][0]["sha256"]);
}

TEST_CASE("what is larger than the run's limit is recorded by its ends, or not, and is never verified") {
    const quiet_root place;
    const auto data = place.write("data.bin", "12345678");
    const auto small = place.write("small.bin", "1234");
    place.write("folder/a", "12345678");
    run r({.id = "limited", .seed = 1, .root = place.root, .hash_limit = 4});
    r.input(data, "training set");
    r.input(small, "test set");
    std::ofstream(r.path("weights")) << "weights";
    r.artifact("weights");
    r.artifact(place / "folder");
    CHECK(r.finish() == 0);
    const json m = place.manifest();
    const json& artifact = m["digests"]["weights"];
    CHECK(artifact["sha256"].is_null());
    CHECK(artifact["size"] == 7);
    CHECK(artifact["partial"]["sha256"] == repro::hash_ends(r.path("weights")).sha256.hex());
    CHECK(artifact["partial"]["bytes_of_each_end"] == 1048576);
    CHECK(artifact["partial"]["modified_at"].get<std::string>().ends_with("Z"));
    CHECK(m["inputs"][0]["partial"]["sha256"] == repro::hash_ends(data).sha256.hex());
    CHECK(m["inputs"][0]["sha256_at_end"].is_null());
    CHECK(m["inputs"][1]["sha256"] == repro::hash_file(small).sha256.hex());
    CHECK_FALSE(m["inputs"][1].contains("partial"));
    for (const std::string& field : {std::string("digests.weights"), "digests." + (place / "folder").native(),
                                     "inputs." + data.native()})
        CHECK(reason(m, field).find("E_HASH_BUDGET") != std::string::npos);
    CHECK_FALSE(warns(m, "W_INPUT_CHANGED"));
    CHECK_FALSE(warns(m, "W_INPUT_MISSING"));

    const auto outcome_of = [&](std::size_t item) {
        const auto result =
            repro::verify(repro::read_manifest(support::only_folder(place.root) / "manifest.json"),
                          {.folder = place.path()});
        CHECK(result.verdict() != repro::verify_verdict::holds);
        return std::pair(result.items.at(item).outcome, result.items.at(item).reason);
    };
    CHECK(outcome_of(1).first == repro::verify_outcome::not_recorded);
    CHECK(outcome_of(1).second.starts_with("partial: "));
    CHECK(outcome_of(3).first == repro::verify_outcome::not_recorded); // the input
    place.write("data.bin", "12345679");
    CHECK(outcome_of(3).first == repro::verify_outcome::changed);
    std::ofstream(r.path("weights"), std::ios::app) << "more";
    CHECK(outcome_of(1).first == repro::verify_outcome::changed);
    std::filesystem::remove(r.path("weights"));
    CHECK(outcome_of(1).first == repro::verify_outcome::missing);
}

TEST_CASE("an input above the limit that changes during the run is told") {
    const quiet_root place;
    const auto data = place.write("data.bin", "12345678");
    run r({.id = "limited", .seed = 1, .root = place.root, .hash_limit = 4});
    r.input(data, "training set");
    place.write("data.bin", "12345679");
    CHECK(r.finish() == 0);
    CHECK(warns(place.manifest(), "W_INPUT_CHANGED"));
}

TEST_CASE("a folder of runs in memory, and one that everybody may change, is warned of") {
    const quiet_root place;
    const auto warnings_of = [&](const std::filesystem::path& root) {
        run r({.id = "where", .seed = 1, .root = root});
        CHECK(r.finish() == 0);
        return read_manifest(support::only_folder(root));
    };
    std::filesystem::create_directory(place.root);
    std::filesystem::permissions(place.root, std::filesystem::perms(0777));
    CHECK(warns(warnings_of(place.root), "W_FOLDER_OPEN"));
    const auto sticky = place / "sticky";
    std::filesystem::create_directory(sticky);
    std::filesystem::permissions(sticky, std::filesystem::perms(01777));
    const json m = warnings_of(sticky);
    CHECK_FALSE(warns(m, "W_FOLDER_OPEN"));
    CHECK(warns(m, "W_VOLATILE_FS") == (m["file_system"] == "tmpfs"));

    std::string memory = "/dev/shm/repro-test-XXXXXX";
    if (::mkdtemp(memory.data()) == nullptr) SKIP("no-shm: /dev/shm cannot be written");
    const json volatile_run = warnings_of(memory);
    std::filesystem::remove_all(memory);
    if (volatile_run["file_system"] != "tmpfs") SKIP("no-shm: /dev/shm is not in memory");
    CHECK(warns(volatile_run, "W_VOLATILE_FS"));
}

TEST_CASE("an artifact that is not there is named, warned of, and has no digest") {
    const quiet_root place;
    run r({.id = "gone", .seed = 42, .root = place.root});
    r.artifact("never-written");
    CHECK(r.finish() == 0);
    const json m = place.manifest();
    CHECK(m["artifacts"] == json{"never-written"});
    CHECK(m["digests"]["never-written"]["sha256"].is_null());
    CHECK_FALSE(reason(m, "digests.never-written").empty());
    CHECK(warns(m, "W_ARTIFACT_MISSING"));
}

TEST_CASE("an input is hashed before use and again at the end") {
    const quiet_root place;
    const auto data = place.write("data.csv", "1,2,3");
    run r({.id = "input", .seed = 42, .root = place.root});
    r.input(data, "training set");
    CHECK(r.finish() == 0);
    const json m = place.manifest();
    const std::string digest = repro::hash_file(data).sha256.hex();
    CHECK(m["inputs"] == json::array({{{"path", data.native()},
                                       {"absolute", data.native()},
                                       {"role", "training set"},
                                       {"sha256", digest},
                                       {"size", 5},
                                       {"sha256_at_end", digest}}}));
    CHECK(m["warnings"] == json::array());
}

TEST_CASE("an input that changes during the run is warned of, and both digests are kept") {
    const quiet_root place;
    const auto data = place.write("data.csv", "1,2,3");
    run r({.id = "input", .seed = 42, .root = place.root});
    r.input(data, "training set");
    place.write("data.csv", "1,2,4");
    CHECK(r.finish() == 0);
    const json m = place.manifest();
    CHECK(warns(m, "W_INPUT_CHANGED"));
    CHECK(m["inputs"][0]["sha256"] != m["inputs"][0]["sha256_at_end"]);
    CHECK(m["inputs"][0]["sha256_at_end"] == repro::hash_file(data).sha256.hex());
}

TEST_CASE("an input that is gone at the end, or never was there, has its reason") {
    const quiet_root place;
    const auto data = place.write("data.csv", "1,2,3");
    const std::string absent = (place.path() / "absent.csv").native();
    run r({.id = "input", .seed = 42, .root = place.root});
    r.input(data, "training set");
    r.input(absent, "vocabulary");
    std::filesystem::remove(data);
    CHECK(r.finish() == 0);
    const json m = place.manifest();
    CHECK(warns(m, "W_INPUT_CHANGED"));
    CHECK(warns(m, "W_INPUT_MISSING"));
    CHECK(m["inputs"][0]["sha256_at_end"].is_null());
    CHECK_FALSE(reason(m, "inputs." + data.native() + ".sha256_at_end").empty());
    CHECK(m["inputs"][1]["sha256"].is_null());
    CHECK_FALSE(reason(m, "inputs." + absent).empty());
}

TEST_CASE("a lockfile is recorded by its digest, and an absent one is warned of") {
    const quiet_root place;
    const auto lock = place.write("uv.lock", "version = 1\n");
    const auto absent = place.path() / "pixi.lock";
    CHECK(run({.id = "lock", .seed = 42, .lockfiles = {lock, absent}, .root = place.root}).finish() == 0);
    const json m = place.manifest();
    REQUIRE(m["lockfiles"].size() == 2);
    CHECK(m["lockfiles"][0]["sha256"] == repro::hash_file(lock).sha256.hex());
    CHECK(m["lockfiles"][1]["sha256"].is_null());
    CHECK(warns(m, "W_LOCKFILE_MISSING"));
}

TEST_CASE("metrics keep their order, steps and bits; those that are not finite are words") {
    const quiet_root place;
    run r({.id = "metrics", .seed = 42, .root = place.root});
    r.metric("loss", 0, 0.1);
    r.metric("accuracy", 0, 1);
    r.metric("loss", 1, std::numeric_limits<double>::infinity());
    r.metric("loss", 2, -std::numeric_limits<double>::infinity());
    r.metric("loss", -3, std::nan(""));
    (void)r.finish();
    const json m = place.manifest();
    CHECK(m["metrics"] ==
          json{{"loss", {{"step", {0, 1, 2, -3}}, {"value", {0.1, "Infinity", "-Infinity", "NaN"}}}},
               {"accuracy", {{"step", {0}}, {"value", {1.0}}}}});
}

TEST_CASE("phases are counted and timed by name, and one that is open ends with the run") {
    const quiet_root place;
    run r({.id = "phases", .seed = 42, .root = place.root});
    const auto whole = r.phase("whole");
    for (int i = 0; i < 2; ++i) {
        const auto step = r.phase("step");
        ::usleep(2000);
    }
    (void)r.phase("token ghp_0123456789abcdefghijABCDEFGHIJ012345");
    CHECK(place.manifest()["phases"] == json::object());
    CHECK(r.finish() == 0);
    (void)r.phase("too late");
    const json m = place.manifest();
    const json& phases = m["phases"];
    REQUIRE(phases.size() == 3);
    CHECK(phases["step"]["count"] == 2);
    CHECK(phases["step"]["seconds"] >= 0.004);
    CHECK(phases["whole"]["count"] == 1);
    CHECK(phases["whole"]["seconds"] >= phases["step"]["seconds"]);
    CHECK(phases["whole"]["seconds"] <= m["wall_seconds"]);
    CHECK(m.dump().find("ghp_0123") == std::string::npos);
}

TEST_CASE("a forked child's phases are none of the run's") {
    const quiet_root place;
    run r({.id = "phases", .seed = 42, .root = place.root});
    {
        const auto before = r.phase("before");
        CHECK(support::read_from_child([&](int) { (void)r.phase("in the child"); }).empty());
    }
    CHECK(r.finish() == 0);
    CHECK(place.manifest()["phases"].size() == 1);
}

TEST_CASE("too many names of phases are warned of once, and the others stay") {
    const quiet_root place;
    run r({.id = "phases", .seed = 42, .root = place.root});
    for (std::size_t i = 0; i < repro::detail::phase_table::limit + 2; ++i)
        (void)r.phase("step " + std::to_string(i));
    CHECK(r.finish() == 0);
    const json m = place.manifest();
    CHECK(m["phases"].size() == repro::detail::phase_table::limit);
    CHECK(warns(m, "W_RECORD_FAILED"));
    CHECK(reason(m, "phases").starts_with("more names"));
}

TEST_CASE("a trace stands in the folder and is an artifact of the run") {
    const quiet_root place;
    run r({.id = "trace", .seed = 42, .root = place.root});
    const std::vector<float> weights = {1.0f, 2.0f};
    r.trace("weights", 0, weights);
    r.trace("weights", 1, weights);
    (void)r.finish();
    r.trace("weights", 2, weights); // after the end nothing is recorded
    const auto folder = support::only_folder(place.root);
    const auto contents = repro::read_trace((folder / "trace.bin").native());
    CHECK(contents.complete);
    CHECK(contents.entries.size() == 2);
    CHECK(place.manifest()["artifacts"] == json{"trace.bin"});
}

TEST_CASE("a trace tells how far each stream had come, and keeps values where they are asked for") {
    const quiet_root place;
    run r({.id = "trace-marks", .seed = 42, .root = place.root});
    const std::vector<float> weights = {1.0f, 2.0f};
    auto stream = repro::stream("run-test/traced");
    stream.discard(3);
    r.trace("weights", 0, weights, repro::trace_keep::values);
    r.trace("weights", 1, weights);
    (void)std::rand(); // NOLINT(concurrency-mt-unsafe)
    repro::python::global().random();
    r.trace("weights", 2, weights);
    (void)r.finish();
    const auto contents = repro::read_trace((support::only_folder(place.root) / "trace.bin").native());
    REQUIRE(contents.entries.size() == 3);
    CHECK(contents.entries[0].values.size() == 8);
    CHECK(contents.entries[1].values.empty());
    const auto marks = [&](std::string_view name) {
        std::vector<std::pair<std::size_t, repro::stream_mark>> of_it;
        for (const repro::trace_mark& each : contents.marks)
            if (each.stream == name) of_it.emplace_back(each.entry, each.mark);
        return of_it;
    };
    using list = std::vector<std::pair<std::size_t, repro::stream_mark>>;
    CHECK(marks("run-test/traced") == list{{0, {repro::mark_kind::draws, 3}}});
    if (repro::detail::is_only_thread()) {
        CHECK(marks("python/random") ==
              list{{0, {repro::mark_kind::draws, 0}}, {2, {repro::mark_kind::draws, 2}}});
        REQUIRE(marks("c/random").size() == 2);
        CHECK(marks("c/random")[1].first == 2);
        CHECK(marks("c/random")[0].second.kind == repro::mark_kind::state);
    } else
        CHECK(marks("c/random") == list{{0, {}}});
}

TEST_CASE("each stream has its states at both ends, and one that came later its first state by its key") {
    const quiet_root place;
    run r({.id = "streams", .seed = 42, .root = place.root});
    auto late = repro::stream("run-test/late");
    late.discard(3);
    (void)r.finish();
    const json m = place.manifest();
    bool found = false;
    for (const json& stream : m["streams"]) {
        INFO(stream);
        CHECK(stream["state_at_end"].get<std::string>().size() == 64);
        if (stream["name"] != "run-test/late") continue;
        found = true;
        CHECK(stream["draws"] == 3);
        const repro::stream_engine first(repro::derive_key(repro::root_key(42), "run-test/late"));
        CHECK(stream["state_at_start"] == repro::sha256(first.save()).hex());
        CHECK(stream["state_at_start"] != stream["state_at_end"]);
    }
    CHECK(found);
    CHECK(m["streams"][0]["name"] == "python/random");
    CHECK(m["streams"][0]["seed"] == "42");
}

TEST_CASE("text that is not UTF-8 is replaced, warned of, and never stops the run") {
    const quiet_root place;
    run r({.id = "bytes", .seed = 42, .config = {{"name", "caf\xe9"}}, .root = place.root});
    r.metric("lo\xffss", 0, 1.0);
    r.input("absent\xfe", "ro\xffle");
    CHECK(r.finish() == 0);
    const json m = place.manifest();
    CHECK(warns(m, "W_TEXT_REPLACED"));
    CHECK(m["config"]["name"] == "caf\xef\xbf\xbd");
    CHECK(m["metrics"].contains("lo\xef\xbf\xbdss"));
}

TEST_CASE("names that are not UTF-8 are recorded byte for byte, apart, and found again") {
    const quiet_root place;
    run r({.id = "bytes", .seed = 42, .root = place.root});
    for (const char* const name : {"l\xff", "l\xfe", "l\xef\xbf\xbd"}) {
        std::ofstream(r.path(name)) << name;
        r.artifact(name);
    }
    CHECK(r.finish() == 0);
    const json m = place.manifest();
    CHECK(warns(m, "W_TEXT_REPLACED"));
    CHECK(m["artifacts"].size() == 3);
    CHECK(m["digests"].size() == 3);
    const auto result =
        repro::verify(repro::read_manifest(support::only_folder(place.root) / "manifest.json"));
    CHECK(result.items.size() == 4);
    CHECK(result.count(repro::verify_outcome::match) == 3); // the last has lost its name to the first
}

TEST_CASE("a config that a manifest cannot hold is null, and warned of") {
    const quiet_root place;
    const json binary = {{"b", json::binary({1})}};
    CHECK(run({.id = "binary", .seed = 42, .config = binary, .root = place.root}).finish() == 0);
    const json m = place.manifest();
    CHECK(m["config"].is_null());
    CHECK_FALSE(reason(m, "config").empty());
    CHECK(warns(m, "W_CONFIG_FAILED"));
}

TEST_CASE("fail ends the run with the reason; finish says 1 and changes nothing") {
    const quiet_root place;
    run r({.id = "fail", .seed = 42, .root = place.root});
    r.fail(std::runtime_error("loss is not finite"));
    const json m = place.manifest();
    CHECK(m["status"] == "failed");
    CHECK(m["error"]["message"] == "loss is not finite");
    CHECK_FALSE(m["finished_at"].is_null());
    r.metric("loss", 0, 1.0);
    CHECK(r.finish() == 1);
    CHECK(place.manifest() == m);
}

TEST_CASE("in strict mode finish says 1 when something could not be recorded") {
    const quiet_root place;
    const scoped_variable strict_folder("REPRO_RUN_DIR", (place.path() / "strict").native());
    run r({.id = "strict", .seed = 42, .root = place.root, .strict = true});
    r.artifact("never-written");
    CHECK(r.finish() == 1);
    CHECK(read_manifest(place.path() / "strict")["status"] == "completed");
}

TEST_CASE("a root that cannot be written sends the run to a temporary folder and is warned of") {
    const quiet_root place;
    const auto temporary = place.path() / "tmp";
    std::filesystem::create_directory(temporary);
    const scoped_variable there("TMPDIR", temporary.native());
    run r({.id = "moved", .seed = 42, .root = place.write("file", "no folder"), .strict = true});
    std::ofstream(r.path("loss.npy")) << "0.5";
    r.artifact("loss.npy");
    CHECK(r.finish() == 1);
    const auto folder = support::only_folder(support::only_folder(temporary));
    const json m = read_manifest(folder);
    CHECK(m["status"] == "completed");
    CHECK(warns(m, "W_FOLDER_ELSEWHERE"));
    CHECK(m["artifacts"] == json{"loss.npy"});
}

TEST_CASE("with no place at all the training goes on, and only strict mode fails") {
    const quiet_root place;
    const scoped_variable nowhere("TMPDIR", "/nonexistent");
    const auto file = place.write("file", "no folder");
    for (const bool strict : {false, true}) {
        run r({.id = "nowhere", .seed = 42, .root = file, .strict = strict});
        r.metric("loss", 0, 1.0);
        r.trace("weights", 0, std::vector<int>{1});
        r.artifact("loss.npy");
        CHECK(r.path("loss.npy").filename() == "loss.npy");
        CHECK(r.finish() == (strict ? 1 : 0));
    }
}

TEST_CASE("a folder that this user may not write is met like any other failure") {
    const quiet_root place;
    const auto root = place.path() / "closed";
    std::filesystem::create_directory(root);
    std::filesystem::permissions(
        root, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec |
                  std::filesystem::perms::others_read | std::filesystem::perms::others_exec);
    std::filesystem::permissions(place.path(), std::filesystem::perms::all);
    const auto temporary = place.path() / "tmp";
    std::filesystem::create_directory(temporary);
    std::filesystem::permissions(temporary, std::filesystem::perms::all);
    const scoped_variable there("TMPDIR", temporary.native());
    const std::string seen = support::in_forked_child([&] {
        if (::geteuid() == 0 && ::setuid(65534) != 0) return std::string("still privileged");
        run r({.id = "closed", .seed = 42, .root = root});
        return std::to_string(r.finish());
    });
    CHECK(seen == "0");
    CHECK(std::filesystem::is_empty(root));
    CHECK(warns(read_manifest(support::only_folder(support::only_folder(temporary))), "W_FOLDER_ELSEWHERE"));
}

TEST_CASE("a folder removed during the run sends the last manifest elsewhere") {
    const quiet_root place;
    const auto temporary = place.path() / "tmp";
    std::filesystem::create_directory(temporary);
    const scoped_variable there("TMPDIR", temporary.native());
    const auto data = place.write("model.bin", "weights");
    run r({.id = "removed", .seed = 42, .root = place.root, .strict = true});
    const std::string gone = r.path("loss.npy").native();
    std::filesystem::remove_all(place.root);
    r.metric("loss", 0, 1.0);
    r.artifact("loss.npy");
    CHECK(r.finish() == 1);
    const json m = read_manifest(support::only_folder(support::only_folder(temporary)));
    CHECK(m["status"] == "completed");
    CHECK(m["metrics"].contains("loss"));
    CHECK(m["artifacts"] == json{gone});
    CHECK(warns(m, "W_MANIFEST_NOT_WRITTEN"));
    CHECK(warns(m, "W_FOLDER_ELSEWHERE"));
}

TEST_CASE("a tensor whose bytes cannot be had is warned of, and the trace goes on") {
    const quiet_root place;
    run r({.id = "tensor", .seed = 42, .root = place.root});
    r.trace("broken", 0, elsewhere::broken_tensor{});
    r.trace("weights", 0, std::vector<int>{1});
    (void)r.finish();
    const json m = place.manifest();
    CHECK(warns(m, "W_RECORD_FAILED"));
    CHECK(reason(m, "trace") == "on a device that is gone");
    CHECK(m["artifacts"] == json{"trace.bin"});
}

TEST_CASE("runs that stand among the sources hide no change of them") {
    const quiet_root place;
    const support::git_sandbox sandbox;
    const auto repository = sandbox.repository();
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(repository / "b");
    std::string dirty;
    for (const char* const root : {"../experiments", ".", ".."}) {
        run r({.id = "among", .seed = 42, .root = root});
        (void)r.finish();
        dirty += read_manifest(r.path("").parent_path())["git_dirty"] == true ? "dirty " : "clean ";
    }
    sandbox.write("repository/b/c", "changed\n");
    for (const char* const root : {"../experiments", ".", ".."}) {
        run r({.id = "among", .seed = 42, .root = root});
        (void)r.finish();
        dirty += read_manifest(r.path("").parent_path())["git_dirty"] == true ? "dirty " : "clean ";
    }
    std::filesystem::current_path(before);
    CHECK(dirty == "clean clean clean dirty dirty dirty ");
}

TEST_CASE("REPRO_QUIET keeps the run silent, and without it there is a line at either end") {
    const quiet_root place;
    const auto lines = [&](const char* quiet) {
        const scoped_variable set("REPRO_QUIET", quiet);
        return support::read_from_child([&](int out) {
            ::dup2(out, STDERR_FILENO);
            (void)run({.id = "lines", .seed = 42, .root = place.root}).finish();
        });
    };
    CHECK(lines("1").empty());
    const std::string text = lines("");
    CHECK(text.find("repro: run ") != std::string::npos);
    CHECK(text.find("repro: completed after ") != std::string::npos);
}

TEST_CASE("a run lists what was not deterministic while it lived, and what that does to its level") {
    const quiet_root here;
    repro::not_deterministic("kernel/before");
    {
        run r({.id = "loose", .seed = 1, .level = repro::level::seed_stable, .root = here.root});
        repro::not_deterministic("kernel/seen", "use another");
        repro::not_deterministic("kernel/seen", "use another");
        CHECK(r.finish() == 0);
        repro::not_deterministic("kernel/after");
    }
    const json loose = here.manifest();
    REQUIRE(loose["not_deterministic"].size() == 1);
    CHECK(loose["not_deterministic"][0]["name"] == "kernel/seen");
    CHECK(loose["not_deterministic"][0]["hint"] == "use another");
    CHECK(loose["not_deterministic"][0]["count"] == 2);
    CHECK(loose["not_deterministic"][0]["where"].get<std::string>().find("run.test.cpp:") !=
          std::string::npos);
    CHECK(warns(loose, "W_NOT_DETERMINISTIC"));
}

TEST_CASE("a run at level bit-exact refuses what is not deterministic, and says so where that was caught") {
    const quiet_root here;
    run r({.id = "exact", .seed = 1, .level = repro::level::bit_exact, .root = here.root});
    CHECK_THROWS_AS(repro::not_deterministic("kernel/refused", "use another"), repro::error);
    (void)r.finish();
    CHECK_FALSE(repro::declared_level()); // it ends with the run
    const json manifest = here.manifest();
    CHECK(manifest["not_deterministic"][0]["count"] == 1);
    bool unmet = false;
    for (const json& each : manifest["unmet"])
        if (each["name"] == "kernel/refused") unmet = each["fix"] == "use another";
    CHECK(unmet);
}
