// SPDX-License-Identifier: MIT
#pragma once
// One thing that a manifest recorded, and what became of it.

#include <repro/core/error.hpp>
#include <repro/judge/manifest_reader.hpp>

#include <string>
#include <string_view>

namespace repro::inline v0 {

/// What an item of a verification is.
enum class item_kind : unsigned char {
    manifest,
    artifact,
    input,
    lockfile,
    patch,
    signature,
    git,
    executable,
    build,
    library,
    versions,
    cuda,
    hardware,
    fingerprint,
    system,
    container,
    environment
};

/// Returns the word the tool prints.
[[nodiscard]] constexpr std::string_view to_string(item_kind kind) noexcept {
    constexpr std::string_view words[] = {"manifest",  "artifact",   "input",      "lockfile",    "patch",
                                          "signature", "git",        "executable", "build",       "library",
                                          "version",   "cuda",       "hardware",   "fingerprint", "system",
                                          "container", "environment"};
    return words[static_cast<unsigned char>(kind)];
}

/// What became of an item.
enum class verify_outcome : unsigned char {
    not_recorded, ///< nothing to compare with
    match,        ///< as recorded
    changed,      ///< there, and different
    missing,      ///< not there any more
    unreadable,   ///< there, and nobody can say
    not_checked,  ///< the time was over before, or it was too much to read
    outside       ///< where a manifest does not choose what is read: it was not opened
};

/// Returns the word the tool prints: "not recorded", "match", "changed", "missing", "unreadable",
/// "not checked" or "outside".
[[nodiscard]] constexpr std::string_view to_string(verify_outcome outcome) noexcept {
    constexpr std::string_view words[] = {"not recorded", "match",       "changed", "missing",
                                          "unreadable",   "not checked", "outside"};
    return words[static_cast<unsigned char>(outcome)];
}

/// Whether a record still holds.
enum class verify_verdict : unsigned char { holds, differs, undecided };

/// Returns the word the tool prints.
[[nodiscard]] constexpr std::string_view to_string(verify_verdict verdict) noexcept {
    constexpr std::string_view words[] = {"holds", "differs", "undecided"};
    return words[static_cast<unsigned char>(verdict)];
}

struct verified_item {
    item_kind kind = item_kind::manifest;
    std::string path = {};     ///< of a file, or the name of a fact
    std::string recorded = {}; ///< a digest or a value; empty where there is none
    std::string found = {};    ///< likewise
    verify_outcome outcome = verify_outcome::not_recorded;
    std::string reason = {}; ///< why it is neither a match nor merely different
};

namespace detail {

/// Puts the outcome of a comparison of two texts into `item`; an empty text stands for nothing.
inline void compare_texts(verified_item& item, std::string recorded, std::string found) {
    item.recorded = std::move(recorded);
    item.found = std::move(found);
    item.outcome = item.recorded.empty()         ? verify_outcome::not_recorded
                   : item.found.empty()          ? verify_outcome::unreadable
                   : item.recorded == item.found ? verify_outcome::match
                                                 : verify_outcome::changed;
}

/// Says why there is nothing to compare `item` with.
inline void record_failure(verified_item& item, const error& problem) {
    if (problem.code() == errc::internal) throw problem;
    const bool outside = problem.code() == errc::path_escape;
    item.outcome = problem.code() == errc::artifact_missing ? verify_outcome::missing
                   : outside                                ? verify_outcome::outside
                                                            : verify_outcome::unreadable;
    item.reason = std::string(to_string(problem.code())) + ": " + problem.what_failed();
    if (outside) item.reason += " (" + problem.fix() + ")";
}

} // namespace detail
} // namespace repro::inline v0
