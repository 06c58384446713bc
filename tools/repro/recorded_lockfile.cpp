// SPDX-License-Identifier: MIT
#include "recorded_lockfile.hpp"

#include <repro/capture/git.hpp>
#include <repro/judge/verified_files.hpp>
#include <repro/lockfiles/diff.hpp>
#include <repro/lockfiles/file.hpp>

#include "values.hpp"

#include <git2.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace tool {
namespace {

namespace fs = std::filesystem;
namespace lockfiles = repro::lockfiles;
using repro::detail::git_release;

/// Returns what a file of a commit holds; nothing where the repository does not have it.
std::optional<std::string> bytes_of(git_repository* repository, const std::string& sha,
                                    const fs::path& path) {
    git_oid id;
    git_commit* commit = nullptr;
    if (::git_oid_fromstr(&id, sha.c_str()) != 0 || ::git_commit_lookup(&commit, repository, &id) != 0)
        return std::nullopt;
    const repro::detail::git_commit_ptr owned_commit(commit);
    git_tree* tree = nullptr;
    git_tree_entry* entry = nullptr;
    git_blob* blob = nullptr;
    if (::git_commit_tree(&tree, commit) != 0) return std::nullopt;
    const repro::detail::git_tree_ptr owned_tree(tree);
    if (::git_tree_entry_bypath(&entry, tree, path.c_str()) != 0) return std::nullopt;
    const std::unique_ptr<git_tree_entry, git_release<::git_tree_entry_free>> owned_entry(entry);
    if (::git_blob_lookup(&blob, repository, ::git_tree_entry_id(entry)) != 0) return std::nullopt;
    const std::unique_ptr<git_blob, git_release<::git_blob_free>> owned_blob(blob);
    return std::string(static_cast<const char*>(::git_blob_rawcontent(blob)),
                       static_cast<std::size_t>(::git_blob_rawsize(blob)));
}

/// Returns what the commit of the run holds in place of the lockfile, from a repository that the reader
/// stands in: a manifest does not choose which one is opened.
std::optional<std::string> committed_bytes(const recorded_lockfile& lock) {
    const nlohmann::json &sha = field(lock.manifest.document, "/git_sha"),
                         &top = field(lock.manifest.document, "/git/toplevel");
    if (!sha.is_string() || !top.is_string()) return std::nullopt;
    const fs::path inside = fs::path(lock.file.absolute).lexically_relative(top.get<std::string>());
    for (const fs::path& start : {fs::path("."), lock.manifest.path.parent_path()}) {
        repro::git_facts ignored;
        const auto repository = repro::detail::open_git(start, ignored);
        if (!repository) continue;
        if (auto bytes = bytes_of(repository.get(), sha.get<std::string>(), inside)) return bytes;
    }
    return std::nullopt;
}

/// Returns what lies now where the lockfile was, as far as it may be read.
std::optional<std::string> present_bytes(const recorded_lockfile& lock) {
    const repro::verify_options options;
    try {
        repro::detail::file_verifier files(lock.manifest, options);
        repro::verified_item item;
        files.other(lock.file, item);
        if (item.found.empty()) return std::nullopt; // it is not there, or where nothing is opened
        return lockfiles::detail::read_file(files.located(lock.file));
    } catch (const repro::error&) {
        return std::nullopt; // it may be in git
    }
}

/// Returns the packages that the lockfile held.
std::optional<lockfiles::report> read_recorded(const recorded_lockfile& lock) {
    for (const auto& source : {present_bytes, committed_bytes}) {
        const auto bytes = source(lock);
        if (!bytes || repro::detail::evp_sha256(*bytes) != lock.file.sha256) continue;
        try {
            return lockfiles::grade(fs::path(lock.file.path).filename().native(), *bytes, {});
        } catch (const repro::error&) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

std::string version_of(const lockfiles::package& held) {
    return held.version.empty() ? "(no version)" : held.version; // empty stands for absent
}

/// Returns what tells a package from another one of its name.
std::string origin_of(const lockfiles::package& held, const lockfiles::changed_package& changed) {
    if (changed.version()) return version_of(held);
    const std::string& told = changed.source() ? held.source : shortened(held.hash);
    return version_of(held) + " (" + (told.empty() ? "none" : told) + ")";
}

} // namespace

std::optional<std::vector<repro::package_difference>> changed_packages(const recorded_lockfile& a,
                                                                       const recorded_lockfile& b) {
    const auto before = read_recorded(a), after = read_recorded(b);
    if (!before || !after) return std::nullopt;
    const lockfiles::difference found = lockfiles::diff(*before, *after);
    std::vector<repro::package_difference> packages;
    for (const lockfiles::changed_package& each : found.changed)
        packages.push_back({each.before.name, origin_of(each.before, each), origin_of(each.after, each)});
    for (const lockfiles::package& each : found.removed)
        packages.push_back({each.name, version_of(each), ""});
    for (const lockfiles::package& each : found.added)
        packages.push_back({each.name, "", version_of(each)});
    return packages;
}

} // namespace tool
