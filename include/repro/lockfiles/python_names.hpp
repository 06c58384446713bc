// SPDX-License-Identifier: MIT
#pragma once
// Names of Python packages, and what a project file asks for.

#include <repro/lockfiles/toml_reader.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::lockfiles::detail {

/// Returns a name as indexes compare it: lower case, runs of - _ . as one - (PEP 503).
[[nodiscard]] inline std::string python_name(std::string_view name) {
    std::string made;
    for (const char each : name) {
        if (each == '-' || each == '_' || each == '.') {
            if (!made.ends_with('-')) made += '-';
        } else {
            made += each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
        }
    }
    return made;
}

/// Returns the name that a requirement such as "torch[cuda]>=2 ; python_version > '3'" starts with.
[[nodiscard]] inline std::string requirement_name(std::string_view requirement) {
    requirement = trimmed(requirement);
    return python_name(requirement.substr(0, requirement.find_first_of(" \t[(<>=!~;@,")));
}

using name_set = std::set<std::string, std::less<>>;

inline void add_requirement_names(name_set& to, const json& list) {
    if (!list.is_array()) return;
    for (const json& each : list)
        if (each.is_string()) to.insert(requirement_name(each.get_ref<const std::string&>()));
}

/// Returns the names of requirements that hold everywhere: one with a marker can be left out by a resolver.
[[nodiscard]] inline name_set unconditional_names(const json& list) {
    name_set names;
    if (!list.is_array()) return names;
    for (const json& each : list)
        if (each.is_string() && each.get_ref<const std::string&>().find(';') == std::string::npos)
            names.insert(requirement_name(each.get_ref<const std::string&>()));
    return names;
}

inline void add_table_names(name_set& to, const json& from, std::string_view key) {
    const json* const table = find(from, key);
    if (!table || !table->is_object()) return;
    for (const auto& [name, value] : table->items())
        if (name != "python") to.insert(python_name(name));
}

inline void add_group_names(name_set& to, const json* groups) {
    if (!groups || !groups->is_object()) return;
    for (const auto& [name, list] : groups->items())
        add_requirement_names(to, list);
}

/// Returns the names that a pyproject.toml asks for, as PEP 621, PEP 735, Poetry and PDM spell them.
[[nodiscard]] inline name_set pyproject_names(const json& root) {
    name_set names;
    if (const json* const project = find(root, "project")) {
        if (const json* const list = find(*project, "dependencies")) add_requirement_names(names, *list);
        add_group_names(names, find(*project, "optional-dependencies"));
    }
    add_group_names(names, find(root, "dependency-groups"));
    const json* const tool = find(root, "tool");
    if (const json* const pdm = tool ? find(*tool, "pdm") : nullptr)
        add_group_names(names, find(*pdm, "dev-dependencies"));
    if (const json* const poetry = tool ? find(*tool, "poetry") : nullptr) {
        add_table_names(names, *poetry, "dependencies");
        add_table_names(names, *poetry, "dev-dependencies");
        if (const json* const groups = find(*poetry, "group"); groups && groups->is_object())
            for (const auto& [name, group] : groups->items())
                add_table_names(names, group, "dependencies");
    }
    return names;
}

/// Returns the file beside the lockfile as a document; nothing where there is none, or none that can be read.
[[nodiscard]] inline std::optional<json> companion_toml(const context& around, std::string_view name) {
    const auto found = around.companions.find(name);
    if (found == around.companions.end()) return std::nullopt;
    try {
        return read_toml(found->second);
    } catch (const fault&) {
        return std::nullopt; // it says nothing of the lockfile
    }
}

/// Tells packages that were asked for from those that came with them.
inline void mark_direct(report& to, const name_set& asked) {
    for (package& each : to.packages)
        if (!each.local || asked.contains(python_name(each.name)))
            each.direct = asked.contains(python_name(each.name));
}

} // namespace repro::inline v0::lockfiles::detail
