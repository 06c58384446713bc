// SPDX-License-Identifier: MIT
#include <repro/rng/distributions.hpp>
#include <repro/stream/registry.hpp>

#include "support/process.hpp"
#include "support/refusal.hpp"
#include "support/sources.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

using repro::stream;
using repro::stream_handle;
using repro::streams;

static_assert(std::uniform_random_bit_generator<stream_handle>);
static_assert(repro::random_words<stream_handle>);
static_assert(std::is_trivially_copyable_v<stream_handle>, "a handle is cheap to copy");
static_assert(!std::is_copy_constructible_v<repro::registry>, "there is one");

namespace {

/// The engine that the contract gives to the stream (seed, name).
repro::stream_engine contract(std::uint64_t seed, std::string_view name) {
    return repro::stream_engine(repro::derive_key(repro::root_key(seed), name));
}

std::optional<repro::stream_mark> mark_of(std::string_view name) {
    std::optional<repro::stream_mark> found;
    streams().for_each_mark([&](std::string_view each, repro::stream_mark mark) {
        if (each == name) found = mark;
    });
    return found;
}

repro::stream_mark words_drawn(std::uint64_t words) { return {repro::mark_kind::draws, words}; }

template <class Generator> std::vector<std::uint64_t> take(Generator&& generator, std::size_t count) {
    std::vector<std::uint64_t> words(count);
    std::generate(words.begin(), words.end(), [&] { return generator(); });
    return words;
}

/// A source whose state may be read while others draw.
struct guarded : support::number_source {
    static constexpr bool marked_beside_threads = true;
};

/// One that cannot be read.
struct broken : guarded {
    [[nodiscard]] std::string save() const { throw std::runtime_error("no device"); }
};

/// One that has nothing to read.
struct streamless : guarded {
    [[nodiscard]] static std::optional<repro::stream_mark> mark() { return std::nullopt; }
};

/// What the ledger says of `name`; fails the test if it says nothing.
repro::stream_facts facts_of(std::string_view name) {
    for (const repro::stream_facts& each : streams().ledger())
        if (each.name == name) return each;
    FAIL("the ledger does not hold " << name);
    return {};
}

} // namespace

TEST_CASE("a stream asked for before there is a seed is an error", "[.not-seeded]") {
    CHECK_FALSE(streams().seed().has_value());
    CHECK_FALSE(streams().first_seeded_at().has_value());
    CHECK_FALSE(streams().in_forked_child());
    const auto code = support::refusal([] { (void)stream("a"); });
    CHECK(streams().ledger().empty());
    support::answer(code ? to_string(*code) : "no error");
}

TEST_CASE("no stream exists before the first seed") {
    CHECK(support::in_fresh_process("not-seeded") == "E_NOT_SEEDED");
}

TEST_CASE("a named stream gives the words of its seed and name") {
    for (const std::uint64_t s : {std::uint64_t{0}, std::uint64_t{42}, UINT64_MAX}) {
        streams().seed(s);
        CHECK(streams().seed() == s);
        CHECK(take(stream("data/shuffle"), 9) == take(contract(s, "data/shuffle"), 9));
    }
}

TEST_CASE("the same name is the same stream, whoever asks") {
    streams().seed(1);
    auto first = stream("a");
    auto second = stream("a");
    auto copy = first;
    auto expected = contract(1, "a");
    CHECK(first() == expected());
    CHECK(second() == expected());
    CHECK(copy() == expected());
    CHECK(first.draws() == 3);
    CHECK(first.name() == "a");
}

TEST_CASE("neither the order of asking nor other streams matter") {
    streams().seed(1);
    auto a = stream("order/a");
    (void)take(stream("order/b"), 5);
    const auto words = take(a, 5);
    streams().seed(1);
    (void)take(stream("order/c"), 2);
    (void)take(stream("order/b"), 1);
    CHECK(take(stream("order/a"), 5) == words);
}

TEST_CASE("seeding anew puts the handles that exist where the new seed wants them") {
    streams().seed(1);
    auto a = stream("a");
    (void)take(a, 6);
    streams().seed(2);
    CHECK(a.draws() == 0);
    CHECK(take(a, 3) == take(contract(2, "a"), 3));
    streams().seed(1);
    CHECK(take(a, 3) == take(contract(1, "a"), 3));
}

TEST_CASE("a handle discards, jumps and splits as the engine does") {
    streams().seed(1);
    auto a = stream("a");
    auto engine = contract(1, "a");
    a.discard(5);
    engine.discard(5);
    CHECK(a() == engine());
    CHECK(a.draws() == 6);
    a.jump();
    engine.jump();
    CHECK(take(a, 5) == take(engine, 5));
    CHECK(a.split(3) == contract(1, "a").split(3));
    CHECK(a.draws() == 5);
}

TEST_CASE("a split goes on by itself when the registry is seeded anew") {
    streams().seed(1);
    auto part = stream("a").split(0);
    auto expected = part;
    streams().seed(2);
    (void)take(stream("a"), 3);
    CHECK(take(part, 5) == take(expected, 5));
}

TEST_CASE("text that is no name is refused") {
    streams().seed(1);
    for (const std::string& name :
         {std::string(), std::string("a b"), std::string("a\n"), std::string("a\0b", 3),
          std::string("\xc3\xa4"), std::string("a:b"), std::string("a\\b"), std::string(129, 'a')}) {
        INFO(name);
        CHECK(support::refusal([&] { (void)stream(name); }) == repro::errc::name_invalid);
    }
    CHECK(stream(std::string(128, 'a')).draws() == 0);
    CHECK(stream("AZaz09._-/").draws() == 0);
}

TEST_CASE("the name of a source is no name for a stream, and the other way round") {
    const support::no_sources_left guard;
    streams().seed(1);
    std::mt19937 engine;
    streams().track("taken/engine", engine);
    CHECK(support::refusal([] { (void)stream("taken/engine"); }) == repro::errc::name_taken);
    (void)stream("taken/stream");
    CHECK(support::refusal([&] { streams().track("taken/stream", engine); }) == repro::errc::name_taken);
    CHECK(support::refusal([&] { streams().track("taken/engine", engine); }) == repro::errc::name_taken);
    CHECK(support::refusal([&] { streams().track("python/random", engine); }) == repro::errc::name_taken);
    CHECK(support::refusal([&] { streams().track("not a name", engine); }) == repro::errc::name_invalid);
    streams().untrack("taken/engine");
    CHECK(stream("taken/engine").draws() == 0);
}

TEST_CASE("an engine that cannot be tracked is left as it is") {
    const support::no_sources_left guard;
    streams().seed(1);
    std::mt19937 first;
    std::mt19937 second;
    streams().track("contended/engine", first);
    const std::mt19937 before = second;
    CHECK(support::refusal([&] { streams().track("contended/engine", second); }) == repro::errc::name_taken);
    CHECK((second == before));
}

TEST_CASE("a tracked engine is seeded at once and by every later seed, by its name") {
    const support::no_sources_left guard;
    streams().seed(1);
    std::mt19937_64 a;
    std::mt19937_64 b;
    streams().track("engine/a", a);
    streams().track("engine/b", b);
    const std::mt19937_64 under_one = a;
    CHECK((a != b));
    CHECK((a != std::mt19937_64()));
    a.discard(5);
    streams().seed(2);
    CHECK((a != under_one));
    streams().seed(1);
    CHECK((a == under_one));
}

TEST_CASE("an engine that is untracked keeps its place when the registry is seeded") {
    const support::no_sources_left guard;
    streams().seed(1);
    std::mt19937 engine;
    streams().track("engine", engine);
    const std::mt19937 before = engine;
    streams().untrack("engine");
    streams().untrack("engine"); // nothing happens
    streams().seed(2);
    CHECK((engine == before));
    CHECK_FALSE(streams().has_source("engine"));
}

TEST_CASE("a source takes part in seeding, ledger, facts and gaps, and one of its name takes its place") {
    const support::no_sources_left guard;
    std::uint64_t first = 0;
    std::uint64_t second = 0;
    streams().add(support::number_source{"number", &first});
    streams().seed(7);
    CHECK(first == 7);
    CHECK(facts_of("number").seed == "7");
    const auto facts = streams().facts();
    REQUIRE(facts.size() == 1);
    CHECK(facts[0].name == "number.number");
    CHECK(facts[0].value == "7");
    CHECK(streams().not_seeded() == std::vector<repro::missing_fact>{{"number/other", "untouched"}});
    streams().add(support::number_source{"number", &second});
    CHECK(streams().source_names() == std::vector<std::string>{"number"});
    streams().seed(8);
    CHECK(first == 7);
    CHECK(second == 8);
}

TEST_CASE("the ledger lists sources as they joined, then streams by name, with draws and digests") {
    const support::no_sources_left guard;
    streams().seed(1);
    std::mt19937 engine;
    streams().track("z/engine", engine);
    streams().track("y/engine", engine);
    (void)take(stream("ledger/b"), 3);
    (void)stream("ledger/a");
    const auto ledger = streams().ledger();
    REQUIRE(ledger.size() > 3);
    CHECK(ledger[0].name == "z/engine");
    CHECK(ledger[1].name == "y/engine");
    CHECK(std::is_sorted(ledger.begin() + 2, ledger.end(),
                         [](const auto& x, const auto& y) { return x.name < y.name; }));
    const auto a = facts_of("ledger/a");
    const auto b = facts_of("ledger/b");
    CHECK(a.draws == 0);
    CHECK(b.draws == 3);
    CHECK(b.engine == "philox4x64-10");
    CHECK(b.rule == repro::seed_rule::derived);
    CHECK(b.state != a.state);
    CHECK(b.state == repro::sha256([] {
              auto engine_of_b = contract(1, "ledger/b");
              engine_of_b.discard(3);
              return engine_of_b.save();
          }()));
    (void)stream("ledger/b")();
    CHECK(facts_of("ledger/b").state != b.state);
}

TEST_CASE("looking at the ledger moves no stream") {
    streams().seed(1);
    auto a = stream("a");
    (void)a();
    (void)streams().ledger();
    auto expected = contract(1, "a");
    expected.discard(1);
    CHECK(a() == expected());
}

TEST_CASE("threads may look streams up at the same time") {
    streams().seed(1);
    std::vector<std::vector<std::uint64_t>> words(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < words.size(); ++t)
        threads.emplace_back([&words, t] {
            for (int i = 0; i < 200; ++i) {
                auto own = stream("thread/" + std::to_string(t));
                words[t].push_back(own());
                (void)stream("shared/" + std::to_string(i));
                (void)streams().has_source("shared/0");
            }
        });
    for (std::thread& each : threads)
        each.join();
    for (std::size_t t = 0; t < words.size(); ++t) {
        INFO(t);
        CHECK(words[t] == take(contract(1, "thread/" + std::to_string(t)), 200));
    }
}

TEST_CASE("the marks of named streams are what their handles have drawn, moved and jumped") {
    streams().seed(42);
    auto a = stream("registry-test/marks");
    take(a, 3);
    CHECK(mark_of("registry-test/marks") == words_drawn(3));
    a.discard(5);
    CHECK(mark_of("registry-test/marks") == words_drawn(8));
    a.jump();
    CHECK(mark_of("registry-test/marks") == words_drawn(0));
    (void)a();
    streams().seed(43);
    CHECK(mark_of("registry-test/marks") == words_drawn(0));
}

TEST_CASE("named streams are counted while another thread draws") {
    streams().seed(42);
    auto other = stream("registry-test/counted");
    std::thread drawing([&] { take(other, 20'000); });
    std::uint64_t last = 0;
    bool grows = true;
    for (int i = 0; i < 200; ++i) {
        const std::uint64_t now = mark_of("registry-test/counted")->value;
        grows = grows && now >= last;
        last = now;
    }
    drawing.join();
    CHECK(grows);
    CHECK(mark_of("registry-test/counted") == words_drawn(20'000));
}

TEST_CASE("what other threads may be drawing from without a count is read by the only thread alone") {
    std::mt19937 engine;
    streams().track("registry-test/engine", engine);
    streams().seed(42);
    const auto before = mark_of("registry-test/engine");
    (void)engine();
    const auto after = mark_of("registry-test/engine");
    streams().untrack("registry-test/engine");
    REQUIRE(before);
    if (repro::detail::is_only_thread()) {
        CHECK(before->kind == repro::mark_kind::state);
        CHECK(before != after);
    } else {
        CHECK(before == repro::stream_mark{});
        CHECK(after == repro::stream_mark{});
    }
}

TEST_CASE("a source is marked by a digest of what it saves, where that can be read") {
    const support::no_sources_left guard;
    std::uint64_t number = 1;
    streams().add(guarded{{"registry-test/guarded", &number}});
    streams().add(broken{{{"registry-test/broken", &number}}});
    streams().add(streamless{{{"registry-test/streamless", &number}}});
    streams().add(support::number_source{"registry-test/plain", &number});
    const auto before = mark_of("registry-test/guarded");
    REQUIRE(before);
    CHECK(before->kind == repro::mark_kind::state);
    CHECK(mark_of("registry-test/guarded") == before);
    CHECK(mark_of("registry-test/broken") == repro::stream_mark{});
    CHECK_FALSE(mark_of("registry-test/streamless"));
    ++number;
    CHECK(mark_of("registry-test/guarded") != before);
    std::atomic<bool> done = false;
    std::thread other([&done] { done.wait(false); });
    CHECK(mark_of("registry-test/guarded")->kind == repro::mark_kind::state);
    CHECK(mark_of("registry-test/plain") == repro::stream_mark{});
    done = true;
    done.notify_one();
    other.join();
}

TEST_CASE("streams of ranks that are keyed anew are keyed by step, rank and world, and no others are") {
    streams().seed(42);
    const auto others = take(stream("noise"), 3);
    const auto before = take(stream("rank-2/noise"), 3);
    streams().rekey_rank_streams(7, 2, 3);
    const auto root = repro::key_hash("rank")
                          .add(repro::root_key(42))
                          .add(std::uint64_t{7})
                          .add(std::uint64_t{2})
                          .add(std::uint64_t{3})
                          .key();
    const auto anew = take(stream("rank-2/noise"), 3);
    CHECK(anew == take(repro::stream_engine(repro::derive_key(root, "rank-2/noise")), 3));
    CHECK(anew != before);
    CHECK(take(stream("rank-2/later"), 3) ==
          take(repro::stream_engine(repro::derive_key(root, "rank-2/later")), 3));
    CHECK(stream("noise").draws() == 3);
    CHECK(facts_of("rank-2/noise").note.find("rank, world") != std::string::npos);
    CHECK(facts_of("noise").note == "keyed by seed and name");
    streams().seed(42);
    CHECK(take(stream("rank-2/noise"), 3) == before);
    CHECK(take(stream("noise"), 3) == others);
}

TEST_CASE("one of several threads that track the same name gets it") {
    const support::no_sources_left guard;
    streams().seed(1);
    for (int round = 0; round < 50; ++round) {
        std::vector<std::mt19937> engines(4);
        std::vector<int> tracked(engines.size());
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < engines.size(); ++t)
            threads.emplace_back([&, t] {
                tracked[t] = support::refusal([&] { streams().track("contended", engines[t]); }) ? 0 : 1;
            });
        for (std::thread& each : threads)
            each.join();
        CHECK(std::count(tracked.begin(), tracked.end(), 1) == 1);
        streams().untrack("contended");
    }
}

TEST_CASE("streams may be drawn from while static objects end") {
    static struct last_draw {
        ~last_draw() { (void)stream("at/exit")(); }
    } const draws_at_exit;
    streams().seed(1);
    (void)&draws_at_exit;
    CHECK(stream("at/exit").draws() == 0); // the sanitizers judge the rest
}
