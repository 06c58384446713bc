// SPDX-License-Identifier: MIT
#pragma once
// events.jsonl: the metrics of a run as they come, one line each, so that what a killed process measured is
// not lost. A line is one write, appended: another reader, or the end of the process, meets whole lines and
// at most a torn last one. Lines are not flushed to the disk: they survive the process, not a power cut.

#include <repro/detail/clock.hpp>
#include <repro/detail/json_writer.hpp>
#include <repro/hash/crc32c.hpp>
#include <repro/run/clean_names.hpp>
#include <repro/run/publish.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

inline constexpr const char* events_name = "events.jsonl";
inline constexpr std::size_t event_line_limit = 4096;
/// What stands between what a line says and its checksum, which is of all before it.
inline constexpr std::string_view event_seal = ",\"crc32c\":\"";

/// Returns an event as a line, sealed: `open` is its JSON object but for the last brace.
[[nodiscard]] inline std::string sealed_line(std::string_view open) {
    const std::uint32_t sum = crc32c(open);
    const std::uint8_t bytes[] = {static_cast<std::uint8_t>(sum >> 24), static_cast<std::uint8_t>(sum >> 16),
                                  static_cast<std::uint8_t>(sum >> 8), static_cast<std::uint8_t>(sum)};
    return std::string(open).append(event_seal).append(to_hex(bytes)).append("\"}\n");
}

/// The events of one run. Not for several threads at once.
template <class Calls = system_calls> class basic_event_log {
public:
    /// The file's name, which outlives this object.
    void name_file(const char* name) noexcept { file_name_ = name; }

    /// Appends a value of a metric, in the run's open folder; nothing, or what failed. After a failure the
    /// log is closed: what follows a torn line would be lost with it.
    [[nodiscard]] std::optional<failed_step> add(int folder, moment started, std::string_view name,
                                                 std::int64_t step, double value) {
        if (closed_) return std::nullopt;
        const std::string line = line_of(started, name, step, value);
        if (line.size() > event_line_limit) return failed_step{"a name is too long for a line", ENAMETOOLONG};
        const auto failed = append(folder, line);
        if (failed) closed_ = true;
        ++count_;
        return failed;
    }

private:
    [[nodiscard]] std::string line_of(moment started, std::string_view name, std::int64_t step,
                                      double value) {
        json_writer to(0);
        to.begin_object();
        to.member("event", count_);
        to.member("ms", (nanoseconds(CLOCK_MONOTONIC) - started.steady) / 1'000'000);
        redaction_list counted_by_the_manifest;
        to.member("metric", names_.of(name, counted_by_the_manifest, "metrics"));
        to.member("step", step);
        to.member("value", value);
        return sealed_line(to.text());
    }

    [[nodiscard]] std::optional<failed_step> append(int folder, std::string_view line) noexcept {
        const held_back_signal guard(SIGXFSZ);
        if (!file_) {
            constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
            file_ = descriptor(Calls::open(folder, file_name_, flags, 0666));
            if (!file_) return failed_step{"cannot be created", errno};
        }
        if (!write_all<Calls>(file_.get(), line)) return failed_step{"cannot be written", errno};
        return std::nullopt;
    }

    const char* file_name_ = events_name;
    descriptor file_;
    clean_names names_;
    std::uint64_t count_ = 0;
    bool closed_ = false;
};

using event_log = basic_event_log<>;

} // namespace detail
} // namespace repro::inline v0
