// SPDX-License-Identifier: MIT
#pragma once
// Files that the manifest names, with their digests.

#include <repro/hash/file.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

namespace repro::inline v0 {
namespace detail {

/// A file with its digest, or the reason why there is none.
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

/// Returns the file that this process runs; its digest is that of the file that was started, even where
/// another one has taken its name.
[[nodiscard]] inline named_file hash_executable() {
    named_file file = hash_named("/proc/self/exe");
    std::error_code failed;
    file.absolute = std::filesystem::read_symlink("/proc/self/exe", failed);
    file.path = file.absolute.filename().native();
    return file;
}

/// A file that the run reads.
struct input_file {
    named_file file;
    std::string role;
    std::optional<digest256> sha256_at_end;
};

/// A file that the run made, named relative to its folder where it stands in it.
struct artifact_file {
    std::string name;
    bool outside = false;
    named_file file;
};

/// Returns the artifact `path`, relative to `folder` unless absolute.
[[nodiscard]] inline artifact_file name_artifact(const std::filesystem::path& folder,
                                                 const std::filesystem::path& path) {
    const std::filesystem::path full = (folder / path).lexically_normal(); // an absolute path stays itself
    const std::filesystem::path inside = full.lexically_relative(folder);
    const bool outside = inside.empty() || *inside.begin() == "..";
    artifact_file artifact{(outside ? full : inside).native(), outside, {}};
    artifact.file.absolute = full;
    return artifact;
}

} // namespace detail
} // namespace repro::inline v0
