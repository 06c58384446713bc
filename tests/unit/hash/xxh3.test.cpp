// SPDX-License-Identifier: MIT
#include <repro/hash/xxh3.hpp>

#include "support/vectors.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

TEST_CASE("xxh3 gives what libxxhash gives, at every length around its branches, with and without AVX2") {
    std::array<std::byte, 4096> input{};
    for (std::size_t i = 0; i < input.size(); ++i)
        input[i] = static_cast<std::byte>(i * 167 + 13);
    const auto lines = support::read_vectors("xxh3.txt");
    CHECK(lines.size() == 380);
    for (const auto& line : lines) {
        INFO(line.text);
        const auto bytes = std::span(input).first(line.decimal(0));
        CHECK(repro::xxh3(bytes, repro::simd::portable) == line.hex(1));
        if (repro::has_simd(repro::simd::avx2)) CHECK(repro::xxh3(bytes, repro::simd::avx2) == line.hex(1));
    }
}

TEST_CASE("xxh3 tells every exchange of two neighbours, and every single flipped bit") {
    std::vector<std::uint64_t> values(600);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = i;
    const auto hash = [&] { return repro::xxh3(std::as_bytes(std::span(values))); };
    const std::uint64_t before = hash();
    for (std::size_t i = 0; i + 8 < values.size(); ++i)
        for (const std::size_t distance : {1u, 8u}) { // the neighbour in the stripe, and that in the lane
            std::swap(values[i], values[i + distance]);
            CHECK(hash() != before);
            std::swap(values[i], values[i + distance]);
        }
    for (std::size_t bit = 0; bit < 64 * values.size(); bit += 7) {
        values[bit / 64] ^= std::uint64_t{1} << bit % 64;
        CHECK(hash() != before);
        values[bit / 64] ^= std::uint64_t{1} << bit % 64;
    }
}
