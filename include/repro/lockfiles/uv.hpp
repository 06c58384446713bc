// SPDX-License-Identifier: MIT
#pragma once
// uv.lock and pylock.toml. Sources: uv's crates/uv-resolver/src/lock; PEP 751.

#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/python_names.hpp>
#include <repro/lockfiles/stale.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles::detail {

[[nodiscard]] inline std::string uv_file_digests(const json& from) {
    std::vector<std::string> digests;
    if (const json* const sdist = find(from, "sdist"))
        digests.push_back(digest_text(text_at(*sdist, "hash")));
    for (const json& wheel : list_at(from, "wheels"))
        digests.push_back(digest_text(text_at(wheel, "hash")));
    return joint_digest(std::move(digests));
}

inline void hold_uv_package(package& held, const json& from, const json& source) {
    for (const char* const key : {"editable", "virtual", "directory", "path"}) {
        if (!find(source, key)) continue;
        held.local = true;
        held.source = key;
    }
    if (const std::string git = text_at(source, "git"); !git.empty()) {
        const std::size_t mark = git.rfind('#');
        held.source = told_source(git.substr(0, mark));
        hold_by_git(held, mark == std::string::npos ? "head" : std::string_view(git).substr(mark + 1));
        return;
    }
    if (held.local) return;
    const std::string registry = text_at(source, "registry");
    held.source = told_source(registry.empty() ? text_at(source, "url") : registry);
    held.hash = uv_file_digests(from);
    held.exact = !held.version.empty() || held.hashed();
}

/// Adds the names of dependencies in the lists and tables of lists that a package of uv has.
inline void add_uv_dependencies(name_set& to, const json& from) {
    const auto add = [&to](const json& list) {
        if (!list.is_array()) return;
        for (const json& each : list)
            to.insert(python_name(text_at(each, "name")));
    };
    add(list_at(from, "dependencies"));
    for (const char* const table : {"optional-dependencies", "dev-dependencies"})
        for (const auto& [name, list] : members_at(from, table))
            add(list);
}

inline void tell_uv_facts(const json& root, report& to) {
    add_fact(to, "requires-python", text_at(root, "requires-python"));
    add_fact(to, "revision", text_at(root, "revision"));
    const json& markers = list_at(root, "resolution-markers");
    if (!markers.empty()) add_fact(to, "resolution-markers", decimal(markers.size()));
    if (const json* const manifest = find(root, "manifest"))
        for (const char* const list : {"overrides", "constraints"})
            for (const json& each : list_at(*manifest, list))
                add_fact(to, std::string_view(list) == "overrides" ? "override" : "constraint",
                         text_at(each, "name"));
    if (const json* const options = find(root, "options"))
        for (const auto& [name, value] : options->items())
            add_fact(to, "option " + name, text_of(value));
    for (const package& each : to.packages)
        if (each.source.find("://") != std::string::npos && !each.source.starts_with("git")) {
            if (!each.hash.starts_with("git:")) add_fact(to, "index", each.source);
        }
}

inline void read_uv_lock(std::string_view text, const context& around, report& to) {
    const json root = read_toml(text);
    if (!find(root, "version") || find(root, "metadata")) throw format_fault("has not the form of uv");
    for (const json& each : list_at(root, "package"))
        if (!find(each, "source") || !find(each, "source")->is_object())
            throw format_fault("holds packages whose source is not written as uv writes it");
    to.tool = "uv";
    require_version(to, text_at(root, "version"), 1, 1);
    name_set asked;
    bool has_project = false;
    for (const json& each : list_at(root, "package")) {
        package& added = add_package(to, text_at(each, "name"), text_at(each, "version"));
        const json& source = *find(each, "source");
        hold_uv_package(added, each, source);
        if (!find(source, "editable") && !find(source, "virtual")) continue;
        has_project = true;
        add_uv_dependencies(asked, each);
    }
    if (has_project) mark_direct(to, asked);
    tell_uv_facts(root, to);
    if (const auto project = companion_toml(around, "pyproject.toml"))
        to.stale = lacks_asked_names(to, pyproject_names(*project));
}

[[nodiscard]] inline std::string pylock_digest(const json& from) {
    for (const char* const algorithm : {"sha512", "sha384", "sha256"})
        if (const json* const hashes = find(from, "hashes"))
            if (std::string made = digest_text(algorithm, text_at(*hashes, algorithm)); !made.empty())
                return made;
    return {};
}

inline void hold_pylock_package(package& held, const json& from) {
    held.markers = told_name(text_at(from, "marker"));
    if (find(from, "directory")) {
        held.local = true;
        return;
    }
    held.source = told_source(text_at(from, "index"));
    if (const json* const vcs = find(from, "vcs")) {
        held.source = told_source(text_at(*vcs, "url"));
        hold_by_git(held, text_at(*vcs, "commit-id").empty() ? "head" : text_at(*vcs, "commit-id"));
        return;
    }
    std::vector<std::string> digests;
    for (const char* const one : {"archive", "sdist"})
        if (const json* const file = find(from, one)) digests.push_back(pylock_digest(*file));
    for (const json& wheel : list_at(from, "wheels"))
        digests.push_back(pylock_digest(wheel));
    held.hash = joint_digest(std::move(digests));
    held.exact = !held.version.empty() || held.hashed();
}

inline void read_pylock(std::string_view text, const context& around, report& to) {
    const json root = read_toml(text);
    if (!find(root, "lock-version")) throw format_fault("has no lock-version");
    require_version(to, text_at(root, "lock-version"), 1, 1);
    to.tool = told_name(text_at(root, "created-by"));
    if (to.tool.empty()) throw syntax_fault("does not say what created it (created-by)");
    for (const json& each : list_at(root, "packages")) {
        if (text_at(each, "name").empty()) throw syntax_fault("holds a package without a name");
        hold_pylock_package(add_package(to, text_at(each, "name"), text_at(each, "version")), each);
        add_fact(to, "index", to.packages.back().hash.starts_with("git:") ? "" : to.packages.back().source);
    }
    add_fact(to, "requires-python", text_at(root, "requires-python"));
    for (const json& each : list_at(root, "environments"))
        add_fact(to, "environment", text_of(each));
    if (const auto project = companion_toml(around, "pyproject.toml"))
        mark_direct(to, pyproject_names(*project));
}

} // namespace repro::inline v0::lockfiles::detail
