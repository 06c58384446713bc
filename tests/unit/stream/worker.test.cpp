// SPDX-License-Identifier: MIT
#include <repro/stream/worker.hpp>

#include "support/process.hpp"
#include "support/refusal.hpp"
#include "support/sources.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

using repro::seed_worker;
using repro::stream;
using repro::streams;
using support::in_forked_child;

TEST_CASE("a worker's stream has the words that the contract gives to seed, worker, epoch and name") {
    streams().seed(42);
    const auto root =
        repro::key_hash("worker").add(repro::root_key(42)).add(std::uint64_t{3}).add(std::uint64_t{7}).key();
    auto expected = repro::stream_engine(repro::derive_key(root, "augment"));
    auto drawn = seed_worker(3, 7).stream("augment");
    for (int i = 0; i < 9; ++i)
        CHECK(drawn() == expected());
    CHECK(seed_worker(3, 7).seed() == repro::derive_seed(root, "worker"));
}

TEST_CASE("workers and epochs, all different") {
    std::set<std::uint64_t> first_words;
    std::set<std::uint64_t> seeds;
    for (const std::uint64_t s : {std::uint64_t{1}, std::uint64_t{2}}) {
        streams().seed(s);
        for (std::uint64_t worker = 0; worker < 20; ++worker)
            for (std::uint64_t epoch = 0; epoch < 20; ++epoch) {
                first_words.insert(seed_worker(worker, epoch).stream("augment")());
                seeds.insert(seed_worker(worker, epoch).seed().value());
            }
    }
    CHECK(first_words.size() == 800);
    CHECK(seeds.size() == 800);
}

TEST_CASE("in a thread, the streams of the process are left alone") {
    streams().seed(42);
    auto shared = stream("a");
    (void)shared();
    std::uint64_t in_thread = 0;
    std::thread([&] { in_thread = seed_worker(0, 0).stream("a")(); }).join();
    CHECK(shared.draws() == 1);
    CHECK(in_thread == seed_worker(0, 0).stream("a")());
}

TEST_CASE("threads may ask for their streams at the same time") {
    streams().seed(42);
    std::vector<std::uint64_t> words(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < words.size(); ++t)
        threads.emplace_back([&words, t] { words[t] = seed_worker(t, 1).stream("a")(); });
    for (std::thread& each : threads)
        each.join();
    for (std::size_t t = 0; t < words.size(); ++t)
        CHECK(words[t] == seed_worker(t, 1).stream("a")());
}

TEST_CASE("in a forked worker, the streams of the process are the worker's, whatever was forked before") {
    streams().seed(42);
    const auto first_word = [](std::uint64_t worker, std::uint64_t epoch) {
        return in_forked_child([=] {
            (void)seed_worker(worker, epoch);
            return std::to_string(stream("a")());
        });
    };
    const std::string drawn = first_word(3, 0);
    CHECK(drawn == std::to_string(seed_worker(3, 0).stream("a")()));
    CHECK(first_word(3, 0) == drawn);
    CHECK(first_word(4, 0) != drawn);
    CHECK(first_word(3, 1) != drawn);
}

TEST_CASE("a forked worker that goes on to the next epoch draws as one that starts there") {
    streams().seed(42);
    CHECK(in_forked_child([] {
              (void)seed_worker(3, 0);
              (void)stream("a")();
              (void)seed_worker(3, 1);
              return std::to_string(stream("a")());
          }) == std::to_string(seed_worker(3, 1).stream("a")()));
}

TEST_CASE("in a forked worker, sources get the worker's seed and the run's seed stays known") {
    const support::no_sources_left guard;
    std::uint64_t number = 0;
    streams().add(support::number_source{"number", &number});
    streams().seed(42);
    CHECK(in_forked_child([&] {
              const auto mine = seed_worker(3, 0);
              return std::to_string(number == mine.seed().value()) + std::to_string(streams().seed() == 42);
          }) == "11");
    CHECK(number == 42);
}

TEST_CASE("an engine that a forked worker tracks is keyed by the worker") {
    const support::no_sources_left guard;
    streams().seed(42);
    const auto tracked_in = [](std::uint64_t worker) {
        return in_forked_child([worker] {
            (void)seed_worker(worker, 0);
            std::mt19937 engine;
            streams().track("engine", engine);
            return std::to_string(engine());
        });
    };
    CHECK(tracked_in(1) == tracked_in(1));
    CHECK(tracked_in(1) != tracked_in(2));
}

TEST_CASE("an engine that is tracked before or after the worker is seeded stands at the same place") {
    const support::no_sources_left guard;
    streams().seed(42);
    const std::string after = in_forked_child([] {
        (void)seed_worker(1, 0);
        std::mt19937 engine;
        streams().track("engine", engine);
        return std::to_string(engine());
    });
    const std::string before = in_forked_child([] {
        std::mt19937 engine;
        streams().track("engine", engine);
        (void)seed_worker(1, 0);
        return std::to_string(engine());
    });
    CHECK(before == after);
}

TEST_CASE("what a forked worker forks depends on the worker, not on which fork it was itself") {
    streams().seed(42);
    const auto grandchild_of = [](std::uint64_t worker) {
        return in_forked_child([worker] {
            (void)seed_worker(worker, 0);
            return in_forked_child([] { return std::to_string(stream("a")()); });
        });
    };
    const std::string first = grandchild_of(3);
    CHECK(grandchild_of(3) == first);
    CHECK(grandchild_of(4) != first);
}

TEST_CASE("a worker cannot be seeded before there is a seed", "[.no-worker]") {
    const auto code = support::refusal([] { (void)seed_worker(0, 0); });
    support::answer(code ? to_string(*code) : "no error");
}

TEST_CASE("a worker needs the run's seed and a valid name") {
    CHECK(support::in_fresh_process("no-worker") == "E_NOT_SEEDED");
    streams().seed(42);
    CHECK(support::refusal([] { (void)seed_worker(0, 0).stream("not a name"); }) ==
          repro::errc::name_invalid);
}
