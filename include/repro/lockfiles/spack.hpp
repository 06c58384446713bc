// SPDX-License-Identifier: MIT
#pragma once
// Spack: spack.lock, and spack.yaml, which is not a lock. Source: spack's environment/environment.py.

#include <repro/lockfiles/values.hpp>

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

inline void read_spack_lock(std::string_view text, const context&, report& to) {
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
}

} // namespace repro::inline v0::lockfiles::detail
