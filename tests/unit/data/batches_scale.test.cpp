// SPDX-License-Identifier: MIT
// 10,000 ranks and 10^12 samples, simulated in one process: what docs/scale.md says of them.
#include <repro/data/batches.hpp>
#include <repro/data/permutation.hpp>
#include <repro/data/sample_streams.hpp>
#include <repro/stream/engine.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace {

constexpr std::uint64_t all_ranks = 10'000, all_samples = 1'000'000'000'000;
constexpr std::uint64_t batch_of_all = 64 * all_ranks + 17; // no rank's part is as large as every other's

using plan = repro::batches<repro::permutation>;

/// Returns what `world` ranks see together in a step of an epoch that goes on from `first`.
std::vector<std::uint64_t> step_of_all(std::uint64_t world, std::uint64_t step, std::uint64_t first) {
    const repro::permutation order(42, 3, all_samples);
    std::vector<std::uint64_t> all;
    for (std::uint64_t rank = 0; rank < world; ++rank) {
        const plan mine(order, {batch_of_all}, repro::shard(rank, world), first);
        const auto part = mine[step];
        if (part.size() > batch_of_all / world + 1) FAIL("a part is too large");
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

/// Returns the batch as the order gives it, whoever shares it.
std::vector<std::uint64_t> step_of_one(std::uint64_t position, std::uint64_t size) {
    const repro::permutation order(42, 3, all_samples);
    std::vector<std::uint64_t> all(size);
    order.copy(position, all);
    return all;
}

} // namespace

TEST_CASE("10,000 ranks share 10^12 samples: at each step looked at, the parts are disjoint and complete") {
    const plan whole(repro::permutation(42, 3, all_samples), {batch_of_all});
    const std::uint64_t last = whole.size() - 1;
    for (const std::uint64_t step : {std::uint64_t{0}, last / 2, last - 1, last}) {
        INFO("step " << step);
        const std::uint64_t begin = step * batch_of_all;
        auto all = step_of_all(all_ranks, step, 0);
        CHECK((all == step_of_one(begin, std::min(batch_of_all, all_samples - begin))));
        std::sort(all.begin(), all.end());
        CHECK((std::adjacent_find(all.begin(), all.end()) == all.end()));
    }
}

TEST_CASE("9,999 ranks that go on in the middle of the epoch see what 10,000 would have seen") {
    const std::uint64_t first = 500'000 * batch_of_all;
    CHECK((step_of_all(9'999, 1, first) == step_of_all(all_ranks, 500'001, 0)));
}

TEST_CASE("what a rank holds of the order does not grow with samples or ranks") {
    CHECK(sizeof(repro::permutation) <= 128);
    CHECK(sizeof(plan) <= 256);
}

TEST_CASE("the parts of all ranks lie behind each other at every position, and differ by one at most") {
    for (const std::uint64_t count :
         {std::uint64_t{1}, all_ranks - 1, all_ranks, batch_of_all, all_samples, all_samples * 1'000'000}) {
        std::uint64_t end = 0, wrong = 0;
        for (std::uint64_t rank = 0; rank < all_ranks; ++rank) {
            const repro::position_range part = repro::shard(rank, all_ranks).part_of(count);
            wrong +=
                part.begin != end || part.size() < count / all_ranks || part.size() > count / all_ranks + 1;
            end = part.end;
        }
        CHECK(wrong == 0);
        CHECK(end == count);
    }
}

TEST_CASE("ten streams of each of 10,000 ranks have keys of their own") {
    std::vector<repro::stream_key> keys;
    keys.reserve(10 * all_ranks);
    for (std::uint64_t rank = 0; rank < all_ranks; ++rank) {
        const auto root = repro::key_hash("rank")
                              .add(repro::root_key(42))
                              .add(std::uint64_t{1000})
                              .add(rank)
                              .add(all_ranks)
                              .key();
        for (int name = 0; name < 10; ++name)
            keys.push_back(repro::derive_key(root, "rank/" + std::to_string(name)));
    }
    std::sort(keys.begin(), keys.end());
    CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
}

TEST_CASE("generators of samples among 10^12 begin with words of their own") {
    const repro::sample_streams augment(42, "augment");
    repro::stream_engine engine(repro::derive_key(repro::root_key(7), "touch"));
    std::vector<std::uint64_t> words;
    for (std::uint64_t epoch = 0; epoch < 100; ++epoch)
        for (int i = 0; i < 1000; ++i)
            words.push_back(augment(epoch, repro::uniform_int(engine, all_samples))());
    std::sort(words.begin(), words.end()); // of 10^5 words of 64 bits none is expected twice: odds of 3e-10
    CHECK(std::adjacent_find(words.begin(), words.end()) == words.end());
}
