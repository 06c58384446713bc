// SPDX-License-Identifier: MIT
#pragma once
// What was captured, as members of the manifest.

#include <repro/capture/compiler.hpp>
#include <repro/capture/git.hpp>
#include <repro/capture/hardware.hpp>
#include <repro/capture/libraries.hpp>
#include <repro/core/source.hpp>
#include <repro/hash/file.hpp>
#include <repro/run/manifest.hpp>
#include <repro/version.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

[[nodiscard]] inline json to_json(const hardware_facts& facts) {
    return {{"cpu", to_json(facts.cpu)},
            {"ram_gb", to_json(facts.ram_gb)},
            {"gpu", facts.gpu},
            {"os", to_json(facts.os)},
            {"logical_cores", to_json(facts.logical_cores)},
            {"usable_cores", to_json(facts.usable_cores)},
            {"ram_bytes", to_json(facts.ram_bytes)},
            {"gpus", facts.gpus},
            {"gpu_driver", to_json(facts.gpu_driver)},
            {"kernel", to_json(facts.kernel)},
            {"architecture", to_json(facts.architecture)}};
}

[[nodiscard]] inline json to_json(const build_facts& facts) {
    return {{"compiler", facts.compiler}, {"standard_library", facts.standard_library},
            {"standard", facts.standard}, {"evaluation_method", facts.evaluation_method},
            {"flags", facts.flags},       {"units", facts.units}};
}

[[nodiscard]] inline json to_json(const compiler_facts& facts) {
    json builds = json::array();
    for (const build_facts& each : facts.builds)
        builds.push_back(to_json(each));
    return {{"libc", facts.libc}, {"builds", std::move(builds)}};
}

[[nodiscard]] inline json to_json(const git_facts& facts) {
    return {{"state", to_string(facts.state)},
            {"branch", to_json(facts.branch)},
            {"head_detached", facts.head_detached},
            {"untracked", to_json(facts.untracked)},
            {"hidden", facts.hidden},
            {"toplevel", to_json(facts.toplevel)},
            {"in_progress", facts.in_progress},
            {"shallow", facts.shallow},
            {"linked_worktree", facts.linked_worktree}};
}

/// Returns a stream as it stood at the start; its last state is not known yet.
[[nodiscard]] inline json to_json(const stream_facts& facts) {
    return {{"name", facts.name},
            {"engine", facts.engine},
            {"seed", facts.seed},
            {"rule", to_string(facts.rule)},
            {"note", facts.note},
            {"draws", to_json(facts.draws)},
            {"state_at_start", facts.state.hex()},
            {"state_at_end", nullptr}};
}

/// A file that the manifest names, with its digest or the reason why there is none.
struct named_file {
    std::string path; ///< as the code spelled it
    std::filesystem::path absolute;
    std::optional<file_digest> digest;
    std::string reason;
};

/// Hashes a file; a failing world is a value here.
[[nodiscard]] inline named_file hash_named(const std::filesystem::path& path) {
    named_file file{path.native(), {}, {}, {}};
    std::error_code failed;
    file.absolute = std::filesystem::absolute(path, failed).lexically_normal();
    try {
        file.digest = hash_file(file.absolute);
    } catch (const error& e) {
        file.reason = e.what_failed();
    }
    return file;
}

[[nodiscard]] inline json sha256_to_json(const std::optional<file_digest>& digest) {
    return digest ? json(digest->sha256.hex()) : json(nullptr);
}

[[nodiscard]] inline json size_to_json(const std::optional<file_digest>& digest) {
    return digest ? json(digest->size) : json(nullptr);
}

[[nodiscard]] inline json to_json(const named_file& file) {
    return {{"path", file.path},
            {"absolute", file.absolute.native()},
            {"sha256", sha256_to_json(file.digest)},
            {"size", size_to_json(file.digest)}};
}

/// Returns the file that this process runs; its digest is that of the file that was started, even where
/// another one has taken its name.
[[nodiscard]] inline named_file hash_executable() {
    named_file file = hash_named("/proc/self/exe");
    std::error_code failed;
    file.absolute = std::filesystem::read_symlink("/proc/self/exe", failed);
    file.path = file.absolute.filename().native();
    return file;
}

/// Records the objects that are mapped now and were not recorded yet.
inline void add_libraries(json& list, std::string_view since) {
    if (!list.is_array()) list = json::array();
    for (const mapped_library& each : capture_libraries()) {
        const json build_id = to_json(each.build_id);
        bool known = false;
        for (const json& old : list)
            known = known || (old["name"] == each.name && old["build_id"] == build_id);
        if (!known) list.push_back({{"name", each.name}, {"build_id", build_id}, {"since", since}});
    }
}

} // namespace detail
} // namespace repro::inline v0
