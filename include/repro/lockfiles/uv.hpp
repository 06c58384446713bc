// SPDX-License-Identifier: MIT
#pragma once
// uv.lock and pylock.toml. Sources: uv's crates/uv-resolver/src/lock; PEP 751.

#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/python_names.hpp>
#include <repro/lockfiles/stale.hpp>

#include <algorithm>
#include <initializer_list>
#include <optional>
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

/// What a project asks for: "name specifier", with names alone where a source stands in for versions.
struct uv_requests {
    name_set asked = {};
    name_set sourced = {}; ///< names held by a source
};

/// Returns a specifier with its parts in order; "?" where it is spelled in more than one way.
[[nodiscard]] inline std::string uv_specifier(std::string_view text) {
    std::vector<std::string> parts;
    for (std::string part; !text.empty(); parts.push_back(std::move(part))) {
        part.clear();
        for (const char each : next_token(text, ','))
            if (std::string_view(" \t()").find(each) == std::string_view::npos) part += each;
        if (part.find_first_not_of("0123456789.*<>=!~") != std::string::npos) return "?";
    }
    std::ranges::sort(parts);
    std::string made;
    for (const std::string& each : parts)
        made.append(made.empty() ? "" : ",").append(each);
    return made;
}

/// Adds the copies of a project's requirements that uv keeps in the lockfile.
inline void add_uv_copies(uv_requests& to, const json& list) {
    if (!list.is_array()) return;
    for (const json& each : list) {
        const std::string name = python_name(text_at(each, "name"));
        const bool sourced = std::ranges::any_of(
            std::initializer_list<const char*>{"git", "url", "path", "directory", "editable", "virtual"},
            [&](const char* const key) { return find(each, key) != nullptr; });
        if (sourced) to.sourced.insert(name);
        to.asked.insert(name + " " + (sourced ? "" : uv_specifier(text_at(each, "specifier"))));
    }
}

/// Adds the requirements of a list in a pyproject.toml.
inline void add_uv_requests(uv_requests& to, const json* list, const name_set& sourced) {
    if (!list || !list->is_array()) return;
    for (const json& each : *list) {
        if (!each.is_string()) continue; // another group, which is there as well
        std::string_view text = each.get_ref<const std::string&>();
        const std::string name = requirement_name(text);
        text = trimmed(text.substr(0, text.find(';')));
        text = trimmed(text.substr(std::min(text.find_first_of(" \t[(<>=!~@,"), text.size())));
        if (text.starts_with('[')) text = trimmed(text.substr(std::min(text.find(']'), text.size() - 1) + 1));
        const bool held = sourced.contains(name) || text.starts_with('@');
        to.asked.insert(name + " " + (held ? "" : uv_specifier(text)));
    }
}

/// Returns what a pyproject.toml asks uv for.
[[nodiscard]] inline name_set uv_asked(const json& root, const name_set& sourced) {
    uv_requests made;
    const json* const project = find(root, "project");
    add_uv_requests(made, project ? find(*project, "dependencies") : nullptr, sourced);
    const json* const tool = find(root, "tool");
    const json* const uv = tool ? find(*tool, "uv") : nullptr;
    add_uv_requests(made, uv ? find(*uv, "dev-dependencies") : nullptr, sourced);
    for (const json* const groups :
         {project ? find(*project, "optional-dependencies") : nullptr, find(root, "dependency-groups")})
        if (groups && groups->is_object())
            for (const auto& [name, list] : groups->items())
                add_uv_requests(made, &list, sourced);
    return made.asked;
}

/// Returns whether the copies of the project's requirements in the lockfile are other ones than its
/// pyproject.toml has. Markers, overrides and sources are not compared; "?" fits any version.
[[nodiscard]] inline std::optional<bool> uv_stale(const json& project, const json& locked, const report& to) {
    const json* const own = find(project, "project");
    const std::string name = own ? python_name(text_at(*own, "name")) : "";
    for (const json& each : list_at(locked, "package")) {
        const json* const source = find(each, "source");
        const json* const metadata = find(each, "metadata");
        if (python_name(text_at(each, "name")) != name || !metadata) continue;
        if (!find(*source, "editable") && !find(*source, "virtual")) continue;
        uv_requests copies;
        add_uv_copies(copies, list_at(*metadata, "requires-dist"));
        for (const auto& [group, list] : members_at(*metadata, "requires-dev"))
            add_uv_copies(copies, list);
        return uv_asked(project, copies.sourced) != copies.asked;
    }
    name_set always;
    if (const json* const list = own ? find(*own, "dependencies") : nullptr)
        always = unconditional_names(*list);
    return lacks_asked_names(to, always);
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
        to.stale = uv_stale(*project, root, to);
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
    const auto project = companion_toml(around, "pyproject.toml");
    if (project) mark_direct(to, pyproject_names(*project));
    const json* const own = project ? find(*project, "project") : nullptr;
    if (const json* const list = own ? find(*own, "dependencies") : nullptr)
        to.stale = lacks_asked_names(to, unconditional_names(*list));
}

} // namespace repro::inline v0::lockfiles::detail
