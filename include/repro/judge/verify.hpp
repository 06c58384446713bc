// SPDX-License-Identifier: MIT
#pragma once
// Compares what a manifest recorded with what there is now. Reads files and nothing else: nothing is written,
// and nothing that a manifest names is run.

#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>
#include <repro/hash/file.hpp>
#include <repro/judge/environment.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/verified_item.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace repro::inline v0 {

enum class check_environment : unsigned char { no, yes };

struct verify_options {
    /// Whether git, the executable, libraries and hardware are compared, as far as the declared level
    /// controls them.
    check_environment environment = check_environment::no;
    /// Where inputs and lockfiles with relative paths are looked for when they are not where they were, and
    /// which repository is compared.
    std::filesystem::path folder = ".";
    /// Called with the path of each file before it is read.
    std::function<void(const std::string&)> progress = {};
};

/// What became of everything that a manifest recorded.
struct verification {
    std::vector<verified_item> items;

    /// Returns how many items have this outcome.
    [[nodiscard]] std::size_t count(verify_outcome outcome) const {
        return static_cast<std::size_t>(std::ranges::count(items, outcome, &verified_item::outcome));
    }
    /// Returns `changed` where anything is changed or missing; else `undecided` where anything was not
    /// recorded or cannot be read, or where there is nothing to compare; else `holds`.
    [[nodiscard]] verify_verdict verdict() const {
        if (count(verify_outcome::changed) + count(verify_outcome::missing) > 0)
            return verify_verdict::differs;
        return !items.empty() && count(verify_outcome::match) == items.size() ? verify_verdict::holds
                                                                              : verify_verdict::undecided;
    }
};

namespace detail {

/// Returns where an artifact lies. A relative path stays in the folder of the manifest; an absolute one has
/// to be marked as outside: this is what every writer does, and it keeps a made-up manifest from naming
/// anything else.
[[nodiscard]] inline std::filesystem::path artifact_location(const recorded_file& file,
                                                             const std::filesystem::path& folder) {
    const std::filesystem::path path = std::filesystem::path(file.path).lexically_normal();
    const bool escapes = path.is_absolute() ? !file.outside : path.empty() || *path.begin() == "..";
    if (escapes)
        throw error(errc::path_escape, file.path,
                    "leads out of the run's folder, and is not marked as outside",
                    "check where the manifest comes from");
    return folder / path;
}

/// Returns where an input or lockfile lies now: where it was, else at its relative path below `folder`.
[[nodiscard]] inline std::filesystem::path input_location(const recorded_file& file,
                                                          const std::filesystem::path& folder) {
    std::error_code ignored;
    const bool moved = !std::filesystem::exists(file.absolute, ignored);
    if (moved && std::filesystem::path(file.path).is_relative()) return folder / file.path;
    return file.absolute;
}

/// Compares files of a manifest with what `locate` finds.
template <class Locate>
void verify_files(const std::vector<recorded_file>& files, item_kind kind, const verify_options& options,
                  Locate locate, verification& result) {
    for (const recorded_file& file : files) {
        verified_item& item = result.items.emplace_back(verified_item{kind, file.path});
        if (options.progress) options.progress(file.path);
        compare_file(file, item, [&] { return locate(file); });
    }
}

/// Compares the manifest with the digest that its writer left beside it.
inline void verify_itself(const recorded_manifest& manifest, verification& result) {
    verified_item& item = result.items.emplace_back(
        verified_item{item_kind::manifest, manifest.path.filename().native(), {}, manifest.sha256.hex()});
    const std::filesystem::path beside = manifest.path.native() + ".sha256";
    try {
        struct stat facts{};
        const descriptor file = open_regular(beside, facts);
        std::string line(64, '\0');
        line.resize(
            static_cast<std::size_t>(std::max<ssize_t>(0, read_up_to(file.get(), line.data(), line.size()))));
        item.recorded = digest256::parse(line).hex();
        item.outcome = item.recorded == item.found ? verify_outcome::match : verify_outcome::changed;
    } catch (const error& problem) {
        const bool absent = problem.code() == errc::artifact_missing;
        item.outcome = absent ? verify_outcome::not_recorded : verify_outcome::unreadable;
        item.reason = absent ? "there is no " + beside.filename().native() +
                                   " beside it: the run did not end, or its writer leaves none"
                             : std::string(to_string(problem.code())) + ": " + problem.what_failed();
    }
}

} // namespace detail

/// Returns what of `manifest` still holds.
///
/// Promises that the files named by the manifest are, or are not, byte for byte what they were when it was
/// written. Does not tell whether the run made them, nor whether the manifest is genuine: whoever can write
/// the folder can write a manifest that fits. Errors:  none for whatever the files are; errc::internal when
/// libcrypto refuses. Threads: safe to call from many threads.
[[nodiscard]] inline verification verify(const recorded_manifest& manifest,
                                         const verify_options& options = {}) {
    verification result;
    detail::verify_itself(manifest, result);
    const std::filesystem::path folder = manifest.path.parent_path();
    detail::verify_files(
        manifest.artifacts, item_kind::artifact, options,
        [&](const recorded_file& file) { return detail::artifact_location(file, folder); }, result);
    const auto elsewhere = [&](const recorded_file& file) {
        return detail::input_location(file, options.folder);
    };
    detail::verify_files(manifest.inputs, item_kind::input, options, elsewhere, result);
    detail::verify_files(manifest.lockfiles, item_kind::lockfile, options, elsewhere, result);
    if (options.environment == check_environment::yes)
        detail::verify_environment(manifest, options.folder, result.items);
    return result;
}

} // namespace repro::inline v0
