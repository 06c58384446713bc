// SPDX-License-Identifier: MIT
#pragma once
// Where a run's folder comes to stand: what the tool asks for, else the root of the experiments, else, so
// that no result is lost, a temporary folder.

#include <repro/run/console.hpp>
#include <repro/run/folder.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace repro::inline v0 {
namespace detail {

/// A folder to be made, by the folder above it and its name.
struct wanted_folder {
    std::filesystem::path root;
    std::string name;
};

/// Returns what REPRO_RUN_DIR names, else `dated` under `root`, under REPRO_EXPERIMENTS, or under
/// ./experiments.
[[nodiscard]] inline wanted_folder choose_folder(const std::filesystem::path& root,
                                                 const std::string& dated) {
    if (const char* const asked = environment_word("REPRO_RUN_DIR")) {
        std::filesystem::path folder = std::filesystem::path(asked).lexically_normal();
        if (!folder.has_filename()) folder = folder.parent_path();
        const std::string name = folder.filename().native();
        if (!name.empty() && name != "." && name != "..")
            return {folder.has_parent_path() ? folder.parent_path() : std::filesystem::path("."), name};
    }
    if (!root.empty()) return {root, dated};
    const char* const experiments = environment_word("REPRO_EXPERIMENTS");
    return {experiments != nullptr ? experiments : "experiments", dated};
}

/// Makes a folder for `name` below a new one that nobody else can enter.
///
/// Errors: errc::no_space, errc::read_only, errc::unwritable.
[[nodiscard]] inline claimed_folder claim_temporary_folder(const std::string& name) {
    std::error_code failed;
    const std::filesystem::path above = std::filesystem::temp_directory_path(failed);
    if (failed) throw write_error("the temporary folder", {"cannot be used", failed.value()});
    std::string root = (above / "repro-XXXXXX").native();
    if (::mkdtemp(root.data()) == nullptr) throw write_error(root, {"cannot be made", errno});
    return claim_folder(root, name);
}

} // namespace detail
} // namespace repro::inline v0
