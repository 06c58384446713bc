// SPDX-License-Identifier: MIT
#pragma once
// Whether a lockfile still belongs to its project file, by the digest that its tool left in it. Sources:
// poetry's packages/locker.py, pdm's project/project_file.py, plette's pipfiles.py.

#include <repro/hash/file.hpp>
#include <repro/lockfiles/python_names.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace repro::inline v0::lockfiles::detail {

/// Returns JSON as Python's json.dumps(value, sort_keys=True) writes it: with a space behind ',' and ':'.
[[nodiscard]] inline std::string python_json(const json& value) {
    if (!value.is_structured()) return value.dump(-1, ' ', true);
    const bool object = value.is_object();
    std::string text(1, object ? '{' : '[');
    for (auto at = value.begin(); at != value.end(); ++at) {
        if (text.size() > 1) text += ", ";
        if (object) text.append(json(at.key()).dump(-1, ' ', true)).append(": ");
        text += python_json(*at);
    }
    return text += object ? '}' : ']';
}

[[nodiscard]] inline json member_or(const json& from, std::string_view key, json otherwise) {
    const json* const found = find(from, key);
    return found ? *found : std::move(otherwise);
}

/// Copies the members `keys` of `from` that are there.
template <std::size_t Size> [[nodiscard]] json selected(const json& from, const char* const (&keys)[Size]) {
    json made = json::object();
    for (const char* const key : keys)
        if (const json* const found = find(from, key)) made[key] = *found;
    return made;
}

[[nodiscard]] inline std::string poetry_content(const json& project, bool with_groups) {
    constexpr const char* project_keys[] = {"requires-python", "dependencies", "optional-dependencies"};
    constexpr const char* legacy_keys[] = {"dependencies", "source", "extras", "dev-dependencies"};
    const json empty = json::object();
    const json tool = member_or(member_or(project, "tool", empty), "poetry", empty);
    const json standard = selected(member_or(project, "project", empty), project_keys);
    const json groups = with_groups ? member_or(project, "dependency-groups", empty) : empty;
    json own = selected(tool, legacy_keys);
    if (const json* const group = find(tool, "group")) own["group"] = *group;
    if (standard.empty() && groups.empty()) {
        for (const char* const key : legacy_keys)
            if (!own.contains(key)) own[key] = nullptr;
        return python_json(own);
    }
    json all = {{"tool", {{"poetry", own}}}};
    if (!standard.empty()) all["project"] = standard;
    if (!groups.empty()) all["dependency-groups"] = groups;
    return python_json(all);
}

/// Returns whether Poetry would lock again; nothing where the project file is not known.
[[nodiscard]] inline std::optional<bool> poetry_stale(const context& around, std::string_view recorded) {
    const auto project = companion_toml(around, "pyproject.toml");
    if (!project || recorded.empty()) return std::nullopt;
    // Before Poetry 2.3 dependency-groups did not count.
    for (const bool with_groups : {true, false})
        if (repro::detail::evp_sha256(poetry_content(*project, with_groups)).hex() == recorded) return false;
    return true;
}

[[nodiscard]] inline json pdm_groups(const json& project, const json& pdm) {
    json groups = json::object();
    const json standard = member_or(project, "dependency-groups", json::object());
    const json own = member_or(pdm, "dev-dependencies", json::object());
    for (const auto& [name, list] : standard.items())
        groups[python_name(name)] = list;
    for (const auto& [name, list] : own.items()) {
        json& group = groups[python_name(name)];
        if (!group.is_array()) group = json::array();
        if (list.is_array()) group.insert(group.end(), list.begin(), list.end());
    }
    return groups;
}

[[nodiscard]] inline std::optional<bool> pdm_stale(const context& around, std::string_view recorded) {
    const auto project = companion_toml(around, "pyproject.toml");
    if (!project || !recorded.starts_with("sha256:")) return std::nullopt;
    const json empty = json::object();
    const json pdm = member_or(member_or(*project, "tool", empty), "pdm", empty);
    const json standard = member_or(*project, "project", empty);
    const json content = {{"sources", member_or(pdm, "source", json::array())},
                          {"dependencies", member_or(standard, "dependencies", json::array())},
                          {"dev-dependencies", pdm_groups(*project, pdm)},
                          {"optional-dependencies", member_or(standard, "optional-dependencies", empty)},
                          {"requires-python", member_or(standard, "requires-python", "")},
                          {"resolution", member_or(pdm, "resolution", empty)}};
    return repro::detail::evp_sha256(python_json(content)).hex() != recorded.substr(7);
}

/// Returns whether pipenv would lock again. A Pipfile without sources gets pipenv's own; that cannot be told
/// here.
[[nodiscard]] inline std::optional<bool> pipfile_stale(const context& around, std::string_view recorded) {
    const auto project = companion_toml(around, "Pipfile");
    if (!project || !find(*project, "source") || recorded.empty()) return std::nullopt;
    const json empty = json::object();
    json content = {
        {"_meta",
         {{"sources", *find(*project, "source")}, {"requires", member_or(*project, "requires", empty)}}},
        {"default", member_or(*project, "packages", empty)},
        {"develop", member_or(*project, "dev-packages", empty)}};
    constexpr std::string_view known[] = {"source",  "packages", "dev-packages", "requires", "scripts",
                                          "pipfile", "pipenv",   "default",      "develop"};
    for (const auto& [group, packages] : members_of(*project))
        if (std::ranges::count(known, group) == 0) content[group] = packages;
    return repro::detail::evp_sha256(content.dump(-1, ' ', true)).hex() != recorded;
}

/// Returns whether the project asks for a name that the lockfile does not hold; nothing where it does not:
/// whether the versions fit is the tool's to say.
[[nodiscard]] inline std::optional<bool> lacks_asked_names(const report& of, const name_set& asked) {
    name_set held;
    for (const package& each : of.packages)
        held.insert(python_name(each.name));
    return std::ranges::includes(held, asked) ? std::nullopt : std::optional(true);
}

} // namespace repro::inline v0::lockfiles::detail
