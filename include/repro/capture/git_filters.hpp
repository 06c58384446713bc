// SPDX-License-Identifier: MIT
#pragma once
// Whether a file whose bytes are not those of the commit is the same to git all the same: line ends, $Id$,
// and files that git keeps as pointers. No program is run.

#include <repro/capture/git_handle.hpp>
#include <repro/capture/git_index.hpp>
#include <repro/core/digest.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/file.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// The first line of a file that stands for a large one: github.com/git-lfs/git-lfs, docs/spec.md.
inline constexpr std::string_view lfs_line = "version https://git-lfs.github.com/spec/v1\n";

/// What a comparison through filters told.
struct filtered_look {
    bool changed = false;
    std::string unknown; ///< why it could not be told; empty where it could
};

[[nodiscard]] inline git_oid oid_of(const git_entry& entry) noexcept {
    git_oid id;
    ::git_oid_fromraw(&id, entry.id);
    return id;
}

/// Returns the value of a text attribute; empty where there is none.
[[nodiscard]] inline std::string attribute_of(git_repository* repository, const git_entry& entry,
                                              const char* name) {
    const char* value = nullptr;
    if (::git_attr_get(&value, repository, GIT_ATTR_CHECK_FILE_THEN_INDEX, entry.path.data(), name) != 0 ||
        ::git_attr_value(value) != GIT_ATTR_VALUE_STRING)
        return {};
    return value;
}

/// Returns the value of "key value\n" in a pointer.
[[nodiscard]] inline std::string_view lfs_value(std::string_view pointer, std::string_view key) noexcept {
    while (!pointer.empty()) {
        const std::string_view line = next_token(pointer, '\n');
        if (line.starts_with(key)) return line.substr(key.size());
    }
    return {};
}

/// Compares a file with the pointer that the commit holds for it.
[[nodiscard]] inline filtered_look look_through_lfs(git_repository* repository, const git_entry& entry,
                                                    const std::string& file, std::uintmax_t limit) {
    git_blob* opened = nullptr;
    const git_oid id = oid_of(entry);
    if (::git_blob_lookup(&opened, repository, &id) != 0) return {false, git_reason()};
    const std::unique_ptr<git_blob, git_release<::git_blob_free>> blob(opened);
    const std::string_view pointer(static_cast<const char*>(::git_blob_rawcontent(opened)),
                                   static_cast<std::size_t>(::git_blob_rawsize(opened)));
    std::error_code failed;
    const std::uintmax_t size = std::filesystem::file_size(file, failed);
    if (failed || !pointer.starts_with(lfs_line) || lfs_value(pointer, "size ") != decimal(size))
        return {true, {}};
    if (size > limit) return {false, file + " is too large to be read within the time budget"};
    return {hash_file(file).sha256.hex() != lfs_value(pointer, "oid sha256:"), {}};
}

/// Compares the file of `entry` with it as git would, after what git does to files before it keeps them.
[[nodiscard]] inline filtered_look look_through_filters(git_repository* repository, git_config* config,
                                                        const git_entry& entry, const std::string& file) {
    constexpr std::uintmax_t limit = std::uintmax_t{64}
                                     << 20; // neither libgit2 nor libcrypto can be interrupted
    const std::string driver = attribute_of(repository, entry, "filter");
    if (driver == "lfs") return look_through_lfs(repository, entry, file, limit);
    for (const char* const role : {".clean", ".process"})
        if (!driver.empty() && !config_text(config, "filter." + driver + role).empty())
            return {false, file + ": its filter '" + driver + "' would have to be run"};
    if (!attribute_of(repository, entry, "working-tree-encoding").empty())
        return {false, file + ": its working-tree-encoding is not read here"};
    git_filter_list* opened = nullptr;
    if (::git_filter_list_load(&opened, repository, nullptr, entry.path.data(), GIT_FILTER_TO_ODB,
                               GIT_FILTER_DEFAULT) != 0)
        return {false, git_reason()};
    const std::unique_ptr<git_filter_list, git_release<::git_filter_list_free>> filters(opened);
    if (!filters) return {true, {}};
    std::error_code failed;
    if (std::filesystem::file_size(file, failed) > limit || failed)
        return {false, file + " is too large to be read within the time budget"};
    git_oid content;
    const git_oid id = oid_of(entry);
    if (::git_repository_hashfile(&content, repository, file.c_str(), GIT_OBJECT_BLOB, nullptr) != 0)
        return {false, git_reason()};
    return {::git_oid_equal(&content, &id) == 0, {}};
}

} // namespace detail
} // namespace repro::inline v0
