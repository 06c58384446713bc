// SPDX-License-Identifier: MIT
#pragma once
// A package as it is installed, and how records of it are read.

#include <repro/core/error.hpp>
#include <repro/lockfiles/file.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
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

namespace detail {

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
