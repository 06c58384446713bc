// SPDX-License-Identifier: MIT
#pragma once
// vcpkg: what is installed, and the versions that a baseline stands for. A manifest names commits of
// registries; the versions stand in the file versions/baseline.json of each. Source: vcpkg-tool's
// registries.cpp, vcpkgpaths.cpp.

#include <repro/capture/git.hpp>
#include <repro/capture/git_file.hpp>
#include <repro/lockfiles/installed_package.hpp>
#include <repro/lockfiles/values.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles {

/// Returns what vcpkg's status file in a folder "vcpkg_installed" lists as installed.
[[nodiscard]] inline std::vector<installed_package> installed_by_vcpkg(const std::filesystem::path& folder) {
    std::vector<installed_package> found;
    const std::filesystem::path file = folder / "vcpkg" / "status";
    const std::string text = detail::text_or_nothing(file);
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view part = detail::next_paragraph(rest);
        const bool feature = !detail::header_value(part, "Feature").empty();
        if (feature || detail::header_value(part, "Status") != "install ok installed") continue;
        installed_package made{detail::header_value(part, "Package"), detail::header_value(part, "Version")};
        const std::string port = detail::header_value(part, "Port-Version");
        if (!port.empty() && port != "0") made.version += "#" + port;
        made.place = file;
        found.push_back(std::move(made));
    }
    return found;
}

namespace detail {

/// Returns the numbers of a version such as "1.2.3#1" or "2024-03-01", the port's last; nothing for others.
[[nodiscard]] inline std::optional<std::array<std::uint64_t, 9>> vcpkg_numbers(std::string_view version) {
    std::array<std::uint64_t, 9> numbers{};
    const std::size_t mark = std::min(version.find('#'), version.size());
    std::string main(version.substr(0, mark));
    if (main.size() >= 10 && main[4] == '-' && main[7] == '-') main[4] = main[7] = '.'; // a date
    std::string_view rest = main;
    std::size_t at = 0;
    do {
        if (at + 1 == numbers.size() || !repro::detail::from_decimal(next_token(rest, '.'), numbers[at++]))
            return std::nullopt;
    } while (!rest.empty());
    if (mark < version.size() && !repro::detail::from_decimal(version.substr(mark + 1), numbers.back()))
        return std::nullopt;
    return numbers;
}

/// Returns whether version `a` comes before `b`; nothing where only vcpkg's rules for its scheme could tell.
[[nodiscard]] inline std::optional<bool> vcpkg_before(std::string_view a, std::string_view b) {
    const auto first = vcpkg_numbers(a), second = vcpkg_numbers(b);
    return first && second ? std::optional(*first < *second) : std::nullopt;
}

/// Returns where CMake found vcpkg, as the cache of a build says; nothing where it did not.
[[nodiscard]] inline std::filesystem::path vcpkg_of_build(const std::filesystem::path& build) {
    const std::string cache = text_or_nothing(build / "CMakeCache.txt");
    constexpr std::string_view key = "\nZ_VCPKG_ROOT_DIR:INTERNAL=";
    const std::size_t at = cache.find(key);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + key.size();
    return cache.substr(begin, std::min(cache.find('\n', begin), cache.size()) - begin);
}

/// The versions that baselines stand for, as far as they are at hand: in what vcpkg wrote down for itself
/// when it installed, or in a clone of the registry that has the commit.
class vcpkg_baselines {
public:
    /// Looks in vcpkg's own folders, in clones of registries, and in folders "vcpkg_installed".
    explicit vcpkg_baselines(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

    /// Returns the version of a port; empty where the baseline is not at hand, or does not have it.
    [[nodiscard]] std::string version_of(const std::string& commit, const std::string& port) {
        const auto [entry, fresh] = read_.try_emplace(commit);
        if (fresh && is_commit(commit)) entry->second = read(commit);
        const json* const found = find(entry->second, port);
        if (!found) return {};
        std::string version = told_name(text_at(*found, "baseline"));
        const std::string number = text_at(*found, "port-version");
        if (!version.empty() && !number.empty() && number != "0") version += "#" + told_name(number);
        return version;
    }

private:
    [[nodiscard]] json read(const std::string& commit) const {
        for (const std::filesystem::path& each : folders_) {
            std::optional<std::string> text;
            for (const char* const below : {"buildtrees", "vcpkg/blds"}) {
                if (text) break;
                std::string kept =
                    text_or_nothing(each / below / "versioning_" / "baselines" / commit / "baseline.json");
                if (!kept.empty()) text = std::move(kept);
            }
            git_facts ignored;
            if (!text)
                if (const auto repository = repro::detail::open_git(each, ignored))
                    text = repro::detail::committed_file(repository.get(), commit, "versions/baseline.json");
            if (!text || text->size() > bytes_limit) continue;
            try {
                const json root = read_json(*text);
                if (const json* const versions = find(root, "default")) return *versions;
            } catch (const fault&) {
                continue; // it says nothing
            }
        }
        return json::object();
    }

    std::vector<std::filesystem::path> folders_;
    std::map<std::string, json> read_;
};

/// Returns what a manifest asks for at least: the values of "version>=" for a port.
[[nodiscard]] inline std::vector<std::string> vcpkg_least(const report& locked, const std::string& port) {
    std::vector<std::string> versions;
    for (const fact& each : locked.facts)
        if (each.name == "version>=" && each.value.starts_with(port + " "))
            versions.push_back(each.value.substr(port.size() + 1));
    return versions;
}

/// What a manifest of vcpkg fixes, with the versions of its baselines filled in.
struct vcpkg_resolution {
    report locked;
    std::set<std::string> overridden = {};
    bool raised = false;   ///< a port is not at its baseline, and its own needs may move others
    bool overlaid = false; ///< folders of ports stand in for those of registries
};

/// Fills in the versions of baselines, and adds the ports that are installed without the manifest naming
/// them: the same baselines fix these. Where two baselines have such a port, none is taken.
[[nodiscard]] inline vcpkg_resolution resolve_vcpkg(report locked, vcpkg_baselines baselines,
                                                    const std::vector<installed_package>& installed) {
    vcpkg_resolution made{std::move(locked)};
    std::set<std::string> commits, named;
    for (const fact& each : made.locked.facts) {
        if (each.name == "baseline" && is_commit(each.value)) commits.insert(each.value);
        made.overlaid = made.overlaid || each.name == "overlay-ports";
    }
    for (package& each : made.locked.packages) {
        named.insert(each.name);
        if (!each.version.empty()) made.overridden.insert(each.name);
        if (!each.version.empty() || !each.hash.starts_with("git:")) continue;
        each.version = baselines.version_of(each.hash.substr(4), each.name);
        for (const std::string& least : vcpkg_least(made.locked, each.name)) {
            if (each.version.empty() || each.version == least) continue;
            const auto before = vcpkg_before(each.version, least);
            made.raised = made.raised || before.value_or(true);
            if (!before) each.version.clear();
            if (before.value_or(false)) each.version = least;
        }
    }
    made.raised = made.raised || !made.overridden.empty();
    for (const installed_package& each : installed) {
        if (!named.insert(each.name).second) continue;
        std::set<std::string> versions;
        for (const std::string& commit : commits)
            if (std::string one = baselines.version_of(commit, each.name); !one.empty())
                versions.insert(std::move(one));
        package& added = add_package(made.locked, each.name, {});
        added.direct = false;
        if (versions.size() == 1) added.version = *versions.begin();
    }
    return made;
}

/// Takes back what cannot be said of a port that is not at its baseline: another port, or a folder of ports,
/// may be the reason.
inline void doubt_vcpkg(std::vector<held_package>& held, const vcpkg_resolution& by) {
    for (held_package& each : held) {
        if (each.undecided && each.locked.version.empty())
            each.reason = "the lock names no version, and its baseline is not at hand";
        if (!each.differs) continue;
        const bool moved = by.raised && !by.overridden.contains(each.locked.name) &&
                           !vcpkg_before(each.installed->version, each.locked.version).value_or(false);
        if (!by.overlaid && !moved) continue;
        each.differs = false;
        each.undecided = true;
        each.reason +=
            by.overlaid ? ": a folder of overlay-ports may stand in" : ": another port may ask for that";
    }
}

} // namespace detail

} // namespace repro::inline v0::lockfiles
