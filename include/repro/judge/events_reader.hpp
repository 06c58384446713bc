// SPDX-License-Identifier: MIT
#pragma once
// Reads events.jsonl, line by line, and says which lines are not as they were written.

#include <repro/detail/text.hpp>
#include <repro/hash/crc32c.hpp>
#include <repro/judge/manifest_fields.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/strict_json.hpp>
#include <repro/run/events.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A value of a metric, as it was appended.
struct recorded_event {
    std::uint64_t number; ///< from 0 on
    std::int64_t ms;      ///< since the run's start
    std::string metric;
    std::int64_t step;
    nlohmann::json value; ///< a number, or "NaN", "Infinity", "-Infinity"
};

/// What a log of events holds, and what it lacks.
struct recorded_events {
    std::vector<recorded_event> events;
    std::vector<std::size_t> damaged; ///< lines, from 1 on, that are not as they were written
    std::uint64_t lost = 0;           ///< numbers before the last one that no whole line has
    bool torn = false;                ///< the last line was not written to its end
};

namespace detail {

inline constexpr field_rule event_rules[] = {{"event", json_kind::whole},
                                             {"ms", json_kind::whole},
                                             {"metric", json_kind::text},
                                             {"step", json_kind::number},
                                             {"value", json_kind::anything}};

/// Returns the part of a line that its checksum covers; empty where the checksum is missing or another one.
[[nodiscard]] inline std::string_view unsealed(std::string_view line) noexcept {
    constexpr std::size_t tail = event_seal.size() + 8 + 2; // eight digits, a quote and a brace
    if (line.size() < tail || line.size() > event_line_limit || !line.ends_with("\"}")) return {};
    const std::string_view open = line.substr(0, line.size() - tail);
    std::uint8_t bytes[4] = {};
    if (line.substr(open.size(), event_seal.size()) != event_seal ||
        !from_hex(line.substr(open.size() + event_seal.size(), 8), bytes))
        return {};
    const std::uint32_t sum = std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                              std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]};
    return sum == crc32c(open) ? open : std::string_view();
}

/// Returns the event of one line; nothing where it is not as a writer leaves it.
[[nodiscard]] inline std::optional<recorded_event> parse_event(std::string_view line) {
    const std::string_view open = unsealed(line);
    if (open.empty()) return std::nullopt;
    try {
        const nlohmann::json document = parse_strict_json(std::string(open) + "}", events_name);
        if (!document.is_object()) return std::nullopt;
        expect_fields({document, events_name}, event_rules);
        if (!document["step"].is_number_integer() || !is_real(document["value"])) return std::nullopt;
        return recorded_event{document["event"], document["ms"], document["metric"], document["step"],
                              document["value"]};
    } catch (const error&) { // a line that fits its checksum, and that nobody of us wrote
        return std::nullopt;
    }
}

} // namespace detail

/// Returns what `text` holds. A last line without its end is torn: it is left out, and no damage.
[[nodiscard]] inline recorded_events parse_events(std::string_view text) {
    recorded_events result;
    std::uint64_t expected = 0;
    for (std::size_t line = 1; !text.empty(); ++line) {
        if (text.find('\n') == std::string_view::npos) {
            result.torn = true;
            break;
        }
        auto event = detail::parse_event(detail::next_token(text, '\n'));
        if (!event || event->number < expected) {
            result.damaged.push_back(line);
            continue;
        }
        result.lost += event->number - expected;
        expected = event->number + 1;
        result.events.push_back(std::move(*event));
    }
    return result;
}

/// Returns the events in the first 256 MiB of the file `path`; none where there is no such file.
///
/// Errors: errc::not_regular, pseudo_fs, unreadable.
[[nodiscard]] inline recorded_events read_events(const std::filesystem::path& path) {
    constexpr std::size_t limit = std::size_t{256} << 20;
    try {
        return parse_events(detail::read_document(path, limit));
    } catch (const error& problem) {
        if (problem.code() == errc::artifact_missing) return {};
        throw detail::manifest_file_error(problem);
    }
}

} // namespace repro::inline v0
