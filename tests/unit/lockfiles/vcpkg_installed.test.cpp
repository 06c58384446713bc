// SPDX-License-Identifier: MIT
#include <repro/lockfiles/installed.hpp>

#include "held_packages.hpp"
#include "support/git_sandbox.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace lockfiles = repro::lockfiles;

namespace {

const std::string commit_a(40, 'a');

std::string port(const std::string& name, const std::string& version) {
    return "Package: " + name + "\nVersion: " + version +
           "\nArchitecture: x64-linux\nStatus: install ok installed\n\n";
}

void install(const support::temporary_folder& folder, const std::string& ports) {
    folder.write("vcpkg_installed/vcpkg/status", ports);
}

/// Writes down a baseline as vcpkg does when it installs from its own registry.
void keep_baseline(const support::temporary_folder& folder, const std::string& versions) {
    folder.write("vcpkg/buildtrees/versioning_/baselines/" + commit_a + "/baseline.json",
                 R"({"default": {)" + versions + "}}");
}

std::vector<lockfiles::held_package> hold(const support::temporary_folder& folder, const std::string& members,
                                          const std::string& baseline = commit_a) {
    const auto report =
        lockfiles::grade("vcpkg.json", R"({"builtin-baseline": ")" + baseline + "\", " + members + "}");
    return lockfiles::hold_installed(report, lockfiles::find_places(folder.path(), ""));
}

const std::string versions = R"("fmt": {"baseline": "10.2.1", "port-version": 1},
    "vcpkg-cmake": {"baseline": "2024-04-23", "port-version": 0}, "zlib": {"baseline": "1.3.1", "port-version": 0})";

} // namespace

TEST_CASE("vcpkg's status is held against overrides") {
    const support::temporary_folder folder;
    install(folder, "Package: zlib\nVersion: 1.3.1\nPort-Version: 2\nArchitecture: x64-linux\n"
                    "Status: install ok installed\n\nPackage: zlib\nFeature: extra\n"
                    "Status: install ok installed\n\nPackage: gone\nVersion: 1\n"
                    "Status: purge ok not-installed\n");
    const auto with = [&](const std::string& version) {
        return hold(folder, R"("dependencies": ["zlib"], "overrides": [{"name": "zlib", "version": ")" +
                                version + "\"}]")
            .at(0);
    };
    CHECK(with("1.3.1#2").reason.empty());
    CHECK(with("1.3.0").reason == "locked 1.3.0, installed 1.3.1#2");
    CHECK(with("1.3.0").differs);
}

TEST_CASE("a port whose baseline is not at hand is undecided, and so is one that it brought along") {
    const support::temporary_folder folder;
    install(folder, port("fmt", "10.2.1") + port("vcpkg-cmake", "2024-04-23"));
    const auto held = hold(folder, R"("dependencies": ["fmt", "absent"])");
    REQUIRE(held.size() == 3);
    for (const char* const name : {"fmt", "vcpkg-cmake"}) {
        CHECK_FALSE(named(held, name).differs);
        CHECK(named(held, name).undecided);
        CHECK(named(held, name).reason == "the lock names no version, and its baseline is not at hand");
    }
    CHECK_FALSE(named(held, "absent").undecided);
}

TEST_CASE("ports are held against the baseline that vcpkg wrote down when it installed them") {
    const support::temporary_folder folder;
    keep_baseline(folder, versions);
    const auto swapped = [&folder](const std::string& fmt, const std::string& cmake) {
        install(folder, "Package: fmt\nVersion: 10.2.1\nPort-Version: " + fmt +
                            "\nStatus: install ok installed\n\n" + port("vcpkg-cmake", cmake));
        const auto held = hold(folder, R"("dependencies": ["fmt"])");
        CHECK(std::ranges::none_of(held, &lockfiles::held_package::undecided));
        return std::pair(named(held, "fmt").reason, named(held, "vcpkg-cmake").reason);
    };
    CHECK(swapped("1", "2024-04-23") == std::pair(std::string(), std::string()));
    CHECK(swapped("0", "2024-04-23").first == "locked 10.2.1#1, installed 10.2.1");
    CHECK(swapped("1", "2023-05-04").second ==
          "locked 2024-04-23, installed 2023-05-04"); // nobody asked for it
    SECTION("where CMake's cache says that vcpkg lies elsewhere") {
        const support::temporary_folder elsewhere;
        elsewhere.write("build/CMakeCache.txt",
                        "# x\nZ_VCPKG_ROOT_DIR:INTERNAL=" + (folder.path() / "vcpkg").native() + "\n");
        install(elsewhere, port("fmt", "9.0.0"));
        CHECK(named(hold(elsewhere, R"("dependencies": ["fmt"])"), "fmt").differs);
    }
}

TEST_CASE("the baseline is read from a clone of the registry, at the commit and not from its working tree") {
    const support::git_sandbox folder;
    folder.write("vcpkg/versions/baseline.json",
                 R"({"default": {"zlib": {"baseline": "1.3.1", "port-version": 0}}})");
    folder.git(folder / "vcpkg", "init");
    folder.commit(folder / "vcpkg");
    const std::string commit = repro::capture_git(folder / "vcpkg").sha.value_or("");
    folder.write("vcpkg/versions/baseline.json",
                 R"({"default": {"zlib": {"baseline": "1.2.0", "port-version": 0}}})");
    install(folder, port("zlib", "1.3.1"));
    CHECK(hold(folder, R"("dependencies": ["zlib"])", commit).at(0).reason.empty());
    install(folder, port("zlib", "1.2.0"));
    CHECK(hold(folder, R"("dependencies": ["zlib"])", commit).at(0).differs);
    CHECK(hold(folder, R"("dependencies": ["zlib"])", std::string(40, 'b')).at(0).undecided);
}

TEST_CASE("a version that is asked for at least raises the baseline, and others may follow") {
    const support::temporary_folder folder;
    keep_baseline(folder, versions);
    const std::string higher = R"("dependencies": [{"name": "fmt", "version>=": "11.0.0"}])";
    install(folder, port("fmt", "11.0.0") + port("zlib", "1.3.2"));
    CHECK(named(hold(folder, higher), "fmt").reason.empty());
    CHECK(named(hold(folder, higher), "zlib").undecided);
    install(folder, port("fmt", "10.2.1#1") + port("zlib", "1.3"));
    CHECK(named(hold(folder, higher), "fmt").undecided == false);
    CHECK(named(hold(folder, higher), "fmt").differs); // nothing takes a version back
    CHECK(named(hold(folder, higher), "zlib").differs);
    const std::string lower = R"("dependencies": [{"name": "fmt", "version>=": "9.1.0"}])";
    CHECK(named(hold(folder, lower), "fmt").reason.empty());
    const std::string unordered = R"("dependencies": [{"name": "fmt", "version>=": "10.2.1-rc1"}])";
    CHECK(named(hold(folder, unordered), "fmt").undecided);
}

TEST_CASE("where folders of ports stand in for the registry another version is undecided") {
    const support::temporary_folder folder;
    keep_baseline(folder, versions);
    install(folder, port("fmt", "9.0.0"));
    const auto held =
        hold(folder, R"("dependencies": ["fmt"], "vcpkg-configuration": {"overlay-ports": ["ports"],
                "default-registry": {"kind": "builtin", "baseline": ")" +
                         commit_a + "\"}}");
    CHECK_FALSE(held.at(0).differs);
    CHECK(held.at(0).undecided);
}

TEST_CASE("versions of vcpkg are ordered as far as numbers go") {
    using lockfiles::detail::vcpkg_before;
    CHECK(vcpkg_before("1.2", "1.10") == true);
    CHECK(vcpkg_before("1.2.0", "1.2") == false);
    CHECK(vcpkg_before("1.2", "1.2#1") == true);
    CHECK(vcpkg_before("2023-12-31", "2024-01-01") == true);
    CHECK_FALSE(vcpkg_before("1.0", "1.0-rc1"));
    CHECK_FALSE(vcpkg_before("", "1"));
    CHECK_FALSE(vcpkg_before("1.2.3.4.5.6.7.8.9", "1"));
}
