// SPDX-License-Identifier: MIT
#include <repro/hash/sha2.hpp>
#include <repro/rng/keyed.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

namespace {

constexpr repro::keyed_stream some{.key = 0x123456789abcdef0, .stream = 0x0fedcba987654321};

template <class Real> std::string digest(const std::vector<Real>& values) {
    using word = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
    repro::sha256_hash hash;
    for (const Real value : values)
        for (std::size_t i = 0; i < sizeof value; ++i)
            hash.update(static_cast<std::uint8_t>(std::bit_cast<word>(value) >> (8 * i)));
    return repro::digest256{hash.finish()}.hex().substr(0, 16);
}

template <class Real, class Fill>
std::vector<Real> filled(Fill fill, std::size_t n, std::uint64_t first_block) {
    std::vector<Real> values(n);
    fill(some, std::span<Real>(values), first_block);
    return values;
}

constexpr auto uniform = [](auto... of) { repro::fill_uniform(of...); };
constexpr auto normal = [](auto... of) { repro::fill_normal(of...); };

} // namespace

TEST_CASE("a keyed stream's blocks are those of Philox4x32-10") {
    const auto expected = repro::philox4x32<10>::apply({0x89abcdef, 0x01234567, 0x87654321, 0x0fedcba9},
                                                       {0x9abcdef0, 0x12345678});
    const auto block = some(0x0123456789abcdef);
    CHECK(std::array{block.a, block.b, block.c, block.d} == expected);
}

TEST_CASE("keyed fills have the bits of their contract, which are a GPU's as well") {
    CHECK(digest(filled<float>(uniform, 4099, 7)) == "52afa9b0b2764c85");
    CHECK(digest(filled<double>(uniform, 4099, 7)) == "cd18a86b21f41ada");
    CHECK(digest(filled<float>(normal, 4099, 7)) == "0dec70c66feebf5c");
    CHECK(digest(filled<double>(normal, 4099, 7)) == "4243bf0cdad1c455");
}

TEMPLATE_TEST_CASE("a keyed element depends on its place alone, not on how a fill is cut", "", float,
                   double) {
    const auto whole = filled<TestType>(normal, 64, 0);
    const std::size_t size = repro::keyed_values<TestType>::size;
    for (const std::size_t n :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{5}, std::size_t{13}}) {
        const auto part = filled<TestType>(normal, n, 3);
        for (std::size_t i = 0; i < n; ++i)
            CHECK(part[i] == whole[3 * size + i]);
    }
    CHECK(filled<TestType>(uniform, 0, 0).empty());
}

TEST_CASE("the extreme words give finite normals and uniforms below one") {
    for (const std::uint32_t word : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xfffffffeu, 0xffffffffu}) {
        INFO(word);
        const repro::keyed_stream::generator::lanes same{word, word, word, word};
        for (const float z : repro::normal_values<float>(same).value)
            CHECK((std::isfinite(z) && z > -6.8f && z < 6.8f));
        for (const double z : repro::normal_values<double>(same).value)
            CHECK((std::isfinite(z) && z > -8.7 && z < 8.7));
        for (const float u : repro::uniform_values<float>(same).value)
            CHECK((u >= 0.0f && u < 1.0f));
        for (const double u : repro::uniform_values<double>(same).value)
            CHECK((u >= 0.0 && u < 1.0));
    }
}

TEMPLATE_TEST_CASE("keyed normals have the moments of the standard normal, and pairs are independent", "",
                   float, double) {
    const auto z = filled<TestType>(normal, 400'000, 0);
    double sum = 0, square = 0, cube = 0, fourth = 0, pair = 0, square_pair = 0;
    for (std::size_t i = 0; i < z.size(); ++i) {
        const double x = static_cast<double>(z[i]), before = static_cast<double>(z[i ^ 1]);
        sum += x;
        square += x * x;
        cube += x * x * x;
        fourth += x * x * x * x;
        pair += x * before;
        square_pair += (x * x - 1) * (before * before - 1);
    }
    const auto n = static_cast<double>(z.size());
    const double unit = 1 / std::sqrt(n); // five standard deviations each
    CHECK(std::fabs(sum / n) < 5 * unit);
    CHECK(std::fabs(square / n - 1) < 5 * std::sqrt(2.0) * unit);
    CHECK(std::fabs(cube / n) < 5 * std::sqrt(15.0) * unit);
    CHECK(std::fabs(fourth / n - 3) < 5 * std::sqrt(96.0) * unit);
    CHECK(std::fabs(pair / n) < 5 * std::sqrt(2.0) * unit);
    CHECK(std::fabs(square_pair / n) < 5 * std::sqrt(8.0) * unit);
}
