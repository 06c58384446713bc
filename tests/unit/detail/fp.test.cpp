// SPDX-License-Identifier: MIT
#include <repro/detail/fp.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace repro::detail;

// (1 + 2^-30)^2 = 1 + 2^-29 + 2^-60: the last part is lost when the product is rounded, kept when it is
// fused.
static_assert(mul_add(1.0 + 0x1p-30, 1.0 + 0x1p-30, -(1.0 + 0x1p-29)) == 0.0);
static_assert(mul(3.0, 0.1) == 3.0 * 0.1);

TEST_CASE("a product that is added to is rounded first, whatever the flags") {
    volatile double a = 1.0 + 0x1p-30;
    volatile double c = -(1.0 + 0x1p-29);
    CHECK(std::fma(a, a, c) == 0x1p-60); // what fusing would give
    const double x = a;
    const double y = c;
    CHECK(mul_add(x, x, y) == 0.0);
    CHECK(mul(x, x) + y == 0.0);
    CHECK(y + mul(x, x) == 0.0);
    CHECK(mul(x, x) - (-y) == 0.0);
}

TEST_CASE("a product of floats that is added to is rounded first, whatever the flags") {
    volatile float a = 1.0F + 0x1p-12F;
    volatile float c = -(1.0F + 0x1p-11F);
    CHECK(std::fma(a, a, c) == 0x1p-24F);
    const float x = a;
    const float y = c;
    CHECK(mul_add(x, x, y) == 0.0F);
    CHECK(mul(x, x) + y == 0.0F);
}

TEST_CASE("a loop over an array is not fused either") {
    double values[64];
    volatile double a = 1.0 + 0x1p-30;
    for (double& each : values)
        each = a;
    volatile double c = -(1.0 + 0x1p-29);
    const double y = c;
    for (double& each : values)
        each = mul_add(each, each, y);
    for (const double each : values)
        CHECK(each == 0.0);
}
