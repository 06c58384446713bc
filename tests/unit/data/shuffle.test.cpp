// SPDX-License-Identifier: MIT
#include <repro/data/shuffle.hpp>

#include "../../support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <string>
#include <vector>

TEST_CASE("the shuffle of an epoch gives the known answers of the stream contract, for any items") {
    int checked = 0;
    for (const auto& line : support::read_vectors("contract/permutation.txt")) {
        if (line.fields[0] != "shuffle") continue;
        INFO(line.text);
        const auto n = static_cast<std::size_t>(line.decimal(3));
        const auto order = repro::shuffled(line.decimal(1), line.decimal(2), n);
        REQUIRE(order.size() == n);
        std::vector<std::string> words;
        for (std::size_t i = 0; i < n; ++i)
            words.push_back(std::to_string(i));
        repro::shuffle(line.decimal(1), line.decimal(2), words);
        for (std::size_t i = 0; i < n; ++i) {
            CHECK(order[i] == line.decimal(4 + i));
            CHECK(words[i] == line.fields[4 + i]);
        }
        ++checked;
    }
    CHECK(checked == 10);
    CHECK(repro::shuffled(1, 0, 0).empty());
    CHECK(repro::shuffled(1, 0, 100) != repro::shuffled(1, 1, 100));
}
