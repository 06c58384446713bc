// SPDX-License-Identifier: MIT
#pragma once
// Inputs and artifacts of a run: their digests, and what became of them.

#include <repro/run/named_file.hpp>
#include <repro/run/progress.hpp>
#include <repro/run/recording.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

inline void record_input(recording& to, named_file file, std::string_view role) {
    if (!file.digest) {
        to.manifest.miss("inputs." + file.path, file.reason);
        if (!file.partial) to.fail(warn::input_missing, "input " + file.path + ": " + file.reason);
    }
    to.manifest.inputs.push_back({std::move(file), std::string(role), std::nullopt});
}

/// Looks at the inputs again, at the end of the run.
inline void check_inputs(recording& to) noexcept {
    for (input_file& input : to.manifest.inputs) {
        if (!input.file.digest && !input.file.partial) continue;
        to.attempt("inputs", [&] {
            const named_file after = hash_named(input.file.absolute, patient("inputs"), to.limit);
            if (after.digest)
                input.sha256_at_end = after.digest->sha256;
            else
                to.manifest.miss("inputs." + input.file.path + ".sha256_at_end", after.reason);
            if (after.digest != input.file.digest || after.partial != input.file.partial)
                to.fail(warn::input_changed, "input " + input.file.path + " changed during the run");
        });
    }
}

/// Records artifacts, files and folders; relative paths are relative to `folder`, the run's.
inline void record_artifacts(recording& to, const std::filesystem::path& folder,
                             std::span<const std::filesystem::path> paths) noexcept {
    to.attempt("artifacts", [&] {
        const std::size_t known = to.manifest.artifacts.size();
        for (const std::filesystem::path& path : paths) {
            artifact_file artifact = name_artifact(folder, path);
            const auto same = [&](const artifact_file& each) { return each.name == artifact.name; };
            if (std::ranges::none_of(to.manifest.artifacts, same))
                to.manifest.artifacts.push_back(std::move(artifact));
        }
        const auto added = std::span(to.manifest.artifacts).subspan(known);
        std::vector<named_file*> files;
        for (artifact_file& each : added)
            files.push_back(&each.file);
        hash_named(files, patient("artifacts"), to.limit);
        for (const artifact_file& each : added) {
            if (each.file.digest) continue;
            to.manifest.miss("digests." + each.name, each.file.reason);
            if (!each.file.partial)
                to.fail(warn::artifact_missing, "artifact " + each.name + ": " + each.file.reason);
        }
    });
}

} // namespace detail
} // namespace repro::inline v0
