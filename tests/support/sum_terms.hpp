// SPDX-License-Identifier: MIT
#pragma once
// The terms of the long cases of tests/vectors/sums.txt, by the formula of tools/vectors/sums.py.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace support {

[[nodiscard]] constexpr std::uint64_t splitmix64_of(std::uint64_t x) noexcept {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

/// Returns `n` signed terms of all mantissa bits, over `spread` binades.
template <class T> [[nodiscard]] std::vector<T> long_terms(std::size_t n, int spread) {
    constexpr int precision = sizeof(T) == 8 ? 53 : 24;
    std::vector<T> terms;
    terms.reserve(n);
    for (std::uint64_t i = 0; i < n; ++i) {
        const std::uint64_t draw = splitmix64_of(i);
        const auto mantissa =
            static_cast<std::int64_t>(draw >> (64 - precision)) - (std::int64_t{1} << (precision - 1));
        const auto down = static_cast<int>(splitmix64_of(draw) % static_cast<std::uint64_t>(spread));
        terms.push_back(static_cast<T>(std::ldexp(static_cast<double>(mantissa), -precision - down)));
    }
    return terms;
}

} // namespace support
