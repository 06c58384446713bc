// SPDX-License-Identifier: MIT
#pragma once
// A lockfile on disk: its bytes, the files beside it that help to grade it, and what git knows.

#include <repro/capture/git.hpp>
#include <repro/capture/git_changes.hpp>
#include <repro/capture/lockfile.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/lockfiles/grade.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles {
namespace detail {

/// Returns what a regular file holds.
///
/// Errors: as repro::hash_file, and errc::bytes_too_many.
[[nodiscard]] inline std::string read_file(const std::filesystem::path& path) {
    struct stat facts{};
    const repro::detail::descriptor file = repro::detail::open_regular(path, facts);
    if (static_cast<std::uintmax_t>(facts.st_size) > bytes_limit)
        throw error(errc::bytes_too_many, path.native(), "is larger than 64 MiB",
                    "no lockfile is: check what was named");
    std::string text(static_cast<std::size_t>(facts.st_size), '\0');
    const ssize_t got = repro::detail::read_up_to(file.get(), text.data(), text.size());
    if (got < 0) throw error(errc::artifact_unreadable, path.native(), "cannot be read", "check the disk");
    text.resize(static_cast<std::size_t>(got));
    return text;
}

/// Returns the submodules that the index of the repository above `file` holds.
[[nodiscard]] inline std::vector<gitlink> read_gitlinks(const std::filesystem::path& file) {
    std::vector<gitlink> links;
    git_facts ignored;
    const auto repository = repro::detail::open_git(file.parent_path(), ignored);
    git_index* opened = nullptr;
    if (!repository || ::git_repository_index(&opened, repository.get()) != 0) return links;
    const repro::detail::git_index_ptr index(opened);
    for (std::size_t i = 0; i < ::git_index_entrycount(opened); ++i) {
        const git_index_entry* const entry = ::git_index_get_byindex(opened, i);
        if (entry->mode != GIT_FILEMODE_COMMIT) continue;
        char digits[GIT_OID_HEXSZ + 1];
        links.push_back({entry->path, ::git_oid_tostr(digits, sizeof digits, &entry->id)});
    }
    return links;
}

/// Tells that a file beside the lockfile is younger. A check-out sets times as it likes, so this decides
/// nothing.
inline void tell_age(const std::filesystem::path& file, const context& around, report& to) {
    std::error_code failed;
    const auto own = std::filesystem::last_write_time(file, failed);
    for (const auto& [name, content] : around.companions) {
        const auto other = std::filesystem::last_write_time(file.parent_path() / name, failed);
        if (!failed && other > own) add_fact(to, "older than", name);
    }
}

} // namespace detail

/// Returns what the lockfile at `path` fixes. Reads the file, those that `companions_of` names beside it, and
/// git's index; follows no other reference, and writes nothing.
///
/// Errors: as `grade`, and as `hash_file` where the file cannot be read.
[[nodiscard]] inline report grade_file(const std::filesystem::path& path) {
    const std::string bytes = detail::read_file(path);
    const std::string name = path.filename().native();
    context around;
    const std::filesystem::path absolute = std::filesystem::absolute(path);
    for (const std::string_view each : companions_of(name)) {
        try {
            around.companions.emplace(each, detail::read_file(absolute.parent_path() / each));
        } catch (const error&) {
            continue; // a companion that is not there says nothing
        }
    }
    git_facts ignored;
    around.tracked = repro::detail::is_tracked(absolute, ignored);
    if (name == ".gitmodules") around.gitlinks = detail::read_gitlinks(absolute);
    report made = grade(name, bytes, around);
    if (!made.stale) detail::tell_age(absolute, around, made);
    return made;
}

} // namespace repro::inline v0::lockfiles
