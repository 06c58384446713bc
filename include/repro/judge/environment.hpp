// SPDX-License-Identifier: MIT
#pragma once
// What a manifest recorded of code and machine, compared with this machine, as far as the declared level of
// reproducibility controls it: see core/level.hpp.

#include <repro/capture/container.hpp>
#include <repro/capture/git.hpp>
#include <repro/capture/hardware.hpp>
#include <repro/capture/process.hpp>
#include <repro/capture/versions.hpp>
#include <repro/core/knobs.hpp>
#include <repro/core/level.hpp>
#include <repro/judge/build_id.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/verified_files.hpp>
#include <repro/judge/verified_item.hpp>
#include <repro/judge/version_text.hpp>
#include <repro/launch/fingerprint.hpp>
#include <repro/launch/settings.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

using verified_items = std::vector<verified_item>;

inline verified_item& add_item(verified_items& items, item_kind kind, std::string name) {
    return items.emplace_back(verified_item{kind, std::move(name)});
}

/// Returns a recorded fact as text; empty where it is null or absent.
[[nodiscard]] inline std::string fact_text(const nlohmann::json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end() || found->is_null()) return {};
    return found->is_string() ? found->get<std::string>() : found->dump();
}

/// Returns a list of the document; an empty one where there is none.
[[nodiscard]] inline const nlohmann::json& list_at(const nlohmann::json& document, const char* key) {
    static const nlohmann::json none = nlohmann::json::array();
    const auto found = document.find(key);
    return found != document.end() && found->is_array() ? *found : none;
}

/// Returns an object of the document; an empty one where there is none.
[[nodiscard]] inline const nlohmann::json& object_at(const nlohmann::json& document, const char* key) {
    static const nlohmann::json none = nlohmann::json::object();
    const auto found = document.find(key);
    return found != document.end() && found->is_object() ? *found : none;
}

/// Whether there is time left; `item` says so where there is none.
[[nodiscard]] inline bool in_time(const time_budget& budget, verified_item& item) {
    try {
        budget.spend();
        return true;
    } catch (const out_of_time&) {
        record_end_of_time(item);
        return false;
    }
}

/// Compares the repository of `folder`: the commit, and that nothing differs from it, then and now.
inline void verify_git(const recorded_manifest& manifest, const std::filesystem::path& folder,
                       verified_items& items) {
    const git_facts facts = capture_git(folder);
    verified_item& commit = add_item(items, item_kind::git, "git_sha");
    compare_texts(commit, fact_text(manifest.document, "git_sha"), facts.sha.value_or(""));
    if (commit.outcome == verify_outcome::unreadable)
        commit.reason = "git: " + std::string(to_string(facts.state));

    verified_item& tree = add_item(items, item_kind::git, "git_dirty");
    const std::string recorded = fact_text(manifest.document, "git_dirty");
    const std::string found = !facts.dirty ? "" : *facts.dirty ? "true" : "false";
    compare_texts(tree, recorded, found);
    if (recorded != "true") return;
    tree.outcome = verify_outcome::not_recorded;
    tree.reason = "the run was made from a changed tree, of which there is no record";
}

/// Compares the program's bytes, and the build-id that its linker gave it: another digest with the same
/// build-id is the same code, stripped or signed.
inline void verify_executable(const recorded_manifest& manifest, file_verifier& files,
                              verified_items& items) {
    if (!manifest.executable) {
        add_item(items, item_kind::executable, "executable");
        return;
    }
    const std::string& path = manifest.executable->absolute;
    files.program(*manifest.executable, add_item(items, item_kind::executable, path));
    for (const nlohmann::json& each : list_at(manifest.document, "libraries")) {
        if (fact_text(each, "name") != "") continue;
        verified_item& item = add_item(items, item_kind::build, "build-id");
        try {
            compare_texts(item, fact_text(each, "build_id"),
                          file_build_id(files.open_program(path)).value_or(""));
        } catch (const error& problem) {
            record_failure(item, problem);
        }
    }
}

/// Compares the mapped libraries with the files of the same name: their build-ids at bit-exact; at
/// seed-stable, that they are there, since the name of a shared library changes with its major version.
inline void verify_libraries(const recorded_manifest& manifest, level declared, const file_verifier& files,
                             verified_items& items) {
    const folder_list of_loader = loader_folders();
    for (const nlohmann::json& each : list_at(manifest.document, "libraries")) {
        const std::string name = fact_text(each, "name");
        if (!name.starts_with('/')) continue; // the program, and what the kernel maps
        verified_item& item = add_item(items, item_kind::library, name);
        item.recorded = fact_text(each, "build_id");
        if (!in_time(files.budget(), item)) continue;
        try {
            const auto found = file_build_id(files.open_library(name, of_loader));
            if (declared == level::bit_exact)
                compare_texts(item, item.recorded, found.value_or(""));
            else
                item.outcome = verify_outcome::match;
        } catch (const error& problem) {
            record_failure(item, problem);
        }
    }
}

/// Versions of what belongs to the machine.
inline constexpr std::pair<const char*, item_kind> compared_versions[] = {{"libc", item_kind::versions},
                                                                          {"driver", item_kind::cuda},
                                                                          {"python", item_kind::versions},
                                                                          {"numpy", item_kind::versions}};

/// Compares versions of what belongs to the machine and not to the program; those in the program are part of
/// its digest. At seed-stable their first numbers decide.
inline void verify_versions(const recorded_manifest& manifest, level declared, verified_items& items) {
    const nlohmann::json& recorded = manifest.document.at("versions");
    const version_map found = log_versions(version_search::files);
    for (const auto& [name, kind] : compared_versions) {
        std::string before = fact_text(recorded, name);
        std::string now = found.at(name);
        if (is_no_version(before) || now.starts_with("unread: ")) continue;
        verified_item& item = add_item(items, kind, name);
        compare_texts(item, before, now);
        const auto first_number = [](const std::string& version) {
            return version.substr(0, version.find('.'));
        };
        if (declared == level::seed_stable && first_number(before) == first_number(now))
            item.outcome = verify_outcome::match;
    }
}

inline void verify_hardware(const recorded_manifest& manifest, verified_items& items) {
    const nlohmann::json& recorded = manifest.document.at("hardware");
    const hardware_facts now = capture_hardware();
    const std::pair<const char*, std::string> facts[] = {
        {"cpu", now.cpu.value_or("")},
        {"architecture", now.architecture.value_or("")},
        {"usable_cores", now.usable_cores ? decimal(*now.usable_cores) : ""},
        {"gpu", now.gpu},
        {"os", now.os.value_or("")},
    };
    for (const auto& [name, found] : facts)
        compare_texts(add_item(items, item_kind::hardware, name), fact_text(recorded, name), found);
}

/// Returns the recorded parts of the fingerprint: of the run's end or, where there was none, of its start.
[[nodiscard]] inline nlohmann::json recorded_fingerprint_parts(const nlohmann::json& document) {
    const auto found = document.find("fingerprint");
    if (found == document.end() || !found->is_object()) return nlohmann::json::array();
    for (const char* const end : {"at_end", "at_start"})
        if (found->contains(end) && found->at(end).is_array() && !found->at(end).empty())
            return found->at(end);
    return nlohmann::json::array();
}

/// Compares what fixed inputs gave with what they give in this process, for the parts that both have: nothing
/// is loaded for it, so a BLAS is compared where the same one is mapped here.
inline void verify_fingerprint(const recorded_manifest& manifest, verified_items& items) {
    const std::vector<fingerprint_part> now = fingerprint(read_back_scope::settled);
    for (const nlohmann::json& part : recorded_fingerprint_parts(manifest.document)) {
        const std::string name = fact_text(part, "part");
        const std::string before = fact_text(part, "digest");
        const auto same = [&](const fingerprint_part& here) {
            return here.name == name && here.digest &&
                   (name.starts_with("libm/") || here.through == fact_text(part, "through"));
        };
        const auto here = std::find_if(now.begin(), now.end(), same);
        if (before.empty() || here == now.end()) continue;
        compare_texts(add_item(items, item_kind::fingerprint, name), before, *here->digest);
    }
}

/// Facts of the system, and the layer they belong to.
inline constexpr std::pair<std::string_view, item_kind> compared_system[] = {
    {"os_id", item_kind::system},        {"os_version_id", item_kind::system},
    {"kernel_build", item_kind::system}, {"cpu_flags", item_kind::hardware},
    {"cuda_toolkit", item_kind::cuda},   {"cudnn_installed", item_kind::cuda}};

/// Compares what the manifest recorded of the system; what it could not find then is not looked for now.
inline void verify_system(const recorded_manifest& manifest, verified_items& items) {
    const nlohmann::json& recorded = object_at(manifest.document, "system");
    if (recorded.empty()) add_item(items, item_kind::system, "system");
    const process_facts now = capture_process();
    for (const auto& [name, kind] : compared_system) {
        std::string before = fact_text(recorded, std::string(name).c_str());
        if (before.empty()) continue;
        const auto found = std::ranges::find(now.system, name, &context_fact::name);
        compare_texts(add_item(items, kind, std::string(name)), std::move(before),
                      found == now.system.end() ? "" : found->value.value_or(""));
    }
}

inline void verify_container(const recorded_manifest& manifest, verified_items& items) {
    const nlohmann::json& recorded = object_at(manifest.document, "container");
    if (recorded.empty()) add_item(items, item_kind::container, "container");
    const container_facts now = capture_container();
    const std::pair<const char*, std::string> facts[] = {{"kind", now.kind.value_or("")},
                                                         {"image", now.image.value_or("")},
                                                         {"digest", now.digest.value_or("")}};
    for (const auto& [name, found] : facts)
        if (std::string before = fact_text(recorded, name); !before.empty())
            compare_texts(add_item(items, item_kind::container, name), std::move(before), found);
}

/// Returns what a launch at the level and with the seed of a run sets, whichever command did it.
[[nodiscard]] inline std::vector<setting> settings_of_launch(const recorded_manifest& manifest) {
    const std::string seed_text = fact_text(manifest.document, "seed_text");
    std::uint64_t number = 0;
    const bool seeded = from_decimal(seed_text, number);
    return launch_settings(manifest.level.value_or(level::bit_exact),
                           seeded ? std::optional<seed>(number) : std::nullopt);
}

/// Compares the variables that change numbers with those of this process, but for what a relaunch sets, and
/// for what a launch had set and nobody sets here: a launch would set it again.
inline void verify_variables(const recorded_manifest& manifest, verified_items& items) {
    const nlohmann::json& recorded = object_at(manifest.document, "environment");
    const nlohmann::json& set = object_at(object_at(manifest.document, "relaunch"), "settings");
    const std::vector<setting> launched = settings_of_launch(manifest);
    if (!manifest.document.contains("environment") || manifest.document["environment"].is_null())
        add_item(items, item_kind::environment, "environment");
    for (const knob& each : knobs) {
        const std::string name(each.name);
        const auto entry = recorded.find(name);
        const std::string before = entry == recorded.end() ? "" : fact_text(*entry, "at_exec");
        const std::string now = variable(name).value_or("");
        if (recorded.empty() || (before.empty() && now.empty()) || set.contains(name)) continue;
        if (now.empty() && std::ranges::count(launched, setting{name, before}) > 0) continue;
        verified_item& item = add_item(items, item_kind::environment, name);
        compare_texts(item, before.empty() ? "not set" : before, now.empty() ? "not set" : now);
        if (item.outcome == verify_outcome::changed)
            item.reason = "the run had " + item.recorded + ", here it is " + item.found;
    }
}

/// Adds what the level of the manifest controls; where none is declared, everything.
inline void verify_environment(const recorded_manifest& manifest, const std::filesystem::path& folder,
                               file_verifier& files, verified_items& items) {
    const level declared = manifest.level.value_or(level::bit_exact);
    verify_git(manifest, folder, items);
    if (declared == level::distribution_stable) return;
    verify_versions(manifest, declared, items);
    verify_libraries(manifest, declared, files, items);
    if (declared != level::bit_exact) return;
    verify_executable(manifest, files, items);
    verify_hardware(manifest, items);
    verify_fingerprint(manifest, items);
    verify_system(manifest, items);
    verify_container(manifest, items);
    verify_variables(manifest, items);
}

} // namespace detail
} // namespace repro::inline v0
