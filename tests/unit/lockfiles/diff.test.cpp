// SPDX-License-Identifier: MIT
#include <repro/lockfiles/diff.hpp>
#include <repro/lockfiles/grade.hpp>

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lockfiles = repro::lockfiles;

namespace {

lockfiles::report holding(std::vector<lockfiles::package> packages) {
    lockfiles::report made;
    made.packages = std::move(packages);
    return made;
}

} // namespace

TEST_CASE("of a lockfile that a tool wrote one package that moved is told, and no other") {
    struct row {
        std::string_view file;
        std::string_view package;
        std::string_view old_text;
        std::string_view new_text;
        bool version;
        bool hash;
    };
    constexpr row rows[] = {
        {"conan/conan.lock", "fmt", "fmt/11.0.2#39f7", "fmt/11.0.2#49f7", false, true},
        {"conan/conan.lock", "fmt", "fmt/11.0.2", "fmt/11.0.3", true, false},
        {"uv/uv.lock", "rich", "sha256:33bd4ef7", "sha256:43bd4ef7", false, true},
        {"uv/uv.lock", "mdurl", "\"mdurl\"\nversion = \"0.1.2\"", "\"mdurl\"\nversion = \"0.1.3\"", true,
         false},
        {"uv/uv.lock", "shards", "#c402114d", "#d402114d", false, true},
        {"npm/package-lock.json", "left", "sha512-2vJ2", "sha512-3vJ2", false, true},
        {"cargo/Cargo.lock", "middle", "\"middle\"\nversion = \"0.8.5\"", "\"middle\"\nversion = \"0.8.6\"",
         true, false},
        {"cargo/Cargo.lock", "lowest", "checksum = \"c245", "checksum = \"d245", false, true},
    };
    for (const row& each : rows) {
        INFO(each.file << ": " << each.new_text);
        const std::string path = "tests/vectors/lockfiles/real/" + std::string(each.file);
        std::ifstream stream(path, std::ios::binary);
        const std::string before{std::istreambuf_iterator<char>(stream), {}};
        std::string after = before;
        REQUIRE(after.find(each.old_text) != std::string::npos);
        after.replace(after.find(each.old_text), each.old_text.size(), each.new_text);
        const auto told = lockfiles::diff(lockfiles::grade(path, before), lockfiles::grade(path, after));
        CHECK(told.added.empty());
        CHECK(told.removed.empty());
        REQUIRE(told.changed.size() == 1);
        CHECK(told.changed[0].before.name == each.package);
        CHECK(told.changed[0].version() == each.version);
        CHECK(told.changed[0].hash() == each.hash);
        CHECK(!told.changed[0].source());
    }
}

TEST_CASE("a lockfile does not differ from itself in another order") {
    const auto one = holding({{"a", "1", "x", "h"}, {"b", "2"}});
    const auto other = holding({{"b", "2"}, {"a", "1", "x", "h"}});
    CHECK(lockfiles::diff(one, other).empty());
}

TEST_CASE("packages are added, removed and changed") {
    const auto before = holding({{"a", "1", "x", "h1"}, {"b", "1"}, {"c", "1", "x"}});
    const auto after = holding({{"a", "1", "x", "h2"}, {"c", "2", "y"}, {"d", "1"}});
    const auto difference = lockfiles::diff(before, after);
    REQUIRE(difference.added.size() == 1);
    CHECK(difference.added[0].name == "d");
    REQUIRE(difference.removed.size() == 1);
    CHECK(difference.removed[0].name == "b");
    REQUIRE(difference.changed.size() == 2);
    CHECK(difference.changed[0].hash());
    CHECK(!difference.changed[0].version());
    CHECK(difference.changed[1].version());
    CHECK(difference.changed[1].source());
    CHECK(!difference.changed[1].hash());
}

TEST_CASE("of a package in several versions only the one that moved is told") {
    const auto before = holding({{"a", "1"}, {"a", "2"}});
    const auto after = holding({{"a", "2"}, {"a", "3"}});
    const auto difference = lockfiles::diff(before, after);
    CHECK(difference.added.empty());
    CHECK(difference.removed.empty());
    REQUIRE(difference.changed.size() == 1);
    CHECK(difference.changed[0].before.version == "1");
    CHECK(difference.changed[0].after.version == "3");
}
