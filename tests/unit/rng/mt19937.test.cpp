// SPDX-License-Identifier: MIT
#include <repro/rng/mt19937.hpp>

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <vector>

TEST_CASE("mt19937 gives the words of the standard's mt19937 for every one-word seed") {
    for (const std::uint32_t seed : {0u, 1u, 42u, 5489u, 0xffffffffu}) {
        repro::mt19937 ours(seed);
        std::mt19937 standard(seed);
        bool equal = true;
        for (int i = 0; i < 10000; ++i)
            equal = ours() == standard() && equal;
        CHECK(equal);
    }
    repro::mt19937 engine;
    for (int i = 1; i < 10000; ++i)
        (void)engine();
    CHECK(engine() == 4123659995u); // the value that the standard demands
}

TEST_CASE("mt19937 seeded with a key gives the published words") {
    // mt19937ar.out: init_by_array({0x123, 0x234, 0x345, 0x456})
    const std::uint32_t key[] = {0x123, 0x234, 0x345, 0x456};
    repro::mt19937 engine{std::span<const std::uint32_t>(key)};
    for (const std::uint32_t word : {1067595299u, 955945823u, 477289528u, 4107218783u, 4228976476u})
        CHECK(engine() == word);
}

TEST_CASE("every word of a key longer than the state counts") {
    std::vector<std::uint32_t> key(1000, 7);
    const repro::mt19937 first{std::span<const std::uint32_t>(key)};
    key.back() = 8;
    const repro::mt19937 second{std::span<const std::uint32_t>(key)};
    CHECK_FALSE(first == second);
}

TEST_CASE("mt19937 counts its draws over block ends and from any position") {
    repro::mt19937 engine(1);
    CHECK(engine.draws() == 0);
    for (std::uint64_t i = 1; i <= 2000; ++i) {
        (void)engine();
        if (engine.draws() != i) FAIL("wrong after " << i);
    }
    engine.set_state(engine.words(), 623);
    CHECK(engine.draws() == 0);
    (void)engine();
    (void)engine();
    CHECK(engine.draws() == 2);
}

TEST_CASE("mt19937 is restored from its line of text, and refuses any other") {
    repro::mt19937 engine(3);
    for (int i = 0; i < 700; ++i)
        (void)engine();
    const std::string line = engine.save();
    repro::mt19937 other(4);
    other.restore(line);
    CHECK(other == engine);
    CHECK(other.draws() == 700);
    CHECK(other() == engine());
    for (const std::string& bad : {std::string("mt19937-2") + line.substr(9), line.substr(0, line.size() - 9),
                                   line + " 0", std::string("mt19937-1 271 0 0")})
        CHECK_THROWS_AS(other.restore(bad), repro::error);
}
