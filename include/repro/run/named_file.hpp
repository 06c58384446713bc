// SPDX-License-Identifier: MIT
#pragma once
// Files that the manifest names, with their digests.

#include <repro/detail/text.hpp>
#include <repro/hash/ends.hpp>
#include <repro/hash/tree.hpp>
#include <repro/launch/obstacles.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// A file or folder with its digest, or the reason why there is none.
struct named_file {
    std::string path; ///< as the code spelled it
    std::filesystem::path absolute;
    std::optional<file_digest> digest; ///< of a folder: of the list of its files, and their size together
    std::optional<tree_digest> tree;   ///< of a folder
    std::string reason;
    std::optional<partial_digest> partial = {}; ///< of a file that is larger than the run's limit
};

/// The most bytes that a file or folder may hold to be hashed whole; any number where absent.
using hash_limit = std::optional<std::uint64_t>;

[[nodiscard]] inline error budget_error(const std::filesystem::path& path, std::uint64_t limit) {
    return {errc::hash_budget, path.native(),
            "holds more than the " + decimal(limit) + " bytes of the run's hash_limit",
            "raise the limit where its digest is wanted"};
}

/// Throws where a folder holds more than `limit`.
inline void expect_small_tree(const std::filesystem::path& folder, std::uint64_t limit) {
    std::uintmax_t bytes = 0;
    for (const tree_entry& each : list_tree(folder, tree_options{}.limit)) {
        if (each.link) continue;
        std::error_code failed;
        const std::uintmax_t size = std::filesystem::file_size(folder / each.name, failed);
        if (failed) throw hash_errno(folder / each.name, failed.value());
        bytes += size;
    }
    if (bytes > limit) throw budget_error(folder, limit);
}

/// Records a regular file that is larger than `limit` by its ends; returns whether it is one.
[[nodiscard]] inline bool take_ends(named_file& file, const hash_limit& limit) {
    struct stat facts{};
    if (!limit || ::stat(file.absolute.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode) ||
        static_cast<std::uint64_t>(facts.st_size) <= *limit)
        return false;
    try {
        file.partial = hash_ends(file.absolute);
        file.reason = budget_error(file.absolute, *limit).what_failed() +
                      ": size, time and both ends are recorded [E_HASH_BUDGET]";
    } catch (const error& problem) {
        file.reason = problem.what_failed();
    }
    return true;
}

/// Hashes a folder; a failing world is a value here.
inline void hash_as_tree(named_file& file, const hash_options& options, const hash_limit& limit) {
    try {
        if (limit) expect_small_tree(file.absolute, *limit);
        file.tree = hash_tree(file.absolute, {options});
        file.digest = {file.tree->sha256, file.tree->bytes};
    } catch (const error& problem) {
        file.reason = problem.what_failed();
        if (problem.code() == errc::hash_budget) file.reason += " [E_HASH_BUDGET]";
    }
}

/// Hashes what `absolute` of each names, several files at once.
inline void hash_named(std::span<named_file* const> all, const hash_options& options,
                       const hash_limit& limit = {}) {
    std::vector<named_file*> files;
    std::vector<std::filesystem::path> paths;
    for (named_file* const each : all) {
        std::error_code ignored;
        if (std::filesystem::is_directory(each->absolute, ignored)) {
            hash_as_tree(*each, options, limit);
        } else if (!take_ends(*each, limit)) {
            files.push_back(each);
            paths.push_back(each->absolute);
        }
    }
    std::vector<hashed_file> results = hash_files(paths, options);
    for (std::size_t i = 0; i < files.size(); ++i) {
        files[i]->digest = results[i].digest;
        if (results[i].problem) files[i]->reason = results[i].problem->what_failed();
    }
}

/// Hashes a file or folder.
[[nodiscard]] inline named_file hash_named(const std::filesystem::path& path,
                                           const hash_options& options = {}, const hash_limit& limit = {}) {
    named_file file{path.native(), {}, {}, {}, {}};
    std::error_code failed;
    file.absolute = std::filesystem::absolute(path, failed).lexically_normal();
    named_file* const only[] = {&file};
    hash_named(only, options, limit);
    return file;
}

/// Returns the file that this process runs; its digest is that of the file that was started, even where
/// another one has taken its name. Where the dynamic loader was started with the program as its argument, it
/// is the program that counts.
[[nodiscard]] inline named_file hash_executable() {
    if (started_through_loader())
        if (const std::string program = program_in_maps(); !program.empty()) {
            named_file file = hash_named(program);
            file.path = file.absolute.filename().native();
            return file;
        }
    named_file file = hash_named("/proc/self/exe");
    std::error_code failed;
    file.absolute = std::filesystem::read_symlink("/proc/self/exe", failed);
    file.path = file.absolute.filename().native();
    return file;
}

/// A file that the run reads.
struct input_file {
    named_file file;
    std::string role;
    std::optional<digest256> sha256_at_end;
};

/// A file that the run made, named relative to its folder where it stands in it.
struct artifact_file {
    std::string name;
    bool outside = false;
    named_file file;
};

/// Returns the artifact `path`, relative to `folder` unless absolute.
[[nodiscard]] inline artifact_file name_artifact(const std::filesystem::path& folder,
                                                 const std::filesystem::path& path) {
    const std::filesystem::path full = (folder / path).lexically_normal(); // an absolute path stays itself
    const std::filesystem::path inside = full.lexically_relative(folder);
    const bool outside = inside.empty() || *inside.begin() == "..";
    artifact_file artifact{(outside ? full : inside).native(), outside, {}};
    artifact.file.absolute = full;
    return artifact;
}

} // namespace detail
} // namespace repro::inline v0
