// SPDX-License-Identifier: MIT
#pragma once
// What a run is told at its start.

#include <repro/capture/git_patch.hpp>
#include <repro/core/level.hpp>
#include <repro/core/seed.hpp>
#include <repro/run/config.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace repro::inline v0 {

/// What the code says of a run; every member but `id` can be left out.
struct run_options {
    /// Names the run: 1 to 128 of the characters A-Z a-z 0-9 . _ -, a letter or a digit first.
    std::string id = {};
    /// The seed of every stream; drawn from the system where absent. REPRO_SEED replaces it.
    std::optional<repro::seed> seed = {};
    /// How equal the author wants two runs to be.
    std::optional<repro::level> level = {};
    /// The hyperparameters, as the manifest records them.
    run_config config = {};
    /// Lockfiles of the environment, recorded by their digests.
    std::vector<std::filesystem::path> lockfiles = {};
    /// Where the folders of runs stand; REPRO_EXPERIMENTS, else ./experiments, where empty.
    std::filesystem::path root = {};
    /// Whether the changes of a dirty tree are kept as git.patch in the run's folder, so that it can be
    /// rebuilt.
    git_patch_options git_patch = {};
    /// The most bytes of an input or artifact that are hashed. A larger file is recorded by its size, its
    /// time and a digest of both ends (see hash_ends), and is never verified; a larger folder by no digest.
    /// Everything is hashed where absent.
    std::optional<std::uint64_t> hash_limit = {};
    /// Whether finish() returns 1 when something could not be recorded, or when a gate refuses the manifest:
    /// a changed tree, no lockfile, gaps, unmet conditions of the level.
    bool strict = false;
};

} // namespace repro::inline v0
