// SPDX-License-Identifier: MIT
// Rankings beside the real SciPy's values, and what is refused.

#include <repro/judge/rank.hpp>

#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace {

namespace rank_judge = repro::judge;

/// A table from the words of a line: data sets, methods and seeds, then the values.
rank_judge::results_table ranked_table(const support::vector_line& line, std::size_t& next) {
    const auto n = static_cast<std::size_t>(line.real(1)), k = static_cast<std::size_t>(line.real(2)),
               s = static_cast<std::size_t>(line.real(3));
    next = 4;
    rank_judge::results_table table;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < k; ++j)
            for (std::size_t seed = 0; seed < s; ++seed) {
                auto& cell = table["d" + std::to_string(10 + i)]["m" + std::to_string(j)];
                cell.seeds.push_back(seed);
                cell.values.push_back(line.real(next++));
            }
    REQUIRE(line.fields.at(next++) == "->");
    return table;
}

std::vector<double> said_of(const rank_judge::ranking& found) {
    std::vector<double> said;
    if (found.methods.size() == 2) {
        for (const auto& each : found.difference)
            said.insert(said.end(),
                        {each.welch_p, each.holm_p, each.mann_whitney_p, each.paired_t_p, each.wilcoxon_p});
        return said;
    }
    said = {found.friedman.statistic, found.friedman.p, found.friedman.iman_davenport.statistic,
            found.friedman.iman_davenport.p};
    said.insert(said.end(), found.friedman.mean_ranks.begin(), found.friedman.mean_ranks.end());
    for (const auto& each : found.pairs)
        said.push_back(each.nemenyi_p);
    for (const auto& each : found.pairs)
        said.push_back(each.holm_p);
    return said;
}

bool near_scipy(double ours, double theirs) {
    if (std::isinf(theirs)) return ours > 1e12; // the same order in every block
    return std::abs(ours - theirs) <= 1e-7 * std::abs(theirs) + 1e-15;
}

rank_judge::results_table small_table(std::size_t datasets, std::size_t methods, std::size_t seeds) {
    rank_judge::results_table table;
    for (std::size_t i = 0; i < datasets; ++i)
        for (std::size_t j = 0; j < methods; ++j)
            for (std::size_t seed = 0; seed < seeds; ++seed) {
                auto& cell = table["d" + std::to_string(i)]["m" + std::to_string(j)];
                cell.seeds.push_back(seed);
                cell.values.push_back(static_cast<double>(10 * i + j) + 0.01 * static_cast<double>(seed));
            }
    return table;
}

bool refused_for(const rank_judge::ranking& found, const std::string& words) {
    for (const std::string& each : found.refusals)
        if (each.find(words) != std::string::npos) return !found.differ;
    return false;
}

} // namespace

TEST_CASE("a ranking has SciPy's values") {
    int lines = 0;
    for (const support::vector_line& line : support::read_vectors("rank.txt")) {
        INFO(line.text);
        std::size_t next = 0;
        const auto table = ranked_table(line, next);
        rank_judge::rank_options options;
        if (line.fields[0] != "two")
            options.blocks = line.fields[0] == "seeds" ? rank_judge::rank_blocks::seeds
                                                       : rank_judge::rank_blocks::datasets;
        const auto said = said_of(rank_judge::rank_methods(table, options));
        REQUIRE(said.size() == line.fields.size() - next);
        for (std::size_t i = 0; i < said.size(); ++i) {
            INFO("value " << i << ": " << said[i] << " and " << line.real(next + i));
            CHECK(near_scipy(said[i], line.real(next + i)));
        }
        ++lines;
    }
    CHECK(lines == 12);
}

TEST_CASE("a ranking names its blocks, and says that seeds of one data set depend on each other") {
    const auto table = small_table(4, 3, 5);
    const auto by_datasets = rank_judge::rank_methods(table);
    CHECK(by_datasets.blocks == std::vector<std::string>{"d0", "d1", "d2", "d3"});
    CHECK(by_datasets.differ == true);
    REQUIRE(by_datasets.friedman.p_exact);
    CHECK(std::abs(*by_datasets.friedman.p_exact - 1.0 / 216) < 1e-12); // one order in 6, three more times
    const auto by_seeds = rank_judge::rank_methods(table, {.blocks = rank_judge::rank_blocks::seeds});
    CHECK(by_seeds.blocks.size() == 20);
    CHECK(by_seeds.blocks[1] == "d0, seed 1");
    REQUIRE(by_seeds.notes.size() >= 1);
    CHECK(by_seeds.notes[0].find("not independent") != std::string::npos);
    const auto one = rank_judge::rank_methods(small_table(1, 3, 5));
    CHECK(one.by == rank_judge::rank_blocks::seeds);
}

TEST_CASE("a direction turns the ranks around and nothing else") {
    const auto table = small_table(4, 3, 5);
    const auto low = rank_judge::rank_methods(table);
    const auto high = rank_judge::rank_methods(table, {.better = rank_judge::better::higher});
    CHECK(low.friedman.mean_ranks == std::vector<double>{1, 2, 3});
    CHECK(high.friedman.mean_ranks == std::vector<double>{3, 2, 1});
    CHECK(low.friedman.statistic == high.friedman.statistic);
}

TEST_CASE("a ranking refuses what its seeds and cells do not carry") {
    using rank_judge::rank_methods;
    CHECK(refused_for(rank_methods(small_table(4, 3, 1)), "d0/m0 has 1 seed; a publication asks for 5"));
    CHECK(refused_for(rank_methods(small_table(4, 3, 4)), "a publication asks for 5"));
    CHECK(rank_methods(small_table(4, 3, 3), {.purpose = rank_judge::rank_purpose::sweep}).differ == true);
    CHECK(refused_for(rank_methods(small_table(4, 3, 2), {.purpose = rank_judge::rank_purpose::sweep}),
                      "asks for 3"));
    CHECK(refused_for(rank_methods(small_table(4, 2, 4)), "asks for 5"));

    auto missing = small_table(4, 3, 5);
    missing["d2"].erase("m1");
    CHECK(refused_for(rank_methods(missing), "d2/m1 has no results"));
    auto lacking = small_table(2, 3, 6);
    lacking["d1"]["m2"].seeds.pop_back();
    lacking["d1"]["m2"].values.pop_back();
    CHECK(
        refused_for(rank_methods(lacking, {.blocks = rank_judge::rank_blocks::seeds}), "d1/m2 lacks seed 5"));
    auto diverged = small_table(4, 3, 5);
    diverged["d1"]["m0"].values[2] = NAN;
    CHECK(refused_for(rank_methods(diverged), "d1/m0 holds a value that is not finite"));

    CHECK(refused_for(rank_methods(small_table(2, 3, 5)), "the least p is 0.1667")); // 1 in 6
    CHECK_THROWS_AS(rank_methods(small_table(2, 1, 5)), repro::error);
}

TEST_CASE("without pairs a paired test has no p, and not one of 1") {
    auto table = small_table(2, 2, 5);
    table["d1"]["m1"].seeds = {5, 6, 7, 8, 9};
    const auto found = rank_judge::rank_methods(table);
    REQUIRE(found.difference.size() == 2);
    CHECK(found.difference[0].pairs == 5);
    CHECK((found.difference[0].paired_t_p < 1 && found.difference[0].wilcoxon_p < 1));
    CHECK(found.difference[1].pairs == 0);
    CHECK(std::isnan(found.difference[1].paired_t_p));
    CHECK(std::isnan(found.difference[1].wilcoxon_p));
    CHECK(found.difference[1].welch_p < 1); // samples that are not paired are compared all the same
}

TEST_CASE("methods that tie in every block do not differ") {
    auto table = small_table(6, 3, 5);
    for (auto& [dataset, methods] : table)
        for (auto& [method, cell] : methods)
            cell.values.assign(5, 1.0);
    const auto found = rank_judge::rank_methods(table);
    CHECK(found.tied_blocks == 6);
    CHECK(found.friedman.p == 1);
    CHECK(found.differ == false);
    CHECK_FALSE(found.friedman.p_exact);
    for (auto& [dataset, methods] : table)
        methods.erase("m2");
    CHECK(rank_judge::rank_methods(table).differ == false); // no spread, no difference
    for (auto& [dataset, methods] : table)
        methods["m1"].values.assign(5, 2.0);
    CHECK(rank_judge::rank_methods(table).differ == true); // no spread, another value
}
