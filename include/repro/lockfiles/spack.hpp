// SPDX-License-Identifier: MIT
#pragma once
// Spack: spack.lock, and spack.yaml, which is not a lock. Source: spack's environment/environment.py.

#include <repro/lockfiles/values.hpp>
#include <repro/lockfiles/yaml_reader.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace repro::inline v0::lockfiles::detail {

inline void add_spack_spec(report& to, const std::string& hash, const json& spec, bool digested) {
    // Before the fifth format a spec stood under its own name.
    const bool wrapped = !find(spec, "name") && spec.is_object() && spec.size() == 1;
    const json& inner = wrapped ? spec.front() : spec;
    const std::string name = wrapped ? spec.begin().key() : text_at(inner, "name");
    if (name.empty()) throw syntax_fault("holds a spec without a name");
    package& added = add_package(to, name, text_at(inner, "version"));
    added.exact = !added.version.empty();
    added.floating = !added.exact;
    const json* const parameters = find(inner, "parameters");
    added.local = parameters && find(*parameters, "dev_path");
    if (find(inner, "external"))
        added.source = "external";
    else if (digested)
        added.hash = "dag:" + told_name(hash);
}

/// Returns the name that a spec such as "openblas@0.3 +fortran" starts with; nothing where it stands for a
/// list.
[[nodiscard]] inline std::string spack_name(std::string_view spec) {
    spec = trimmed(spec);
    return spec.starts_with('$') ? std::string()
                                 : std::string(spec.substr(0, spec.find_first_of("@+~%^=/[ ")));
}

/// Returns whether spack.yaml asks for other packages than the lockfile's roots; nothing where the names
/// agree, or where it has lists of lists, which Spack alone can spell out.
[[nodiscard]] inline std::optional<bool> spack_stale(const context& around, const json& root) {
    const auto beside = around.companions.find("spack.yaml");
    if (beside == around.companions.end()) return std::nullopt;
    std::set<std::string> asked;
    std::set<std::string> locked;
    try {
        const json environment = read_yaml(beside->second);
        const json* const spack = find(environment, "spack");
        if (!spack || !find(*spack, "specs")) return std::nullopt;
        for (const json& each : list_at(*spack, "specs"))
            asked.insert(spack_name(text_of(each)));
        for (const json& each : list_at(root, "roots"))
            locked.insert(spack_name(text_at(each, "spec")));
    } catch (const fault&) {
        return std::nullopt; // it says nothing of the lockfile
    }
    const bool known = !asked.contains("") && !locked.contains("");
    return known && asked != locked ? std::optional(true) : std::nullopt;
}

inline void read_spack_lock(std::string_view text, const context& around, report& to) {
    const json root = read_json(text);
    const json* const meta = find(root, "_meta");
    if (!meta || text_at(*meta, "file-type") != "spack-lockfile")
        throw format_fault("is no lockfile of Spack");
    to.tool = "spack";
    require_version(to, text_at(*meta, "lockfile-version"), 1, 7);
    if (const json* const spack = find(root, "spack")) to.tool += " " + told_name(text_at(*spack, "version"));
    std::set<std::string> roots;
    for (const json& each : list_at(root, "roots"))
        roots.insert(text_at(each, "hash"));
    // From the fourth format on, the hash covers build dependencies and the package's own recipe.
    const bool digested = major_of(to.format_version) >= 4;
    for (const auto& [hash, spec] : members_at(root, "concrete_specs")) {
        add_spack_spec(to, hash, spec, digested);
        to.packages.back().direct = roots.contains(hash);
    }
    for (const std::string& each : roots)
        if (!members_at(root, "concrete_specs").contains(each))
            throw syntax_fault("names a root that it does not hold");
    to.stale = spack_stale(around, root);
}

/// Takes what follows a name in a spec: "@=0.3.26" is one version, "@0.3.26" each that starts with it.
inline void hold_spack_spec(package& held, std::string_view spec) {
    spec = spec.substr(0, spec.find_first_of("%^")); // a compiler's and a dependency's versions follow
    const std::size_t at = spec.find('@');
    if (at != std::string_view::npos) {
        const std::string_view rest = spec.substr(at + 1);
        held.version = told_name(rest.substr(0, rest.find_first_of("+~/[ \t")));
    }
    held.exact = held.version.starts_with('=');
    if (held.exact) held.version.erase(0, 1);
    held.floating = !held.exact;
}

/// Reads the file that a concretizer makes spack.lock of. Lists that it defines are named, not spelled out.
inline void read_spack_yaml(std::string_view text, const context&, report& to) {
    const json root = read_yaml(text);
    const json* const spack = find(root, "spack");
    if (!spack || !spack->is_object()) throw format_fault("describes no environment of Spack");
    to.tool = "spack";
    to.scope = scope::constraints;
    for (const json& each : list_at(*spack, "specs")) {
        const std::string spec = text_of(each);
        const std::string name = spack_name(spec);
        if (name.empty()) {
            add_fact(to, "list of specs", each.is_object() ? "a matrix" : spec);
            continue;
        }
        package& added = add_package(to, name, {});
        added.direct = true;
        hold_spack_spec(added, spec);
    }
}

} // namespace repro::inline v0::lockfiles::detail
