// SPDX-License-Identifier: MIT
#include <repro/hash/xxh64.hpp>

#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace {

std::uint64_t hash_of(std::string_view text, std::uint64_t seed = 0) {
    return repro::xxh64(std::as_bytes(std::span(text)), seed);
}

} // namespace

TEST_CASE("xxh64 gives what libxxhash gives, for every length of a tail and both seeds") {
    std::array<std::byte, 4096> input{};
    for (std::size_t i = 0; i < input.size(); ++i)
        input[i] = static_cast<std::byte>(i * 167 + 13);
    const auto lines = support::read_vectors("xxh64.txt");
    CHECK(lines.size() == 220);
    for (const auto& line : lines) {
        INFO(line.text);
        CHECK(repro::xxh64(std::span(input).first(line.decimal(0)), line.decimal(1)) == line.hex(2));
    }
}

TEST_CASE("xxh64 gives the values that its documentation publishes") {
    CHECK(hash_of("") == 0xef46db3751d8e999u);
    CHECK(hash_of("Nobody inspects the spammish repetition") == 0xfbcea83c8a378bf1u);
    CHECK(hash_of("xxhash", 20141025) == 0xb559b98d844e0635u);
}

TEST_CASE("xxh64 tells every exchange of two elements") {
    std::vector<double> values(64);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<double>(i);
    const std::uint64_t before = repro::xxh64(std::as_bytes(std::span(values)));
    for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t j = i + 1; j < values.size(); ++j) {
            std::swap(values[i], values[j]);
            CHECK(repro::xxh64(std::as_bytes(std::span(values))) != before);
            std::swap(values[i], values[j]);
        }
}

TEST_CASE("xxh64 tells every single flipped bit") {
    std::array<std::byte, 77> input{};
    const std::uint64_t before = repro::xxh64(input);
    for (std::size_t bit = 0; bit < 8 * input.size(); ++bit) {
        input[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
        CHECK(repro::xxh64(input) != before);
        input[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    }
}
