// SPDX-License-Identifier: MIT
#include <repro/judge/gate.hpp>

#include "sample_manifest.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

using nlohmann::json;
using repro::gate_kind;

namespace {

/// A manifest that passes every gate but for the number of seeds.
json evidence(std::uint64_t seed = 42) {
    json m = support::sample_manifest();
    m["seed"] = seed;
    m["seed_text"] = std::to_string(seed);
    m["id"] = "2026-05-22-softmax-" + std::to_string(seed);
    m["lockfiles"][0]["sha256"] = support::digest_of_nothing;
    m["lockfiles"][0]["tracked"] = true;
    m["warnings"] = json::array();
    m["unmet"] = json::array();
    return m;
}

std::vector<repro::recorded_manifest> five_seeds() {
    std::vector<repro::recorded_manifest> runs;
    for (std::uint64_t seed = 0; seed < 5; ++seed)
        runs.push_back(repro::parse_manifest(evidence(seed).dump(), "m.json"));
    return runs;
}

repro::gate_options publication(char grade = 'A') {
    return {gate_kind::publication,
            [grade](const auto&, const auto&) { return repro::lock_grade{grade, "no hashes"}; }};
}

/// The ids of the reasons, a space between them.
std::string ids(const std::vector<repro::gate_reason>& reasons) {
    std::string all;
    for (const repro::gate_reason& each : reasons)
        all += (all.empty() ? "" : " ") + each.id;
    return all;
}

std::string ids_of(const json& document, const repro::gate_options& options = {}) {
    const std::vector<repro::recorded_manifest> runs = {repro::parse_manifest(document.dump(), "m.json")};
    return ids(repro::gate(runs, options));
}

} // namespace

TEST_CASE("a clean, locked, finished and complete run passes the gate") { CHECK(ids_of(evidence()).empty()); }

TEST_CASE("each lack of a manifest is refused by its own reason") {
    struct row {
        const char* pointer;
        json value;
        const char* ids;
    };
    const json missing_cpu = json::array({{{"field", "hardware.cpu"}, {"reason", "x"}}});
    const json missing_input = json::array({{{"field", "inputs.a.csv"}, {"reason", "x"}}});
    const json missing_anyway = json::array({{{"field", "parent"}, {"reason", "x"}},
                                             {{"field", "hardware.gpu_driver"}, {"reason", "x"}},
                                             {{"field", "streams.PYTHONHASHSEED"}, {"reason", "x"}},
                                             {{"field", "inputs_other"}, {"reason", "x"}}});
    const json warned = json::array(
        {{{"code", "W_SEED_CHANGED"}, {"text", "x"}}, {{"code", "W_VOLATILE_FS"}, {"text", "x"}}});
    const json unmet = json::array({{{"name", "OMP_NUM_THREADS"}, {"what", "is 8"}, {"fix", "x"}},
                                    {{"name", "git"}, {"what", "dirty"}, {"fix", "x"}}});
    const row rows[] = {
        {"/git_dirty", true, "dirty"},
        {"/git_dirty", nullptr, "git-unknown"},
        {"/git_sha", nullptr, "git-unknown"},
        {"/status", "running", "unfinished"},
        {"/status", "failed", "failed"},
        {"/status", "aborted", "aborted"},
        {"/lockfiles", json::array(), "unlocked"},
        {"/lockfiles/0/sha256", nullptr, "lock-unread"},
        {"/missing", missing_cpu, "incomplete"},
        {"/missing", missing_input, "incomplete"},
        {"/missing", missing_anyway, ""},
        {"/warnings", warned, "warned"},
        {"/unmet", unmet, "unmet"},
        {"/unmet", nullptr, ""},
    };
    for (const row& each : rows) {
        json m = evidence();
        m[json::json_pointer(each.pointer)] = each.value;
        INFO(each.pointer << " " << each.value.dump());
        CHECK(ids_of(m) == each.ids);
    }
}

TEST_CASE("a level needs what it controls, and no level needs everything") {
    const auto lacking = [](const json& level, const char* field) {
        json m = evidence();
        m["level"] = level;
        m["missing"] = json::array({{{"field", field}, {"reason", "x"}}});
        return ids_of(m);
    };
    CHECK(lacking("bit-exact", "libraries") == "incomplete");
    CHECK(lacking("seed-stable", "libraries") == "incomplete");
    CHECK(lacking("distribution-stable", "libraries").empty());
    CHECK(lacking("bit-exact", "executable.sha256") == "incomplete");
    CHECK(lacking("seed-stable", "executable.sha256").empty());
    CHECK(lacking("distribution-stable", "digests.loss.npy") == "incomplete");
    CHECK(lacking(nullptr, "hardware.cpu") == "incomplete");
}

TEST_CASE("reasons say whose they are, what is wrong and what to do") {
    json m = evidence();
    m["git_dirty"] = true;
    const std::vector<repro::recorded_manifest> runs = {repro::parse_manifest(m.dump(), "m.json")};
    const auto reasons = repro::gate(runs);
    REQUIRE(reasons.size() == 1);
    CHECK(reasons[0].run == "2026-05-22-softmax-42");
    CHECK(reasons[0].text == "the working tree had changes that no commit holds");
    CHECK(reasons[0].fix == "commit, then run again");
}

TEST_CASE("a manifest of another program passes no gate, for it names no lockfile") {
    CHECK(ids_of(support::source_manifest()) == "unlocked");
    json open = support::source_manifest();
    open["finished_at"] = nullptr;
    CHECK(ids_of(open) == "unfinished unlocked");
}

TEST_CASE("a lockfile below its grade is refused where the grade can be told") {
    const auto graded = [](gate_kind kind, char grade) {
        repro::gate_options options = publication(grade);
        options.kind = kind;
        return ids(repro::gate(five_seeds(), options));
    };
    CHECK(graded(gate_kind::run, 'B').empty());
    CHECK(graded(gate_kind::run, 'C') == "lock-grade lock-grade lock-grade lock-grade lock-grade");
    CHECK(graded(gate_kind::publication, 'A').empty());
    CHECK(graded(gate_kind::publication, 'B') == "lock-grade lock-grade lock-grade lock-grade lock-grade");
    CHECK(ids(repro::gate(five_seeds(), {gate_kind::publication, {}})).starts_with("lock-ungraded"));
    CHECK(ids(repro::gate(five_seeds(), {gate_kind::run, {}})).empty());
}

TEST_CASE("five clean runs of distinct seeds pass for a publication") {
    CHECK(repro::gate(five_seeds(), publication()).empty());
}

TEST_CASE("a publication needs five distinct seeds") {
    auto runs = five_seeds();
    runs[4] = runs[3];
    CHECK(ids(repro::gate(runs, publication())) == "few-seeds");
    CHECK(ids(repro::gate({}, publication())) == "few-seeds");
    runs.push_back(five_seeds()[4]);
    CHECK(repro::gate(runs, publication()).empty());
}

TEST_CASE("a publication needs everything seeded, committed locks, times, one code and one config") {
    struct row {
        const char* pointer;
        json value;
        const char* ids;
    };
    const json unseeded = json::array({{{"field", "streams.torch"}, {"reason", "no adapter"}},
                                       {{"field", "streams.c/random.draws"}, {"reason", "not counted"}}});
    const row rows[] = {
        {"/missing", unseeded, "unseeded"},
        {"/lockfiles/0/tracked", false, "lock-untracked"},
        {"/lockfiles/0/tracked", nullptr, "lock-untracked"},
        {"/wall_seconds", nullptr, "untimed"},
        {"/finished_at", nullptr, "untimed"},
        {"/git_sha", "ffffffffffffffffffffffffffffffffffffffff", "other-code"},
        {"/executable/sha256", support::digest_of_nothing, "other-code"},
        {"/config/lr", 1, "other-config"},
        {"/config/seed", 1, ""},
    };
    for (const row& each : rows) {
        std::vector<repro::recorded_manifest> runs;
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            json m = evidence(seed);
            m["executable"]["sha256"] = std::string(64, '0');
            if (seed == 0) m[json::json_pointer(each.pointer)] = each.value;
            runs.push_back(repro::parse_manifest(m.dump(), "m.json"));
        }
        INFO(each.pointer << " " << each.value.dump());
        CHECK(ids(repro::gate(runs, publication())) == each.ids);
    }
}
