// SPDX-License-Identifier: MIT
#pragma once
// Cargo.lock. Source: cargo's core/resolver/encode.rs. What has no source is the project's own.

#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/python_names.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace repro::inline v0::lockfiles::detail {

inline void hold_cargo_package(package& held, const json& from, const json& root) {
    const std::string source = text_at(from, "source");
    held.local = source.empty();
    if (held.local) return;
    if (source.starts_with("git+")) {
        const std::size_t mark = source.rfind('#');
        held.source = told_source(source.substr(0, mark));
        return hold_by_git(held,
                           mark == std::string::npos ? "head" : std::string_view(source).substr(mark + 1));
    }
    held.source = told_source(source);
    std::string checksum = text_at(from, "checksum");
    if (const json* const metadata = find(root, "metadata"); metadata && checksum.empty())
        checksum = text_at(*metadata, "checksum " + held.name + " " + held.version + " (" + source + ")");
    held.hash = digest_text("sha256", checksum);
    held.exact = !held.version.empty();
}

/// Adds the packages that a manifest of Cargo asks for, by the names that they have in the lockfile. Where a
/// name is inherited from a workspace, it is told by its key.
inline void add_cargo_asked(std::set<std::string>& to, const json& manifest) {
    for (const char* const table : {"dependencies", "dev-dependencies", "build-dependencies"})
        for (const auto& [key, value] : members_at(manifest, table)) {
            const std::string renamed = text_at(value, "package");
            to.insert(renamed.empty() ? key : renamed);
        }
}

/// Returns whether Cargo.toml asks for other packages, or in another version of its own, than the lockfile
/// says of it; nothing where it agrees: whether versions fit is Cargo's to say.
[[nodiscard]] inline std::optional<bool> cargo_stale(const context& around, const json& root) {
    const std::optional<json> manifest = companion_toml(around, "Cargo.toml");
    const json* const own = manifest ? find(*manifest, "package") : nullptr;
    if (!own) return std::nullopt;
    try {
        std::set<std::string> asked;
        add_cargo_asked(asked, *manifest);
        for (const auto& [platform, part] : members_at(*manifest, "target"))
            add_cargo_asked(asked, part);
        for (const json& each : list_at(root, "package")) {
            if (find(each, "source") || text_at(each, "name") != text_at(*own, "name")) continue;
            std::set<std::string> locked;
            for (const json& one : list_at(each, "dependencies")) {
                const std::string text = text_of(one);
                locked.insert(text.substr(0, text.find(' ')));
            }
            const std::string version = text_at(*own, "version"); // nothing where a workspace has it
            const bool same = asked == locked && (version.empty() || version == text_at(each, "version"));
            return same ? std::nullopt : std::optional(true);
        }
    } catch (const fault&) {
        return std::nullopt; // it says nothing of the lockfile
    }
    return true;
}

inline void read_cargo_lock(std::string_view text, const context& around, report& to) {
    const json root = read_toml(text);
    for (const json& each : list_at(root, "package"))
        if (find(each, "source") && !find(each, "source")->is_string())
            throw format_fault("holds packages whose source is not written as Cargo writes it");
    if (!find(root, "package") && !find(root, "version")) throw format_fault("has not the form of Cargo");
    to.tool = "cargo";
    if (find(root, "version")) require_version(to, text_at(root, "version"), 1, 4);
    std::set<std::string> asked;
    for (const json& each : list_at(root, "package")) {
        package& added = add_package(to, text_at(each, "name"), text_at(each, "version"));
        hold_cargo_package(added, each, root);
        if (!added.local) continue;
        for (const json& one : list_at(each, "dependencies"))
            asked.insert(text_of(one));
    }
    for (package& each : to.packages) { // "name", or with version and source where that is not enough
        if (each.local) continue;
        const auto start = asked.lower_bound(each.name);
        bool found = false;
        for (auto at = start; at != asked.end() && at->starts_with(each.name) && !found; ++at)
            found = *at == each.name || (*at + " ").starts_with(each.name + " " + each.version + " ");
        each.direct = found;
    }
    to.stale = cargo_stale(around, root);
}

} // namespace repro::inline v0::lockfiles::detail
