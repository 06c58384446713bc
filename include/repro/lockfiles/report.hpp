// SPDX-License-Identifier: MIT
#pragma once
// What a lockfile fixes: its packages, how each is held, and the grade that follows.

#include <repro/core/digest.hpp>
#include <repro/core/error.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::lockfiles {

/// How much a file fixes.
enum class letter : unsigned char {
    a, ///< everything that is not local is exact and carries a digest of its content
    b, ///< everything that is needed is exact; digests are missing for some or all
    c, ///< versions are pinned, but not all of them hold, or nobody knows whether the list is whole
    d  ///< constraints, which a resolver turns into versions on the day
};

/// Returns "A", "B", "C" or "D".
[[nodiscard]] constexpr std::string_view to_string(letter grade) noexcept {
    constexpr std::string_view words[] = {"A", "B", "C", "D"};
    return words[static_cast<unsigned char>(grade)];
}

/// Returns what a grade says, in a few words.
[[nodiscard]] constexpr std::string_view meaning(letter grade) noexcept {
    constexpr std::string_view words[] = {"locked and hashed", "locked", "pins", "constraints"};
    return words[static_cast<unsigned char>(grade)];
}

/// What the packages of a file are to each other.
enum class scope : unsigned char {
    whole,      ///< a resolver wrote down all that is needed
    listed,     ///< somebody wrote a list; nobody says that it is whole
    constraints ///< not a lock: versions are chosen later, within bounds
};

/// Returns "lock", "list" or "not a lock".
[[nodiscard]] constexpr std::string_view to_string(scope kind) noexcept {
    constexpr std::string_view words[] = {"lock", "list", "not a lock"};
    return words[static_cast<unsigned char>(kind)];
}

/// One package as a lockfile holds it. Texts are cleaned of users, passwords and tokens.
struct package {
    std::string name;
    std::string version = {};
    std::string source = {};         ///< where it comes from, if the file says so
    std::string hash = {};           ///< the digest of its content; of all its files where there are several
    std::string markers = {};        ///< the condition under which it is needed
    bool exact = true;               ///< whether one version satisfies it and no other
    bool local = false;              ///< from a folder beside the file, or the project itself
    bool floating = false;           ///< follows a branch, a tag or "latest"
    std::optional<bool> direct = {}; ///< asked for by the project, not by another package

    [[nodiscard]] bool hashed() const noexcept { return !hash.empty(); }
};

/// How many packages are of each sort. Hashed and floating ones are counted among those that are not local.
struct package_counts {
    std::size_t packages = 0;
    std::size_t direct = 0;
    std::size_t transitive = 0; ///< those not known to be one or the other are in neither
    std::size_t hashed = 0;
    std::size_t local = 0;
    std::size_t floating = 0;
    std::size_t inexact = 0;

    friend bool operator==(const package_counts&, const package_counts&) = default;
};

/// Something a file says of how its packages were found: an index, an override, a Python version.
struct fact {
    std::string name;
    std::string value;

    friend bool operator==(const fact&, const fact&) = default;
};

/// What is known of a lockfile.
struct report {
    std::string kind = {};           ///< of the table of formats: "uv.lock", "conan.lock", ...
    std::string format_version = {}; ///< as the file spells it; empty where it has none
    std::string tool = {};           ///< who wrote it, if it says so
    lockfiles::scope scope = scope::whole;
    letter grade = letter::d;
    package_counts counts = {};
    std::vector<package> packages = {};
    std::vector<fact> facts = {};
    std::vector<warning> warnings = {};
    std::optional<bool> stale = {};   ///< whether the project asks for something else by now
    std::optional<bool> tracked = {}; ///< whether git's index has it
    digest256 sha256 = {};            ///< of the file's bytes
};

/// A submodule as the tree of a repository has it.
struct gitlink {
    std::string path;
    std::string commit; ///< hexadecimal; empty where the tree has none
};

/// What else has to be known to grade a file.
struct context {
    /// Files of the same folder, name to content: those that `companions_of` names.
    std::map<std::string, std::string, std::less<>> companions = {};
    std::vector<gitlink> gitlinks = {};
    bool constraints = false;         ///< whether a tool is handed it as constraints (pip's -c)
    std::optional<bool> tracked = {}; ///< whether git's index has it
};

} // namespace repro::inline v0::lockfiles
