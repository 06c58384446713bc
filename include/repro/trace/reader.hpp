// SPDX-License-Identifier: MIT
#pragma once
// Reads a trace, up to where its writer was stopped.

#include <repro/core/error.hpp>
#include <repro/core/stream_mark.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/trace/record.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// How far a stream had come when an entry was made.
struct trace_mark {
    std::size_t entry = 0; ///< counted from 0
    std::string stream;
    stream_mark mark;

    friend bool operator==(const trace_mark&, const trace_mark&) = default;
};

/// A trace as it was read.
struct trace_contents {
    std::vector<trace_entry> entries;
    bool complete = true; ///< false where the file ends within a record, or goes on with bytes that are none
    std::vector<trace_mark> marks = {}; ///< those that changed, in order
};

namespace detail {

/// Takes apart the records of a trace, one at a time, as views into its bytes.
class trace_parser {
public:
    explicit trace_parser(std::string_view records) noexcept : rest_(records) {}

    /// Appends the next record to `to`; false at the end, or where no record stands.
    [[nodiscard]] bool next(trace_contents& to) {
        const std::size_t size = record_size();
        if (size == 0 || size > rest_.size()) return false;
        const std::string_view record = rest_.substr(0, size);
        if (number<std::uint32_t>(0) != trace_check(record.substr(4)) || !take(record, to)) return false;
        rest_.remove_prefix(size);
        return true;
    }

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

private:
    template <class Word> [[nodiscard]] std::uint64_t number(std::size_t offset) const noexcept {
        return read_little_endian<Word>(std::as_bytes(std::span(rest_)).data() + offset);
    }

    /// Returns the size of the record that stands in front; 0 where there is none.
    [[nodiscard]] std::size_t record_size() const noexcept {
        if (rest_.size() < trace_name_size) return 0;
        switch (static_cast<unsigned char>(rest_[4])) {
        case trace_name_kind:
            return trace_name_size + number<std::uint16_t>(6);
        case trace_mark_kind:
            return trace_mark_size;
        case trace_entry_kind:
            return rest_.size() < trace_entry_size
                       ? 0
                       : trace_entry_size + 8 * trace_chunk_count(number<std::uint64_t>(24)) + values_size();
        default:
            return 0;
        }
    }

    [[nodiscard]] std::size_t values_size() const noexcept {
        const std::uint64_t count = number<std::uint64_t>(24);
        return number<std::uint32_t>(12) == 0
                   ? 0
                   : parts_of(count, trace_stride(count)) * number<std::uint16_t>(6);
    }

    [[nodiscard]] bool take(std::string_view record, trace_contents& to) {
        if (record[4] == static_cast<char>(trace_name_kind)) {
            names_.emplace_back(record.substr(trace_name_size));
            return true;
        }
        const std::uint64_t name = number<std::uint32_t>(8);
        if (name >= names_.size()) return false;
        if (record[4] == static_cast<char>(trace_mark_kind)) {
            const auto kind = static_cast<unsigned char>(record[5]);
            if (kind > static_cast<unsigned char>(mark_kind::unread)) return false;
            to.marks.push_back({to.entries.size(),
                                std::string(names_[name]),
                                {static_cast<mark_kind>(kind), number<std::uint64_t>(16)}});
            return true;
        }
        return take_entry(record, names_[name], to);
    }

    [[nodiscard]] bool take_entry(std::string_view record, std::string_view name, trace_contents& to) {
        const std::uint64_t element_size = number<std::uint16_t>(6), kept = number<std::uint32_t>(12);
        const auto type = static_cast<element_type>(record[5]);
        const bool has_values = kept == 1 && element_size == size_of(type);
        if (type > element_type::float64 || element_size == 0 || (kept != 0 && !has_values)) return false;
        trace_entry entry{std::string(name),
                          static_cast<std::int64_t>(number<std::uint64_t>(16)),
                          type,
                          static_cast<std::uint16_t>(element_size),
                          number<std::uint64_t>(24),
                          number<std::uint64_t>(32),
                          {},
                          {}};
        entry.chunks.resize(trace_chunk_count(entry.count));
        std::size_t at = trace_entry_size;
        for (std::uint64_t& each : entry.chunks) {
            each = number<std::uint64_t>(at);
            at += 8;
        }
        entry.values = record.substr(at);
        to.entries.push_back(std::move(entry));
        return true;
    }

    std::string_view rest_;
    std::vector<std::string_view> names_;
};

/// Reads a whole file; nothing, with errno set, on failure.
[[nodiscard]] inline std::optional<std::string> read_file(const char* path) {
    const descriptor file = open_to_read(path);
    if (!file) return std::nullopt;
    std::string bytes;
    for (std::size_t size = 0;; bytes.resize(size)) {
        constexpr std::size_t piece = std::size_t{1} << 20;
        bytes.resize(size + piece);
        const ssize_t count = read_up_to(file.get(), bytes.data() + size, piece);
        if (count < 0) return std::nullopt;
        size += static_cast<std::size_t>(count);
        if (static_cast<std::size_t>(count) < piece) {
            bytes.resize(size);
            return bytes;
        }
    }
}

} // namespace detail

/// Returns the entries of the trace that `bytes` are, in the order in which they were added, up to the first
/// record that is torn or damaged. `where` names it in errors.
///
/// Errors: errc::trace_damaged if the head is not that of a trace; errc::schema_version for another version.
[[nodiscard]] inline trace_contents parse_trace(std::string_view bytes, const std::string& where) {
    if (bytes.size() < detail::trace_head_size || !bytes.starts_with(detail::trace_magic))
        throw error(errc::trace_damaged, where, "does not begin as a trace does", "check what was named");
    const auto* const head = std::as_bytes(std::span(bytes)).data();
    if (detail::read_little_endian<std::uint32_t>(head + 12) != detail::trace_check(bytes.substr(0, 12)))
        throw error(errc::trace_damaged, where, "has a damaged head", "use an undamaged copy");
    const std::uint64_t found = detail::read_little_endian<std::uint32_t>(head + 8);
    if (found != detail::trace_version)
        throw error(errc::schema_version, where,
                    found < detail::trace_version ? "is a trace of an earlier version"
                                                  : "is a trace of a later version",
                    "read it with the version of the library that wrote it");
    detail::trace_parser parser(bytes.substr(detail::trace_head_size));
    trace_contents contents;
    while (parser.next(contents)) {
    }
    contents.complete = parser.at_end();
    return contents;
}

/// Returns the entries of the trace at `path`: see parse_trace.
///
/// Errors: errc::unreadable, and those of parse_trace.
[[nodiscard]] inline trace_contents read_trace(const std::string& path) {
    const auto bytes = detail::read_file(path.c_str());
    if (!bytes)
        throw error(errc::unreadable, path, std::string("cannot be read: ") + detail::errno_text(errno),
                    "check the path and its permissions");
    return parse_trace(*bytes, path);
}

} // namespace repro::inline v0
