// SPDX-License-Identifier: MIT
#pragma once
// What the CMake function repro_embed_build_info left in programs and shared libraries: flags, and the commit
// they were built from. Read from the memory of this process.

#include <repro/capture/build_note.hpp>
#include <repro/capture/elf_notes.hpp>
#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>

#include <cstdint>
#include <link.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A dependency that CMake fetched, as it was at the build.
struct embedded_dependency {
    std::string name;
    std::optional<std::string> sha; ///< absent where its folder is no repository
    std::optional<bool> dirty;

    friend bool operator==(const embedded_dependency&, const embedded_dependency&) = default;
};

/// What one program or shared library says of its build.
struct embedded_build {
    std::string object; ///< the shared library's file name; empty for the program
    std::string target, cmake, generator, build_type, flags, options, definitions;
    bool interprocedural_optimization = false;
    std::optional<std::string> git_sha; ///< of the tree at the build
    std::optional<bool> git_dirty;      ///< whether that tree had staged or modified files
    std::vector<embedded_dependency> dependencies;

    friend bool operator==(const embedded_build&, const embedded_build&) = default;
};

namespace detail {

/// The type of our ELF notes that hold such a text.
inline constexpr std::uint32_t embedded_build_type = 16;

[[nodiscard]] inline std::optional<bool> yes_or_no(std::string_view word) noexcept {
    if (word == "yes") return true;
    if (word == "no") return false;
    return std::nullopt;
}

[[nodiscard]] inline std::optional<std::string> commit_or_none(std::string_view word) {
    const bool digits = word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!digits || (word.size() != 40 && word.size() != 64)) return std::nullopt;
    return std::string(word);
}

/// Reads the lines that repro-write-build-info.cmake wrote: a key, a space, a value. Keys of later versions
/// are passed over.
[[nodiscard]] inline embedded_build read_embedded_build(std::string_view text, std::string_view object) {
    embedded_build build;
    build.object = object.substr(object.rfind('/') + 1);
    const std::pair<std::string_view, std::string*> plain[] = {
        {"target", &build.target},          {"cmake", &build.cmake}, {"generator", &build.generator},
        {"build_type", &build.build_type},  {"flags", &build.flags}, {"options", &build.options},
        {"definitions", &build.definitions}};
    while (!text.empty()) {
        std::string_view value = next_token(text, '\n');
        const std::string_view key = next_token(value, ' ');
        while (value.starts_with(' '))
            value.remove_prefix(1);
        while (value.ends_with(' '))
            value.remove_suffix(1);
        for (const auto& [name, member] : plain)
            if (key == name) *member = value;
        if (key == "interprocedural_optimization") build.interprocedural_optimization = value == "1";
        if (key == "git_sha") build.git_sha = commit_or_none(value);
        if (key == "git_dirty") build.git_dirty = yes_or_no(value);
        if (key != "dependency") continue;
        embedded_dependency& dependency = build.dependencies.emplace_back();
        dependency.name = next_token(value, ' ');
        dependency.sha = commit_or_none(next_token(value, ' '));
        dependency.dirty = yes_or_no(value);
    }
    return build;
}

} // namespace detail

/// Returns what the program and the mapped shared libraries say of their builds, the program first; empty
/// where none was built with repro_embed_build_info.
[[nodiscard]] inline std::vector<embedded_build> capture_embedded_builds() {
    std::vector<embedded_build> builds;
    detail::visit_objects([&builds](const dl_phdr_info& object) {
        detail::visit_notes(object, [&](const detail::elf_note& note) {
            if (note.name != detail::note_owner || note.type != detail::embedded_build_type) return;
            const auto* text = reinterpret_cast<const char*>(note.content.data());
            builds.push_back(detail::read_embedded_build({text, note.content.size()}, object.dlpi_name));
        });
    });
    return builds;
}

/// Returns where a build and the commit that the run started in do not belong together: a program built from
/// another commit, or from a tree with changes that no commit holds.
[[nodiscard]] inline std::vector<warning> build_doubts(const std::vector<embedded_build>& builds,
                                                       const std::optional<std::string>& sha_now) {
    std::vector<warning> doubts;
    for (const embedded_build& build : builds) {
        const std::string what = build.object.empty() ? build.target : build.object;
        if (build.git_sha && sha_now && *sha_now != *build.git_sha)
            doubts.push_back(
                {warn::build_stale, what + " was built from commit " + build.git_sha->substr(0, 10) +
                                        ", and the tree here is at " + sha_now->substr(0, 10) +
                                        ": build again, or check out " + build.git_sha->substr(0, 10)});
        if (build.git_dirty == true)
            doubts.push_back({warn::build_dirty, what + " was built from a tree with changes that its commit "
                                                        "does not hold"});
        for (const embedded_dependency& each : build.dependencies)
            if (each.dirty == true)
                doubts.push_back({warn::build_dirty, what + " was built with changes in its dependency " +
                                                         each.name + " that its commit does not hold"});
    }
    return doubts;
}

} // namespace repro::inline v0
