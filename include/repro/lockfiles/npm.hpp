// SPDX-License-Identifier: MIT
#pragma once
// package-lock.json and npm-shrinkwrap.json, formats 1 to 3. Source: npm's arborist, shrinkwrap.js.

#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/values.hpp>

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

[[nodiscard]] inline std::set<std::string> npm_asked(const json& project) {
    std::set<std::string> names;
    for (const char* const table :
         {"dependencies", "devDependencies", "optionalDependencies", "peerDependencies"})
        for (const auto& [name, value] : members_at(project, table))
            names.insert("node_modules/" + name);
    return names;
}

inline void read_npm_packages(const json& root, report& to) {
    std::set<std::string> asked;
    for (const auto& [path, each] : members_at(root, "packages"))
        if (path.find("node_modules/") == std::string::npos) asked.merge(npm_asked(each));
    for (const auto& [path, each] : members_at(root, "packages")) {
        if (path.empty()) continue;
        const std::size_t last = path.rfind("node_modules/");
        const std::string name = text_at(each, "name");
        package& added = add_package(to,
                                     !name.empty()               ? name
                                     : last == std::string::npos ? path
                                                                 : path.substr(last + 13),
                                     text_at(each, "version"));
        hold_npm_package(added, each);
        added.local = added.local || last == std::string::npos; // a workspace's folder
        if (last != std::string::npos) added.direct = asked.contains(path);
    }
}

/// Returns whether package.json asks for something else than what the lockfile copied from it.
[[nodiscard]] inline std::optional<bool> npm_stale(const context& around, const json& root) {
    const auto beside = around.companions.find("package.json");
    const json* const packages = find(root, "packages");
    const json* const copied = packages ? find(*packages, "") : nullptr;
    if (beside == around.companions.end() || !copied) return std::nullopt;
    try {
        const json project = read_json(beside->second);
        for (const char* const table : {"dependencies", "devDependencies", "optionalDependencies"})
            if (members_at(project, table) != members_at(*copied, table)) return true;
        return false;
    } catch (const fault&) {
        return std::nullopt; // it says nothing of the lockfile
    }
}

inline void read_npm_tree(const json& from, report& to) {
    for (const auto& [name, each] : members_at(from, "dependencies")) {
        hold_npm_package(add_package(to, name, text_at(each, "version")), each);
        read_npm_tree(each, to); // as deep as the document, which is bounded
    }
}

inline void read_npm_lock(std::string_view text, const context& around, report& to) {
    const json root = read_json(text);
    if (!find(root, "lockfileVersion")) throw format_fault("has no lockfileVersion");
    to.tool = "npm";
    require_version(to, text_at(root, "lockfileVersion"), 1, 3);
    if (find(root, "packages"))
        read_npm_packages(root, to);
    else
        read_npm_tree(root, to);
    to.stale = npm_stale(around, root);
    if (const json* const project = find(root, "packages") ? find(*find(root, "packages"), "") : nullptr)
        for (const auto& [name, value] : members_at(*project, "engines"))
            add_fact(to, "engine " + name, text_of(value));
}

} // namespace repro::inline v0::lockfiles::detail
