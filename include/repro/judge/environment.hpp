// SPDX-License-Identifier: MIT
#pragma once
// What a manifest recorded of code and machine, compared with this machine, as far as the declared level of
// reproducibility controls it: see core/level.hpp.

#include <repro/capture/git.hpp>
#include <repro/capture/hardware.hpp>
#include <repro/capture/versions.hpp>
#include <repro/core/level.hpp>
#include <repro/judge/build_id.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/verified_item.hpp>
#include <repro/judge/version_text.hpp>

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

inline void verify_executable(const recorded_manifest& manifest, verified_items& items) {
    verified_item& item = add_item(items, item_kind::executable, "executable");
    if (!manifest.executable) return;
    item.path = manifest.executable->absolute;
    compare_file(*manifest.executable, item,
                 [&] { return std::filesystem::path(manifest.executable->absolute); });
}

/// Compares the mapped libraries with the files of the same name: their build-ids at bit-exact; at
/// seed-stable, that they are there, since the name of a shared library changes with its major version.
inline void verify_libraries(const recorded_manifest& manifest, level declared, verified_items& items) {
    const auto libraries = manifest.document.find("libraries");
    if (libraries == manifest.document.end() || !libraries->is_array()) return;
    for (const nlohmann::json& each : *libraries) {
        const std::string name = fact_text(each, "name");
        if (!name.starts_with('/')) continue; // the program, and what the kernel maps
        verified_item& item = add_item(items, item_kind::library, name);
        item.recorded = fact_text(each, "build_id");
        try {
            const auto found = file_build_id(name);
            if (declared == level::bit_exact)
                compare_texts(item, item.recorded, found.value_or(""));
            else
                item.outcome = verify_outcome::match;
        } catch (const error& problem) {
            record_failure(item, problem);
        }
    }
}

/// Compares versions of what belongs to the machine and not to the program; those in the program are part of
/// its digest. At seed-stable their first numbers decide.
inline void verify_versions(const recorded_manifest& manifest, level declared, verified_items& items) {
    const nlohmann::json& recorded = manifest.document.at("versions");
    const version_map found = log_versions(version_search::files);
    for (const char* const name : {"libc", "driver", "python", "numpy"}) {
        std::string before = fact_text(recorded, name);
        std::string now = found.at(name);
        if (is_no_version(before) || now.starts_with("unread: ")) continue;
        verified_item& item = add_item(items, item_kind::versions, name);
        compare_texts(item, before, now);
        const auto major = [](const std::string& version) { return version.substr(0, version.find('.')); };
        if (declared == level::seed_stable && major(before) == major(now))
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

/// Adds what the level of the manifest controls; where none is declared, everything.
inline void verify_environment(const recorded_manifest& manifest, const std::filesystem::path& folder,
                               verified_items& items) {
    const level declared = manifest.level.value_or(level::bit_exact);
    verify_git(manifest, folder, items);
    if (declared == level::distribution_stable) return;
    verify_versions(manifest, declared, items);
    verify_libraries(manifest, declared, items);
    if (declared != level::bit_exact) return;
    verify_executable(manifest, items);
    verify_hardware(manifest, items);
}

} // namespace detail
} // namespace repro::inline v0
