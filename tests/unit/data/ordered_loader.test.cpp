// SPDX-License-Identifier: MIT
#include <repro/data/batches.hpp>
#include <repro/data/ordered_loader.hpp>
#include <repro/data/permutation.hpp>
#include <repro/data/sample_streams.hpp>
#include <repro/rng/distributions.hpp>

#include "../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using repro::ordered_loader;
using repro::permutation;

/// A sample with noise of its own, for which some workers take longer than others.
struct augmented {
    repro::sample_streams noise{42, "augment"};
    std::uint64_t epoch = 3;

    std::pair<std::uint64_t, double> operator()(std::uint64_t sample) const {
        for (std::uint64_t pause = sample % 5; pause > 0; --pause)
            std::this_thread::yield();
        return {sample, static_cast<double>(sample) + repro::normal(noise(epoch, sample))};
    }
};

template <class Items, class Load> auto all_of(const Items& items, Load load, repro::loader_options options) {
    ordered_loader loader(items, load, options);
    std::vector<typename decltype(loader)::value_type> loaded;
    while (auto item = loader.next())
        loaded.push_back(std::move(*item));
    CHECK_FALSE(loader.next());
    return loaded;
}

} // namespace

TEST_CASE("no, one and many workers load the same data in the same order, sample by sample and in batches") {
    const permutation order(42, 3, 500);
    const auto expected = all_of(order, augmented{}, {});
    REQUIRE(expected.size() == 500);
    for (std::uint64_t i = 0; i < 500; ++i)
        CHECK(expected[i] == augmented{}(order[i]));
    const repro::batches steps(order, {32});
    const auto batches = all_of(steps, augmented{}, {});
    REQUIRE(batches.size() == 16);
    for (const auto& [workers, ahead] :
         {std::pair<std::size_t, std::size_t>{1, 0}, {1, 1}, {2, 0}, {4, 1}, {4, 3}, {7, 64}}) {
        INFO(workers << " workers, " << ahead << " ahead");
        CHECK(all_of(order, augmented{}, {workers, ahead}) == expected);
        CHECK(all_of(steps, augmented{}, {workers, ahead}) == batches);
    }
    CHECK(all_of(permutation(1, 0, 0), augmented{}, {3, 0}).empty());
}

TEST_CASE("a loader takes whole batches where the function does, and results that only move") {
    const repro::batches steps(permutation(42, 3, 100), {32});
    const auto size = [](const std::vector<std::uint64_t>& batch) {
        return std::make_unique<std::size_t>(batch.size());
    };
    const auto sizes = all_of(steps, size, {2, 0});
    REQUIRE(sizes.size() == 4);
    CHECK((*sizes[0] == 32 && *sizes[3] == 4));
}

TEST_CASE("workers are never further ahead than they may be, and use what they may") {
    std::atomic<std::uint64_t> begun = 0;
    std::uint64_t taken = 0, furthest = 0;
    const auto load = [&](std::uint64_t sample) {
        ++begun;
        return sample;
    };
    ordered_loader loader(permutation(1, 0, 200), load, {.workers = 3, .ahead = 5});
    while (begun < 5)
        std::this_thread::yield(); // they come that far on their own
    while (true) {
        furthest = std::max(furthest, begun - taken);
        if (!loader.next()) break;
        ++taken;
    }
    CHECK(begun == 200);
    CHECK(furthest == 5);
}

TEST_CASE(
    "an exception comes in the sample's turn, names it, carries the cause, and loading goes on behind it") {
    const permutation order(42, 3, 60);
    const auto load = [&](std::uint64_t sample) -> std::uint64_t {
        if (sample == order[17]) throw std::out_of_range("no such file");
        if (sample == order[18]) throw 5; // NOLINT(hicpp-exception-baseclass): users do
        return sample;
    };
    for (const std::size_t workers : {0U, 1U, 4U}) {
        INFO(workers);
        ordered_loader loader(order, load, {.workers = workers});
        for (std::uint64_t i = 0; i < 17; ++i)
            CHECK(loader.next() == order[i]);
        try {
            (void)loader.next();
            FAIL("nothing is thrown");
        } catch (const repro::error& problem) {
            CHECK(problem.code() == repro::errc::sample_failed);
            CHECK(problem.where() == "item 17, sample " + std::to_string(order[17]));
            CHECK(std::string(problem.what()).find("no such file") != std::string::npos);
            CHECK_THROWS_AS(std::rethrow_if_nested(problem), std::out_of_range);
        }
        CHECK(support::refusal([&] { (void)loader.next(); }) == repro::errc::sample_failed);
        CHECK(loader.next() == order[19]);
    }
}

TEST_CASE("in a batch, the sample that failed is named") {
    const auto load = [](std::uint64_t sample) -> int {
        if (sample == 9) throw std::runtime_error("damaged");
        return 1;
    };
    const std::vector<std::uint64_t> order = {5, 6, 7, 8, 9, 10};
    ordered_loader loader(repro::batches(order, {4}), load, {.workers = 2});
    CHECK(loader.next() == std::vector<int>(4, 1));
    try {
        (void)loader.next();
        FAIL("nothing is thrown");
    } catch (const repro::error& problem) {
        CHECK(problem.where() == "batch 1, sample 9");
    }
}

TEST_CASE("a loader that is left early stops its workers, whether they wait, work or have failed") {
    std::atomic<int> running = 0;
    std::atomic<std::uint64_t> calls = 0;
    struct guard {
        std::atomic<int>& count;
        explicit guard(std::atomic<int>& c) : count(c) { ++count; }
        guard(const guard&) = delete;
        guard& operator=(const guard&) = delete;
        ~guard() { --count; }
    };
    const auto load = [&](std::uint64_t sample) {
        const guard inside(running);
        ++calls;
        if (sample % 3 == 0) throw std::runtime_error("nobody takes this");
        return sample;
    };
    for (int taken = 0; taken < 40; ++taken) {
        const permutation order(42, static_cast<std::uint64_t>(taken), 1000);
        {
            ordered_loader loader(order, load, {.workers = 4, .ahead = 6});
            for (int i = 0; i < taken % 4; ++i)
                (void)support::refusal([&] { (void)loader.next(); });
        }
        CHECK(running == 0);
    }
    CHECK(calls < 40 * 10); // six ahead of at most three, and not a thousand
}
