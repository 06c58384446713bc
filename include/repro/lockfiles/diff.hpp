// SPDX-License-Identifier: MIT
#pragma once
// What changed between two lockfiles, package by package.

#include <repro/lockfiles/report.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles {

/// A package that both files hold, differently.
struct changed_package {
    package before;
    package after;

    [[nodiscard]] bool version() const { return before.version != after.version; }
    [[nodiscard]] bool source() const { return before.source != after.source; }
    [[nodiscard]] bool hash() const { return before.hash != after.hash; }
};

struct difference {
    std::vector<package> added;
    std::vector<package> removed;
    std::vector<changed_package> changed;

    [[nodiscard]] bool empty() const noexcept { return added.empty() && removed.empty() && changed.empty(); }
};

/// Returns what `after` holds otherwise than `before`, sorted by name. A package that stands there in several
/// versions is compared version by version; the rest of each name is paired in order of versions.
[[nodiscard]] inline difference diff(const report& before, const report& after) {
    std::map<std::string, std::pair<std::vector<package>, std::vector<package>>> names;
    for (const package& each : before.packages)
        names[each.name].first.push_back(each);
    for (const package& each : after.packages)
        names[each.name].second.push_back(each);
    difference made;
    const auto key = [](const package& each) {
        return std::tie(each.version, each.source, each.hash, each.markers);
    };
    const auto less = [&key](const package& a, const package& b) { return key(a) < key(b); };
    const auto held = [](const package& each) { return std::tie(each.version, each.source, each.hash); };
    for (auto& [name, both] : names) {
        auto& [old, fresh] = both;
        std::ranges::sort(old, less);
        std::ranges::sort(fresh, less);
        for (auto at = old.begin(); at != old.end();) { // what is the same on both sides goes first
            const auto same =
                std::ranges::find_if(fresh, [&](const package& each) { return held(each) == held(*at); });
            if (same == fresh.end()) {
                ++at;
                continue;
            }
            fresh.erase(same);
            at = old.erase(at);
        }
        const std::size_t pairs = std::min(old.size(), fresh.size());
        for (std::size_t i = 0; i < pairs; ++i)
            made.changed.push_back({old[i], fresh[i]});
        for (std::size_t i = pairs; i < old.size(); ++i)
            made.removed.push_back(old[i]);
        for (std::size_t i = pairs; i < fresh.size(); ++i)
            made.added.push_back(fresh[i]);
    }
    return made;
}

} // namespace repro::inline v0::lockfiles
