// SPDX-License-Identifier: MIT
#pragma once
// Bytes and integers as text, without locale.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Returns the lower-case hexadecimal digits of `bytes`, two a byte.
[[nodiscard]] constexpr std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

/// Returns the value of one lower-case hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_value(char digit) noexcept {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

/// Fills `bytes` from exactly twice as many lower-case hexadecimal digits; false, and `bytes` unspecified,
/// when `text` is anything else.
[[nodiscard]] constexpr bool from_hex(std::string_view text, std::span<std::uint8_t> bytes) noexcept {
    if (text.size() != bytes.size() * 2) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = hex_value(text[2 * i]);
        const int low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

/// Returns `value` in decimal.
template <std::unsigned_integral Integer> [[nodiscard]] std::string decimal(Integer value) {
    char digits[20];
    std::size_t first = sizeof digits;
    do {
        digits[--first] = static_cast<char>('0' + value % 10);
        value = static_cast<Integer>(value / 10);
    } while (value != 0);
    return {digits + first, sizeof digits - first};
}

/// Returns `value` in decimal, with a minus where it is negative.
[[nodiscard]] inline std::string signed_decimal(std::int64_t value) {
    return value < 0 ? "-" + decimal(~static_cast<std::uint64_t>(value) + 1)
                     : decimal(static_cast<std::uint64_t>(value));
}

/// Reads a decimal number without sign, spaces or leading text; false on anything else and on overflow.
[[nodiscard]] constexpr bool from_decimal(std::string_view text, std::uint64_t& value) noexcept {
    if (text.empty()) return false;
    value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (UINT64_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    return true;
}

/// Cuts the text up to the next `separator` from `rest`, and the separator with it.
[[nodiscard]] constexpr std::string_view next_token(std::string_view& rest, char separator) noexcept {
    const std::size_t end = rest.find(separator);
    const std::string_view token = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return token;
}

/// Returns `text` without the spaces around it.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view spaces(" \t\r\n\0", 5);
    const std::size_t first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// Returns the value of the first line "<key> : <value>", as the files of /proc have them.
[[nodiscard]] inline std::optional<std::string> proc_value(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const std::string_view line = next_token(text, '\n');
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || trimmed(line.substr(0, colon)) != key) continue;
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (!value.empty()) return std::string(value);
    }
    return std::nullopt;
}

/// Returns the value of the first entry name=value of a block of them, each ended by NUL: what getenv finds.
[[nodiscard]] inline std::optional<std::string> find_entry(std::string_view environment,
                                                           std::string_view name) {
    while (!environment.empty()) {
        const std::string_view entry = environment.substr(0, environment.find('\0'));
        if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
            return std::string(entry.substr(name.size() + 1));
        environment.remove_prefix(entry.size() < environment.size() ? entry.size() + 1 : entry.size());
    }
    return std::nullopt;
}

} // namespace detail
} // namespace repro::inline v0
