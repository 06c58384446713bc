// SPDX-License-Identifier: MIT
#pragma once
// A commit of a repository in a folder of its own, with the changes of a patch. The repository that it comes
// from is read and never written.

#include <filesystem>
#include <string>

namespace tool {

/// Where a run's sources come from.
struct source_tree {
    std::filesystem::path repository; ///< the working tree, or a bare repository
    std::string sha;
    std::filesystem::path patch; ///< empty for none
};

/// What rebuilding it leaves out.
struct tree_gaps {
    std::size_t submodules = 0;
    std::size_t lfs_pointers = 0; ///< files whose content git keeps elsewhere
};

/// Makes sure that the repository has the commit, and returns what cannot be rebuilt.
///
/// Errors: errc::unreadable.
[[nodiscard]] tree_gaps look_for(const source_tree& wanted);

/// Makes the folder `to`, which must not exist, a repository of its own that borrows the objects of the
/// first, with the commit checked out and the patch applied. No filter, hook or other program of the
/// repository is run.
///
/// Errors: errc::unreadable, errc::unwritable.
void rebuild(const source_tree& wanted, const std::filesystem::path& to);

} // namespace tool
