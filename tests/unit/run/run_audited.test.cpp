// SPDX-License-Identifier: MIT
// What an audit saw, in the manifest of the run.

#include "support/git_sandbox.hpp"
#include "support/manifest.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <string>

namespace {

struct ended {
    int status = -1;
    nlohmann::json manifest;
};

ended run_in(const std::filesystem::path& repository, const std::string& argument) {
    const std::string line =
        "env -u REPRO_SEED -u REPRO_RUN_DIR -u REPRO_EXPERIMENTS -u LD_PRELOAD REPRO_QUIET=1 '" +
        std::string(REPRO_AUDITED_RUN) + "' '" + repository.native() + "' " + argument;
    ended result;
    result.status = WEXITSTATUS(std::system(line.c_str()));
    result.manifest = support::read_manifest(support::only_folder(repository / "runs"));
    return result;
}

} // namespace

TEST_CASE("a strict run that draws from its streams alone holds, whatever recording itself draws") {
    const support::git_sandbox sandbox;
    const ended run = run_in(sandbox.repository(), "");
    const auto& entropy = run.manifest["entropy"];
    INFO(entropy.dump(2));
    CHECK(run.status == 0);
    CHECK(entropy["watched"] == true);
    CHECK(entropy["taken"] == 0);
    bool own = false; // its run_id
    for (const auto& use : entropy["uses"])
        own = own || (use["kind"] == "entropy" && use["own"] == true);
    CHECK(own);
    std::size_t seedings = 0; // of C's generators, by the run: apart from what the program seeds
    for (const auto& use : entropy["uses"]) {
        if (use["kind"] != "seed") continue;
        ++seedings;
        CHECK(use["own"] == true);
    }
    CHECK(seedings >= 2);
    CHECK_FALSE(support::warns(run.manifest, "W_ENTROPY_TAKEN"));
}

TEST_CASE("a strict run that takes entropy fails, and its manifest tells from where") {
    const support::git_sandbox sandbox;
    const ended run = run_in(sandbox.repository(), "draw");
    CHECK(run.status == 1);
    CHECK(run.manifest["entropy"]["taken"] == 2);
    CHECK(support::warns(run.manifest, "W_ENTROPY_TAKEN"));
    bool unmet = false;
    for (const auto& each : run.manifest["unmet"])
        unmet = unmet || (each["name"] == "entropy" &&
                          each["what"] == "was taken by 2 calls that the run's seed does not reach");
    CHECK(unmet);
}
