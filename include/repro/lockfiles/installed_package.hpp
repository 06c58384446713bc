// SPDX-License-Identifier: MIT
#pragma once
// A package as it is installed, and how records of it are read.

#include <repro/core/error.hpp>
#include <repro/lockfiles/file.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace repro::inline v0::lockfiles {

/// A package as it is installed.
struct installed_package {
    std::string name;      ///< as its own records spell it
    std::string version;   ///< empty where they do not say
    std::string hash = {}; ///< "git:<commit>" or the digest of the archive it came from, where it is known
    std::string altered =
        {}; ///< what of it is not as it was installed; empty where nothing is, or nobody can say
    std::filesystem::path place = {};
};

/// What became of one package of a lockfile.
struct held_package {
    package locked;
    std::optional<installed_package> installed; ///< nothing where it is not installed
    bool differs = false;
    bool undecided = false;  ///< it is installed, and neither version nor digest stands on both sides
    std::string reason = {}; ///< what differs, or why nobody can say
};

namespace detail {

/// Returns the value of the first line "Key: value" in a text like mail's head.
[[nodiscard]] inline std::string header_value(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const std::string_view line = trimmed(next_token(text, '\n'));
        if (line.empty()) break;
        if (line.starts_with(key) && line.substr(key.size()).starts_with(':'))
            return std::string(trimmed(line.substr(key.size() + 1)));
    }
    return {};
}

/// Returns the text up to the next empty line, and leaves what follows it.
[[nodiscard]] inline std::string_view next_paragraph(std::string_view& text) {
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    return part;
}

/// Returns the files and folders in `folder`, sorted; none where it cannot be read.
[[nodiscard]] inline std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed))
        found.push_back(at->path());
    std::ranges::sort(found);
    return found;
}

[[nodiscard]] inline std::string text_or_nothing(const std::filesystem::path& file) {
    try {
        return read_file(file);
    } catch (const error&) {
        return {};
    }
}

} // namespace detail

} // namespace repro::inline v0::lockfiles
