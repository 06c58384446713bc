// SPDX-License-Identifier: MIT
#include <repro/data/sample_streams.hpp>
#include <repro/rng/distributions.hpp>

#include "../../support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <set>

TEST_CASE("the words of a sample are the known answers of the stream contract, in turn and at once") {
    int checked = 0;
    for (const auto& line : support::read_vectors("contract/permutation.txt")) {
        if (line.fields[0] != "words") continue;
        INFO(line.text);
        const repro::sample_streams streams(line.decimal(2), line.fields[1]);
        auto g = streams(line.decimal(3), line.decimal(4));
        const auto whole = g;
        for (std::size_t i = 5; i < line.fields.size(); ++i) {
            CHECK(g() == line.hex(i));
            CHECK(whole.at(i - 5) == line.hex(i));
        }
        ++checked;
    }
    CHECK(checked == 9);
}

TEST_CASE("seeds, names, epochs and samples each have words of their own") {
    std::set<std::uint64_t> first;
    for (const std::uint64_t seed : {0U, 1U})
        for (const char* name : {"augment", "noise"})
            for (const std::uint64_t epoch : {0U, 1U})
                for (const std::uint64_t sample : {0U, 1U, 2U})
                    first.insert(repro::sample_streams(seed, name)(epoch, sample)());
    CHECK(first.size() == 24);
}
