// SPDX-License-Identifier: MIT
#include <repro/data/batches.hpp>
#include <repro/data/data_position.hpp>
#include <repro/data/permutation.hpp>
#include <repro/data/stratified.hpp>
#include <repro/data/weighted.hpp>

#include "../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

namespace {

using repro::batches;
using repro::last_batch;
using repro::permutation;
using repro::shard;
using sample_list = std::vector<std::uint64_t>;

/// What each step sees over all ranks of a world of `world`.
template <class Order>
std::vector<sample_list> steps_of(const Order& order, repro::batch_rule rule, std::uint64_t world,
                                  std::uint64_t first = 0) {
    std::vector<sample_list> steps;
    for (std::uint64_t rank = 0; rank < world; ++rank) {
        const batches plan(order, rule, shard(rank, world), first);
        steps.resize(plan.size());
        for (std::uint64_t k = 0; k < plan.size(); ++k) {
            const auto part = plan[k];
            std::copy(part.begin(), part.end(), std::back_inserter(steps[k]));
        }
    }
    return steps;
}

sample_list joined(const std::vector<sample_list>& steps) {
    sample_list all;
    for (const auto& each : steps)
        all.insert(all.end(), each.begin(), each.end());
    return all;
}

/// Holds the order under batches against the same order alone: by any number of ranks, from the beginning and
/// gone on from behind any step, by yet another number of ranks.
template <class Order> void check_on_any_ranks(const Order& order, const sample_list& all) {
    constexpr std::uint64_t batch = 48;
    CHECK(all.size() % batch != 0); // the last batch is a small one
    const auto alone = steps_of(order, {batch}, 1);
    CHECK(joined(alone) == all);
    for (const std::uint64_t world : {1U, 2U, 3U, 5U}) {
        CHECK(steps_of(order, {batch}, world) == alone);
        const batches plan(order, {batch}, shard(world - 1, world));
        for (std::uint64_t step = 0; step < plan.size(); ++step) {
            const auto line = repro::data_position{7, plan.position_after(step)}.save(order.size());
            const auto at = repro::data_position::restore(line, order.size());
            const auto rest = alone.begin() + static_cast<std::ptrdiff_t>(step) + 1;
            for (const std::uint64_t world_now : {1U, 2U, 3U, 5U}) {
                INFO(world << " ranks, then " << world_now << " behind step " << step);
                CHECK(steps_of(order, {batch}, world_now, at.sample) ==
                      std::vector<sample_list>(rest, alone.end()));
            }
        }
    }
}

} // namespace

TEST_CASE("parts of a shard lie behind each other, and differ by one at most, up to the largest numbers") {
    for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7}, std::uint64_t{64},
                                      UINT64_MAX, std::uint64_t{1} << 63}) {
        for (std::uint64_t world = 1; world <= 9; ++world) {
            INFO(count << " by " << world);
            std::uint64_t end = 0;
            for (std::uint64_t rank = 0; rank < world; ++rank) {
                const auto part = shard(rank, world).part_of(count);
                CHECK(part.begin == end);
                CHECK((part.size() == count / world || part.size() == count / world + 1));
                end = part.end;
            }
            CHECK(end == count);
        }
    }
    CHECK(shard().part_of(5) == repro::position_range{0, 5});
}

TEST_CASE("every step sees the same samples in the same order in a world of any size") {
    for (const std::uint64_t n : {0U, 1U, 5U, 63U, 64U, 65U, 1000U}) {
        const permutation order(42, 3, n);
        for (const last_batch last : {last_batch::keep, last_batch::drop, last_batch::pad}) {
            INFO(n << " samples, rule " << static_cast<int>(last));
            const auto alone = steps_of(order, {16, last}, 1);
            for (const std::uint64_t world : {2U, 3U, 4U, 8U, 32U})
                CHECK(steps_of(order, {16, last}, world) == alone);
        }
    }
}

TEST_CASE("the last batch is kept, dropped or filled up") {
    const permutation order(1, 0, 70);
    const sample_list all(order.begin(), order.end());

    const auto kept = steps_of(order, {32, last_batch::keep}, 3);
    CHECK(kept.size() == 3);
    CHECK(joined(kept) == all);

    const auto dropped = steps_of(order, {32, last_batch::drop}, 3);
    CHECK(dropped.size() == 2);
    CHECK(joined(dropped) == sample_list(all.begin(), all.begin() + 64));

    const auto padded = steps_of(order, {32, last_batch::pad}, 3);
    sample_list filled = all;
    filled.insert(filled.end(), all.begin(), all.begin() + 26);
    CHECK(padded.size() == 3);
    CHECK(joined(padded) == filled);
}

TEST_CASE("padding goes round an epoch that is smaller than a batch, and nothing makes no batch") {
    const sample_list three = {7, 8, 9}; // any order will do
    CHECK(batches(three, {8, last_batch::pad})[0] == sample_list{7, 8, 9, 7, 8, 9, 7, 8});
    CHECK(batches(three, {8, last_batch::drop}).size() == 0);
    CHECK(batches(sample_list{}, {8, last_batch::pad}).size() == 0);
}

TEST_CASE("an epoch goes on from any position, by other batches and another number of ranks") {
    const permutation order(42, 1, 1000);
    const sample_list all(order.begin(), order.end());
    const batches plan(order, {64}, shard(1, 4));
    const std::uint64_t used = plan.position_after(4);
    CHECK(used == 320);
    CHECK(plan.position_after(plan.size() - 1) == 1000);
    CHECK(joined(steps_of(order, {50}, 3, used)) == sample_list(all.begin() + 320, all.end()));
    CHECK(batches(order, {64}, shard(), 1000).size() == 0);
    CHECK(batches(order, {64}, shard(), 999).position_after(0) == 1000);
}

TEST_CASE("a weighted order is the same over any number of ranks, and goes on from any position") {
    std::vector<double> weights;
    for (int i = 0; i < 300; ++i)
        weights.push_back(i % 7 / 4.0);
    const repro::weighted_order order(42, 7, weights, 500); // more draws than there are samples
    check_on_any_ranks(order, sample_list(order.begin(), order.end()));
}

TEST_CASE("a stratified order is the same over any number of ranks, and goes on from any position") {
    std::vector<std::uint32_t> strata;
    for (std::uint32_t i = 0; i < 500; ++i)
        strata.push_back(i % 100 == 0 ? 9 : i * i % 11 % 4);
    const auto order = repro::stratified_order(42, 7, strata);
    check_on_any_ranks(order, order);
    check_on_any_ranks(repro::stratified_order(42, 7, strata), order); // made anew, as after a restart
}

TEST_CASE("batches are gone through by a loop") {
    const permutation order(42, 1, 100);
    sample_list seen;
    for (const auto& batch : batches(order, {32}))
        seen.insert(seen.end(), batch.begin(), batch.end());
    CHECK(seen == sample_list(order.begin(), order.end()));
}

TEST_CASE("impossible shards, batches of nothing and positions behind the end are refused") {
    using repro::errc;
    CHECK(support::refusal([] { (void)shard(0, 0); }) == errc::argument_invalid);
    CHECK(support::refusal([] { (void)shard(4, 4); }) == errc::argument_invalid);
    CHECK(support::refusal([] { (void)batches(permutation(1, 0, 10), {0}); }) == errc::argument_invalid);
    CHECK(support::refusal([] { (void)batches(permutation(1, 0, 10), {4}, shard(), 11); }) ==
          errc::argument_invalid);
}
