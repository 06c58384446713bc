// SPDX-License-Identifier: MIT
#pragma once
// The functions of three bits that kernels ask AVX-512's ternary logic for, as its table of eight results.

namespace repro::inline v0 {
namespace detail::ternary {

inline constexpr int xor3 = 0x96;    ///< a ^ b ^ c
inline constexpr int xor_and = 0x78; ///< a ^ (b & c)
inline constexpr int and_or = 0xea;  ///< (a & b) | c
inline constexpr int select = 0xca;  ///< a ? b : c

} // namespace detail::ternary
} // namespace repro::inline v0
