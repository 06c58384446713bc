// SPDX-License-Identifier: MIT
#include <repro/compat/jax.hpp>

#include "../../support/golden.hpp"
#include "../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace {

namespace jax = repro::jax;
using jax::float16, jax::bfloat16;
using support::refusal;

constexpr jax::key key_42 = jax::prng_key(42);

static_assert(jax::prng_key(0).data == std::array<std::uint32_t, 2>{0, 0});
static_assert(jax::prng_key(-1).data == std::array<std::uint32_t, 2>{0, 0xffffffff});
static_assert(jax::prng_key(-1, {.x64 = jax::x64::on}).data[0] == 0xffffffff);
static_assert(jax::fold_in(jax::prng_key(0), 0) == jax::split(jax::prng_key(0))[0]);
static_assert(jax::bits(jax::prng_key(0)) == 4070199207);

/// Whether the three forms of a call give the same: one number is an array of one.
template <class T, class Scalar, class Vector, class Fill>
bool forms_agree(Scalar one, Vector many, Fill fill) {
    std::vector<T> filled(5);
    fill(std::span<T>(filled));
    return many(5) == filled && many(1)[0] == one();
}

/// The tally of a file, in which nothing failed or was unknown.
replay::tally played(const std::string& file) {
    const replay::tally t = support::replayed(support::golden_cases(file));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    return t;
}

} // namespace

TEST_CASE("JAX's known answers are reproduced, in both layouts, with x64 and as older versions have them") {
    const replay::tally all = played("jax.json"), arrays = played("jax_arrays.json"),
                        versions = played("jax_versions.json");
    CHECK(all.passed >= 124); // cauchy's tangent is the host's
    CHECK(all.passed + all.not_promised == 152);
    CHECK(arrays.passed == 99);
    CHECK(versions.passed == 316);
}

TEST_CASE("one number, a vector and a filled span are the same numbers") {
    CHECK(forms_agree<std::uint8_t>([] { return jax::bits<std::uint8_t>(key_42); },
                                    [](std::size_t n) { return jax::bits<std::uint8_t>(key_42, n); },
                                    [](auto out) { jax::bits(key_42, out); }));
    CHECK(forms_agree<double>([] { return jax::uniform<double>(key_42, -1.0, 2.0); },
                              [](std::size_t n) { return jax::uniform<double>(key_42, -1.0, 2.0, n); },
                              [](auto out) { jax::uniform(key_42, -1.0, 2.0, out); }));
    CHECK(forms_agree<std::int32_t>([] { return jax::randint(key_42, -7, 7); },
                                    [](std::size_t n) { return jax::randint(key_42, -7, 7, n); },
                                    [](auto out) { jax::randint(key_42, -7, 7, out); }));
    CHECK(forms_agree<float>([] { return jax::normal(key_42); },
                             [](std::size_t n) { return jax::normal(key_42, n); },
                             [](auto out) { jax::normal(key_42, out); }));
    CHECK(forms_agree<float>([] { return jax::truncated_normal(key_42, -1, 2); },
                             [](std::size_t n) { return jax::truncated_normal(key_42, -1, 2, n); },
                             [](auto out) { jax::truncated_normal(key_42, -1, 2, out); }));
    const std::array<float, 3> logits{0.5f, 0.0f, -1.0f};
    CHECK(forms_agree<std::int32_t>(
        [&] { return jax::categorical<std::int32_t, float>(key_42, logits); },
        [&](std::size_t n) { return jax::categorical<std::int32_t, float>(key_42, logits, n); },
        [&](auto out) { jax::categorical<std::int32_t, float>(key_42, logits, out); }));
    bool heads[5] = {};
    jax::bernoulli(key_42, 0.3, std::span<bool>(heads));
    CHECK(jax::bernoulli(key_42, 0.3, 5) == std::vector<bool>(std::begin(heads), std::end(heads)));
    CHECK(jax::bernoulli(key_42, 0.3) == jax::bernoulli(key_42, 0.3, 1)[0]);
}

TEST_CASE("keys carry the switches to the keys made from them") {
    const jax::key old = jax::prng_key(42, jax::before_0_5_0);
    CHECK(jax::split(old)[1].config == jax::before_0_5_0);
    CHECK(jax::fold_in(old, 3).config == jax::before_0_5_0);
    CHECK(jax::bits(old, 3) != jax::bits(key_42, 3));
    CHECK(jax::split(old, 3)[0] != jax::split(old, 2)[0]); // in the original layout the number matters
    CHECK(jax::split(key_42, 3)[0] == jax::split(key_42, 2)[0]);
}

TEST_CASE("an empty or inverted interval of integers gives its lower bound") {
    CHECK(jax::randint(key_42, 5, 5) == 5);
    CHECK(jax::randint(key_42, 5, 2) == 5);
    CHECK(jax::randint<std::uint8_t>(key_42, -3, -1) == 0);
    CHECK(jax::randint<std::uint32_t>(key_42, std::int64_t{-3}, std::int64_t{1}) == 0);
}

TEST_CASE("half numbers hold what IEEE 754 and bfloat16 hold") {
    CHECK(float16(65504.0f).bits == 0x7bff);
    CHECK(float16(65520.0f).bits == 0x7c00); // halfway to 2^16: to even, infinity
    CHECK(float16(0x1p-25f).bits == 0);      // halfway to the least: to even, zero
    CHECK(float16(0x1.8p-24f).bits == 2);
    CHECK(float16(-0x1.ffcp-15f).bits == 0x8400);
    CHECK(bfloat16(0x1.01p0f).bits == 0x3f80);
    CHECK(bfloat16(0x1.03p0f).bits == 0x3f82);
    CHECK(bfloat16(std::numeric_limits<float>::max()).bits == 0x7f80);
    const auto nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(float16(nan) != float16(nan));
    CHECK(bfloat16(nan) != bfloat16(nan));
    for (unsigned bits = 0; bits < 0x7c00; ++bits) { // every finite half survives the way to float and back
        const float16 half = float16::from_bits(static_cast<std::uint16_t>(bits));
        if (float16(static_cast<float>(half)).bits != bits) FAIL_CHECK(bits);
    }
}

TEST_CASE("what JAX refuses is refused by name") {
    using repro::errc;
    const std::array<float, 2> p{0.5f, 0.5f};
    const auto weighted = [&](std::int64_t a, std::size_t n, jax::replacement replace) {
        return refusal([&] { (void)jax::choice<std::int32_t, float>(key_42, a, replace, p, n); });
    };
    CHECK(refusal([] { (void)jax::choice(key_42, 0, jax::replacement::yes, 1); }) == errc::argument_invalid);
    CHECK(refusal([] { (void)jax::choice(key_42, 3, jax::replacement::no, 4); }) == errc::argument_invalid);
    CHECK(jax::choice(key_42, 0, jax::replacement::yes, 0).empty());
    CHECK(weighted(3, 1, jax::replacement::yes) == errc::argument_invalid);
    CHECK(weighted(2, 3, jax::replacement::no) == errc::argument_invalid);
    CHECK(refusal([] { (void)jax::categorical<std::int32_t, float>(key_42, {}, 1); }) ==
          errc::argument_invalid);
    const std::array<int, 4> x{1, 2, 3, 4};
    const std::array<std::size_t, 2> shape{2, 3}, right{2, 2};
    CHECK(refusal([&] { (void)jax::permutation<int>(key_42, x, shape); }) == errc::argument_invalid);
    CHECK(refusal([&] { (void)jax::permutation<int>(key_42, x, right, 2); }) == errc::argument_invalid);
}

TEST_CASE("a permutation sorts again where keys may collide") {
    CHECK(jax::detail::rounds_of_sorting(1) == 0);
    CHECK(jax::detail::rounds_of_sorting(1625) == 1);
    CHECK(jax::detail::rounds_of_sorting(1626) == 2);
    CHECK(jax::detail::rounds_of_sorting(2642245) == 2);
    CHECK(jax::detail::rounds_of_sorting(2642246) == 3);
}
