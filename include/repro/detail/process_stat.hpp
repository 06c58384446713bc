// SPDX-License-Identifier: MIT
#pragma once
// State, parent and start of a process, as the kernel tells them.

#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// What a process is as /proc/<pid>/stat has them.
struct process_stat {
    char state = '?';
    std::uint64_t parent = 0;
    std::uint64_t threads = 0;
    std::uint64_t started = 0;
};

[[nodiscard]] inline std::optional<process_stat> parse_process_stat(std::string_view text) {
    // The program's name, in parentheses, may hold anything; field 3 follows it, field 4 is the
    // parent, 20 how many threads, 22 the start.
    const std::size_t name_end = text.rfind(") ");
    if (name_end == std::string_view::npos) return std::nullopt;
    std::string_view rest = text.substr(name_end + 2);
    process_stat facts;
    bool good = !rest.empty();
    if (good) facts.state = rest.front();
    for (int field = 3; field <= 22; ++field) {
        const std::string_view value = next_token(rest, ' ');
        if (field == 4) good = good && from_decimal(value, facts.parent);
        if (field == 20) good = good && from_decimal(value, facts.threads);
        if (field == 22) good = good && from_decimal(value, facts.started);
    }
    return good ? std::optional(facts) : std::nullopt;
}

/// Returns what /proc tells of a process; nothing where it does not.
[[nodiscard]] inline std::optional<process_stat> read_process_stat(const std::string& process) {
    const auto text = read_text(("/proc/" + process + "/stat").c_str(), 4096);
    return text ? parse_process_stat(*text) : std::nullopt;
}

} // namespace detail
} // namespace repro::inline v0
