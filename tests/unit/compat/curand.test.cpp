// SPDX-License-Identifier: MIT
#include <repro/compat/curand.hpp>

#include "../../support/golden.hpp"
#include "../../support/refusal.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace {

namespace curand = repro::curand;

template <class T, class Generator> std::vector<T> uniforms(Generator& g, std::size_t n) {
    std::vector<T> values(n);
    g.generate_uniform(std::span<T>(values));
    return values;
}
template <class Generator> std::vector<std::uint32_t> words(Generator& g, std::size_t n) {
    std::vector<std::uint32_t> values(n);
    g.generate(std::span<std::uint32_t>(values));
    return values;
}

} // namespace

TEST_CASE("every known answer of cuRAND's host API on a GPU is given") {
    const replay::tally t = support::replayed(support::golden_cases("curand.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == 20);
    CHECK(t.not_promised == 4); // normals in float
}

TEST_CASE("offsets, near and far, are those of cuRAND's generators on the CPU") {
    const replay::tally t = support::replayed(support::golden_cases("curand_offsets.json"));
    CHECK(t.passed == 54);
}

TEMPLATE_TEST_CASE("calls continue where the last one ended, an offset counts the numbers", "",
                   curand::xorwow, curand::philox4_32_10) {
    TestType whole(42), parts(42);
    const auto expected = words(whole, 9001);
    std::vector<std::uint32_t> got;
    for (const std::size_t n :
         {std::size_t{1}, std::size_t{0}, std::size_t{4094}, std::size_t{7}, std::size_t{4899}}) {
        const auto more = words(parts, n);
        got.insert(got.end(), more.begin(), more.end());
    }
    CHECK(got == expected);
    CHECK(parts.offset() == 9001);
    TestType after(42, 8000);
    CHECK(words(after, 1001) == std::vector<std::uint32_t>(expected.begin() + 8000, expected.end()));
    after.set_offset(3); // backwards
    CHECK(words(after, 1)[0] == expected[3]);
    (void)uniforms<double>(after, 5);
    CHECK(after.offset() == 9);
}

TEMPLATE_TEST_CASE("an odd number of normals is refused before a number is taken", "", curand::xorwow,
                   curand::philox4_32_10) {
    TestType g(42);
    std::vector<float> three(3);
    CHECK(support::refusal([&] { g.generate_normal(std::span<float>(three)); }) ==
          repro::errc::argument_invalid);
    CHECK(g.offset() == 0);
}
