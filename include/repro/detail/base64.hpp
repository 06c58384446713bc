// SPDX-License-Identifier: MIT
#pragma once
// Base64 with the alphabet and the padding of RFC 4648, section 4.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

inline constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Returns `bytes` in base64, in one line.
[[nodiscard]] inline std::string to_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::string_view group = bytes.substr(at, 3);
        std::uint32_t word = 0;
        for (std::size_t i = 0; i < 3; ++i)
            word = word << 8 | (i < group.size() ? static_cast<std::uint8_t>(group[i]) : 0u);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= group.size() ? base64_alphabet[word >> (18 - 6 * i) & 63u] : '=';
    }
    return text;
}

/// Returns the bytes that `text` spells; nothing where it is not what `to_base64` writes.
[[nodiscard]] inline std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t word = 0;
    unsigned bits = 0;
    for (const char c : text.substr(0, text.find_last_not_of('=') + 1)) {
        const std::size_t value = base64_alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        word = word << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(word >> bits & 0xffu);
    }
    if (to_base64(bytes) != text) return std::nullopt; // bits left over, or a wrong padding
    return bytes;
}

} // namespace detail
} // namespace repro::inline v0
