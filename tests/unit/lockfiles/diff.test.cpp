// SPDX-License-Identifier: MIT
#include <repro/lockfiles/diff.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>
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
