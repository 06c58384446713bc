// SPDX-License-Identifier: MIT
#pragma once
// Conan: conan.lock of Conan 2 (0.5) and of Conan 1 (0.4). A recipe's revision is the digest of its content.
// Source: conan's model/graph_lock.py.

#include <repro/lockfiles/values.hpp>

#include <algorithm>
#include <set>
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
    const json::object_t& nodes = members_at(*find(root, "graph_lock"), "nodes");
    std::set<std::string> asked;
    bool known = false;
    for (const auto& [id, node] : nodes) {
        if (text_at(node, "ref").find('/') != std::string::npos) continue;
        known = true; // the project itself
        for (const char* const list : {"requires", "build_requires"})
            for (const json& each : list_at(node, list))
                asked.insert(text_of(each));
    }
    for (const auto& [id, node] : nodes) {
        const std::string reference = text_at(node, "ref");
        if (reference.find('/') == std::string::npos) continue;
        package& added = add_conan_reference(to, reference);
        if (known) added.direct = asked.contains(id);
    }
}

/// Calls `use` with each reference in the lists of requirements of a conanfile.txt.
template <class Use> void for_each_conan_requirement(std::string_view text, Use use) {
    std::string section;
    for_each_line(text, [&](std::string_view line) {
        line = trimmed(line.substr(0, line.find(" #")));
        if (line.starts_with('['))
            section = line;
        else if (!line.empty() && line[0] != '#' && section.ends_with("requires]"))
            use(line);
    });
}

/// Marks what conanfile.txt asks for, and tells a lockfile stale that lacks some of it: a name, or the
/// version where it asks for one. A conanfile.py is a program, and not run.
inline void hold_conanfile(report& to, const context& around) {
    const auto beside = around.companions.find("conanfile.txt");
    if (beside == around.companions.end()) return;
    report asked;
    try {
        for_each_conan_requirement(beside->second,
                                   [&](std::string_view line) { (void)add_conan_reference(asked, line); });
    } catch (const fault&) {
        return; // it says nothing of the lockfile
    }
    std::set<std::string> held; // "name", "name/version", "name/version@user/channel"
    for (const package& each : to.packages) {
        const std::string reference = each.name + "/" + each.version;
        held.insert({each.name, reference, reference.substr(0, reference.find('@'))});
    }
    std::set<std::string> names;
    for (const package& each : asked.packages)
        names.insert(each.name);
    for (package& each : to.packages)
        each.direct = names.contains(each.name);
    to.stale = !std::ranges::all_of(asked.packages, [&](const package& each) {
        return held.contains(each.exact ? each.name + "/" + each.version : each.name);
    });
}

inline void read_conan_lock(std::string_view text, const context& around, report& to) {
    const json root = read_json(text);
    to.tool = "conan";
    const std::string version = text_at(root, "version");
    const bool first = find(root, "graph_lock") != nullptr;
    if (!first && !find(root, "requires") && !find(root, "build_requires") && !find(root, "python_requires"))
        throw format_fault("holds no requirements of Conan");
    to.format_version = told_name(version);
    if (!version.starts_with("0.") || version != (first ? "0.4" : "0.5"))
        throw version_fault(to.format_version);
    if (first) {
        read_conan_1(root, to);
        return hold_conanfile(to, around);
    }
    for (const char* const list : {"requires", "build_requires", "python_requires", "config_requires"}) {
        for (const json& each : list_at(root, list)) {
            const json& reference = each.is_array() && !each.empty() ? each.front() : each;
            package& added = add_conan_reference(to, text_of(reference));
            if (list[0] != 'r') added.markers = list;
        }
    }
    for (const auto& [from, by] : members_at(root, "overrides"))
        add_fact(to, "override", from);
    hold_conanfile(to, around);
    add_fact(to, "binaries", "not pinned: recipes are, the packages made of them are not");
}

inline void read_conanfile_txt(std::string_view text, const context&, report& to) {
    to.scope = scope::constraints;
    for_each_conan_requirement(text,
                               [&](std::string_view line) { add_conan_reference(to, line).direct = true; });
}

} // namespace repro::inline v0::lockfiles::detail
