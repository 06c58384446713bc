// SPDX-License-Identifier: MIT
#pragma once
// Cargo.lock. Source: cargo's core/resolver/encode.rs. What has no source is the project's own.

#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/python_names.hpp>

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

inline void read_cargo_lock(std::string_view text, const context&, report& to) {
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
}

} // namespace repro::inline v0::lockfiles::detail
