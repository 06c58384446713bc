// SPDX-License-Identifier: MIT
#include <repro/adapters/tbb.hpp>

#include "support/every_reduction.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <stdexcept>
#include <tbb/global_control.h>

static_assert(repro::executor<repro::tbb::executor>);

TEST_CASE("oneTBB's threads give the bits of one") {
    const auto doubles = support::every_reduction<double>();
    const auto floats = support::every_reduction<float>();
    for (const int n_threads : {1, 2, 5}) {
        const tbb::global_control threads_at_most(tbb::global_control::max_allowed_parallelism,
                                                  static_cast<std::size_t>(n_threads));
        tbb::task_arena arena(n_threads);
        arena.execute([&] {
            repro::tbb::executor threads;
            CHECK(threads.concurrency() == static_cast<std::size_t>(n_threads));
            CHECK(support::every_reduction<double>(threads) == doubles);
            CHECK(support::every_reduction<float>(threads) == floats);
        });
    }
}

TEST_CASE("what a piece throws leaves oneTBB's loop") {
    repro::tbb::executor threads;
    CHECK_THROWS_AS(threads.run(20,
                                [](std::size_t i) {
                                    if (i == 3) throw std::runtime_error("3");
                                }),
                    std::runtime_error);
}
