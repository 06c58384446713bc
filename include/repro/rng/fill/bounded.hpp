// SPDX-License-Identifier: MIT
#pragma once
// The two rules by which 32 random bits become a whole number of an interval, and what a kernel needs of
// them.

#include <bit>
#include <cstdint>
#include <type_traits>

namespace repro::inline v0 {
namespace detail {

/// Multiplication: x -> x * bound / 2^32, unless the low half of the product is below `threshold`.
/// Source: Lemire, "Fast random integer generation in an interval", 2019.
struct lemire32 {
    std::uint32_t bound;     ///< values 0 to bound - 1
    std::uint32_t threshold; ///< 2^32 modulo bound

    explicit constexpr lemire32(std::uint32_t n_values) noexcept
        : bound(n_values), threshold((0 - n_values) % n_values) {}
};

/// Masked rejection: x -> x & mask, unless that is above `range`; the mask is the smallest 2^b - 1 not below
/// it.
struct masked32 {
    std::uint32_t range;
    std::uint32_t mask;

    explicit constexpr masked32(std::uint32_t largest) noexcept
        : range(largest), mask(largest == 0 ? 0 : UINT32_MAX >> std::countl_zero(largest)) {}
};

/// Returns low + value, modulo the range of T.
template <class T> [[nodiscard]] constexpr T shifted(T low, std::uint32_t value) noexcept {
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(low) + value);
}

} // namespace detail
} // namespace repro::inline v0
