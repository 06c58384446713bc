// SPDX-License-Identifier: MIT
#pragma once
// CRC-32C (Castagnoli): tells a damaged line of a log from a whole one. No protection from malice.
// Origin: RFC 3720, appendix B.4 has the known answers.

#include <array>
#include <cstdint>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

inline constexpr std::array<std::uint32_t, 256> crc32c_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1) != 0 ? 0x82f63b78U : 0U);
        table[byte] = value;
    }
    return table;
}();

/// Returns the CRC-32C of `text`.
[[nodiscard]] constexpr std::uint32_t crc32c(std::string_view text) noexcept {
    std::uint32_t value = 0xffffffffU;
    for (const char c : text)
        value = (value >> 8) ^ crc32c_table[(value ^ static_cast<unsigned char>(c)) & 0xffU];
    return ~value;
}

} // namespace detail
} // namespace repro::inline v0
