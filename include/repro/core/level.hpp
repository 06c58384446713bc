// SPDX-License-Identifier: MIT
#pragma once
// The three levels of reproducibility as data: what each tolerates, asks for, leaves open, and is used for.

#include <repro/core/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace repro::inline v0 {

/// How equal two runs have to be, strictest first.
enum class level : unsigned char { bit_exact, seed_stable, distribution_stable };

/// What a level means.
struct level_description {
    repro::level level;
    std::string_view name;         ///< as the manifest and the tool spell it
    std::string_view tolerance;    ///< the largest difference that still counts as reproduced
    std::string_view controlled;   ///< what has to be the same
    std::string_view uncontrolled; ///< what may differ
    std::string_view used_for;     ///< the claim it carries
};

inline constexpr level_description levels[] = {
    {level::bit_exact, "bit-exact", "no difference in any bit",
     "hardware, operating system, libraries and their versions, compiler flags, launch environment, seeds, "
     "deterministic kernels",
     "nothing that reaches the numbers", "regression tests, continuous integration, internal checks"},
    {level::seed_stable, "seed-stable", "each metric within 0.01 of its pair under the same seed",
     "seeds, deterministic kernels, major versions of libraries",
     "hardware, operating system, minor versions: rounding drifts",
     "re-running one experiment on another machine"},
    {level::distribution_stable, "distribution-stable",
     "mean within two standard errors of the mean, standard deviation within 20 %",
     "code, hyperparameters, data, at least five seeds",
     "initial draws, order of shuffling, hardware, versions", "publishing that one method beats another"},
};

/// Distinct seeds that a publication needs on a side: the source's smallest number for a distribution.
inline constexpr std::uint64_t publication_seeds = 5;

/// Returns what `which` means.
[[nodiscard]] constexpr const level_description& describe(level which) noexcept {
    return levels[static_cast<unsigned char>(which)];
}

/// Returns the spelling in text: "bit-exact", "seed-stable" or "distribution-stable".
[[nodiscard]] constexpr std::string_view to_string(level which) noexcept { return describe(which).name; }

/// Returns the level that `text` names.
///
/// Errors: errc::level_unknown.
[[nodiscard]] inline level parse_level(std::string_view text) {
    for (const level_description& each : levels)
        if (each.name == text) return each.level;
    throw error(errc::level_unknown, "level '" + std::string(text.substr(0, 80)) + "'", "is not a level",
                "use bit-exact, seed-stable or distribution-stable");
}

} // namespace repro::inline v0
