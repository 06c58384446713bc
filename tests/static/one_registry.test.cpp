// SPDX-License-Identifier: MIT
#include <repro/stream/registry.hpp>

#include <catch2/catch_test_macros.hpp>

extern "C" const void* registry_of_default();
extern "C" const void* registry_of_hidden();
extern "C" std::uint64_t word_of_default(const char* stream);
extern "C" std::uint64_t word_of_hidden(const char* stream);
const void* registry_of_other_unit();

TEST_CASE("two translation units and two shared libraries share one registry") {
    const void* const mine = &repro::streams();
    CHECK(registry_of_other_unit() == mine);
    CHECK(registry_of_default() == mine);
    CHECK(registry_of_hidden() == mine);
}

TEST_CASE("libraries of either visibility draw from the stream that the program seeded") {
    repro::streams().seed(42);
    const std::uint64_t first = repro::stream("shared")();
    const std::uint64_t second = repro::stream("shared")();
    repro::streams().seed(42);
    CHECK(word_of_default("shared") == first);
    CHECK(word_of_hidden("shared") == second);
    CHECK(repro::stream("shared").draws() == 2);
}
