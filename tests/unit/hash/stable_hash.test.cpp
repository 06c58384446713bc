// SPDX-License-Identifier: MIT
#include <repro/hash/stable_hash.hpp>

#include "../../support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>
#include <vector>

namespace {

using repro::stable_hash;

static_assert(!repro::stable_key<char> && !repro::stable_key<double> && !repro::stable_key<const int*>);

std::string text(const std::string& field) { return field == "-" ? "" : field; }

} // namespace

TEST_CASE("stable_hash gives the known answers of the stream contract") {
    int checked = 0;
    for (const auto& line : support::read_vectors("contract/stable_hash.txt")) {
        INFO(line.text);
        const auto& f = line.fields;
        if (f[0] == "split") continue; // tests/unit/data/split_by_key.test.cpp
        ++checked;
        if (f[0] == "text") CHECK(stable_hash(text(f[1])) == line.hex(2));
        if (f[0] == "integer") CHECK(stable_hash(std::stoll(f[1])) == line.hex(2));
        if (f[0] == "fields") CHECK(stable_hash(text(f[1]), std::stoll(f[2])) == line.hex(3));
        if (f[0] == "pair") CHECK(stable_hash(f[1], f[2]) == line.hex(3));
    }
    CHECK(checked == 21);
}

TEST_CASE("stable_hash sees values, not types: widths, literals, strings and bytes") {
    CHECK(stable_hash(7) == stable_hash(std::uint8_t{7}));
    CHECK(stable_hash(-7) == stable_hash(std::int64_t{-7}));
    CHECK(stable_hash("abc") == stable_hash(std::string("abc")));
    const std::vector<std::byte> bytes = {std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
    CHECK(stable_hash("abc") == stable_hash(bytes));
    CHECK(stable_hash("7") != stable_hash(7));
    CHECK(stable_hash("a", 7) == stable_hash(std::string_view("a"), 7u));
    CHECK(stable_hash("a", 7) != stable_hash(7, "a"));
}

TEST_CASE("stable_hash tells a hundred thousand neighbours apart") {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 50000; ++i) {
        seen.insert(stable_hash(i));
        seen.insert(stable_hash("row-" + std::to_string(i)));
    }
    CHECK(seen.size() == 100000);
}
