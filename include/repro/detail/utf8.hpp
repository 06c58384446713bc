// SPDX-License-Identifier: MIT
#pragma once
// UTF-8 taken apart, one code point at a time. What is not well-formed (Unicode 15, table 3-7) is told byte
// by byte.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// One step through a text: a code point, or one byte that belongs to none.
struct utf8_step {
    char32_t value = 0;     ///< the code point, or the byte
    std::size_t length = 1; ///< bytes taken
    bool valid = false;
};

/// Returns what stands at the start of `text`, which is not empty.
[[nodiscard]] constexpr utf8_step utf8_first(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    const utf8_step broken{lead, 1, false};
    if (lead < 0xc2 || lead > 0xf4) return broken;
    const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (text.size() < length) return broken;
    char32_t value = lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return broken;
        value = value << 6 | (byte(i) & 0x3fu);
    }
    const bool overlong = value < (length == 2 ? 0x80u : length == 3 ? 0x800u : 0x10000u);
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (overlong || surrogate || value > 0x10ffff) return broken;
    return {value, length, true};
}

/// Returns the offset of the first byte that is not part of well-formed UTF-8, or npos.
[[nodiscard]] constexpr std::size_t utf8_fault(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const utf8_step step = utf8_first(text.substr(at));
        if (!step.valid) return at;
        at += step.length;
    }
    return std::string_view::npos;
}

/// Returns `text` with U+FFFD for each byte that is not part of well-formed UTF-8.
[[nodiscard]] inline std::string utf8_replaced(std::string_view text) {
    std::string valid;
    while (!text.empty()) {
        const utf8_step step = utf8_first(text);
        valid += step.valid ? text.substr(0, step.length) : std::string_view("\xef\xbf\xbd");
        text.remove_prefix(step.length);
    }
    return valid;
}

} // namespace detail
} // namespace repro::inline v0
