// SPDX-License-Identifier: MIT
#pragma once
// Compares what a manifest recorded with what there is now. Reads files and nothing else: nothing is written,
// and nothing that a manifest names is run.

#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>
#include <repro/hash/file.hpp>
#include <repro/judge/environment.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/verified_files.hpp>
#include <repro/judge/verified_item.hpp>
#include <repro/judge/verify_options.hpp>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {

/// What became of everything that a manifest recorded.
struct verification {
    std::vector<verified_item> items;

    /// Returns how many items have this outcome.
    [[nodiscard]] std::size_t count(verify_outcome outcome) const {
        return static_cast<std::size_t>(std::ranges::count(items, outcome, &verified_item::outcome));
    }
    /// Returns `differs` where anything is changed or missing; else `undecided` where anything was not
    /// recorded, cannot be read or was not checked, or where there is nothing to compare; else `holds`.
    [[nodiscard]] verify_verdict verdict() const {
        if (count(verify_outcome::changed) + count(verify_outcome::missing) > 0)
            return verify_verdict::differs;
        return !items.empty() && count(verify_outcome::match) == items.size() ? verify_verdict::holds
                                                                              : verify_verdict::undecided;
    }
};

namespace detail {

/// Compares files of a manifest with what lies there: `check` is how.
template <class Check>
void verify_files(const std::vector<recorded_file>& files, item_kind kind, Check check,
                  verification& result) {
    for (const recorded_file& file : files)
        check(file, result.items.emplace_back(verified_item{kind, file.path}));
}

/// Compares the manifest with the digest that its writer left beside it.
inline void verify_itself(const recorded_manifest& manifest, verification& result) {
    verified_item& item = result.items.emplace_back(
        verified_item{item_kind::manifest, manifest.path.filename().native(), {}, manifest.sha256.hex()});
    const std::string beside = manifest.path.filename().native() + ".sha256";
    try {
        struct stat facts{};
        const descriptor folder =
            open_folder(manifest.path.has_parent_path() ? manifest.path.parent_path() : ".");
        if (!folder) throw hash_errno(beside, errno);
        const descriptor file = open_regular_beneath(folder.get(), beside, facts);
        std::string line(64, '\0');
        line.resize(
            static_cast<std::size_t>(std::max<ssize_t>(0, read_up_to(file.get(), line.data(), line.size()))));
        item.recorded = digest256::parse(line).hex();
        item.outcome = item.recorded == item.found ? verify_outcome::match : verify_outcome::changed;
    } catch (const error& problem) {
        record_failure(item, problem);
        if (item.outcome != verify_outcome::missing) return;
        item.outcome = verify_outcome::not_recorded;
        item.reason = "there is no " + beside + " beside it: the run did not end, or its writer leaves none";
    }
}

} // namespace detail

/// Returns what of `manifest` still holds.
///
/// Promises that the files named by the manifest are, or are not, byte for byte what they were when it was
/// written. Does not tell whether the run made them, nor whether the manifest is genuine: whoever can write
/// the folder can write a manifest that fits. Nothing is opened but regular files in the run's folder and
/// below `options.folder`, unless `options.outside` allows it; with the environment, too, programs and
/// libraries where the system keeps them.
///
/// Errors:  none for whatever the files are; errc::internal when libcrypto refuses.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline verification verify(const recorded_manifest& manifest,
                                         const verify_options& options = {}) {
    verification result;
    detail::verify_itself(manifest, result);
    detail::file_verifier files(manifest, options);
    const auto artifact = [&](const recorded_file& file, verified_item& item) { files.artifact(file, item); };
    const auto other = [&](const recorded_file& file, verified_item& item) { files.other(file, item); };
    detail::verify_files(manifest.artifacts, item_kind::artifact, artifact, result);
    detail::verify_files(manifest.inputs, item_kind::input, other, result);
    detail::verify_files(manifest.lockfiles, item_kind::lockfile, other, result);
    if (manifest.patch) detail::verify_files({*manifest.patch}, item_kind::patch, artifact, result);
    if (options.environment == check_environment::yes)
        detail::verify_environment(manifest, options.folder, files, result.items);
    return result;
}

} // namespace repro::inline v0
