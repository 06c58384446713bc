// SPDX-License-Identifier: MIT
#pragma once
// What is installed, held against a lockfile: Python environments, vcpkg's and Conan's folders,
// FetchContent's sources, Debian's packages. Reads records that the tools left; runs none of them.

#include <repro/capture/git.hpp>
#include <repro/hash/file.hpp>
#include <repro/lockfiles/conan_cache.hpp>
#include <repro/lockfiles/debian.hpp>
#include <repro/lockfiles/ini.hpp>
#include <repro/lockfiles/installed_package.hpp>
#include <repro/lockfiles/modules.hpp>
#include <repro/lockfiles/python_names.hpp>
#include <repro/lockfiles/vcpkg_installed.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles {

/// Where packages of a lockfile can be installed.
struct install_places {
    std::vector<std::filesystem::path> site_packages = {}; ///< of Python environments
    std::vector<std::filesystem::path> vcpkg = {};         ///< folders "vcpkg_installed"
    std::vector<std::filesystem::path> fetched = {};       ///< folders "_deps" of builds
    std::vector<std::filesystem::path> conan = {};         ///< folders of Conan's generators
    std::vector<std::filesystem::path> conda = {};         ///< prefixes of conda's environments
    std::vector<std::filesystem::path> spack = {};  ///< prefixes of Spack's packages: name-version-hash
    std::vector<std::filesystem::path> debian = {}; ///< folders of dpkg
    /// Folders of vcpkg and clones of registries, where baselines are looked up.
    std::vector<std::filesystem::path> registries = {};
};

namespace detail {

/// Returns a digest as Python's RECORD spells it: base64 for URLs, without padding.
[[nodiscard]] inline std::string record_digest(const digest256& digest) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    for (std::size_t bit = 0; bit < 256; bit += 6) {
        const std::size_t at = bit / 8;
        const unsigned high = digest.bytes[at];
        const unsigned low = at + 1 < digest.bytes.size() ? digest.bytes[at + 1] : 0;
        text += letters[((high << 8 | low) >> (10 - bit % 8)) & 63];
    }
    return text;
}

/// Returns the first file that RECORD lists otherwise than it stands there; empty where all are as installed.
[[nodiscard]] inline std::string altered_file(const std::filesystem::path& site, std::string_view record) {
    while (!record.empty()) {
        const std::string_view line = trimmed(next_token(record, '\n'));
        const std::size_t size = line.rfind(',');
        const std::size_t digest =
            size == std::string_view::npos || size == 0 ? size : line.rfind(",sha256=", size - 1);
        if (digest == std::string_view::npos || size == 0) continue; // bytecode, and RECORD itself
        const std::string name(line.substr(0, digest));
        const std::filesystem::path path = std::filesystem::path(name).lexically_normal();
        if (path.is_absolute() || path.empty() || *path.begin() == "..")
            continue; // scripts outside: not ours to open
        try {
            if (record_digest(hash_file(site / path).sha256) != line.substr(digest + 8, size - digest - 8))
                return name;
        } catch (const error& problem) {
            return name + " (" + std::string(to_string(problem.code())) + ")";
        }
    }
    return {};
}

inline void read_direct_url(installed_package& to, const std::string& text) {
    if (text.empty()) return;
    try {
        const json root = read_json(text);
        if (const json* const vcs = find(root, "vcs_info")) to.hash = "git:" + text_at(*vcs, "commit_id");
        if (const json* const archive = find(root, "archive_info"))
            if (const json* const hashes = find(*archive, "hashes"))
                to.hash = digest_text("sha256", text_at(*hashes, "sha256"));
    } catch (const fault&) {
        to.altered = "direct_url.json";
    }
}

} // namespace detail

/// Returns what stands in a folder "site-packages". Files are hashed against each package's RECORD.
[[nodiscard]] inline std::vector<installed_package> installed_in_python(const std::filesystem::path& site) {
    std::vector<installed_package> found;
    for (const std::filesystem::path& each : detail::entries_of(site)) {
        if (each.extension() != ".dist-info") continue;
        const std::string metadata = detail::text_or_nothing(each / "METADATA");
        installed_package made{detail::header_value(metadata, "Name"),
                               detail::header_value(metadata, "Version")};
        if (made.name.empty()) continue;
        made.place = each;
        detail::read_direct_url(made, detail::text_or_nothing(each / "direct_url.json"));
        if (made.altered.empty())
            made.altered = detail::altered_file(site, detail::text_or_nothing(each / "RECORD"));
        found.push_back(std::move(made));
    }
    return found;
}

namespace detail {

/// Returns what CMake wrote down of a downloaded archive: in a build of its own below "_deps", or, where
/// policy CMP0168 is NEW, among the files of the build. Source: CMake's Modules/FetchContent.cmake.
[[nodiscard]] inline std::string fetched_url_facts(const std::filesystem::path& folder,
                                                   const std::string& name) {
    const std::string stem = name + "-populate";
    std::string facts = text_or_nothing(folder / (name + "-subbuild") / (stem + "-prefix") / "src" /
                                        (stem + "-stamp") / (stem + "-urlinfo.txt"));
    for (const std::filesystem::path& each :
         entries_of(folder.parent_path() / "CMakeFiles" / "fc-stamp" / name))
        if (facts.empty() && each.filename().native().ends_with("-urlinfo.txt"))
            facts = text_or_nothing(each);
    return facts;
}

} // namespace detail

/// Returns the sources in a build's folder "_deps": the commits of those from git, the digests of archives.
[[nodiscard]] inline std::vector<installed_package> fetched_by_cmake(const std::filesystem::path& folder) {
    std::vector<installed_package> found;
    for (const std::filesystem::path& each : detail::entries_of(folder)) {
        const std::string name = each.filename().native();
        if (!name.ends_with("-src")) continue;
        installed_package made{name.substr(0, name.size() - 4), {}};
        made.place = each;
        std::error_code failed;
        if (std::filesystem::exists(each / ".git", failed)) {
            const git_facts facts = capture_git(each);
            if (facts.sha) made.hash = "git:" + *facts.sha;
            if (facts.dirty.value_or(false)) made.altered = "its working tree";
        } else {
            const std::string info = detail::fetched_url_facts(folder, made.name);
            const std::size_t hash = info.find("hash=");
            if (hash != std::string::npos)
                made.hash = detail::digest_text(
                    std::string_view(info).substr(hash + 5, info.find_first_of("\r\n", hash) - hash - 5));
        }
        found.push_back(std::move(made));
    }
    return found;
}

/// Returns what a prefix of conda lists in its folder "conda-meta".
[[nodiscard]] inline std::vector<installed_package> installed_by_conda(const std::filesystem::path& prefix) {
    std::vector<installed_package> found;
    for (const std::filesystem::path& each : detail::entries_of(prefix / "conda-meta")) {
        if (each.extension() != ".json") continue;
        try {
            const detail::json root = detail::read_json(detail::text_or_nothing(each));
            installed_package made{detail::text_at(root, "name"), detail::text_at(root, "version")};
            made.hash = detail::digest_text("sha256", detail::text_at(root, "sha256"));
            made.place = each;
            if (!made.name.empty()) found.push_back(std::move(made));
        } catch (const detail::fault&) {
            continue; // no record of a package
        }
    }
    return found;
}

/// Returns the package that a prefix of Spack is named after: openblas-0.3.26-<32 characters>.
[[nodiscard]] inline std::vector<installed_package> installed_by_spack(const std::filesystem::path& prefix) {
    const std::string name = prefix.filename().native();
    const std::size_t hash = name.rfind('-');
    const std::size_t version = hash == std::string::npos || hash == 0 ? hash : name.rfind('-', hash - 1);
    if (version == std::string::npos || version == 0 || name.size() - hash != 33) return {};
    installed_package made{name.substr(0, version), name.substr(version + 1, hash - version - 1)};
    made.hash = "dag:" + name.substr(hash + 1);
    made.place = prefix;
    return {std::move(made)};
}

namespace detail {

/// Compares one package with what is installed under its name.
[[nodiscard]] inline held_package hold_package(const package& locked, const installed_package& found) {
    held_package made{locked, found};
    const bool both_git = locked.hash.starts_with("git:") && found.hash.starts_with("git:");
    const bool both_archive = locked.hash.starts_with("sha256:") && found.hash.starts_with("sha256:");
    const bool both_spack = locked.hash.starts_with("dag:") && found.hash.starts_with("dag:");
    const bool digests = both_git || both_archive || both_spack;
    const bool versions =
        locked.exact && !locked.version.empty() && !found.version.empty() && !is_commit(locked.version);
    if (digests && locked.hash != found.hash)
        made.reason = "locked " + locked.hash + ", installed " + found.hash;
    else if (!digests && versions && locked.version != found.version)
        made.reason = "locked " + locked.version + ", installed " + found.version;
    else if (!found.altered.empty())
        made.reason = "it is not as it was installed: " + found.altered;
    else if (locked.hash.starts_with("recipe:"))
        if (const auto cache = conan_cache_of(found.place); !cache.empty())
            made.reason = conan_recipe_problem(cache, locked.name, locked.version, locked.hash.substr(7));
    made.differs = !made.reason.empty();
    made.undecided = !made.differs && !digests && !versions;
    if (made.undecided) made.reason = "neither version nor digest stands on both sides";
    return made;
}

[[nodiscard]] inline std::vector<installed_package> installed_for(std::string_view kind,
                                                                  const install_places& places) {
    std::vector<installed_package> all;
    const auto gather = [&all](const std::vector<std::filesystem::path>& folders, auto look) {
        for (const std::filesystem::path& each : folders)
            std::ranges::move(look(each), std::back_inserter(all));
    };
    constexpr std::string_view python[] = {"uv.lock",  "pylock.toml",  "poetry.lock",
                                           "pdm.lock", "Pipfile.lock", "requirements"};
    if (std::ranges::count(python, kind) > 0) gather(places.site_packages, installed_in_python);
    if (kind == "vcpkg.json") gather(places.vcpkg, installed_by_vcpkg);
    if (kind == "CPM package lock" || kind == "CMake FetchContent") gather(places.fetched, fetched_by_cmake);
    if (kind == "conan.lock") gather(places.conan, installed_by_conan);
    if (kind == "spack.lock") gather(places.spack, installed_by_spack);
    if (kind == "Debian packages" || kind == "Debian buildinfo") gather(places.debian, installed_in_debian);
    if (kind == "conda-lock.yml" || kind == "conda @EXPLICIT" || kind == "pixi.lock")
        gather(places.conda, installed_by_conda);
    return all;
}

/// Clears entries of which another one of the same name is installed: a lockfile for several platforms or
/// Python versions has some, and one of them is meant.
inline void clear_other_entries(std::vector<held_package>& held, const report& locked) {
    std::map<std::string, std::size_t> entries;
    for (const package& each : locked.packages)
        ++entries[python_name(each.name)];
    name_set matched;
    for (const held_package& each : held)
        if (each.installed && each.reason.empty()) matched.insert(python_name(each.locked.name));
    for (held_package& each : held) {
        const std::string name = python_name(each.locked.name);
        if (!each.differs || entries[name] < 2 || !matched.contains(name)) continue;
        each.differs = false;
        each.reason = "another entry of this name is installed";
    }
}

/// Holds each package of a lockfile that is not local against what is installed under its name.
[[nodiscard]] inline std::vector<held_package> hold_packages(const report& locked,
                                                             const std::vector<installed_package>& found) {
    std::vector<held_package> made;
    std::multimap<std::string, const installed_package*> names;
    for (const installed_package& each : found)
        names.emplace(python_name(each.name), &each);
    for (const package& each : locked.packages) {
        if (each.local) continue;
        const auto [first, last] = names.equal_range(python_name(each.name));
        if (first == last)
            made.push_back({.locked = each, .installed = {}, .reason = "it is not installed here"});
        for (auto one = first; one != last; ++one)
            made.push_back(hold_package(each, *one->second));
    }
    clear_other_entries(made, locked);
    return made;
}

} // namespace detail

/// Holds what is installed against a lockfile; packages are told in its order. What the lockfile does not
/// name is left alone, but for ports that vcpkg's baselines fix, and so are kinds of which nothing is known:
/// then the list is empty.
///
/// Errors: errc::internal when libcrypto refuses.
[[nodiscard]] inline std::vector<held_package> hold_installed(const report& locked,
                                                              const install_places& places) {
    const std::vector<installed_package> found = detail::installed_for(locked.kind, places);
    if (found.empty()) return {};
    if (locked.kind != "vcpkg.json") return detail::hold_packages(locked, found);
    std::vector<std::filesystem::path> folders = places.registries;
    folders.insert(folders.end(), places.vcpkg.begin(), places.vcpkg.end());
    const auto resolved = detail::resolve_vcpkg(locked, detail::vcpkg_baselines(std::move(folders)), found);
    std::vector<held_package> made = detail::hold_packages(resolved.locked, found);
    detail::doubt_vcpkg(made, resolved);
    return made;
}

/// Holds the modules that are loaded now against those of a run.
[[nodiscard]] inline std::vector<held_package> hold_modules(const report& recorded, const report& loaded) {
    return detail::hold_packages(recorded, installed_modules(loaded));
}

/// Returns the places below a project's folder where its tools usually install, and the active Python
/// environment's.
[[nodiscard]] inline install_places find_places(const std::filesystem::path& folder,
                                                const std::string& environment) {
    install_places found;
    std::vector<std::filesystem::path> environments = {folder / ".venv"};
    if (!environment.empty()) environments.insert(environments.begin(), environment);
    for (const std::filesystem::path& each : environments)
        for (const std::filesystem::path& python : detail::entries_of(each / "lib"))
            if (python.filename().native().starts_with("python"))
                found.site_packages.push_back(python / "site-packages");
    if (found.site_packages.size() > 1) found.site_packages.resize(1);
    std::vector<std::filesystem::path> builds = {folder, folder / "build"};
    std::ranges::move(detail::entries_of(folder / "build"), std::back_inserter(builds));
    for (const std::filesystem::path& each : builds) {
        found.vcpkg.push_back(each / "vcpkg_installed");
        found.fetched.push_back(each / "_deps");
        found.conan.push_back(each);
        found.conan.push_back(each / "generators");
        if (auto vcpkg = detail::vcpkg_of_build(each); !vcpkg.empty())
            found.registries.push_back(std::move(vcpkg));
    }
    found.registries.push_back(folder / "vcpkg"); // often a submodule
    found.debian = {"/var/lib/dpkg"};
    found.conda = {folder / ".pixi" / "envs" / "default"};
    return found;
}

/// Adds the places that mapped libraries lie in: what a run has loaded is what counts.
inline void add_mapped_places(install_places& to, const std::vector<std::string>& libraries) {
    const auto add = [](std::vector<std::filesystem::path>& list, const std::string& place) {
        if (std::ranges::find(list, std::filesystem::path(place)) == list.end()) list.emplace_back(place);
    };
    for (const std::string& each : libraries) {
        const auto up_to = [&each](std::string_view part) {
            const std::size_t at = each.find(part);
            return at == std::string::npos ? std::string() : each.substr(0, at + part.size() - 1);
        };
        if (const std::string at = up_to("/site-packages/"); !at.empty()) add(to.site_packages, at);
        if (const std::string at = up_to("/vcpkg_installed/"); !at.empty()) add(to.vcpkg, at);
        if (const std::string at = up_to("/_deps/"); !at.empty()) add(to.fetched, at);
        const std::size_t lib = each.rfind("/lib/");
        if (!each.starts_with('/') || lib == std::string::npos || lib == 0) continue;
        const std::string prefix = each.substr(0, lib);
        std::error_code failed;
        if (std::filesystem::is_directory(prefix + "/conda-meta", failed)) add(to.conda, prefix);
        if (!installed_by_spack(prefix).empty()) add(to.spack, prefix);
    }
}

} // namespace repro::inline v0::lockfiles
