// SPDX-License-Identifier: MIT
#include <repro/lockfiles/file.hpp>

#include "support/git_sandbox.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <string>

namespace lockfiles = repro::lockfiles;

namespace {

constexpr std::string_view npm = R"({"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1"}},
  "node_modules/a": {"version": "1.0.0"}}})";

} // namespace

TEST_CASE("a lockfile on disk is graded with the project file beside it") {
    const support::temporary_folder folder;
    const auto lock = folder.write("package-lock.json", npm);
    CHECK(lockfiles::grade_file(lock).stale == std::nullopt);
    folder.write("package.json", R"({"dependencies": {"a": "1"}})");
    CHECK(lockfiles::grade_file(lock).stale == false);
    folder.write("package.json", R"({"dependencies": {"a": "2"}})");
    const auto report = lockfiles::grade_file(lock);
    CHECK(report.stale == true);
    CHECK(std::ranges::count(report.warnings, repro::warn::lock_stale, &repro::warning::code) == 1);
}

TEST_CASE("a project file that is younger is told where nothing better is known") {
    const support::temporary_folder folder;
    const auto lock = folder.write("uv.lock", "version = 1\n");
    const auto project = folder.write("pyproject.toml", "[project]\nname = 'x'\n");
    std::filesystem::last_write_time(project, std::filesystem::last_write_time(lock) + std::chrono::hours(1));
    const auto report = lockfiles::grade_file(lock);
    CHECK(report.facts == std::vector<lockfiles::fact>{{"older than", "pyproject.toml"}});
    CHECK(report.stale == std::nullopt);
}

TEST_CASE("a project that asks for what uv did not lock makes its lockfile stale") {
    const support::temporary_folder folder;
    const auto lock = folder.write("uv.lock", "version = 1\n");
    folder.write("pyproject.toml", "[project]\nname = 'x'\ndependencies = ['torch>=2']\n");
    CHECK(lockfiles::grade_file(lock).stale == true);
}

TEST_CASE("a file that is not there, or no regular file, has the errors of hashing") {
    const support::temporary_folder folder;
    CHECK(support::refusal([&] { (void)lockfiles::grade_file(folder / "uv.lock"); }) ==
          repro::errc::artifact_missing);
    CHECK(support::refusal([&] { (void)lockfiles::grade_file(folder.path()); }) == repro::errc::not_regular);
}
