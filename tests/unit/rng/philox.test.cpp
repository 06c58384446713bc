// SPDX-License-Identifier: MIT
#include <repro/rng/philox.hpp>

#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

static_assert(repro::philox4x32<10>::apply({0, 0, 0, 0}, {0, 0})[0] == 0x6627e8d5u);
static_assert(repro::philox4x64<10>::apply({0, 0, 0, 0}, {0, 0})[0] == 0x16554d9eca36314cu);
static_assert(repro::philox4x32<0>::apply({1, 2, 3, 4}, {5, 6}) == repro::philox4x32<0>::block{1, 2, 3, 4});

namespace {

/// Whether `line` is what the generator gives; rounds are 7 or 10 in the published file.
template <class Word> void check(const support::vector_line& line) {
    using ten = repro::philox<Word, 10>;
    const auto word = [&](std::size_t i) { return static_cast<Word>(line.hex(i)); };
    const typename ten::block counter = {word(2), word(3), word(4), word(5)};
    const typename ten::key key = {word(6), word(7)};
    const typename ten::block expected = {word(8), word(9), word(10), word(11)};
    REQUIRE(line.fields.size() == 12);
    REQUIRE((line.fields[1] == "7" || line.fields[1] == "10"));
    CHECK((line.fields[1] == "7" ? repro::philox<Word, 7>::apply(counter, key) : ten::apply(counter, key)) ==
          expected);
}

} // namespace

TEST_CASE("philox4x32 matches every published vector") {
    const auto lines = support::read_vectors("random123/philox4x32.txt");
    CHECK(lines.size() == 6);
    for (const auto& line : lines) {
        INFO(line.text);
        check<std::uint32_t>(line);
    }
}

TEST_CASE("philox4x64 matches every published vector") {
    const auto lines = support::read_vectors("random123/philox4x64.txt");
    CHECK(lines.size() == 6);
    for (const auto& line : lines) {
        INFO(line.text);
        check<std::uint64_t>(line);
    }
}

TEST_CASE("each of the six inputs of philox reaches every word of the block") {
    using generator = repro::philox4x64<10>;
    const auto base = generator::apply({1, 2, 3, 4}, {5, 6});
    for (std::size_t input = 0; input < 6; ++input) {
        generator::block counter = {1, 2, 3, 4};
        generator::key key = {5, 6};
        (input < 4 ? counter[input] : key[input - 4]) ^= std::uint64_t{1} << 63;
        const auto changed = generator::apply(counter, key);
        for (std::size_t i = 0; i < 4; ++i) {
            INFO("input " << input << ", word " << i);
            CHECK(changed[i] != base[i]);
        }
    }
}
