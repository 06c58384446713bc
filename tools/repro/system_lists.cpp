// SPDX-License-Identifier: MIT
#include "system_lists.hpp"

#include <repro/judge/environment.hpp>
#include <repro/lockfiles/debian.hpp>
#include <repro/lockfiles/installed.hpp>
#include <repro/lockfiles/modules.hpp>

#include "values.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <unistd.h>
#include <utility>

namespace tool {
namespace {

namespace lockfiles = repro::lockfiles;

lockfiles::variable_map recorded_variables(const repro::recorded_manifest& manifest) {
    lockfiles::variable_map variables;
    const nlohmann::json& recorded = field(manifest.document, "/environment");
    if (!recorded.is_object()) return variables;
    for (const auto& [name, each] : recorded.items())
        for (const char* const time : {"at_exec", "now"})
            if (std::string value = repro::detail::fact_text(each, time); !value.empty())
                variables.try_emplace(name, std::move(value));
    return variables;
}

lockfiles::variable_map present_variables() {
    lockfiles::variable_map variables;
    for (char* const* each = ::environ; *each != nullptr; ++each) {
        const std::string_view entry = *each;
        const std::size_t equals = entry.find('=');
        if (equals != std::string_view::npos)
            variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
    return variables;
}

} // namespace

std::vector<std::string> mapped_libraries(const repro::recorded_manifest& manifest) {
    std::vector<std::string> names;
    const nlohmann::json& libraries = field(manifest.document, "/libraries");
    if (!libraries.is_array()) return names;
    for (const nlohmann::json& each : libraries)
        names.push_back(repro::detail::fact_text(each, "name"));
    return names;
}

std::vector<graded_lockfile> system_lists(const repro::recorded_manifest& manifest) {
    std::vector<graded_lockfile> lists;
    if (auto recorded = lockfiles::loaded_modules(recorded_variables(manifest))) {
        const auto loaded = lockfiles::loaded_modules(present_variables());
        graded_lockfile& made =
            lists.emplace_back(graded_lockfile{.path = "LOADEDMODULES", .report = {}, .problem = {}});
        made.held.emplace();
        if (loaded) made.held = lockfiles::hold_modules(*recorded, *loaded);
        made.report = std::move(recorded);
    }
    const std::string dpkg = "/var/lib/dpkg";
    if (auto owners = lockfiles::debian_owners(mapped_libraries(manifest), dpkg))
        lists.push_back({.path = dpkg + "/status", .report = std::move(owners), .problem = {}});
    return lists;
}

} // namespace tool
