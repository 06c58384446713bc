// SPDX-License-Identifier: MIT
// A run in strict mode with the audit compiled in. With an argument it draws entropy as well.

#include <repro/launch/audit.hpp>
#include <repro/repro.hpp>

#include <filesystem>
#include <random>

int main(int argc, char** argv) {
    if (argc < 2) return 99;
    std::filesystem::current_path(argv[1]); // a repository: what is unknown of it would fail a strict run
    repro::run run({.id = "audited",
                    .seed = repro::seed(42),
                    // Entropy is a condition of the stricter levels.
                    .level = argc > 2 ? repro::level::seed_stable : repro::level::distribution_stable,
                    .lockfiles = {"b/c"}, // a file of the repository
                    .root = "runs",
                    .strict = true});
    if (argc > 2) (void)std::random_device()();
    return run.finish();
}
