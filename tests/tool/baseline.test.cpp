// SPDX-License-Identifier: MIT
// repro baseline: set over five runs, and later runs held against it.

#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace {

/// Runs under seeds 1, 2, ...; rmse is 7.5, 7.6, ... and what is added to it.
class baseline_bench : public support::sample_runs {
public:
    void runs(const std::string& folder, int seeds, double added = 0, const std::string& libc = "glibc 2.36",
              const std::string& sha = "2e69ad3e87c64b1a8347778e007e474c7062d39c") const {
        for (int seed = 1; seed <= seeds; ++seed) {
            auto document = support::bare_manifest();
            document["seed"] = seed;
            document["seed_text"] = std::to_string(seed);
            document["git_sha"] = sha;
            document["versions"]["libc"] = libc;
            document["metrics"] = {{"rmse", {{"step", {0}}, {"value", {7.4 + 0.1 * seed + added}}}}};
            publish(folder + "/seed_" + std::to_string(seed), std::move(document));
        }
    }
    [[nodiscard]] support::program_result baseline(const std::string& action, const std::string& folder,
                                                   std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"baseline", action, file(), (root() / folder).native()});
        return support::run_program(more);
    }
    [[nodiscard]] std::string file() const { return (*this / "baseline.json").native(); }
};

} // namespace

TEST_CASE("baseline set keeps five runs and their noise in one file") {
    const baseline_bench bench;
    bench.runs("five", 5);
    const auto set = bench.baseline("set", "five", {"--margin", "rmse=0.5"});
    INFO(set.out << set.err);
    CHECK(set.status == 0);
    const auto document = nlohmann::json::parse(support::file_text(bench.file()));
    CHECK(document.at("schema") == "urn:repro:baseline:1.0");
    CHECK(document.at("runs").size() == 5);
    const auto& rmse = document.at("metrics").at("rmse");
    CHECK(rmse.at("seeds") == nlohmann::json({1, 2, 3, 4, 5}));
    CHECK(std::abs(rmse.at("mean").get<double>() - 7.7) < 1e-12);
    CHECK(std::abs(rmse.at("std").get<double>() - std::sqrt(0.025)) < 1e-12);
    // by SciPy's nct, solved for a power of 0.8 with 5 and 5 at 5 %: 2.0244393
    CHECK(std::abs(rmse.at("noise_floor").get<double>() / std::sqrt(0.025) - 2.0244) < 2e-4);
}

TEST_CASE("baseline check says at the level whether new runs hold, with the changed environment beside it") {
    const baseline_bench bench;
    bench.runs("five", 5);
    bench.runs("upgraded", 5, 0.001, "glibc 2.41", "ffffffffffffffffffffffffffffffffffffffff");
    bench.runs("worse", 5, 2.0);
    bench.runs("less", 3);
    REQUIRE(bench.baseline("set", "five", {"--margin", "rmse=0.5"}).status == 0);
    const std::string before = support::file_text(bench.file());
    const auto same = bench.baseline("check", "five", {"--level", "bit-exact", "--json"});
    CHECK(same.status == 0);
    CHECK(nlohmann::json::parse(same.out).at("changed").empty());
    const auto upgraded = bench.baseline("check", "upgraded");
    INFO(upgraded.out << upgraded.err);
    CHECK(upgraded.status == 0);
    CHECK(support::contains(upgraded.out, "distribution-stable: accepted"));
    CHECK(support::contains(upgraded.out, "changed since the baseline"));
    CHECK(support::contains(upgraded.out, "glibc 2.41"));
    CHECK(bench.baseline("check", "upgraded", {"--level", "bit-exact"}).status == 1);
    CHECK(bench.baseline("check", "worse").status == 1);
    CHECK(bench.baseline("check", "less").status == 3);
    CHECK(support::file_text(bench.file()) == before);
}

TEST_CASE("baseline refuses too few seeds, unlike runs and damaged files, and writes nothing then") {
    const baseline_bench bench;
    bench.runs("four", 4);
    const auto few = bench.baseline("set", "four");
    CHECK(few.status == 3);
    CHECK(support::contains(few.err, "4 seeds; a baseline asks for 5"));
    CHECK_FALSE(std::filesystem::exists(bench.file()));
    bench.runs("mixed", 6);
    bench.runs("mixed", 1, 0, "glibc 2.36", "ffffffffffffffffffffffffffffffffffffffff");
    CHECK(support::contains(bench.baseline("set", "mixed").err, "the code differs"));
    bench.runs("five", 5);
    CHECK(bench.baseline("set", "five", {"--margin", "mse=1"}).status == 2);
    CHECK(bench.baseline("set", "five", {"--margin", "rmse=-1"}).status == 2);
    CHECK(bench.baseline("keep", "five").status == 2);
    CHECK_FALSE(std::filesystem::exists(bench.file()));
    CHECK(bench.baseline("check", "five").status == 4);
    bench.write(
        "baseline.json",
        "{\"schema\": \"urn:repro:baseline:2.0\", \"level\": \"bit-exact\", \"margins\": {}, \"runs\": []}");
    CHECK(support::contains(bench.baseline("check", "five").err, "E_SCHEMA_VERSION"));
}
