// SPDX-License-Identifier: MIT
#pragma once
// exp and log from additions, multiplications and divisions alone. The C library's own have the same bits
// under every compiler of one machine, but not on every machine: glibc chooses a variant by the CPU. These
// have the same bits wherever doubles are IEEE 754 and nothing is fused (repro::strict_fp). Within 4 ulp.

#include <bit>
#include <cstdint>

namespace examples {

/// Returns 2^k for k in [-1022, 1023].
[[nodiscard]] inline double power_of_two(std::int64_t k) noexcept {
    return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

/// Returns e^x for x in [-708, 0], and 0 below.
[[nodiscard]] inline double exp_of_negative(double x) noexcept {
    if (x < -708.0) return 0.0;
    // ln 2 in two parts, the first with 20 trailing zero bits, so that k times it is exact (Cody and Waite).
    constexpr double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
    const auto k = static_cast<std::int64_t>(x * 0x1.71547652b82fep+0 - 0.5);
    const double r = (x - static_cast<double>(k) * ln2_high) - static_cast<double>(k) * ln2_low;
    double sum = 1.0; // Horner's rule for the Taylor series, |r| < 0.35
    for (int n = 13; n > 0; --n)
        sum = 1.0 + sum * r / n;
    return sum * power_of_two(k);
}

/// Returns the natural logarithm of x in [1, 2^52].
[[nodiscard]] inline double log_of_sum(double x) noexcept {
    constexpr double ln2 = 0x1.62e42fefa39efp-1, sqrt2 = 0x1.6a09e667f3bcdp+0;
    std::int64_t k = static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(x) >> 52) - 1023;
    double m = x * power_of_two(-k);
    if (m > sqrt2) {
        m *= 0.5;
        ++k;
    }
    const double s = (m - 1.0) / (m + 1.0); // log m = 2 (s + s^3/3 + s^5/5 + ...), |s| < 0.172
    const double square = s * s;
    double series = 0.0;
    for (int n = 21; n > 1; n -= 2)
        series = (series + 1.0 / n) * square;
    return static_cast<double>(k) * ln2 + 2.0 * s * (1.0 + series);
}

} // namespace examples
