// SPDX-License-Identifier: MIT
#pragma once
// Conan: conan.lock of Conan 2 (0.5) and of Conan 1 (0.4). A recipe's revision is the digest of its content.
// Source: conan's model/graph_lock.py.

#include <repro/lockfiles/values.hpp>

#include <string>
#include <string_view>

namespace repro::inline v0::lockfiles::detail {

/// Adds "name/version@user/channel#revision%time".
inline package& add_conan_reference(report& to, std::string_view reference) {
    reference = reference.substr(0, reference.find('%'));
    const std::size_t mark = reference.find('#');
    const std::string_view place = reference.substr(0, mark);
    const std::size_t slash = place.find('/');
    if (slash == std::string_view::npos || slash == 0)
        throw syntax_fault("holds a reference that is no name/version");
    package& added = add_package(to, place.substr(0, slash), place.substr(slash + 1));
    if (place.substr(slash + 1).starts_with('[')) added.exact = !(added.floating = true);
    if (mark == std::string_view::npos) return added;
    std::string_view revision = reference.substr(mark + 1);
    revision = revision.substr(0, revision.find_first_of("#:"));
    if (revision.size() >= 7 && is_hex(revision)) added.hash = "recipe:" + std::string(revision);
    return added;
}

inline void read_conan_1(const json& root, report& to) {
    for (const auto& [id, node] : members_at(*find(root, "graph_lock"), "nodes")) {
        const std::string reference = text_at(node, "ref");
        if (reference.find('/') == std::string::npos) continue; // the project itself
        (void)add_conan_reference(to, reference);
    }
}

inline void read_conan_lock(std::string_view text, const context&, report& to) {
    const json root = read_json(text);
    to.tool = "conan";
    const std::string version = text_at(root, "version");
    const bool first = find(root, "graph_lock") != nullptr;
    if (!first && !find(root, "requires") && !find(root, "build_requires") && !find(root, "python_requires"))
        throw format_fault("holds no requirements of Conan");
    to.format_version = told_name(version);
    if (!version.starts_with("0.") || version != (first ? "0.4" : "0.5"))
        throw version_fault(to.format_version);
    if (first) return read_conan_1(root, to);
    for (const char* const list : {"requires", "build_requires", "python_requires", "config_requires"}) {
        for (const json& each : list_at(root, list)) {
            const json& reference = each.is_array() && !each.empty() ? each.front() : each;
            package& added = add_conan_reference(to, text_of(reference));
            if (list[0] != 'r') added.markers = list;
        }
    }
    for (const auto& [from, by] : members_at(root, "overrides"))
        add_fact(to, "override", from);
    add_fact(to, "binaries", "not pinned: recipes are, the packages made of them are not");
}

inline void read_conanfile_txt(std::string_view text, const context&, report& to) {
    to.scope = scope::constraints;
    std::string section;
    for_each_line(text, [&](std::string_view line) {
        line = trimmed(line.substr(0, line.find(" #")));
        if (line.starts_with('['))
            section = line;
        else if (!line.empty() && line[0] != '#' && section.ends_with("requires]"))
            add_conan_reference(to, line).direct = true;
    });
}

} // namespace repro::inline v0::lockfiles::detail
