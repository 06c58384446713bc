// SPDX-License-Identifier: MIT
#include <repro/reduce/thread_pool.hpp>

#include "support/every_reduction.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

static_assert(repro::executor<repro::serial>);
static_assert(repro::executor<repro::thread_pool>);

TEST_CASE("a pool runs every piece once, round after round") {
    repro::thread_pool pool(3);
    CHECK(pool.concurrency() == 3);
    for (std::size_t round = 0; round < 200; ++round) {
        std::vector<std::atomic<int>> seen(round);
        pool.run(round, [&](std::size_t i) { ++seen[i]; });
        for (const auto& count : seen)
            CHECK(count == 1);
    }
}

TEST_CASE("what a piece throws comes out after all pieces are done") {
    repro::thread_pool pool(4);
    std::atomic<int> n_done = 0;
    CHECK_THROWS_AS(pool.run(50,
                             [&](std::size_t i) {
                                 ++n_done;
                                 if (i == 20) throw std::runtime_error("20");
                             }),
                    std::runtime_error);
    CHECK(n_done == 50);
    pool.run(7, [&](std::size_t) { ++n_done; });
    CHECK(n_done == 57);
}

TEST_CASE("any number of threads gives the same bits") {
    const auto doubles = support::every_reduction<double>();
    const auto floats = support::every_reduction<float>();
    for (std::size_t n_threads = 1; n_threads <= 5; ++n_threads) {
        repro::thread_pool pool(n_threads);
        CHECK(support::every_reduction<double>(pool) == doubles);
        CHECK(support::every_reduction<float>(pool) == floats);
    }
}
