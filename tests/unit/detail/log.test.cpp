// SPDX-License-Identifier: MIT
#include <repro/detail/log.hpp>
#include <repro/rng/philox.hpp>

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

using repro::detail::log_portable;

static_assert(log_portable(1.0) == 0.0);
static_assert(log_portable(2.0) == 0x1.62e42fefa39efp-1);
static_assert(log_portable(0.5) == -0x1.62e42fefa39efp-1);

namespace {

/// The distance of log_portable(x) from the natural logarithm in units of the last place of the latter.
double error_in_ulps(double x) {
    const long double exact = std::log(static_cast<long double>(x));
    const auto rounded = static_cast<double>(exact);
    const double ulp =
        std::nextafter(std::fabs(rounded), std::numeric_limits<double>::infinity()) - std::fabs(rounded);
    return static_cast<double>(std::fabs(static_cast<long double>(log_portable(x)) - exact) /
                               static_cast<long double>(ulp));
}

/// The largest error over `count` values of x, the i-th of which `at(i)` gives.
template <class At> double worst(int count, At at) {
    double largest = 0.0;
    for (int i = 0; i < count; ++i)
        largest = std::fmax(largest, error_in_ulps(at(i)));
    return largest;
}

std::uint64_t word(int i) {
    return repro::philox4x64<10>::apply({static_cast<std::uint64_t>(i), 0, 0, 0}, {7, 0})[0];
}

constexpr int points = 200'000;

} // namespace

TEST_CASE("the logarithm is within two units in the last place over all normal numbers") {
    CHECK(worst(points, [](int i) {
              const std::uint64_t exponent = 1 + word(2 * i) % 2046;
              return std::bit_cast<double>(exponent << 52 | word(2 * i + 1) >> 12);
          }) < 2.0);
}

TEST_CASE("the logarithm is within two units in the last place over the numbers that are drawn") {
    CHECK(worst(points, [](int i) { return (static_cast<double>(word(i) >> 12) + 0.5) * 0x1p-52; }) < 2.0);
}

TEST_CASE("the logarithm is within two units in the last place near one and where its halves meet") {
    CHECK(worst(2000, [](int i) {
              return std::bit_cast<double>(0x3ff0000000000000u - 1000u + static_cast<unsigned>(i));
          }) < 2.0);
    CHECK(worst(2000, [](int i) {
              return std::bit_cast<double>(0x3fe6a09e667f3bcdu - 1000u + static_cast<unsigned>(i));
          }) < 2.0);
    CHECK(worst(points, [](int i) { return 1.0 + (static_cast<double>(word(i)) * 0x1p-64 - 0.5) * 0x1p-6; }) <
          2.0);
}

TEST_CASE("the logarithm of each power of two is that many times ln 2") {
    for (int k = -1022; k <= 1023; ++k) {
        INFO(k);
        CHECK(error_in_ulps(std::ldexp(1.0, k)) <= 1.0);
    }
}

TEST_CASE("the ends of the range have their logarithms") {
    CHECK(log_portable(std::numeric_limits<double>::min()) == -0x1.6232bdd7abcd2p+9);
    CHECK(log_portable(std::numeric_limits<double>::max()) == 0x1.62e42fefa39efp+9);
}
