// SPDX-License-Identifier: MIT
#pragma once
// Times as the manifest spells them, and when the process started.

#include <repro/capture/process_identity.hpp>
#include <repro/detail/clock.hpp>
#include <repro/detail/text.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <time.h>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

/// Returns `value` in decimal with zeros in front, `width` digits at least.
[[nodiscard]] inline std::string padded(std::uint64_t value, std::size_t width) {
    const std::string digits = decimal(value);
    return std::string(width > digits.size() ? width - digits.size() : 0, '0') + digits;
}

/// Returns a moment of the calendar as RFC 3339 in UTC with milliseconds: "2026-05-22T19:14:02.310Z".
[[nodiscard]] inline std::string utc_text(std::int64_t calendar) {
    const time_t seconds = calendar / 1'000'000'000;
    tm parts{};
    ::gmtime_r(&seconds, &parts);
    const auto part = [](int value, std::size_t width) {
        return padded(static_cast<std::uint64_t>(value), width);
    };
    const auto milliseconds = static_cast<int>(calendar / 1'000'000 % 1000);
    return part(parts.tm_year + 1900, 4) + "-" + part(parts.tm_mon + 1, 2) + "-" + part(parts.tm_mday, 2) +
           "T" + part(parts.tm_hour, 2) + ":" + part(parts.tm_min, 2) + ":" + part(parts.tm_sec, 2) + "." +
           part(milliseconds, 3) + "Z";
}

/// Returns the day of a moment of the calendar, in UTC: "2026-05-22".
[[nodiscard]] inline std::string utc_date(std::int64_t calendar) { return utc_text(calendar).substr(0, 10); }

/// Returns the seconds between two readings of the steady clock, to the microsecond.
[[nodiscard]] inline double seconds_between(std::int64_t from, std::int64_t to) noexcept {
    return static_cast<double>((to - from) / 1000) / 1e6;
}

/// Returns when this process started; nothing where /proc does not tell. In ticks of the kernel, 10 ms each.
[[nodiscard]] inline std::optional<moment> process_started_at() {
    const auto facts = read_process_stat("self");
    const long frequency = ::sysconf(_SC_CLK_TCK);
    if (!facts || frequency <= 0) return std::nullopt;
    const auto since_boot = static_cast<std::int64_t>(facts->started) * (1'000'000'000 / frequency);
    const std::int64_t age = nanoseconds(CLOCK_BOOTTIME) - since_boot;
    const moment present = now();
    return moment{present.calendar - age, present.steady - age};
}

} // namespace detail
} // namespace repro::inline v0
