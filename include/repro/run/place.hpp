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

/// Makes a folder for `name` below a new one in `above` that nobody else can enter.
template <class Calls>
[[nodiscard]] claimed_folder claim_private_folder(const std::filesystem::path& above,
                                                  const std::string& name) {
    std::string root = (above / "repro-XXXXXX").native();
    if (::mkdtemp(root.data()) == nullptr) throw write_error(root, {"cannot be made", errno});
    return claim_folder<Calls>(root, name);
}

/// Makes a folder for `name` where nothing else can be written: below REPRO_FALLBACK_DIR, which may have to
/// be made, else below a new folder among the system's temporary ones.
///
/// Errors: errc::fd_limit, no_space, read_only, unwritable.
template <class Calls = system_calls>
[[nodiscard]] claimed_folder claim_temporary_folder(const std::string& name) {
    if (const char* const fallback = environment_word("REPRO_FALLBACK_DIR")) {
        try {
            return claim_folder<Calls>(fallback, name);
        } catch (const error& problem) {
            print_line(std::string("REPRO_FALLBACK_DIR is of no use: ") + problem.what());
        }
    }
    std::error_code failed;
    const std::filesystem::path above = std::filesystem::temp_directory_path(failed);
    if (failed) throw write_error("the temporary folder", {"cannot be used", failed.value()});
    return claim_private_folder<Calls>(above, name);
}

} // namespace detail
} // namespace repro::inline v0
