// SPDX-License-Identifier: MIT
#pragma once
// Meson's wraps and git's .gitmodules.

#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/text.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles::detail {

struct ini_section {
    std::string name;
    std::map<std::string, std::string, std::less<>> values = {};

    [[nodiscard]] std::string_view at(std::string_view key) const {
        const auto found = values.find(key);
        return found == values.end() ? std::string_view() : found->second;
    }
};

[[nodiscard]] inline std::vector<ini_section> read_ini(std::string_view text) {
    std::vector<ini_section> sections;
    for_each_line(text, [&](std::string_view line) {
        line = trimmed(line);
        if (line.empty() || line[0] == '#' || line[0] == ';') return;
        if (line[0] == '[') {
            if (!line.ends_with(']')) throw syntax_fault("holds a section without an end");
            sections.push_back({std::string(trimmed(line.substr(1, line.size() - 2)))});
            return;
        }
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || sections.empty())
            throw syntax_fault("holds a line that is no key = value in a section");
        sections.back().values[std::string(trimmed(line.substr(0, equals)))] =
            trimmed(line.substr(equals + 1));
    });
    return sections;
}

inline void read_wrap(std::string_view text, const context&, report& to) {
    const std::vector<ini_section> sections = read_ini(text);
    const auto found = std::ranges::find_if(
        sections, [](const ini_section& each) { return each.name.starts_with("wrap-"); });
    if (found == sections.end()) throw format_fault("has no section [wrap-...]");
    to.tool = "meson";
    package& added = add_package(to, found->at("directory"), {});
    added.direct = true;
    if (found->name == "wrap-redirect") {
        added.local = true;
    } else if (found->name == "wrap-file") {
        added.source = told_source(found->at("source_url"));
        added.hash = digest_text("sha256", found->at("source_hash"));
        const bool patched = !found->at("patch_url").empty() || !found->at("patch_filename").empty();
        if (patched && digest_text("sha256", found->at("patch_hash")).empty()) added.hash.clear();
        if (!found->at("patch_directory").empty()) add_fact(to, "patch", "from a folder of the project");
        added.version = told_name(found->at("wrapdb_version"));
        added.exact = added.hashed();
    } else {
        added.source = told_source(found->at("url"));
        added.version = told_name(found->at("revision"));
        hold_by_git(added, added.version.empty() ? "head" : added.version);
    }
    to.scope = added.hashed() || added.local ? scope::whole : scope::listed;
}

inline void read_submodules(std::string_view text, const context& around, report& to) {
    to.tool = "git";
    for (const ini_section& each : read_ini(text)) {
        if (!each.name.starts_with("submodule")) throw format_fault("holds a section that is no submodule");
        const std::string_view path = each.at("path");
        package& added = add_package(to, path, {});
        added.direct = true;
        added.source = told_source(each.at("url"));
        const auto link = std::ranges::find(around.gitlinks, path, &gitlink::path);
        const bool held = link != around.gitlinks.end() && is_commit(link->commit);
        if (held) added.hash = "git:" + (added.version = link->commit);
        added.exact = held;
        added.floating = !held;
        if (!each.at("branch").empty()) add_fact(to, "branch", each.at("branch"));
    }
    if (to.packages.empty()) throw format_fault("names no submodule");
    if (!std::ranges::all_of(to.packages, &package::exact)) to.scope = scope::listed;
}

} // namespace repro::inline v0::lockfiles::detail
