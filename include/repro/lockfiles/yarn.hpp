// SPDX-License-Identifier: MIT
#pragma once
// yarn.lock in its two forms, and pnpm-lock.yaml.

#include <repro/lockfiles/npm.hpp>
#include <repro/lockfiles/yaml_reader.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace repro::inline v0::lockfiles::detail {

/// Returns where the name in "@scope/name@range" ends.
[[nodiscard]] inline std::size_t descriptor_end(std::string_view text) noexcept {
    return text.empty() ? std::string_view::npos : text.find('@', 1);
}

[[nodiscard]] constexpr std::string_view unquoted(std::string_view text) noexcept {
    const bool quoted =
        text.size() >= 2 && text.front() == text.back() && (text[0] == '"' || text[0] == '\'');
    return quoted ? text.substr(1, text.size() - 2) : text;
}

inline void take_yarn_value(package& held, std::string_view line) {
    const std::string_view key = next_token(line, ' ');
    const std::string_view value = unquoted(trimmed(line));
    if (key == "version") {
        held.version = told_name(value);
        held.exact = true;
    } else if (key == "integrity") {
        held.hash = integrity_digest(value);
    } else if (key == "resolved") {
        const std::size_t mark = std::min(value.find('#'), value.size());
        const std::string_view digest = value.substr(std::min(mark + 1, value.size()));
        held.source = told_source(value.substr(0, mark));
        const bool archive =
            value.substr(0, mark).ends_with(".tgz") || value.substr(0, mark).ends_with(".tar.gz");
        if (held.hash.empty() && is_commit(digest))
            held.hash = (archive ? "sha1:" : "git:") + std::string(digest);
    }
}

using yarn_names = std::set<std::string, std::less<>>;

/// Returns what package.json asks for, as yarn's keys spell it: "name@range".
[[nodiscard]] inline yarn_names yarn_asked(const json& project) {
    yarn_names asked;
    for (const char* const table : {"dependencies", "devDependencies", "optionalDependencies"})
        for (const auto& [name, range] : members_at(project, table))
            asked.insert(name + "@" + text_of(range));
    return asked;
}

inline void read_yarn_1(std::string_view text, const context& around, report& to) {
    to.format_version = "1";
    package* open = nullptr;
    const std::optional<json> project = npm_project(around);
    yarn_names open_asks;
    if (project) open_asks = yarn_asked(*project);
    const bool workspace = project && find(*project, "workspaces");
    for_each_line(text, [&](std::string_view line) {
        if (trimmed(line).empty() || trimmed(line)[0] == '#') return;
        if (line[0] != ' ') {
            if (!line.ends_with(':')) throw syntax_fault("holds a line that is no entry of yarn");
            const std::string_view first =
                unquoted(trimmed(line.substr(0, std::min(line.find(','), line.size() - 1))));
            open = &add_package(to, first.substr(0, descriptor_end(first)), {});
            open->exact = false;
            if (project && !workspace) open->direct = false;
            for (std::string_view keys = line.substr(0, line.size() - 1); !keys.empty();)
                if (const auto asked = open_asks.find(unquoted(trimmed(next_token(keys, ','))));
                    asked != open_asks.end()) {
                    open->direct = true;
                    open_asks.erase(asked);
                }
            open->local = first.find("@file:") != std::string_view::npos ||
                          first.find("@link:") != std::string_view::npos;
        } else if (open == nullptr) {
            throw syntax_fault("starts within an entry");
        } else if (line.starts_with("  ") && !line.starts_with("   ")) {
            take_yarn_value(*open, trimmed(line));
        }
    });
    for (package& each : to.packages)
        each.floating = !each.exact;
    // A member of a workspace is no entry, and members ask for packages in files of their own.
    if (project && !workspace) to.stale = !open_asks.empty();
}

inline void add_berry_entry(report& to, const json& each) {
    const std::string resolution = text_at(each, "resolution");
    const std::size_t end = descriptor_end(resolution);
    if (end == std::string::npos) throw syntax_fault("holds an entry without a resolution");
    const std::string_view reference = std::string_view(resolution).substr(end + 1);
    package& added = add_package(to, resolution.substr(0, end), text_at(each, "version"));
    for (const std::string_view kind : {"workspace:", "link:", "portal:", "file:"})
        added.local = added.local || reference.starts_with(kind);
    const std::size_t commit = reference.find("#commit=");
    if (commit != std::string_view::npos) {
        added.source = told_source(reference.substr(0, commit));
        return hold_by_git(added,
                           reference.substr(commit + 8).substr(0, reference.substr(commit + 8).find('&')));
    }
    const std::string checksum = text_at(each, "checksum"); // "10c0/<hex>": key of the cache, digest
    added.hash = digest_text("sha512", std::string_view(checksum).substr(checksum.rfind('/') + 1));
}

/// Returns "name@range" without the protocol that yarn adds where package.json has none.
[[nodiscard]] inline std::string without_npm(std::string_view descriptor) {
    const std::size_t end = descriptor_end(descriptor);
    std::string made(descriptor);
    if (end != std::string_view::npos && descriptor.substr(end + 1).starts_with("npm:"))
        made.erase(end + 1, 4);
    return made;
}

/// Marks what members of the workspace ask for, and compares the copy of the project's own requests, under
/// "name@workspace:.", with package.json.
inline void hold_berry_project(report& to, const context& around, const json::object_t& entries) {
    yarn_names asked;
    std::optional<yarn_names> own;
    for (const auto& [key, each] : entries) {
        const std::string resolution = text_at(each, "resolution");
        if (resolution.find("@workspace:") == std::string::npos) continue;
        yarn_names of_member;
        for (const auto& [name, range] : members_at(each, "dependencies"))
            of_member.insert(without_npm(name + "@" + text_of(range)));
        if (resolution.ends_with("@workspace:.")) own = of_member;
        asked.merge(of_member);
    }
    std::size_t at = 0;
    for (const auto& [key, each] : entries) {
        if (key == "__metadata") continue;
        package& held = to.packages.at(at++); // entries stand in the same order
        if (text_at(each, "resolution").find("@workspace:") == std::string::npos) held.direct = false;
        for (std::string_view rest = key; !rest.empty();)
            if (asked.contains(without_npm(trimmed(next_token(rest, ','))))) held.direct = true;
    }
    const std::optional<json> project = npm_project(around);
    if (!project || !own) return;
    yarn_names now;
    for (const std::string& each : yarn_asked(*project))
        now.insert(without_npm(each));
    to.stale = now != *own;
}

inline void read_yarn_lock(std::string_view text, const context& around, report& to) {
    to.tool = "yarn";
    if (text.find("# yarn lockfile v") != std::string_view::npos) {
        if (text.find("# yarn lockfile v1\n") == std::string_view::npos &&
            text.find("# yarn lockfile v1\r") == std::string_view::npos)
            throw version_fault("other than v1");
        return read_yarn_1(text, around, to);
    }
    const json root = read_yaml(text);
    const json* const metadata = find(root, "__metadata");
    if (!metadata) throw format_fault("has not the form of yarn");
    require_version(to, text_at(*metadata, "version"), 4, 8);
    for (const auto& [key, each] : members_of(root))
        if (key != "__metadata") add_berry_entry(to, each);
    hold_berry_project(to, around, members_of(root));
}

/// Adds what an importer asks for, as "name@version".
inline void add_pnpm_asked(std::set<std::string>& to, const json& importer, report& locals) {
    for (const char* const table : {"dependencies", "devDependencies", "optionalDependencies"})
        for (const auto& [name, value] : members_at(importer, table)) {
            const std::string version = value.is_object() ? text_at(value, "version") : text_of(value);
            to.insert(name + "@" + version.substr(0, version.find('(')));
            if (!version.starts_with("link:") && !version.starts_with("file:")) continue;
            package& added = add_package(locals, name, {});
            added.local = true;
            added.direct = true;
        }
}

inline void add_pnpm_package(report& to, std::string_view key, const json& each,
                             const std::set<std::string>& asked) {
    if (key.starts_with('/')) key.remove_prefix(1);          // until format 6
    key = key.substr(0, key.find('('));                      // peers
    std::size_t end = descriptor_end(key);                   // name@version
    if (end == std::string_view::npos) end = key.rfind('/'); // name/version until format 5
    if (end == std::string_view::npos) throw syntax_fault("holds a package without a version");
    const std::string name(key.substr(0, end));
    std::string_view version = key.substr(end + 1);
    version = version.substr(0, version.find('_')); // peers until format 5
    package& added = add_package(
        to, name, text_at(each, "version").empty() ? version : std::string_view(text_at(each, "version")));
    added.direct = asked.contains(name + "@" + std::string(version));
    const json* const resolution = find(each, "resolution");
    if (!resolution) return;
    added.local = find(*resolution, "directory");
    added.hash = integrity_digest(text_at(*resolution, "integrity"));
    const std::string commit = text_at(*resolution, "commit");
    const std::string tarball = text_at(*resolution, "tarball");
    added.source = told_source(commit.empty() ? tarball : text_at(*resolution, "repo"));
    if (!commit.empty()) hold_by_git(added, commit);
    if (commit.empty() && added.hash.empty() && !tarball.empty()) added.exact = false;
}

/// Returns whether package.json asks for something else than the copy of it under "importers"; until format 5
/// the copy is a table of its own.
[[nodiscard]] inline std::optional<bool> pnpm_stale(const context& around, const json& root) {
    const std::optional<json> project = npm_project(around);
    const json* const importers = find(root, "importers");
    const json* const own = importers ? find(*importers, ".") : &root;
    if (!project || !own || find(root, "overrides")) return std::nullopt; // overrides change what is copied
    yarn_names locked;
    for (const auto& [name, range] : members_at(*own, "specifiers"))
        locked.insert(name + "@" + text_of(range));
    for (const char* const table : {"dependencies", "devDependencies", "optionalDependencies"})
        for (const auto& [name, value] : members_at(*own, table))
            if (const json* const specifier = find(value, "specifier"))
                locked.insert(name + "@" + text_of(*specifier));
    return locked != yarn_asked(*project);
}

inline void read_pnpm_lock(std::string_view text, const context& around, report& to) {
    const json root = read_yaml(text);
    if (!find(root, "lockfileVersion")) throw format_fault("has no lockfileVersion");
    to.tool = "pnpm";
    require_version(to, text_at(root, "lockfileVersion"), 5, 9);
    std::set<std::string> asked;
    add_pnpm_asked(asked, root, to);
    for (const auto& [path, importer] : members_at(root, "importers"))
        add_pnpm_asked(asked, importer, to);
    for (const auto& [key, each] : members_at(root, "packages"))
        add_pnpm_package(to, key, each, asked);
    to.stale = pnpm_stale(around, root);
    for (const auto& [name, version] : members_at(root, "overrides"))
        add_fact(to, "override", name);
    if (const json* const settings = find(root, "settings"))
        for (const auto& [name, value] : members_of(*settings))
            add_fact(to, "setting " + name, text_of(value));
}

} // namespace repro::inline v0::lockfiles::detail
