// SPDX-License-Identifier: MIT
#include <repro/stream/rank_check.hpp>
#include <repro/stream/seed_everything.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace {

using repro::check_ranks;
using repro::rank_states;

/// Ranks whose common stream is equal, and whose own differs.
std::vector<rank_states> good_ranks(std::uint64_t world) {
    std::vector<rank_states> all;
    for (std::uint64_t rank = 0; rank < world; ++rank)
        all.push_back({rank,
                       {{"data/shuffle", "5a5a5a5a5a5a5a5a"},
                        {repro::rank_stream_name(rank, "noise"), "own " + std::to_string(rank)}}});
    return all;
}

std::string ranges(const std::vector<std::uint64_t>& ranks) { return repro::rank_ranges(ranks); }

} // namespace

TEST_CASE("ranks are told as ranges") {
    CHECK(ranges({}).empty());
    CHECK(ranges({3}) == "3");
    CHECK(ranges({0, 1, 2, 5, 7, 8}) == "0-2,5,7-8");
    std::vector<std::uint64_t> even;
    for (std::uint64_t i = 0; i < 1000; ++i)
        even.push_back(2 * i);
    CHECK(ranges(even).ends_with(",508,510 and 744 more"));
}

TEST_CASE("ranks that stand as they have to pass") {
    for (const std::uint64_t world : {1u, 2u, 256u})
        CHECK(check_ranks(good_ranks(world)).empty());
    CHECK(check_ranks({}).empty());
}

TEST_CASE("252 of 256 ranks with a wrong state are found, and named") {
    auto ranks = good_ranks(256);
    for (std::size_t i = 4; i < 256; ++i)
        ranks[i].streams[0].second = "0123456789abcdef0123";
    const auto findings = check_ranks(ranks);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].stream == "data/shuffle");
    CHECK(findings[0].text ==
          "has to be the same on all ranks, but has state 0123456789ab on 252 ranks (4-255), "
          "state 5a5a5a5a5a5a on 4 ranks (0-3)");
}

TEST_CASE("ranks that share a state of which each has its own are found, and named") {
    auto ranks = good_ranks(256);
    for (std::size_t i = 4; i < 256; ++i)
        ranks[i].streams[1].second = ranks[0].streams[1].second; // rank 0's, restored everywhere
    const auto findings = check_ranks(ranks);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].stream == "rank/noise");
    CHECK(findings[0].text == "has to differ from rank to rank, but has state own 0 on 253 ranks (0,4-255)");
}

TEST_CASE("one wrong rank among ten thousand is found; a stream that some never asked for is none") {
    auto ranks = good_ranks(10'000);
    ranks[7'777].streams[0].second = "wrong";
    ranks[5].streams.clear();
    const auto findings = check_ranks(ranks);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].text.find("state wrong on 1 rank (7777)") != std::string::npos);
}

TEST_CASE("each rank's stream of a name is its own, whatever the number of ranks") {
    repro::seed_everything(42);
    std::set<std::uint64_t> words;
    for (std::uint64_t rank = 0; rank < 64; ++rank)
        words.insert(repro::stream(repro::rank_stream_name(rank, "noise"))());
    CHECK(words.size() == 64);
    repro::rank_place place;
    place.rank = 3;
    for (const std::uint64_t world : {4u, 8u}) {
        repro::seed_everything(42);
        place.world = world;
        repro::announce_rank(place);
        CHECK(repro::rank_stream("noise").name() == "rank-3/noise");
        CHECK(words.contains(repro::rank_stream("noise")()));
    }
    repro::detail::announced_place.reset();
}

TEST_CASE("a common stream may be named as the ranks' own are named together") {
    const std::vector<repro::rank_states> all{{0, {{"rank/noise", "a"}, {"rank-0/noise", "b"}}},
                                              {1, {{"rank/noise", "a"}, {"rank-1/noise", "c"}}}};
    CHECK(repro::check_ranks(all).empty());
}

TEST_CASE("only a name that begins with a rank is a rank's own") {
    using repro::detail::shared_rank_name;
    CHECK(shared_rank_name("rank-12/a/b") == "rank/a/b");
    for (const char* const common :
         {"rank/noise", "rank-/noise", "rank-x/noise", "rank-1", "my/rank-1/noise"})
        CHECK(shared_rank_name(common).empty());
}
