// SPDX-License-Identifier: MIT
#pragma once
// Reads a trace, up to where its writer was stopped.

#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/trace/record.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {

/// A trace as it was read.
struct trace_contents {
    std::vector<trace_entry> entries;
    bool complete = true; ///< false where the file ends within a record, or goes on with bytes that are none
};

namespace detail {

/// Takes apart the records of a trace, one at a time, as views into its bytes.
class trace_parser {
public:
    explicit trace_parser(std::string_view records) noexcept : rest_(records) {}

    /// Appends the next record to `to`; false at the end, or where no record stands.
    [[nodiscard]] bool next(trace_contents& to) {
        if (rest_.size() < trace_name_size) return false;
        const auto kind = static_cast<unsigned char>(rest_[4]);
        const std::size_t size = kind == trace_name_kind    ? trace_name_size + number<std::uint16_t>(6)
                                 : kind == trace_entry_kind ? trace_entry_size
                                                            : rest_.size() + 1;
        if (size > rest_.size()) return false;
        const std::string_view record = rest_.substr(0, size);
        if (number<std::uint32_t>(0) != trace_check(record.substr(4))) return false;
        if (kind == trace_name_kind)
            names_.emplace_back(record.substr(trace_name_size));
        else if (number<std::uint32_t>(8) < names_.size())
            to.entries.push_back(entry());
        else
            return false;
        rest_.remove_prefix(size);
        return true;
    }

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

private:
    template <class Word> [[nodiscard]] std::uint64_t number(std::size_t offset) const noexcept {
        return read_little_endian<Word>(std::as_bytes(std::span(rest_)).data() + offset);
    }

    [[nodiscard]] trace_entry entry() const {
        return {std::string(names_[number<std::uint32_t>(8)]),
                static_cast<std::int64_t>(number<std::uint64_t>(16)),
                static_cast<element_type>(rest_[5]),
                static_cast<std::uint16_t>(number<std::uint16_t>(6)),
                number<std::uint64_t>(24),
                number<std::uint64_t>(32)};
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

/// Returns the entries of the trace at `path`, in the order in which they were added, up to the first that is
/// torn or damaged.
///
/// Errors: errc::unreadable; errc::trace_damaged if the head is not that of a trace; errc::schema_version for
///         a later version.
[[nodiscard]] inline trace_contents read_trace(const std::string& path) {
    const auto bytes = detail::read_file(path.c_str());
    if (!bytes)
        throw error(errc::unreadable, path, std::string("cannot be read: ") + detail::errno_text(errno),
                    "check the path and its permissions");
    std::string_view rest = *bytes;
    if (rest.size() < detail::trace_head_size || !rest.starts_with(detail::trace_magic))
        throw error(errc::trace_damaged, path, "does not begin as a trace does", "check what was named");
    const auto* const head = std::as_bytes(std::span(rest)).data();
    if (detail::read_little_endian<std::uint32_t>(head + 12) != detail::trace_check(rest.substr(0, 12)))
        throw error(errc::trace_damaged, path, "has a damaged head", "use an undamaged copy");
    if (detail::read_little_endian<std::uint32_t>(head + 8) != detail::trace_version)
        throw error(errc::schema_version, path, "is a trace of a later version",
                    "read it with the version of the library that wrote it");
    detail::trace_parser parser(rest.substr(detail::trace_head_size));
    trace_contents contents;
    while (parser.next(contents)) {
    }
    contents.complete = parser.at_end();
    return contents;
}

} // namespace repro::inline v0
