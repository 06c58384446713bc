// SPDX-License-Identifier: MIT
#pragma once
// 128-bit integers, under names that -Wpedantic accepts.

#include <cstdint>

namespace repro::inline v0 {
namespace detail {

__extension__ typedef unsigned __int128 uint128;
__extension__ typedef __int128 int128;

[[nodiscard]] constexpr uint128 make_uint128(std::uint64_t high, std::uint64_t low) noexcept {
    return static_cast<uint128>(high) << 64 | low;
}
[[nodiscard]] constexpr std::uint64_t high_half(uint128 value) noexcept {
    return static_cast<std::uint64_t>(value >> 64);
}
[[nodiscard]] constexpr std::uint64_t low_half(uint128 value) noexcept {
    return static_cast<std::uint64_t>(value);
}

} // namespace detail
} // namespace repro::inline v0
