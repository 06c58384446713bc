// SPDX-License-Identifier: MIT
#pragma once
// Debian's packages as dpkg's own files have them: which are installed, and which of them own the libraries
// that a run had mapped. No program is run.

#include <repro/hash/file.hpp>
#include <repro/lockfiles/grade.hpp>
#include <repro/lockfiles/installed_package.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles {

/// Returns what the file "status" in dpkg's folder lists as installed. A package stands there by its name
/// and, once more, by name and architecture: dpkg prints one or the other.
[[nodiscard]] inline std::vector<installed_package> installed_in_debian(const std::filesystem::path& dpkg) {
    std::vector<installed_package> found;
    const std::filesystem::path file = dpkg / "status";
    const std::string text = detail::text_or_nothing(file);
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view part = detail::next_paragraph(rest);
        const std::string name = detail::header_value(part, "Package");
        if (name.empty() || !detail::header_value(part, "Status").ends_with(" installed")) continue;
        const std::string version = detail::header_value(part, "Version");
        found.push_back({.name = name, .version = version, .place = file});
        found.push_back({.name = name + ":" + detail::header_value(part, "Architecture"),
                         .version = version,
                         .place = file});
    }
    return found;
}

namespace detail {

/// The files whose owners are asked for, by each path that a list of dpkg can have for them: "/lib" and
/// "/usr/lib" are one folder, and a library is mapped by the name of a link or of its file.
[[nodiscard]] inline std::multimap<std::string, std::string, std::less<>>
paths_by_spelling(const std::vector<std::string>& files) {
    std::multimap<std::string, std::string, std::less<>> spellings;
    for (const std::string& each : files) {
        if (!each.starts_with('/')) continue;
        std::error_code failed;
        std::set<std::string> same;
        for (std::string one : {each, std::filesystem::weakly_canonical(each, failed).native()}) {
            same.insert(one.starts_with("/usr/") ? one.substr(4) : "/usr" + one);
            same.insert(std::move(one));
        }
        for (const std::string& spelling : same)
            spellings.emplace(spelling, each);
    }
    return spellings;
}

} // namespace detail

/// Returns the installed packages that own `files`, with what each owns as facts; nothing on a system without
/// dpkg, or where no file is owned. A list without digests: whoever wants these versions back asks
/// Debian's snapshots for them.
///
/// Errors: errc::internal when libcrypto refuses.
[[nodiscard]] inline std::optional<report> debian_owners(const std::vector<std::string>& files,
                                                         const std::filesystem::path& dpkg) {
    std::map<std::string, std::string, std::less<>> versions;
    for (const installed_package& each : installed_in_debian(dpkg))
        versions.emplace(each.name, each.version);
    if (versions.empty()) return std::nullopt;
    const auto wanted = detail::paths_by_spelling(files);
    std::map<std::string, std::string> owned; // file to package
    for (const std::filesystem::path& each : detail::entries_of(dpkg / "info")) {
        if (each.extension() != ".list") continue;
        const std::string list = detail::text_or_nothing(each);
        detail::for_each_line(list, [&](std::string_view line) {
            const auto [first, last] = wanted.equal_range(line);
            for (auto found = first; found != last; ++found)
                owned.emplace(found->second, each.stem().native());
        });
    }
    std::map<std::string, std::string> names; // package to its files
    for (const auto& [file, name] : owned)
        names[name].append(names[name].empty() ? "" : " ").append(file.substr(file.rfind('/') + 1));
    if (names.empty()) return std::nullopt;
    report made{.kind = "Debian packages", .tool = "dpkg", .scope = scope::listed};
    for (const auto& [name, list] : names) {
        const auto version = versions.find(name);
        if (version == versions.end()) continue;
        (void)detail::add_package(made, name, version->second);
        detail::add_fact(made, name, version->second + ": " + list);
    }
    made.sha256 = hash_file(dpkg / "status").sha256;
    detail::settle(made);
    return made;
}

} // namespace repro::inline v0::lockfiles
