// SPDX-License-Identifier: MIT
#include <repro/rng/pcg64.hpp>

#include "../../replay/arguments.hpp"
#include "../../support/golden.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("pcg-cpp's engine, seeded by the library, gives NumPy's PCG64 words") {
    // numpy.random.PCG64(42).random_raw(3), NumPy 2.2.4
    repro::pcg64 engine(42);
    CHECK(engine() == 14276969152011380360u);
    CHECK(engine() == 8095878257575067585u);
    int compared = 0;
    for (const auto& c : support::golden_cases("numpy_generator.json")) {
        if (!c.contains("bit_generator") || c["bit_generator"] != "PCG64" || c["call"] != "random_raw")
            continue;
        if (!c["seed"].contains("int")) continue;
        repro::pcg64 seeded{
            repro::seed_sequence(std::span<const std::uint32_t>(replay::seed_limbs(c["seed"])))};
        std::vector<std::uint64_t> words(c["args"]["size"].get<std::size_t>());
        for (std::uint64_t& word : words)
            word = seeded();
        INFO(c["id"].get<std::string>());
        CHECK_FALSE(replay::compare(replay::shaped(words), c["expected"]).first);
        ++compared;
    }
    CHECK(compared > 10);
}
