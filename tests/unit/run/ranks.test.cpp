// SPDX-License-Identifier: MIT
// Runs of many ranks, each a process with the variables of a launcher.

#include "support/ranks.hpp"

#include <repro/judge/ranks.hpp>
#include <repro/run/run.hpp>
#include <repro/stream/rank_stream.hpp>

#include "support/manifest.hpp"
#include "support/quiet_environment.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using support::run_ranks;

struct quiet_root : support::temporary_folder {
    support::quiet_environment quiet;
    fs::path root = path() / "runs";

    [[nodiscard]] std::vector<fs::path> folders() const {
        std::vector<fs::path> found;
        for (const auto& each : fs::directory_iterator(root))
            if (!each.path().filename().native().starts_with('.')) found.push_back(each.path());
        std::ranges::sort(found);
        return found;
    }
    [[nodiscard]] fs::path folder() const {
        REQUIRE(folders().size() == 1);
        return folders().front();
    }
};

int complete(const fs::path& root) {
    repro::run r({.id = "job", .seed = 42, .root = root});
    (void)repro::stream("data/shuffle")();
    (void)repro::rank_stream("noise")();
    r.metric("loss", 0, 0.5);
    r.trace("weights", 0, std::vector<float>{1.0F});
    return r.finish();
}

/// Waits, in rank 0, until all others have recorded their end.
void await_all(const repro::run& run, std::size_t world) {
    for (int attempt = 0; attempt < 1500; ++attempt) {
        std::size_t ended = 1;
        repro::detail::for_each_rank_file(run.path({}), world, [&](std::uint64_t, const fs::path& file) {
            ended += repro::detail::text_at(repro::detail::read_rank_file(file), "/status") != "running";
        });
        if (ended == world) return;
        ::usleep(20'000);
    }
}

std::vector<int> all_zero(std::size_t n) { return std::vector<int>(n, 0); }

const json* stream_of(const json& ranks, const std::string& name) {
    for (const json& each : ranks.at("streams"))
        if (each.at("name") == name) return &each;
    return nullptr;
}

repro::ranks_summary seen(const fs::path& folder) {
    return *repro::ranks_of(repro::read_manifest(folder / "manifest.json"), repro::capture_process_world());
}

std::string state_of_rank(const repro::ranks_summary& all, std::uint64_t rank) {
    for (const auto& each : all.states)
        if (std::ranges::count(each.ranks, rank) != 0) return each.value;
    return {};
}

} // namespace

TEST_CASE("ranks of one launch share one folder: a manifest, and a file by each other rank") {
    const quiet_root place;
    CHECK(run_ranks(4, "a", [&](auto) { return complete(place.root); }) == all_zero(4));
    std::set<std::string> names, run_ids;
    for (const auto& each : fs::directory_iterator(place.folder()))
        names.insert(each.path().filename().native());
    for (const int rank : {1, 2, 3}) {
        const std::string stem = "rank-000" + std::to_string(rank);
        for (const char* const kind : {".json", ".events.jsonl", ".trace.bin"})
            CHECK(names.erase(stem + kind) == 1);
        const json document = json::parse(support::read_text(place.folder() / (stem + ".json")));
        CHECK(document["rank"] == rank);
        CHECK(document["status"] == "completed");
        CHECK(document["metrics"]["loss"]["value"] == json{0.5});
        run_ids.insert(document["run_id"]);
    }
    CHECK(names ==
          std::set<std::string>{"manifest.json", "manifest.json.sha256", "events.jsonl", "trace.bin"});
    CHECK(run_ids == std::set<std::string>{support::read_manifest(place.folder())["run_id"]});
}

TEST_CASE("the manifest says what the ranks share, and their own digests") {
    const quiet_root place;
    CHECK(run_ranks(3, "b", [&](auto) { return complete(place.root); }) == all_zero(3));
    const repro::ranks_summary all = seen(place.folder());
    REQUIRE(all.states.size() == 1);
    CHECK(all.states[0].value == "completed");
    CHECK(repro::rank_ranges(all.states[0].ranks) == "0-2");
    CHECK(all.hosts.size() == 1);
    CHECK(all.findings.empty());
    CHECK(all.differences.empty());
    CHECK(all.compared > 12);
    const json ranks = support::read_manifest(place.folder())["ranks"];
    CHECK(ranks["launcher"] == "openmpi");
    CHECK(ranks["world"] == 3);
    REQUIRE(stream_of(ranks, "data/shuffle") != nullptr);
    CHECK((*stream_of(ranks, "data/shuffle"))["at_start"].size() == 1);
    REQUIRE(stream_of(ranks, "rank/noise") != nullptr);
    CHECK((*stream_of(ranks, "rank/noise"))["expected"] == "different");
}

TEST_CASE("a launch is one folder whichever rank comes first, and another launch has another") {
    const quiet_root place;
    const auto late_0 = [&](std::uint64_t rank) {
        if (rank == 0) ::usleep(300'000);
        return complete(place.root);
    };
    CHECK(run_ranks(3, "first", late_0) == all_zero(3));
    CHECK(place.folders().size() == 1);
    CHECK(run_ranks(3, "second", [&](auto) { return complete(place.root); }) == all_zero(3));
    CHECK(place.folders().size() == 2);
}

TEST_CASE("several runs of one launch share a folder each") {
    const quiet_root place;
    const auto twice = [&](auto) { return complete(place.root) + complete(place.root); };
    CHECK(run_ranks(2, "c", twice) == all_zero(2));
    REQUIRE(place.folders().size() == 2);
    for (const fs::path& each : place.folders())
        CHECK(fs::exists(each / "rank-0001.json"));
}

TEST_CASE("a rank that dies, one that fails, and one that never began are told apart") {
    const quiet_root place;
    const auto fates = [&](std::uint64_t rank) {
        if (rank == 3) return 0;
        if (rank == 1) ::usleep(100'000);
        repro::run r({.id = "job", .seed = 42, .root = place.root});
        if (rank == 1) ::kill(::getpid(), SIGKILL);
        if (rank == 2) r.fail("out of luck");
        return r.finish();
    };
    CHECK(run_ranks(4, "d", fates) == std::vector<int>{0, -SIGKILL, 1, 0});
    const repro::ranks_summary all = seen(place.folder());
    CHECK(state_of_rank(all, 0) == "completed");
    CHECK(state_of_rank(all, 1) == "interrupted");
    CHECK(state_of_rank(all, 2) == "failed");
    CHECK(state_of_rank(all, 3) == "absent");
    REQUIRE(all.errors.size() == 1);
    CHECK(all.errors[0].value == "out of luck");
    CHECK(all.errors[0].ranks == std::vector<std::uint64_t>{2});
}

TEST_CASE("where rank 0 dies, a reader still finds the others") {
    const quiet_root place;
    const auto fates = [&](std::uint64_t rank) {
        repro::run r({.id = "job", .seed = 42, .root = place.root});
        if (rank == 0) ::kill(::getpid(), SIGKILL);
        return r.finish();
    };
    CHECK(run_ranks(3, "e", fates) == std::vector<int>{-SIGKILL, 0, 0});
    const repro::ranks_summary all = seen(place.folder());
    CHECK(state_of_rank(all, 0) == "interrupted");
    CHECK(state_of_rank(all, 1) == "completed");
    CHECK(state_of_rank(all, 2) == "completed");
}

TEST_CASE("a file of a rank that is damaged hides no other") {
    const quiet_root place;
    CHECK(run_ranks(4, "f", [&](auto) { return complete(place.root); }) == all_zero(4));
    const fs::path folder = place.folder();
    for (const std::string& text :
         {std::string(), std::string("[]"), std::string("{\"schema\":\"urn:repro:rank:1.0\""),
          std::string(200'000, '['), support::read_text(folder / "manifest.json")}) {
        std::ofstream(folder / "rank-0002.json", std::ios::trunc) << text;
        const repro::ranks_summary all = seen(folder);
        CHECK(state_of_rank(all, 2) == "unreadable");
        CHECK(state_of_rank(all, 3) == "completed");
        CHECK(all.differences.empty());
    }
    std::ofstream(folder / "rank-0002.json", std::ios::trunc)
        << R"({"schema":"urn:repro:rank:1.0","status":7,"streams":{"a":1},"libraries":[3],"process":[]})";
    CHECK(state_of_rank(seen(folder), 2) == "7");
    std::ofstream(folder / "rank-00003.json") << "{}";
    std::ofstream(folder / "rank-0009.json") << "{}"; // beyond the world
    CHECK(seen(folder).world == 4);
}

TEST_CASE("common streams that part are found at the end, and strict runs fail by it") {
    const quiet_root place;
    const auto parted = [&](std::uint64_t rank) {
        repro::run r({.id = "job", .seed = 42, .root = place.root, .strict = true});
        for (std::uint64_t i = 0; i < 5 + (rank == 2); ++i)
            (void)repro::stream("data/shuffle")();
        if (rank == 0) await_all(r, 4);
        return r.finish();
    };
    CHECK(run_ranks(4, "g", parted)[0] == 1);
    const json m = support::read_manifest(place.folder());
    CHECK(support::warns(m, "W_STREAMS_DIFFER"));
    REQUIRE(m["ranks"]["findings"].size() == 1);
    CHECK(m["ranks"]["findings"][0]["stream"] == "data/shuffle");
    CHECK(m["ranks"]["findings"][0]["text"].get<std::string>().find("on 1 rank (2)") != std::string::npos);
}

TEST_CASE("facts that differ between ranks are named with their ranks") {
    const quiet_root place;
    const auto differing = [&](std::uint64_t rank) {
        repro::run r({.id = "job",
                      .seed = 42,
                      .config = nlohmann::json{{"lr", rank == 1 ? 0.2 : 0.1}},
                      .root = place.root});
        if (rank == 0) await_all(r, 3);
        return r.finish();
    };
    CHECK(run_ranks(3, "h", differing) == all_zero(3));
    const json m = support::read_manifest(place.folder());
    REQUIRE(m["ranks"]["differences"].size() == 1);
    CHECK(m["ranks"]["differences"][0]["name"] == "config");
    CHECK(m["ranks"]["differences"][0]["values"][0]["ranks"] == "0,2");
    CHECK(m["ranks"]["differences"][0]["values"][1]["ranks"] == "1");
    CHECK(support::warns(m, "W_RANKS_DIFFER"));
}

TEST_CASE("a variable that changes numbers and is another one on some rank is named, but none that a rank "
          "has of its own") {
    const quiet_root place;
    const support::scoped_variable algorithm("NCCL_ALGO", "Ring"), protocol("NCCL_PROTO", std::nullopt),
        tunables("GLIBC_TUNABLES", "glibc.malloc.check=0");
    const std::string secret = "ghp_" + std::string(36, 'a');
    const auto differing = [&](std::uint64_t rank) {
        const std::string own = std::to_string(rank);
        if (rank == 1) ::setenv("NCCL_ALGO", "Tree", 1);
        if (rank == 2) ::setenv("NCCL_PROTO", secret.c_str(), 1);
        for (const char* const name : {"CUDA_VISIBLE_DEVICES", "OMP_PLACES", "SLURM_PROCID", "SLURM_LOCALID",
                                       "LOCAL_RANK", "MPI_LOCALRANKID"})
            ::setenv(name, own.c_str(), 1);
        repro::run r({.id = "job", .seed = 42, .root = place.root});
        if (rank == 0) await_all(r, 3);
        return r.finish();
    };
    CHECK(run_ranks(3, "variables", differing) == all_zero(3));
    const json m = support::read_manifest(place.folder());
    const json& found = m["ranks"]["differences"];
    CHECK(found == json::parse(R"([
        {"name": "knobs/NCCL_ALGO",
         "values": [{"value": "Ring", "ranks": "0,2"}, {"value": "Tree", "ranks": "1"}]},
        {"name": "knobs/NCCL_PROTO",
         "values": [{"value": "absent", "ranks": "0-1"}, {"value": "***", "ranks": "2"}]}])"));
    CHECK(support::warns(m, "W_RANKS_DIFFER"));
    const json own = json::parse(support::read_text(place.folder() / "rank-0002.json"));
    CHECK(std::ranges::count(own["knobs"],
                             json{{"name", "GLIBC_TUNABLES"}, {"value", "glibc.malloc.check=0"}}) == 1);
    CHECK(support::read_text(place.folder() / "rank-0002.json").find(secret) == std::string::npos);
    json older = own; // as it was written before these were reported
    older.erase("knobs");
    std::ofstream(place.folder() / "rank-0002.json", std::ios::trunc) << older;
    REQUIRE(seen(place.folder()).differences.size() == 1);
    CHECK(seen(place.folder()).differences[0].name == "knobs/NCCL_ALGO");
}

TEST_CASE("a second process with a rank's variables leaves its files alone") {
    const quiet_root place;
    const auto with_child = [&](std::uint64_t rank) {
        const int status = complete(place.root);
        // What a child that has counted no run of its own would do: a program that inherits the variables.
        return status + support::status_of(support::start_rank(rank, 2, "i", [&](auto) {
                   (void)repro::detail::launch_key(repro::this_rank(), "unused");
                   return complete(place.root);
               }));
    };
    CHECK(run_ranks(2, "i", with_child) == all_zero(2));
    const auto again = [&](std::uint64_t) { return complete(place.root); };
    const std::string before = support::read_text(place.folders()[0] / "manifest.json");
    CHECK(run_ranks(2, "i", again) == all_zero(2)); // a launch with an id that was used
    CHECK(support::read_text(place.folders()[0] / "manifest.json") == before);
    const json taken = support::read_manifest(place.folders().back());
    CHECK(support::warns(taken, "W_RANK_TAKEN"));
    CHECK(taken["ranks"].is_null());
    CHECK_FALSE(support::reason(taken, "ranks").empty());
}

TEST_CASE("ranks without an id of their launch record a run each, and say so") {
    const quiet_root place;
    const auto alone = [&](std::uint64_t) {
        ::unsetenv("PMIX_NAMESPACE");
        return complete(place.root);
    };
    CHECK(run_ranks(2, "", alone) == all_zero(2));
    REQUIRE(place.folders().size() == 2);
    const json m = support::read_manifest(place.folders()[0]);
    CHECK(support::warns(m, "W_RANKS_UNCLEAR"));
    CHECK(m["ranks"].is_null());
}

TEST_CASE("ranks share the folder that REPRO_RUN_DIR names") {
    const quiet_root place;
    const support::scoped_variable folder("REPRO_RUN_DIR", (place / "runs/seed_42").native());
    CHECK(run_ranks(3, "j", [&](auto) { return complete({}); }) == all_zero(3));
    CHECK(place.folder().filename() == "seed_42");
    CHECK(fs::exists(place.folder() / "rank-0002.json"));
}

TEST_CASE("one rank alone does not wait for others that make no run") {
    const quiet_root place;
    const auto only_0 = [&](std::uint64_t rank) { return rank == 0 ? complete(place.root) : 0; };
    CHECK(run_ranks(2, "k", only_0) == all_zero(2));
    const auto before = std::chrono::steady_clock::now();
    repro::detail::await_other_ranks(place.folder(), 2);
    CHECK(std::chrono::steady_clock::now() - before < repro::detail::patience_at_end / 2);
    CHECK(state_of_rank(seen(place.folder()), 1) == "absent");
}

TEST_CASE("10,000 ranks fit into a manifest of a few megabytes, what is equal said once") {
    const quiet_root place;
    CHECK(run_ranks(2, "l", [&](auto) { return complete(place.root); }) == all_zero(2));
    json one = json::parse(support::read_text(place.folder() / "rank-0001.json"));
    one["libraries"].erase(one["libraries"].begin() + 2, one["libraries"].end()); // equal ones cost no room
    const repro::detail::rank_report base = repro::detail::report_of(one, 1);
    std::vector<repro::detail::rank_report> reports;
    for (std::uint64_t rank = 0; rank < 10'000; ++rank) {
        repro::detail::rank_report report = base;
        report.rank = rank;
        report.host = "node" + std::to_string(rank / 8);
        if (rank % 2 == 1) report.facts["hardware/cpu"] = "another";
        for (auto* const states : {&report.at_start, &report.at_end}) {
            states->rank = rank;
            for (auto& [name, state] : states->streams)
                if (name.starts_with("rank-")) state = std::to_string(rank) + std::string(59, 'f');
        }
        reports.push_back(std::move(report));
    }
    const auto all = repro::detail::summarize_ranks(10'000, reports);
    CHECK(all.findings.empty());
    REQUIRE(all.differences.size() == 1);
    const std::string text = repro::detail::ranks_text({}, all);
    CHECK(text.size() < 128 * 1024);
    const json ranks = json::parse(text);
    CHECK(ranks["hosts"].back()["more_values"] == 1250 - 256);
    CHECK((*stream_of(ranks, "data/shuffle"))["at_end"][0]["ranks"] == "0-9999");
}
