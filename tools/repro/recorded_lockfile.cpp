// SPDX-License-Identifier: MIT
#include "recorded_lockfile.hpp"

#include <repro/capture/git.hpp>
#include <repro/capture/git_file.hpp>
#include <repro/judge/verified_files.hpp>
#include <repro/lockfiles/diff.hpp>
#include <repro/lockfiles/file.hpp>

#include "values.hpp"

#include <filesystem>
#include <string>
#include <utility>

namespace tool {
namespace {

namespace fs = std::filesystem;
namespace lockfiles = repro::lockfiles;

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
        if (auto bytes = repro::detail::committed_file(repository.get(), sha.get<std::string>(), inside))
            return bytes;
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

recorded_packages read_recorded(const recorded_lockfile& lock) {
    for (const auto& source : {present_bytes, committed_bytes}) {
        const auto bytes = source(lock);
        if (!bytes || repro::detail::evp_sha256(*bytes) != lock.file.sha256) continue;
        try {
            return {lockfiles::grade(fs::path(lock.file.path).filename().native(), *bytes, {}), {}};
        } catch (const repro::error& problem) {
            return {std::nullopt, std::string(to_string(problem.code())) + ": it " + problem.what_failed()};
        }
    }
    return {std::nullopt, "no file with the recorded digest is at hand"};
}

std::optional<std::vector<repro::package_difference>> changed_packages(const recorded_lockfile& a,
                                                                       const recorded_lockfile& b) {
    const auto before = read_recorded(a).report, after = read_recorded(b).report;
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
