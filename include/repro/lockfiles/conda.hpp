// SPDX-License-Identifier: MIT
#pragma once
// Conda: conda-lock.yml, lists under @EXPLICIT, pixi.lock, and environment.yml, which is not a lock.

#include <repro/lockfiles/requirements.hpp>
#include <repro/lockfiles/stale.hpp>
#include <repro/lockfiles/yaml_reader.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace repro::inline v0::lockfiles::detail {

/// Adds the package that an archive's name spells: .../linux-64/numpy-1.26.4-py311h64a7726_0.conda.
inline package& add_conda_archive(report& to, std::string_view url) {
    std::string_view file = url.substr(url.rfind('/') + 1);
    for (const std::string_view end : {".conda", ".tar.bz2"})
        if (file.ends_with(end)) file.remove_suffix(end.size());
    const std::size_t build = file.rfind('-');
    const std::size_t version =
        build == std::string_view::npos || build == 0 ? build : file.rfind('-', build - 1);
    if (version == std::string_view::npos || version == 0 || build == 0)
        throw syntax_fault("holds an address that names no package of conda");
    package& added = add_package(to, file.substr(0, version), file.substr(version + 1, build - version - 1));
    added.source = told_source(url); // its last part names the build
    return added;
}

[[nodiscard]] inline std::string conda_digest(const json& from) {
    std::string made = digest_text("sha256", text_at(from, "sha256"));
    return made.empty() ? digest_text("md5", text_at(from, "md5")) : made;
}

/// Returns the names that a table of conda's dependencies, or a list of its specifications, asks for.
inline void add_conda_names(name_set& to, const json* from) {
    if (from == nullptr) return;
    if (from->is_object())
        for (const auto& [name, value] : from->items())
            to.insert(python_name(name));
    if (!from->is_array()) return;
    for (const json& each : *from) {
        if (each.is_object()) add_requirement_names(to, list_at(each, "pip"));
        if (!each.is_string()) continue;
        const std::string_view entry = each.get_ref<const std::string&>();
        const std::string_view bare = entry.substr(entry.rfind("::") + 1); // behind a channel's name
        to.insert(requirement_name(bare.starts_with(':') ? bare.substr(1) : entry));
    }
}

/// Marks what environment.yml asks for, and tells a lockfile stale that lacks some of it.
inline void hold_environment(report& to, const context& around) {
    const auto beside = around.companions.find("environment.yml");
    if (beside == around.companions.end()) return;
    try {
        name_set asked;
        const json environment = read_yaml(beside->second);
        add_conda_names(asked, find(environment, "dependencies"));
        asked.erase("pip"); // conda adds it by itself
        mark_direct(to, asked);
        to.stale = lacks_asked_names(to, asked);
    } catch (const fault&) {
        return; // it says nothing of the lockfile
    }
}

inline void read_conda_lock(std::string_view text, const context& around, report& to) {
    const json root = read_yaml(text);
    const json* const metadata = find(root, "metadata");
    if (!metadata || !find(root, "package")) throw format_fault("has not the form of conda-lock");
    to.tool = "conda-lock";
    require_version(to, text_at(root, "version"), 1, 1);
    for (const json& each : list_at(root, "package")) {
        package& added = add_package(to, text_at(each, "name"), text_at(each, "version"));
        const std::string url = text_at(each, "url");
        added.source = told_source(url.substr(0, url.rfind('/') + 1));
        added.markers = told_name(text_at(each, "platform"));
        if (const json* const hashes = find(each, "hash")) added.hash = conda_digest(*hashes);
        added.exact = !added.version.empty() && !url.empty();
        added.floating = !added.exact;
    }
    for (const json& each : list_at(*metadata, "channels"))
        add_fact(to, "channel", text_at(each, "url"));
    for (const json& each : list_at(*metadata, "platforms"))
        add_fact(to, "platform", text_of(each));
    hold_environment(to, around);
}

/// Adds "# pip NAME @ URL#sha256=...", a line that conda takes for a comment and conda-lock installs.
inline void add_pip_comment(report& to, std::string_view line) {
    const std::size_t at = line.find(" @ ");
    if (at == std::string_view::npos) return;
    hold_by_reference(add_package(to, trimmed(line.substr(0, at)), {}), trimmed(line.substr(at + 3)));
}

/// A list of addresses, as `conda list --explicit` and `micromamba env export --explicit` write it.
inline void read_conda_explicit(std::string_view text, const context&, report& to) {
    bool started = false;
    for_each_line(text, [&](std::string_view line) {
        line = trimmed(line);
        if (line.starts_with("# platform: ")) add_fact(to, "platform", line.substr(12));
        if (started && line.starts_with("# pip ")) add_pip_comment(to, line.substr(6));
        if (line.empty() || line[0] == '#') return;
        if (line == "@EXPLICIT") return void(started = true);
        if (!started) throw format_fault("does not start with @EXPLICIT");
        const std::size_t mark = line.find('#');
        package& added = add_conda_archive(to, line.substr(0, mark));
        std::string_view digest = mark == std::string_view::npos ? std::string_view() : line.substr(mark + 1);
        if (digest.starts_with("sha256:")) digest.remove_prefix(7);
        added.hash = digest_text(digest.size() == 64 ? "sha256" : "md5", digest);
    });
    if (!started) throw format_fault("does not start with @EXPLICIT");
    to.tool = "conda";
}

inline void add_environment_entry(report& to, std::string_view entry) {
    entry = trimmed(entry);
    const std::size_t equals = entry.find('=');
    const std::size_t end = entry.find_first_of("=<>!~ [");
    package& added = add_package(to, entry.substr(0, end), {});
    added.direct = true;
    const std::string_view rest =
        equals == std::string_view::npos ? std::string_view() : entry.substr(equals + 1);
    const bool build = equals == end && !rest.starts_with('=') && rest.find('=') != std::string_view::npos &&
                       rest.find_first_of("*<>,|") == std::string_view::npos;
    added.version = told_name(end == std::string_view::npos ? std::string_view() : entry.substr(end));
    added.exact = build;
    added.floating = !build;
}

inline void read_conda_environment(std::string_view text, const context&, report& to) {
    const json root = read_yaml(text);
    if (!find(root, "dependencies")) throw format_fault("has no dependencies of conda");
    for (const json& each : list_at(root, "dependencies")) {
        if (each.is_string()) add_environment_entry(to, each.get_ref<const std::string&>());
        if (!each.is_object()) continue;
        for (const json& one : list_at(each, "pip"))
            add_requirement(to, text_of(one), false).direct = true;
    }
    for (const json& each : list_at(root, "channels"))
        add_fact(to, "channel", text_of(each));
    const bool all = std::ranges::all_of(to.packages, [](const package& each) { return each.exact; });
    to.scope = all ? scope::listed : scope::constraints;
}

inline void add_pixi_package(report& to, const json& each) {
    const std::string kind = text_at(each, "kind");
    std::string url = text_at(each, "conda");
    const bool conda = !url.empty() || kind == "conda";
    if (conda && url.empty()) url = text_at(each, "url");
    if (conda && url.find("://") != std::string::npos &&
        (url.ends_with(".conda") || url.ends_with(".tar.bz2"))) {
        add_conda_archive(to, url).hash = conda_digest(each);
        return;
    }
    std::string place = conda ? url : text_at(each, "pypi");
    if (place.empty()) place = text_at(each, "url").empty() ? text_at(each, "path") : text_at(each, "url");
    package& added = add_package(to, text_at(each, "name"), text_at(each, "version"));
    if (added.name.empty()) added.name = told_source(place.substr(place.rfind('/') + 1));
    hold_by_reference(added, place);
    if (added.local) return;
    // Behind the number sign stands the commit that a branch or tag was resolved to.
    const std::size_t mark = place.rfind('#');
    if (place.starts_with("git+") && mark != std::string::npos && is_commit(place.substr(mark + 1))) {
        hold_by_git(added, place.substr(mark + 1));
        added.floating = false;
    }
    if (added.hash.empty()) added.hash = conda_digest(each);
    added.exact = added.hashed() || (!added.version.empty() && !added.floating);
}

/// Adds what a pixi.toml, the table of pixi in a pyproject.toml, or one of their features asks for.
inline void add_pixi_names(name_set& to, const json& from) {
    for (const char* const table :
         {"dependencies", "host-dependencies", "build-dependencies", "pypi-dependencies"})
        add_conda_names(to, find(from, table));
}

inline void hold_pixi_project(report& to, const context& around) {
    name_set direct;
    std::optional<json> project = companion_toml(around, "pixi.toml");
    if (!project) {
        const auto python = companion_toml(around, "pyproject.toml");
        const json* const tool = python ? find(*python, "tool") : nullptr;
        const json* const pixi = tool ? find(*tool, "pixi") : nullptr;
        if (!pixi) return;
        direct = pyproject_names(*python);
        project = *pixi;
    }
    name_set always; // features and targets can belong to no environment or platform of the lockfile
    add_pixi_names(always, *project);
    direct.insert(always.begin(), always.end());
    if (const json* const features = find(*project, "feature"); features && features->is_object())
        for (const auto& [name, feature] : features->items())
            add_pixi_names(direct, feature);
    mark_direct(to, direct);
    to.stale = lacks_asked_names(to, always);
}

inline void read_pixi_lock(std::string_view text, const context& around, report& to) {
    const json root = read_yaml(text);
    if (!find(root, "version") || (!find(root, "environments") && !find(root, "package")))
        throw format_fault("has not the form of pixi");
    to.tool = "pixi";
    require_version(to, text_at(root, "version"), 1, 7);
    for (const char* const list : {"packages", "package"}) // the second until format 3
        for (const json& each : list_at(root, list))
            add_pixi_package(to, each);
    for (const auto& [name, environment] : members_at(root, "environments")) {
        for (const json& each : list_at(environment, "channels"))
            add_fact(to, "channel", text_at(each, "url"));
        for (const json& each : list_at(environment, "indexes"))
            add_fact(to, "index", text_of(each));
        for (const auto& [platform, packages] : members_at(environment, "packages"))
            add_fact(to, "platform", platform);
    }
    hold_pixi_project(to, around);
}

} // namespace repro::inline v0::lockfiles::detail
