// SPDX-License-Identifier: MIT
#include <repro/run/repository.hpp>

#include "../../support/git_sandbox.hpp"
#include "../../support/scoped_variable.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <string>

namespace {

/// A recording in a repository, with the working directory in it for as long as it lives.
struct recorded_repository {
    support::git_sandbox box;
    std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::path folder = box.repository();
    support::scoped_variable quiet{"REPRO_QUIET", "1"};
    repro::detail::recording to;

    recorded_repository() { std::filesystem::current_path(folder); }
    ~recorded_repository() { std::filesystem::current_path(before); }
    recorded_repository(const recorded_repository&) = delete;
    recorded_repository& operator=(const recorded_repository&) = delete;

    void start() { capture_repository(to, {}); }
    void finish() { capture_repository_at_end(to, {}); }
    /// Returns the text of the warning, empty where there is none.
    [[nodiscard]] std::string warning(repro::warn code) const {
        const auto& all = to.manifest.warnings;
        const auto found =
            std::find_if(all.begin(), all.end(), [code](const auto& w) { return w.code == code; });
        return found == all.end() ? std::string() : found->text;
    }
};

} // namespace

TEST_CASE("a repository that stays as it was is recorded at both ends without a warning") {
    recorded_repository here;
    here.start();
    here.box.write("repository/output", "new files are what runs write");
    here.finish();
    CHECK(here.to.manifest.warnings.empty());
    REQUIRE(here.to.manifest.git->at_end);
    CHECK(here.to.manifest.git->at_end->untracked == 1U);
}

TEST_CASE("another commit or other counts at the end are warned of") {
    recorded_repository here;
    here.start();
    here.box.write("repository/a", "edited meanwhile\n");
    here.finish();
    CHECK(here.warning(repro::warn::git_changed).ends_with("modified: 0 and now 1"));
    here.box.commit(here.folder);
    here.finish();
    CHECK(here.to.manifest.warnings.size() == 2);
}

TEST_CASE("a working directory that changes during the run leads to no other repository") {
    recorded_repository here;
    here.start();
    std::filesystem::current_path("/");
    here.finish();
    CHECK(here.to.manifest.warnings.empty());
    CHECK(here.to.manifest.git->at_end->sha == here.to.manifest.git->at_start.sha);
}

TEST_CASE("a patch that cannot be made is missing with its reason, and one that nobody wants is not made") {
    recorded_repository here;
    here.box.write("repository/a", "password = \"tr0ub4dor&3\"\n");
    here.start();
    bool kept = false;
    const auto keep = [&kept](const std::string&) { kept = true; };
    record_patch(here.to, {}, {}, keep);
    CHECK(here.to.manifest.warnings.empty());
    record_patch(here.to, {.scope = repro::git_patch_scope::tracked}, {}, keep);
    CHECK(here.warning(repro::warn::patch_missing).find("secrets") != std::string::npos);
    CHECK_FALSE(kept);
    here.box.write("repository/a", "edited\n");
    record_patch(here.to, {.scope = repro::git_patch_scope::tracked}, {}, keep);
    CHECK(kept);
    CHECK(here.to.manifest.git->patch);
}
