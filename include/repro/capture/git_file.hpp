// SPDX-License-Identifier: MIT
#pragma once
// A file as a commit of a repository holds it.

#include <repro/capture/git_handle.hpp>

#include <git2.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace repro::inline v0::detail {

/// Returns what the file at `path` of the commit `sha` holds; nothing where the repository does not have it.
[[nodiscard]] inline std::optional<std::string>
committed_file(git_repository* repository, const std::string& sha, const std::filesystem::path& path) {
    git_oid id;
    git_commit* commit = nullptr;
    if (::git_oid_fromstr(&id, sha.c_str()) != 0 || ::git_commit_lookup(&commit, repository, &id) != 0)
        return std::nullopt;
    const git_commit_ptr owned_commit(commit);
    git_tree* tree = nullptr;
    git_tree_entry* entry = nullptr;
    git_blob* blob = nullptr;
    if (::git_commit_tree(&tree, commit) != 0) return std::nullopt;
    const git_tree_ptr owned_tree(tree);
    if (::git_tree_entry_bypath(&entry, tree, path.c_str()) != 0) return std::nullopt;
    const std::unique_ptr<git_tree_entry, git_release<::git_tree_entry_free>> owned_entry(entry);
    if (::git_blob_lookup(&blob, repository, ::git_tree_entry_id(entry)) != 0) return std::nullopt;
    const std::unique_ptr<git_blob, git_release<::git_blob_free>> owned_blob(blob);
    return std::string(static_cast<const char*>(::git_blob_rawcontent(blob)),
                       static_cast<std::size_t>(::git_blob_rawsize(blob)));
}

} // namespace repro::inline v0::detail
