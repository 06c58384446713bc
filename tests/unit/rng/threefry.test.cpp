// SPDX-License-Identifier: MIT
#include <repro/rng/threefry.hpp>

#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

static_assert(repro::threefry2x32<20>::apply({0, 0}, {0, 0})[0] == 0x6b200159u);
static_assert(repro::threefry4x64<20>::apply({0, 0, 0, 0}, {0, 0, 0, 0})[0] == 0x09218ebde6c85537u);

namespace {

template <class Word, int N, int Rounds> bool matches(const support::vector_line& line) {
    using generator = repro::threefry<Word, N, Rounds>;
    typename generator::block counter{}, expected{};
    typename generator::key key{};
    for (std::size_t i = 0; i < N; ++i) {
        counter[i] = static_cast<Word>(line.hex(2 + i));
        key[i] = static_cast<Word>(line.hex(2 + N + i));
        expected[i] = static_cast<Word>(line.hex(2 + 2 * N + i));
    }
    return generator::apply(counter, key) == expected;
}

template <class Word, int N, int Most> void check(const std::string& file) {
    const auto lines = support::read_vectors("random123/" + file);
    CHECK(lines.size() >= 8);
    for (const auto& line : lines) {
        INFO(line.text);
        REQUIRE(line.fields.size() == 2 + 3 * N);
        if (line.fields[1] == "13")
            CHECK(matches<Word, N, 13>(line));
        else if (line.fields[1] == "20")
            CHECK(matches<Word, N, 20>(line));
        else
            CHECK((line.fields[1] == std::to_string(Most) && matches<Word, N, Most>(line)));
    }
}

} // namespace

TEST_CASE("threefry2x32 matches every published vector") { check<std::uint32_t, 2, 32>("threefry2x32.txt"); }
TEST_CASE("threefry4x64 matches every published vector") { check<std::uint64_t, 4, 72>("threefry4x64.txt"); }
