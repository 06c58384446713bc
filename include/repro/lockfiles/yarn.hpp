// SPDX-License-Identifier: MIT
#pragma once
// yarn.lock in its two forms, and pnpm-lock.yaml.

#include <repro/lockfiles/npm.hpp>
#include <repro/lockfiles/yaml_reader.hpp>

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

inline void read_yarn_1(std::string_view text, report& to) {
    to.format_version = "1";
    package* open = nullptr;
    for_each_line(text, [&](std::string_view line) {
        if (trimmed(line).empty() || trimmed(line)[0] == '#') return;
        if (line[0] != ' ') {
            if (!line.ends_with(':')) throw syntax_fault("holds a line that is no entry of yarn");
            const std::string_view first =
                unquoted(trimmed(line.substr(0, std::min(line.find(','), line.size() - 1))));
            open = &add_package(to, first.substr(0, descriptor_end(first)), {});
            open->exact = false;
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

inline void read_yarn_lock(std::string_view text, const context&, report& to) {
    to.tool = "yarn";
    if (text.find("# yarn lockfile v") != std::string_view::npos) {
        if (text.find("# yarn lockfile v1\n") == std::string_view::npos &&
            text.find("# yarn lockfile v1\r") == std::string_view::npos)
            throw version_fault("other than v1");
        return read_yarn_1(text, to);
    }
    const json root = read_yaml(text);
    const json* const metadata = find(root, "__metadata");
    if (!metadata) throw format_fault("has not the form of yarn");
    require_version(to, text_at(*metadata, "version"), 4, 8);
    for (const auto& [key, each] : members_of(root))
        if (key != "__metadata") add_berry_entry(to, each);
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

inline void read_pnpm_lock(std::string_view text, const context&, report& to) {
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
    for (const auto& [name, version] : members_at(root, "overrides"))
        add_fact(to, "override", name);
    if (const json* const settings = find(root, "settings"))
        for (const auto& [name, value] : members_of(*settings))
            add_fact(to, "setting " + name, text_of(value));
}

} // namespace repro::inline v0::lockfiles::detail
