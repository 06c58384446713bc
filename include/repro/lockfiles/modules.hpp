// SPDX-License-Identifier: MIT
#pragma once
// Environment modules (Lmod, Tcl modules) and EasyBuild: what they loaded, as their variables say. Names and
// versions, no digests.

#include <repro/lockfiles/grade.hpp>
#include <repro/lockfiles/installed_package.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::lockfiles {

/// Variables of an environment, by name.
using variable_map = std::map<std::string, std::string, std::less<>>;

/// Returns the modules that these variables say are loaded: LOADEDMODULES with the files of _LMFILES_, or,
/// where that is not set, EasyBuild's EBVERSION*; nothing where none is.
///
/// Errors: errc::internal when libcrypto refuses.
[[nodiscard]] inline std::optional<report> loaded_modules(const variable_map& variables) {
    report made{.kind = "environment modules", .scope = scope::listed};
    const auto value = [&variables](std::string_view name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::string_view() : std::string_view(found->second);
    };
    const std::string_view loaded = value("LOADEDMODULES");
    std::string_view files = value("_LMFILES_");
    for (std::string_view rest = loaded; !rest.empty();) {
        const std::string_view name = detail::next_token(rest, ':'), file = detail::next_token(files, ':');
        if (name.empty()) continue;
        const std::size_t version = name.rfind('/');
        package& added = detail::add_package(made, name.substr(0, version),
                                             version == std::string_view::npos ? std::string_view()
                                                                               : name.substr(version + 1));
        added.exact = !added.version.empty();
        added.source = detail::told_source(file);
    }
    constexpr std::string_view prefix = "EBVERSION";
    for (auto each = variables.lower_bound(prefix);
         each != variables.end() && each->first.starts_with(prefix); ++each) {
        if (loaded.empty()) (void)detail::add_package(made, each->first.substr(prefix.size()), each->second);
        detail::add_fact(made, each->first, each->second);
    }
    if (made.packages.empty()) return std::nullopt;
    made.sha256 = repro::detail::evp_sha256(loaded);
    detail::settle(made);
    return made;
}

/// Returns the modules of such a report as what is installed, to hold recorded ones against.
[[nodiscard]] inline std::vector<installed_package> installed_modules(const report& loaded) {
    std::vector<installed_package> found;
    for (const package& each : loaded.packages)
        found.push_back({.name = each.name, .version = each.version, .place = each.source});
    return found;
}

} // namespace repro::inline v0::lockfiles
