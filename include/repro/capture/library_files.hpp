// SPDX-License-Identifier: MIT
#pragma once
// The files behind mapped libraries: where they are, the version in their name, and whether the name still
// leads to what is mapped. Reads /proc/self/maps once.

#include <repro/capture/libraries.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace repro::inline v0 {

/// What became of the file that a library was mapped from.
enum class file_state : unsigned char {
    same,     ///< its name leads to what is mapped
    replaced, ///< its name leads to another file now
    deleted,  ///< its name leads nowhere now
    no_file,  ///< it never was a file, as the vdso
    unknown   ///< /proc/self/maps cannot be read
};

/// Returns the word the manifest uses.
[[nodiscard]] constexpr std::string_view to_string(file_state state) noexcept {
    constexpr std::string_view words[] = {"same", "replaced", "deleted", "no file", "unknown"};
    return words[static_cast<unsigned char>(state)];
}

/// The file of one library.
struct library_file {
    std::optional<std::string> path;    ///< as the kernel has it, links resolved
    std::optional<std::string> version; ///< from its name: "3.0.1" of "libz.so.3.0.1"
    file_state state = file_state::unknown;

    friend bool operator==(const library_file&, const library_file&) = default;
};

namespace detail {

/// One line of /proc/self/maps.
struct mapped_range {
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::string_view path; ///< empty where none is mapped; may end with " (deleted)"
};

/// Reads "55a0-55b0 r--p 00000000 fe:00 1234   /path".
[[nodiscard]] inline mapped_range parse_range(std::string_view line) {
    mapped_range range;
    const auto number = [](std::string_view text, std::uint64_t& value) {
        std::from_chars(text.data(), text.data() + text.size(), value, 16);
    };
    std::string_view addresses = next_token(line, ' ');
    number(next_token(addresses, '-'), range.start);
    number(addresses, range.end);
    for (int field = 0; field < 4; ++field) // permissions, offset, device, inode
        (void)next_token(line, ' ');
    range.path = line.substr(std::min(line.find_first_not_of(' '), line.size()));
    return range;
}

/// Returns all ranges of `maps`, which come in the order of their addresses.
[[nodiscard]] inline std::vector<mapped_range> parse_ranges(std::string_view maps) {
    std::vector<mapped_range> ranges;
    while (!maps.empty())
        ranges.push_back(parse_range(next_token(maps, '\n')));
    return ranges;
}

/// Returns the version in a file's name, with one dot at least: of "libz.so.1.2.13" and
/// "libopenblas-r0.3.21.so", not of "libc.so.6", whose number is that of an interface.
[[nodiscard]] inline std::optional<std::string> version_in_name(std::string_view path) {
    constexpr std::string_view digits_and_dots = "0123456789.";
    std::string_view name = path.substr(path.rfind('/') + 1); // npos + 1 is 0
    const std::size_t so = name.find(".so");
    if (so == std::string_view::npos) return std::nullopt;
    std::string_view version = name.substr(so + 3);
    if (version.starts_with('.'))
        version.remove_prefix(1);
    else {
        version = name.substr(0, so);
        version.remove_prefix(version.rfind('-') + 1);
        if (version.starts_with('r') || version.starts_with('v')) version.remove_prefix(1);
    }
    const bool numbers =
        !version.empty() && version.find_first_not_of(digits_and_dots) == std::string_view::npos;
    if (!numbers || version.find('.') == std::string_view::npos) return std::nullopt;
    return std::string(version);
}

/// Returns where `name` leads now; what is mapped stands at `path` unless it is `gone`.
[[nodiscard]] inline file_state state_behind(const std::string& name, const std::string& path,
                                             bool gone) noexcept {
    struct stat named{};
    struct stat mapped{};
    if (::stat(name.c_str(), &named) != 0) return file_state::deleted;
    const bool same = !gone && ::stat(path.c_str(), &mapped) == 0 && named.st_dev == mapped.st_dev &&
                      named.st_ino == mapped.st_ino;
    return same ? file_state::same : file_state::replaced;
}

/// Returns what the range that holds a library's first byte says of its file.
[[nodiscard]] inline library_file describe_file(const mapped_library& library, const mapped_range& range) {
    constexpr std::string_view mark = " (deleted)";
    library_file file;
    if (!range.path.starts_with('/')) {
        file.state = file_state::no_file;
        return file;
    }
    const bool gone = range.path.ends_with(mark);
    file.path = std::string(range.path.substr(0, range.path.size() - (gone ? mark.size() : 0)));
    file.version = version_in_name(*file.path);
    const std::string& name = library.name.empty() ? *file.path : library.name;
    if (!gone && name == *file.path)
        file.state = file_state::same; // the kernel renames its record with the file
    else
        file.state = state_behind(name, *file.path, gone);
    return file;
}

} // namespace detail

/// Returns the files of `libraries`, in their order.
[[nodiscard]] inline std::vector<library_file>
capture_library_files(const std::vector<mapped_library>& libraries) {
    const std::optional<std::string> maps = detail::read_text("/proc/self/maps", std::size_t{16} << 20);
    std::vector<library_file> files(libraries.size());
    if (!maps) return files;
    const std::vector<detail::mapped_range> ranges = detail::parse_ranges(*maps);
    for (std::size_t i = 0; i < libraries.size(); ++i) {
        const std::uint64_t first = libraries[i].address;
        const auto behind =
            std::partition_point(ranges.begin(), ranges.end(),
                                 [first](const detail::mapped_range& each) { return each.end <= first; });
        if (behind != ranges.end() && behind->start <= first)
            files[i] = detail::describe_file(libraries[i], *behind);
    }
    return files;
}

} // namespace repro::inline v0
