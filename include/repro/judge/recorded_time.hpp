// SPDX-License-Identifier: MIT
#pragma once
// Times as manifests spell them: RFC 3339, in UTC or with an offset.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Takes a number of exactly `width` digits from the front of `text`; false where there is none.
[[nodiscard]] constexpr bool take_digits(std::string_view& text, std::size_t width, int& value) noexcept {
    if (text.size() < width) return false;
    value = 0;
    for (const char c : text.substr(0, width)) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(width);
    return true;
}

[[nodiscard]] constexpr bool take_character(std::string_view& text, char wanted) noexcept {
    if (!text.starts_with(wanted)) return false;
    text.remove_prefix(1);
    return true;
}

/// Takes "-dd-dd" or ":dd:dd", whose first number came before.
[[nodiscard]] constexpr bool take_two(std::string_view& text, char separator, int& first,
                                      int& second) noexcept {
    return take_character(text, separator) && take_digits(text, 2, first) &&
           take_character(text, separator) && take_digits(text, 2, second);
}

/// Takes ".123", as milliseconds; digits beyond those are dropped. True where there is no point.
[[nodiscard]] constexpr bool take_fraction(std::string_view& text, int& milliseconds) noexcept {
    milliseconds = 0;
    if (!take_character(text, '.')) return true;
    int scale = 100, digit = 0;
    std::size_t count = 0;
    for (; take_digits(text, 1, digit); ++count, scale /= 10)
        milliseconds += digit * scale;
    return count > 0;
}

/// Takes "Z" or "+02:00", as minutes, and the end.
[[nodiscard]] constexpr bool take_offset(std::string_view text, int& minutes) noexcept {
    minutes = 0;
    if (text == "Z") return true;
    const bool west = text.starts_with('-');
    int hour = 0, minute = 0;
    if (!take_character(text, west ? '-' : '+') || !take_digits(text, 2, hour) ||
        !take_character(text, ':') || !take_digits(text, 2, minute))
        return false;
    minutes = (west ? -1 : 1) * (hour * 60 + minute);
    return text.empty() && hour < 24 && minute < 60;
}

/// Returns the milliseconds since 1970 of a time of RFC 3339; nothing where `text` is none, or names a day or
/// an hour that there is not. A leap second counts as the second after it.
[[nodiscard]] constexpr std::optional<std::int64_t> read_time(std::string_view text) noexcept {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milliseconds = 0, offset = 0;
    if (!take_digits(text, 4, year) || !take_two(text, '-', month, day) || !take_character(text, 'T') ||
        !take_digits(text, 2, hour) || !take_two(text, ':', minute, second) ||
        !take_fraction(text, milliseconds) || !take_offset(text, offset))
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second;
    return seconds * 1000 + milliseconds;
}

} // namespace detail
} // namespace repro::inline v0
