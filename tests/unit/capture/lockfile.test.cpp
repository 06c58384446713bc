// SPDX-License-Identifier: MIT
#include <repro/capture/lockfile.hpp>

#include "../../support/git_sandbox.hpp"

#include <catch2/catch_test_macros.hpp>

using repro::capture_lockfile;

TEST_CASE("a tracked lockfile has digest, size and nothing missing") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    const auto file = box.write("repository/part/uv.lock", "abc");
    box.commit(folder);
    const auto facts = capture_lockfile(file);
    CHECK(facts.path == file);
    REQUIRE(facts.sha256);
    CHECK(facts.sha256->hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(facts.size == 3U);
    CHECK(facts.tracked == true);
    CHECK(facts.missing.empty());
}

TEST_CASE("a lockfile that git does not keep says so") {
    const support::git_sandbox box;
    (void)box.repository();
    CHECK(capture_lockfile(box.write("repository/uv.lock", "abc")).tracked == false);
}

TEST_CASE("a lockfile is found relative to the working directory") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder);
    const auto facts = capture_lockfile("a");
    std::filesystem::current_path(before);
    CHECK(facts.tracked == true);
    CHECK(facts.size == 4U);
}

TEST_CASE("a lockfile outside of any repository still has its digest") {
    const support::git_sandbox box;
    const auto facts = capture_lockfile(box.write("uv.lock", "abc"));
    CHECK(facts.sha256);
    CHECK_FALSE(facts.tracked);
    REQUIRE(facts.missing.size() == 1);
    CHECK(facts.missing[0].field.ends_with("uv.lock.tracked"));
}

TEST_CASE("a missing lockfile is a fact with its reason") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    const auto facts = capture_lockfile(folder / "uv.lock");
    CHECK_FALSE(facts.sha256);
    CHECK_FALSE(facts.size);
    CHECK(facts.tracked == false);
    REQUIRE(facts.missing.size() == 2);
    CHECK(facts.missing[0].reason.find("E_ARTIFACT_MISSING") != std::string::npos);
}

TEST_CASE("what is no file, or lies in no folder, is told and does not throw") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    CHECK(capture_lockfile(folder / "b").missing.at(0).reason.find("E_NOT_REGULAR") != std::string::npos);
    const auto nowhere = capture_lockfile(box / "absent/uv.lock");
    CHECK_FALSE(nowhere.sha256);
    CHECK_FALSE(nowhere.tracked);
    CHECK(nowhere.missing.size() == 3);
    CHECK_FALSE(capture_lockfile("").sha256);
}

TEST_CASE("a bare repository tracks no file of a folder") {
    const support::git_sandbox box;
    (void)box.repository();
    box.git(box.path(), "clone --bare repository bare.git");
    const auto facts = capture_lockfile(box / "bare.git/HEAD");
    CHECK(facts.sha256);
    CHECK_FALSE(facts.tracked);
}
