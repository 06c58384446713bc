// SPDX-License-Identifier: MIT
// Whatever the bytes are, as a file and as what a checksum seals: lines are taken or named, nothing is
// thrown.

#include <repro/judge/events_reader.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const repro::recorded_events read = repro::parse_events(text);
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    if (read.events.size() + read.damaged.size() != lines) std::abort();
    if (read.torn != (!text.empty() && text.back() != '\n')) std::abort();
    if (text.find('\n') == std::string_view::npos &&
        repro::parse_events(repro::detail::sealed_line(text)).torn)
        std::abort();
    return 0;
}
