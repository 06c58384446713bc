// SPDX-License-Identifier: MIT
#pragma once
// The folders where the system keeps its libraries and programs. What lies there is the same for every
// manifest, so one that names something in them chooses nothing that its reader keeps to himself.

#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/file.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <glob.h>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace repro::inline v0 {
namespace detail {

using folder_list = std::vector<std::filesystem::path>;

/// Appends the folders that a configuration of the dynamic loader names, and those of the files that it
/// includes.
inline void add_configured_folders(folder_list& to, const std::string& configuration, int depth = 0) {
    constexpr int most = 4; // a file may include itself
    std::string text = read_text(configuration.c_str(), std::size_t{1} << 16).value_or("");
    std::ranges::replace(text, '\t', ' ');
    for (std::string_view rest = text; !rest.empty();) {
        std::string_view line = next_token(rest, '\n');
        line = next_token(line, '#');
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        line = line.substr(0, line.find_last_not_of(' ') + 1); // npos + 1 is 0
        if (line.starts_with('/')) to.emplace_back(line);
        if (!line.starts_with("include ") || depth == most) continue;
        line.remove_prefix(line.find_first_not_of(' ', sizeof "include"));
        const std::filesystem::path pattern = std::filesystem::path(configuration).parent_path() / line;
        glob_t found{};
        if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
            for (std::size_t i = 0; i < found.gl_pathc; ++i)
                add_configured_folders(to, found.gl_pathv[i], depth + 1);
        ::globfree(&found);
    }
}

/// Returns the folders where the dynamic loader of this machine looks for every program's libraries.
[[nodiscard]] inline folder_list loader_folders(const std::string& configuration = "/etc/ld.so.conf") {
    folder_list folders = {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"};
    add_configured_folders(folders, configuration);
    return folders;
}

/// Returns the folders where the system keeps programs, Python for one.
[[nodiscard]] inline folder_list program_folders() { return {"/bin", "/usr/bin", "/usr/local/bin"}; }

/// Whether a path ends as a shared object's does: "libz.so", "libz.so.1.3".
[[nodiscard]] inline bool is_library_name(std::string_view path) noexcept {
    const std::string_view name = path.substr(path.rfind('/') + 1); // npos + 1 is 0
    if (name.ends_with(".so")) return name.size() > 3;
    const std::size_t at = name.rfind(".so.");
    return at != std::string_view::npos && at > 0 && at + 4 < name.size() && name[at + 4] >= '0' &&
           name[at + 4] <= '9';
}

/// Whether `path` lies below one of `folders`, by their names alone.
[[nodiscard]] inline bool is_below(const folder_list& folders, const std::filesystem::path& path) {
    return std::ranges::any_of(folders, [&](const std::filesystem::path& folder) {
        const std::filesystem::path relative = path.lexically_relative(folder.lexically_normal());
        return !relative.empty() && *relative.begin() != ".." && *relative.begin() != ".";
    });
}

[[nodiscard]] inline error outside_error(const std::filesystem::path& path, std::string problem) {
    return {errc::path_escape, path.native(), std::move(problem),
            "--allow-outside reads it, if you trust the manifest"};
}

/// Returns where the file `path`, which is below one of `folders`, lies with its links resolved: they may
/// lead to another of these folders, as those of Debian's alternatives do.
///
/// Errors: errc::path_escape where they lead elsewhere; errc::artifact_missing, artifact_unreadable.
[[nodiscard]] inline std::filesystem::path system_place(const folder_list& folders,
                                                        const std::filesystem::path& path) {
    expect_whole_name(path);
    std::error_code failed;
    const std::filesystem::path place = std::filesystem::canonical(path.lexically_normal(), failed);
    if (failed) throw hash_errno(path, failed.value());
    folder_list places;
    for (const std::filesystem::path& folder : folders)
        if (std::filesystem::path real = std::filesystem::canonical(folder, failed); !failed)
            places.push_back(std::move(real));
    if (!is_below(places, place))
        throw outside_error(path, "is a link that leaves the system's folders, so it was not opened");
    return place;
}

} // namespace detail
} // namespace repro::inline v0
