// SPDX-License-Identifier: MIT
#pragma once
// package-lock.json and npm-shrinkwrap.json, formats 1 to 3. Source: npm's arborist, shrinkwrap.js.

#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/values.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace repro::inline v0::lockfiles::detail {

/// Returns the last digest of an integrity text, the strongest by npm's own order.
[[nodiscard]] inline std::string integrity_digest(std::string_view text) {
    std::string best;
    while (!text.empty())
        if (std::string each = digest_text(next_token(text, ' ')); each > best) best = std::move(each);
    return best;
}

inline void hold_npm_package(package& held, const json& from) {
    const std::string resolved = text_at(from, "resolved");
    const std::string place = resolved.empty() ? text_at(from, "version") : resolved;
    held.local = text_at(from, "link") == "true" || place.starts_with("file:");
    held.source = held.local ? std::string("local") : told_source(resolved.substr(0, resolved.find('#')));
    if (held.local) return;
    if (place.starts_with("git") || place.find("git+") != std::string::npos) {
        const std::size_t mark = place.rfind('#');
        return hold_by_git(held,
                           mark == std::string::npos ? "head" : std::string_view(place).substr(mark + 1));
    }
    held.hash = integrity_digest(text_at(from, "integrity"));
    const bool bundled = text_at(from, "inBundle") == "true" || text_at(from, "bundled") == "true";
    if (held.hash.empty() && bundled) held.hash = "in its parent";
    held.exact = !held.version.empty();
}

inline constexpr const char* npm_tables[] = {"dependencies", "devDependencies", "optionalDependencies",
                                             "peerDependencies"};

/// Returns where node finds a package from a folder: in its node_modules, or in the nearest above it.
[[nodiscard]] inline std::string npm_place(const json::object_t& packages, std::string folder,
                                           const std::string& name) {
    if (std::ranges::count(folder, '/') > static_cast<std::ptrdiff_t>(depth_limit)) folder.clear();
    while (!folder.empty()) {
        std::string place = folder + "/node_modules/" + name;
        if (packages.contains(place)) return place;
        const std::size_t slash = folder.rfind('/');
        folder.resize(slash == std::string::npos ? 0 : slash);
    }
    return "node_modules/" + name;
}

/// Returns the name that a place ends with: "a/node_modules/@scope/b" gives "@scope/b".
[[nodiscard]] inline std::string npm_name(const std::string& place) {
    constexpr std::string_view folder = "node_modules/";
    const std::size_t last = place.rfind(folder);
    return last == std::string::npos ? place : place.substr(last + folder.size());
}

inline void add_npm_asked(std::set<std::string>& to, const json::object_t& packages,
                          const std::string& importer) {
    const auto found = packages.find(importer);
    if (found == packages.end()) return;
    for (const char* const table : npm_tables)
        for (const auto& [name, value] : members_at(found->second, table))
            to.insert(npm_place(packages, importer, name));
}

/// Returns the places that the project and the members of its workspace ask for. A folder that the project
/// itself names as "file:" is a package, and no member.
[[nodiscard]] inline std::set<std::string> npm_asked(const json::object_t& packages) {
    std::set<std::string> asked;
    add_npm_asked(asked, packages, "");
    std::set<std::string> folders;
    if (const auto project = packages.find(""); project != packages.end())
        for (const char* const table : npm_tables)
            for (const auto& [name, value] : members_at(project->second, table))
                if (text_of(value).starts_with("file:")) folders.insert(name);
    std::set<std::string> members;
    for (const auto& [place, each] : packages)
        if (text_at(each, "link") == "true" && !folders.contains(npm_name(place)))
            members.insert(text_at(each, "resolved"));
    for (const std::string& member : members)
        add_npm_asked(asked, packages, member);
    return asked;
}

/// Adds the packages of formats 2 and 3. A link stands for the folder that it leads to, which is listed too.
inline void read_npm_packages(const json& root, report& to) {
    const json::object_t& packages = members_at(root, "packages");
    const std::set<std::string> asked = npm_asked(packages);
    std::map<std::string, std::string> links; // from a folder to the place in node_modules that leads to it
    for (const auto& [place, each] : packages)
        if (text_at(each, "link") == "true") links.emplace(text_at(each, "resolved"), place);
    for (const auto& [place, each] : packages) {
        if (place.empty() ||
            (text_at(each, "link") == "true" && packages.contains(text_at(each, "resolved"))))
            continue;
        const auto link = links.find(place);
        const std::string name = text_at(each, "name");
        package& added =
            add_package(to, name.empty() ? npm_name(link == links.end() ? place : link->second) : name,
                        text_at(each, "version"));
        hold_npm_package(added, each);
        const bool folder = place.find("node_modules/") == std::string::npos; // of a workspace
        if (folder) {
            added.local = true;
            added.hash.clear();
        }
        if (!folder) added.direct = asked.contains(place);
        if (link != links.end() && asked.contains(link->second)) added.direct = true;
    }
}

/// Returns package.json beside the lockfile; nothing where there is none, or none that can be read.
[[nodiscard]] inline std::optional<json> npm_project(const context& around) {
    const auto beside = around.companions.find("package.json");
    if (beside == around.companions.end()) return std::nullopt;
    try {
        json project = read_json(beside->second);
        for (const char* const table : npm_tables)
            (void)members_at(project, table);
        return project;
    } catch (const fault&) {
        return std::nullopt; // it says nothing of the lockfile
    }
}

/// Returns whether package.json asks for something else than what the lockfile copied from it.
[[nodiscard]] inline std::optional<bool> npm_stale(const context& around, const json& root) {
    const std::optional<json> project = npm_project(around);
    const json* const packages = find(root, "packages");
    const json* const copied = packages ? find(*packages, "") : nullptr;
    if (!project || !copied) return std::nullopt;
    return std::ranges::any_of(npm_tables, [&](const char* const table) {
        return members_at(*project, table) != members_at(*copied, table);
    });
}

/// Adds the packages of format 1, which holds no copy of package.json.
inline void read_npm_tree(const json& from, const json* project, report& to) {
    for (const auto& [name, each] : members_at(from, "dependencies")) {
        package& added = add_package(to, name, text_at(each, "version"));
        hold_npm_package(added, each);
        if (project)
            added.direct = from.contains("lockfileVersion") &&
                           std::ranges::any_of(npm_tables, [&, key = name](const char* const table) {
                               return members_at(*project, table).contains(key);
                           });
        read_npm_tree(each, project, to); // as deep as the document, which is bounded
    }
}

inline void read_npm_lock(std::string_view text, const context& around, report& to) {
    const json root = read_json(text);
    if (!find(root, "lockfileVersion")) throw format_fault("has no lockfileVersion");
    to.tool = "npm";
    require_version(to, text_at(root, "lockfileVersion"), 1, 3);
    const std::optional<json> project = npm_project(around);
    if (find(root, "packages"))
        read_npm_packages(root, to);
    else
        read_npm_tree(root, project ? &*project : nullptr, to);
    to.stale = npm_stale(around, root);
    if (const json* const copied = find(root, "packages") ? find(*find(root, "packages"), "") : nullptr)
        for (const auto& [name, value] : members_at(*copied, "engines"))
            add_fact(to, "engine " + name, text_of(value));
}

} // namespace repro::inline v0::lockfiles::detail
