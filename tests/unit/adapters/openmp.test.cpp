// SPDX-License-Identifier: MIT
#include <repro/adapters/openmp.hpp>

#include "support/every_reduction.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <cstddef>
#include <stdexcept>

static_assert(repro::executor<repro::openmp::executor>);

TEST_CASE("OpenMP's threads give the bits of one") {
    const auto doubles = support::every_reduction<double>();
    const auto floats = support::every_reduction<float>();
    for (int n_threads = 1; n_threads <= 5; ++n_threads) {
        omp_set_num_threads(n_threads);
        repro::openmp::executor threads;
        CHECK(threads.concurrency() == static_cast<std::size_t>(n_threads));
        CHECK(support::every_reduction<double>(threads) == doubles);
        CHECK(support::every_reduction<float>(threads) == floats);
    }
}

TEST_CASE("what a piece throws leaves OpenMP's region") {
    repro::openmp::executor threads;
    std::atomic<int> n_done = 0;
    CHECK_THROWS_AS(threads.run(20,
                                [&](std::size_t i) {
                                    ++n_done;
                                    if (i == 3) throw std::runtime_error("3");
                                }),
                    std::runtime_error);
    CHECK(n_done == 20);
}
