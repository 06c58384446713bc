// SPDX-License-Identifier: MIT
#pragma once
// The natural logarithm from additions, multiplications and one division alone: the same bits under every
// compiler, flag and C library. Within two units in the last place.

#include <repro/detail/fp.hpp>

#include <bit>
#include <cstdint>

namespace repro::inline v0 {
namespace detail {

/// Returns the natural logarithm of a positive, normal `x`.
///
/// x = 2^k m with m in [sqrt(1/2), sqrt(2)); log m = 2 artanh(s), s = (m - 1) / (m + 1), by its power series,
/// whose first omitted term is below 2^-60.
/// Stability: contract 1; class ieee.
[[nodiscard]] constexpr double log_portable(double x) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcdu;
    const std::int64_t k = static_cast<std::int64_t>(bits - sqrt_half) >> 52;
    const auto m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(k) << 52));
    const double s = (m - 1.0) / (m + 1.0);
    const double z = mul(s, s);
    double series = 1.0 / 23.0;
    for (int odd = 21; odd >= 3; odd -= 2)
        series = mul_add(series, z, 1.0 / odd);
    const double tail = mul(mul(s, z), series);
    // ln 2 in two parts; the product of the first, 33 bits long, with k is exact (Cody and Waite).
    constexpr double ln2_high = 0x1.62e42fee00000p-1;
    constexpr double ln2_low = 0x1.a39ef35793c76p-33;
    const auto exponent = static_cast<double>(k);
    return mul(exponent, ln2_high) + (mul(2.0, s) + (mul(2.0, tail) + mul(exponent, ln2_low)));
}

} // namespace detail
} // namespace repro::inline v0
