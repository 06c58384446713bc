// SPDX-License-Identifier: MIT
#include <repro/stream/tracked.hpp>

#include "support/refusal.hpp"
#include "support/scripted_words.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <pcg_random.hpp>

#include <array>
#include <cstdint>
#include <locale>
#include <random>
#include <string>
#include <vector>

using repro::detail::tracked_source;

static_assert(repro::standard_engine<std::minstd_rand>);
static_assert(repro::standard_engine<std::mt19937>);
static_assert(repro::standard_engine<std::mt19937_64>);
static_assert(repro::standard_engine<std::ranlux24>);
static_assert(repro::standard_engine<std::ranlux48>);
static_assert(repro::standard_engine<std::knuth_b>);
static_assert(repro::standard_engine<std::independent_bits_engine<std::mt19937, 24, std::uint32_t>>);
static_assert(repro::standard_engine<pcg32> && repro::standard_engine<pcg64>);
static_assert(repro::standard_engine<pcg32_oneseq> && repro::standard_engine<pcg64_fast>);
static_assert(!repro::standard_engine<std::random_device>, "entropy has no seed and no state");
static_assert(!repro::standard_engine<support::scripted_words>, "a generator is not yet an engine");
static_assert(!repro::standard_engine<int>);
static_assert(repro::source<tracked_source<std::mt19937>>);

namespace {

/// Writes numbers with separators: 1.234.567.
struct grouping : std::numpunct<char> {
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

} // namespace

TEST_CASE("a key gives its seed words low half first") {
    const repro::stream_key key = {1, 2};
    const auto first = repro::philox4x64<10>::apply({0, 0, 0, 0}, key);
    const auto second = repro::philox4x64<10>::apply({1, 0, 0, 0}, key);
    std::array<std::uint32_t, 10> words{};
    repro::key_sequence(key).generate(words.begin(), words.end());
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::uint64_t whole = (i < 8 ? first : second)[i % 8 / 2];
        INFO(i);
        CHECK(words[i] == static_cast<std::uint32_t>(i % 2 == 0 ? whole : whole >> 32));
    }
}

TEST_CASE("asking a key for more seed words does not change the first") {
    std::array<std::uint32_t, 3> few{};
    std::vector<std::uint64_t> many(20); // an engine may hand in words that are wider
    const repro::key_sequence key({1, 2});
    key.generate(few.begin(), few.end());
    key.generate(many.begin(), many.end());
    for (std::size_t i = 0; i < few.size(); ++i)
        CHECK(few[i] == many[i]);
}

TEST_CASE("a tracked mt19937 is where the contract wants it") {
    // Computed apart: SHA-256 and Philox in Python as in tools/vectors/streams.py, then the standard's
    // recurrence.
    std::mt19937 engine;
    tracked_source<std::mt19937> source("sim/rng", engine);
    source.seed(42);
    CHECK(engine() == 936059267u);
    CHECK(engine() == 1864966146u);
    CHECK(engine() == 2104662183u);
}

TEMPLATE_TEST_CASE("a tracked engine goes on from its saved state", "", std::minstd_rand, std::mt19937,
                   std::mt19937_64, std::ranlux24, std::ranlux48, std::knuth_b, pcg32, pcg64, pcg64_fast) {
    TestType engine;
    tracked_source<TestType> source("sim/rng", engine);
    source.seed(1);
    engine.discard(5);
    const std::string saved = source.save();
    CHECK(saved.find('\n') == std::string::npos);
    const TestType expected = engine;
    engine.discard(1000);
    REQUIRE((engine != expected)); // pcg-cpp's 128-bit engines cannot be printed
    source.restore(saved);
    CHECK((engine == expected));
    CHECK(source.save() == saved);
}

TEMPLATE_TEST_CASE("a tracked engine's place depends on seed and name", "", std::minstd_rand, std::mt19937,
                   std::mt19937_64, std::ranlux48, std::knuth_b, pcg32, pcg64) {
    TestType a;
    TestType b;
    tracked_source<TestType> source_a("a", a);
    tracked_source<TestType> source_b("b", b);
    source_a.seed(1);
    source_b.seed(1);
    CHECK((a != b));
    const TestType under_one = a;
    source_a.seed(2);
    CHECK((a != under_one));
    a.discard(3);
    source_a.seed(1);
    CHECK((a == under_one));
}

TEST_CASE("a state that the engine would not write is refused and changes nothing") {
    std::minstd_rand small;
    tracked_source<std::minstd_rand> source("sim/rng", small);
    const std::minstd_rand before = small;
    std::mt19937 large;
    const std::string of_another_engine = tracked_source<std::mt19937>("sim/rng", large).save();
    for (const std::string& text : {std::string(), std::string("x"), std::string("12 13"), std::string("12x"),
                                    std::string("12 "), of_another_engine}) {
        INFO('"' << text.substr(0, 40) << '"');
        CHECK(support::refusal([&] { source.restore(text); }) == repro::errc::state_invalid);
        CHECK((small == before));
    }
}

TEST_CASE("bytes of a wide engine are refused unless all are there") {
    pcg64 engine;
    tracked_source<pcg64> source("sim/rng", engine);
    const pcg64 before = engine;
    const std::string saved = source.save();
    for (const std::string& text :
         {saved.substr(0, saved.size() - 2), saved + "00", saved.substr(6), "bytes " + saved,
          saved.substr(0, saved.size() - 1) + "x", std::string("bytes ")}) {
        INFO(text);
        CHECK(support::refusal([&] { source.restore(text); }) == repro::errc::state_invalid);
        CHECK((engine == before));
    }
}

TEST_CASE("a state cut short is refused and changes nothing") {
    std::mt19937 engine;
    tracked_source<std::mt19937> source("sim/rng", engine);
    const std::mt19937 before = engine;
    const std::string saved = source.save();
    for (const std::size_t size : {std::size_t{0}, std::size_t{5}, saved.size() / 2, saved.rfind(' ')}) {
        INFO(size);
        CHECK(support::refusal([&] { source.restore(saved.substr(0, size)); }) == repro::errc::state_invalid);
        CHECK((engine == before));
    }
}

TEST_CASE("saved states do not depend on the global locale") {
    std::mt19937 engine;
    tracked_source<std::mt19937> source("sim/rng", engine);
    const std::string saved = source.save();
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new grouping));
    CHECK(source.save() == saved);
    engine.discard(7);
    source.restore(saved);
    std::locale::global(before);
    CHECK((engine == std::mt19937()));
}

TEST_CASE("a tracked engine says that its draws are not counted, and why") {
    std::mt19937 engine;
    tracked_source<std::mt19937> source("sim/rng", engine);
    source.seed(42);
    const auto facts = source.ledger();
    REQUIRE(facts.size() == 1);
    CHECK(facts[0].name == "sim/rng");
    CHECK(facts[0].seed == "42");
    CHECK(facts[0].rule == repro::seed_rule::derived);
    CHECK_FALSE(facts[0].draws.has_value());
    CHECK_FALSE(facts[0].draws_reason.empty());
    CHECK(facts[0].state == repro::sha256(source.save()));
}
