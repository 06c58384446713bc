// SPDX-License-Identifier: MIT
#pragma once
// What a run is called: the id that the code gives, the name of the folder made from it, and an identifier
// that no other run has.

#include <repro/core/entropy.hpp>
#include <repro/core/error.hpp>
#include <repro/core/redact.hpp>
#include <repro/detail/text.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

/// Returns whether `name` is 1 to 128 characters of A-Z a-z 0-9 . _ -, the first a letter or a digit.
[[nodiscard]] constexpr bool is_plain_name(std::string_view name) noexcept {
    const auto alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    bool good = !name.empty() && name.size() <= 128 && alphanumeric(name.front());
    for (const char c : name)
        good = good && (alphanumeric(c) || c == '.' || c == '_' || c == '-');
    return good;
}

/// Returns whether Windows takes `name` for a device, whatever follows its first dot: CON, nul.txt, COM1.
[[nodiscard]] inline bool is_device_name(std::string_view name) {
    std::string stem(name.substr(0, name.find('.')));
    for (char& c : stem)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const bool port = stem.size() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")) &&
                      stem[3] >= '1' && stem[3] <= '9';
    return port || stem == "CON" || stem == "PRN" || stem == "AUX" || stem == "NUL";
}

/// Throws unless `id` is a plain name that a shared drive takes, too: Windows drops a dot at the end.
inline void expect_run_id(std::string_view id) {
    if (is_plain_name(id) && !id.ends_with('.') && !is_device_name(id)) return;
    throw error(
        errc::id_invalid, "run '" + detail::excerpt(id, 128) + "'", "is no id of a run",
        "use 1 to 128 of the characters A-Z a-z 0-9 . _ -, a letter or a digit first, no dot last, and "
        "no name of a device such as CON");
}

/// Returns "<date>-<id>"; an id that starts with the date is not given it twice.
[[nodiscard]] inline std::string dated_id(std::string_view date, std::string_view id) {
    const bool has_date = id.starts_with(date) && (id.size() == date.size() || id[date.size()] == '-');
    return has_date ? std::string(id) : std::string(date) + "-" + std::string(id);
}

/// Returns a UUID of version 7 (RFC 9562): the moment in milliseconds, then random bits. Nothing where the
/// system has no entropy.
[[nodiscard]] inline std::optional<std::string> uuid_v7(std::int64_t calendar) {
    std::array<std::uint8_t, 16> bytes{};
    if (!try_system_entropy(bytes.data(), bytes.size())) return std::nullopt;
    const auto milliseconds = static_cast<std::uint64_t>(calendar / 1'000'000);
    for (std::size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
    bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0f));
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
    const std::string digits = to_hex(bytes);
    return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
           digits.substr(16, 4) + "-" + digits.substr(20);
}

} // namespace detail
} // namespace repro::inline v0
