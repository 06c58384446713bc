// SPDX-License-Identifier: MIT
#pragma once
// What a lockfile held, and whether git keeps it. Its content is hashed, never interpreted.

#include <repro/capture/git.hpp>
#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>
#include <repro/hash/file.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {

/// One lockfile as it stood.
struct lockfile_facts {
    std::filesystem::path path; ///< as it was named
    std::optional<digest256> sha256;
    std::optional<std::uintmax_t> size;
    std::optional<bool> tracked; ///< whether git's index has it; changes to it are the digest's business
    std::vector<missing_fact> missing;
};

namespace detail {

/// Returns whether the index of the repository above `file` has it; nothing, with the reason in `facts`,
/// where there is no index to ask.
[[nodiscard]] inline std::optional<bool> is_tracked(const std::filesystem::path& file, git_facts& facts) {
    const git_repository_ptr repository = open_git(file.parent_path(), facts);
    if (!repository) return std::nullopt;
    git_index* opened = nullptr;
    std::error_code failed;
    const std::filesystem::path folder = std::filesystem::canonical(
        file.has_parent_path() ? file.parent_path() : std::filesystem::path("."), failed);
    const char* const worktree = ::git_repository_workdir(repository.get());
    const std::string real = (folder / file.filename()).native();
    if (failed || worktree == nullptr || !real.starts_with(worktree) ||
        ::git_repository_index(&opened, repository.get()) != 0) {
        facts.missing.push_back(
            {"tracked", "its repository has no working tree, or no index that can be read"});
        return std::nullopt;
    }
    const git_index_ptr index(opened);
    return ::git_index_get_bypath(opened, real.c_str() + std::string_view(worktree).size(), 0) != nullptr;
}

} // namespace detail

/// Returns what is known of the lockfile at `path`.
///
/// Errors: none; a file that is absent or cannot be read is a fact, in `missing`.
[[nodiscard]] inline lockfile_facts capture_lockfile(const std::filesystem::path& path) {
    lockfile_facts facts{path, {}, {}, {}, {}};
    const std::string field = "lockfiles." + path.native();
    try {
        const file_digest digest = hash_file(path);
        facts.sha256 = digest.sha256;
        facts.size = digest.size;
    } catch (const error& problem) {
        facts.missing.push_back({field + ".sha256", problem.what()});
        facts.missing.push_back({field + ".size", problem.what()});
    }
    git_facts git;
    facts.tracked = detail::is_tracked(path, git);
    if (!facts.tracked) facts.missing.push_back({field + ".tracked", git.missing.front().reason});
    return facts;
}

} // namespace repro::inline v0
