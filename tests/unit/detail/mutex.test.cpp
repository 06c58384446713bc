// SPDX-License-Identifier: MIT
#include <repro/detail/mutex.hpp>

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>
#include <thread>
#include <type_traits>
#include <vector>

static_assert(!std::is_copy_constructible_v<repro::detail::mutex>);
static_assert(!std::is_copy_constructible_v<repro::detail::lock_guard>);

TEST_CASE("only one thread at a time is between lock and unlock") {
    repro::detail::mutex mutex;
    int count = 0; // not atomic: without the lock, increments get lost and a race is reported
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 20'000; ++i) {
                const repro::detail::lock_guard lock(mutex);
                ++count;
            }
        });
    for (std::thread& each : threads)
        each.join();
    CHECK(count == 80'000);
}

TEST_CASE("an exception gives the lock back") {
    repro::detail::mutex mutex;
    try {
        const repro::detail::lock_guard lock(mutex);
        throw std::runtime_error("inside");
    } catch (const std::runtime_error&) {
        int reached = 0;
        std::thread other([&] {
            const repro::detail::lock_guard lock(mutex);
            reached = 1;
        });
        other.join();
        CHECK(reached == 1);
    }
}
