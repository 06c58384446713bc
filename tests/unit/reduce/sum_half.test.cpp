// SPDX-License-Identifier: MIT
#include <repro/reduce/moments.hpp>

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

/// A finite IEEE number of 16 bits.
struct half {
    std::uint16_t bits;

    explicit operator float() const {
        const int exponent = bits >> 10 & 31, fraction = bits & 1023;
        const int mantissa = exponent == 0 ? fraction : fraction + 1024;
        const float size = std::ldexp(static_cast<float>(mantissa), (exponent == 0 ? 1 : exponent) - 25);
        return bits >> 15 != 0 ? -size : size;
    }
};

/// Holds the 1024 numbers from `first` on, (lowest + k) * unit, against whole numbers.
template <class Half> void check_halves(std::uint16_t first, double lowest, double unit) {
    std::vector<Half> values;
    double sum = 0, squares = 0; // exact: below 2^53 units
    for (int k = 0; k < 1024; ++k) {
        values.push_back(std::bit_cast<Half>(static_cast<std::uint16_t>(first + k)));
        sum += lowest + k;
        squares += (lowest + k) * (lowest + k);
    }
    CHECK(repro::sum(values) == static_cast<float>(sum * unit));
    CHECK(repro::mean(values) == static_cast<float>(sum * unit / 1024));
    CHECK(repro::dot(values, values) == static_cast<float>(squares * unit * unit));
    CHECK(repro::norm2(values) == static_cast<float>(std::sqrt(squares) * unit));
}

} // namespace

TEST_CASE("IEEE numbers of 16 bits have exact sums, denormals too") {
    check_halves<half>(0, 0, 0x1p-24);
    check_halves<half>(0x3c00, 1024, 0x1p-10);
#if defined(__FLT16_MAX__) && !defined(__clang__)
    check_halves<_Float16>(0, 0, 0x1p-24);
    check_halves<_Float16>(0x3c00, 1024, 0x1p-10);
#endif
}
