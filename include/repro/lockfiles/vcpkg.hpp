// SPDX-License-Identifier: MIT
#pragma once
// vcpkg: a manifest whose baselines are commits fixes every port, since a registry's commit holds the git
// tree and the SHA-512 of each. Without a baseline, or with the name of a branch, it fixes nothing.

#include <repro/lockfiles/values.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::lockfiles::detail {

struct vcpkg_registry {
    std::string kind = {};
    std::string repository = {};
    std::string baseline = {};
    std::vector<std::string> patterns = {}; ///< none: the default registry
};

[[nodiscard]] inline vcpkg_registry read_vcpkg_registry(const json& from) {
    vcpkg_registry made{text_at(from, "kind"), text_at(from, "repository"), text_at(from, "baseline"), {}};
    if (made.repository.empty()) made.repository = text_at(from, "path");
    for (const json& each : list_at(from, "packages"))
        made.patterns.push_back(text_of(each));
    return made;
}

/// Returns how many characters of `name` a pattern "boost-*" or "zlib" decides; 0 where it does not match.
[[nodiscard]] inline std::size_t vcpkg_match(std::string_view pattern, std::string_view name) noexcept {
    if (pattern == name) return name.size() + 2;
    if (!pattern.ends_with('*')) return 0;
    pattern.remove_suffix(1);
    return name.starts_with(pattern) ? pattern.size() + 1 : 0;
}

/// The registries of a project: a vcpkg.json and the vcpkg-configuration.json beside it.
class vcpkg_registries {
public:
    vcpkg_registries(const json& manifest, const json& configuration) {
        default_.kind = "builtin";
        default_.baseline = text_at(manifest, "builtin-baseline");
        if (const json* const chosen = find(configuration, "default-registry"))
            default_ = read_vcpkg_registry(*chosen);
        for (const json& each : list_at(configuration, "registries"))
            others_.push_back(read_vcpkg_registry(each));
    }

    [[nodiscard]] const vcpkg_registry& of(std::string_view name) const noexcept {
        const vcpkg_registry* best = &default_;
        std::size_t length = 0;
        for (const vcpkg_registry& each : others_)
            for (const std::string& pattern : each.patterns)
                if (const std::size_t match = vcpkg_match(pattern, name); match > length) {
                    best = &each;
                    length = match;
                }
        return *best;
    }
    [[nodiscard]] std::vector<vcpkg_registry> all() const {
        std::vector<vcpkg_registry> list = others_;
        list.insert(list.begin(), default_);
        return list;
    }

private:
    vcpkg_registry default_;
    std::vector<vcpkg_registry> others_;
};

inline void hold_by_registry(package& held, const vcpkg_registry& registry) {
    held.source = told_source(registry.repository.empty() ? registry.kind : registry.repository);
    held.local = registry.kind == "filesystem";
    held.exact = held.local || is_commit(registry.baseline);
    held.floating = !held.exact;
    if (is_commit(registry.baseline)) held.hash = "git:" + registry.baseline;
}

inline void add_vcpkg_dependencies(report& to, const json& from, const vcpkg_registries& registries,
                                   const json& manifest, std::string_view feature) {
    for (const json& each : list_at(from, "dependencies")) {
        const std::string name = each.is_object() ? text_at(each, "name") : text_of(each);
        if (name.empty()) throw syntax_fault("holds a dependency without a name");
        package& added = add_package(to, name, {});
        added.direct = true;
        added.markers = feature.empty() ? text_at(each, "platform") : "feature " + told_name(feature);
        hold_by_registry(added, registries.of(name));
        if (const std::string least = text_at(each, "version>="); !least.empty())
            add_fact(to, "version>=", name + " " + least);
        for (const json& one : list_at(manifest, "overrides")) {
            if (text_at(one, "name") != name) continue;
            for (const char* const key : {"version", "version-semver", "version-string", "version-date"})
                if (added.version.empty()) added.version = told_name(text_at(one, key));
            const std::string port = text_at(one, "port-version");
            if (!port.empty() && port != "0") added.version += "#" + port;
        }
    }
}

inline void tell_registries(report& to, const vcpkg_registries& registries) {
    for (const vcpkg_registry& each : registries.all()) {
        add_fact(to, "registry", each.repository);
        add_fact(to, "baseline", each.baseline);
    }
}

inline void read_vcpkg_manifest(std::string_view text, const context& around, report& to) {
    const json manifest = read_json(text);
    (void)members_of(manifest);
    json configuration = json::object();
    if (const json* const inside = find(manifest, "configuration")) configuration = *inside;
    if (const json* const inside = find(manifest, "vcpkg-configuration")) configuration = *inside;
    if (const auto beside = around.companions.find("vcpkg-configuration.json");
        beside != around.companions.end())
        configuration = read_json(beside->second);
    to.tool = "vcpkg";
    const vcpkg_registries registries(manifest, configuration);
    add_vcpkg_dependencies(to, manifest, registries, manifest, {});
    for (const auto& [name, feature] : members_at(manifest, "features"))
        add_vcpkg_dependencies(to, feature, registries, manifest, name);
    tell_registries(to, registries);
    for (const json& each : list_at(manifest, "overrides"))
        add_fact(to, "override", text_at(each, "name"));
    for (const json& each : list_at(configuration, "overlay-ports")) // they stand in for those of registries
        add_fact(to, "overlay-ports", text_of(each));
    for (const package& each : to.packages)
        if (!each.exact) to.scope = scope::constraints;
    if (to.packages.empty() && text_at(manifest, "builtin-baseline").empty()) to.scope = scope::listed;
}

inline void read_vcpkg_configuration(std::string_view text, const context&, report& to) {
    const json root = read_json(text);
    if (!find(root, "default-registry") && !find(root, "registries") && !find(root, "overlay-ports"))
        throw format_fault("names no registries of vcpkg");
    to.tool = "vcpkg";
    for (const vcpkg_registry& each : vcpkg_registries(json::object(), root).all()) {
        if (each.kind == "builtin" && each.baseline.empty()) continue;
        package& added =
            add_package(to, each.repository.empty() ? each.kind : each.repository, each.baseline);
        hold_by_registry(added, each);
        added.direct = true;
        if (!added.exact) to.scope = scope::constraints;
    }
    for (const json& each : list_at(root, "overlay-ports"))
        add_fact(to, "overlay-ports", text_of(each));
}

/// Reads vcpkg-lock.json: the commits that names in git repositories stood for when vcpkg last fetched them.
/// It keeps them for its own use; what fixes them is vcpkg.json.
inline void read_vcpkg_fetched(std::string_view text, const context&, report& to) {
    const json root = read_json(text);
    to.tool = "vcpkg";
    to.scope = scope::listed;
    for (const auto& [repository, names] : members_of(root))
        for (const auto& [name, commit] : members_at(root, repository)) {
            if (!commit.is_string())
                throw format_fault("has not the form of vcpkg's list of fetched commits");
            package& added = add_package(to, repository, text_of(commit));
            added.source = told_source(repository);
            added.exact = is_commit(text_of(commit));
            added.floating = !added.exact;
            if (added.exact) added.hash = "git:" + text_of(commit);
            add_fact(to, "fetched", name);
        }
    add_fact(to, "role", "vcpkg's own memory of what it fetched; vcpkg.json is what locks");
}

} // namespace repro::inline v0::lockfiles::detail
