// SPDX-License-Identifier: MIT
#include <repro/judge/value_difference.hpp>
#include <repro/trace/describe.hpp>

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

using repro::element_type;

namespace {

using some_difference = std::optional<repro::value_difference>;

template <class T>
repro::trace_entry values_kept(const std::vector<T>& values,
                               element_type type = repro::detail::element_type_of<T>()) {
    return repro::detail::describe_tensor("t", 0, {std::as_bytes(std::span(values)), type, sizeof(T)},
                                          repro::trace_keep::values);
}

template <class T>
some_difference difference_between(const std::vector<T>& a, const std::vector<T>& b,
                                   element_type type = repro::detail::element_type_of<T>()) {
    return compare_values(values_kept(a, type), values_kept(b, type));
}

} // namespace

TEST_CASE("the largest difference of floats is told with its element, its values and the most ulp") {
    const float one = 1.0f, next = std::nextafter(1.0f, 2.0f);
    const auto found = difference_between<float>({one, 5.0f, one, 100.0f}, {next, 5.0f, one, 100.5f});
    REQUIRE(found);
    CHECK(found->compared == 4);
    CHECK(found->differing == 2);
    CHECK(found->first_element == 0);
    CHECK(found->largest_element == 3);
    CHECK(found->largest == 0.5);
    CHECK(found->left == 100.0);
    CHECK(found->right == 100.5);
    CHECK(found->largest_ulp == 65536u); // 0.5 in steps of 2^-17
}

TEST_CASE("steps between numbers go through zero, and minus zero differs by none") {
    const double tiny = std::numeric_limits<double>::denorm_min();
    CHECK(difference_between<double>({-tiny}, {tiny})->largest_ulp == 2u);
    const auto zeros = difference_between<double>({0.0}, {-0.0});
    CHECK(zeros->differing == 1);
    CHECK(zeros->largest_ulp == 0u);
    CHECK(zeros->largest == 0.0);
    const auto whole = difference_between<double>({-std::numeric_limits<double>::max()},
                                                  {std::numeric_limits<double>::max()});
    CHECK(whole->largest_ulp == 2 * std::bit_cast<std::uint64_t>(std::numeric_limits<double>::max()));
}

TEST_CASE("NaN differs, is counted apart and hides no other difference") {
    const auto found = difference_between<float>({NAN, 1.0f, 1.0f}, {1.0f, NAN, 3.0f});
    CHECK(found->differing == 3);
    CHECK(found->not_numbers == 2);
    CHECK(found->largest == 2.0);
    CHECK(found->largest_element == 2);
    CHECK(difference_between<float>({NAN}, {NAN})->differing == 0);
    CHECK(difference_between<float>({NAN}, {1.0f})->largest_ulp == 0u);
}

TEST_CASE("infinity against a number is an infinite difference") {
    CHECK(difference_between<float>({1.0f, 7.0f}, {INFINITY, 9.0f})->largest ==
          static_cast<double>(INFINITY));
}

TEST_CASE("integers are told apart at their ends, and have no ulp") {
    const auto wide = difference_between<std::int64_t>({INT64_MIN}, {INT64_MAX});
    CHECK(wide->largest == 0x1p64);
    CHECK_FALSE(wide->largest_ulp);
    CHECK(difference_between<std::int64_t>({INT64_MAX}, {INT64_MAX - 1})->largest == 1.0);
    CHECK(difference_between<std::uint64_t>({UINT64_MAX}, {UINT64_MAX - 3})->largest == 3.0);
    CHECK(difference_between<std::int8_t>({-128}, {127})->largest == 255.0);
    CHECK(difference_between<std::uint8_t>({200}, {100})->left == 200.0);
}

TEST_CASE("halves of both kinds are read as the numbers that they are") {
    using halves = std::vector<std::uint16_t>;
    const auto half = [](std::uint16_t bits) {
        return difference_between<std::uint16_t>(halves{bits}, halves{0x8000}, element_type::float16)->left;
    };
    CHECK(half(0x3c00) == 1.0);
    CHECK(half(0xc000) == -2.0);
    CHECK(half(0x7bff) == 65504.0);
    CHECK(half(0x0001) == 0x1p-24);
    CHECK(half(0x0400) == 0x1p-14);
    CHECK(half(0xfc00) == -static_cast<double>(INFINITY));
    CHECK(difference_between<std::uint16_t>({0x7e00}, {0x3c00}, element_type::float16)->not_numbers == 1);
    const auto brain = difference_between<std::uint16_t>({0x3f80}, {0x4040}, element_type::bfloat16);
    CHECK(brain->left == 1.0);
    CHECK(brain->right == 3.0);
    CHECK(brain->largest_ulp == 0xc0u);
}

TEST_CASE("elements of a large tensor are named by their places in it") {
    std::vector<float> a(10'000), b(10'000);
    b[9'999] = 1.0f; // every third is kept: 0, 3, ... 9999
    b[1] = 1.0f;
    const auto found = difference_between(a, b);
    CHECK(found->compared == 3334);
    CHECK(found->differing == 1);
    CHECK(found->first_element == 9'999);
}

TEST_CASE("without values on both sides, or of two shapes, there is no size of a difference") {
    const std::vector<float> a = {1.0f}, b = {2.0f, 3.0f};
    repro::trace_entry without = values_kept(a);
    without.values.clear();
    CHECK_FALSE(compare_values(values_kept(a), without));
    CHECK_FALSE(compare_values(values_kept(a), values_kept(b)));
    CHECK_FALSE(compare_values(values_kept(a), values_kept(std::vector<std::int32_t>{1})));
}
