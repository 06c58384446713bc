// SPDX-License-Identifier: MIT
#pragma once
// What is known of an environment variable, and of a setting in code, that changes numbers.

#include <repro/core/level.hpp>

#include <optional>
#include <string_view>

namespace repro::inline v0 {

/// When a variable has to stand in the environment, or a setting has to be made, to have an effect.
enum class read_at : unsigned char {
    exec,   ///< when the process starts
    load,   ///< when the library is loaded; for a linked one that is when the process starts
    handle, ///< when a handle or communicator is made, or at the first call
    any,    ///< whenever it is used
    build   ///< when the code is compiled or linked
};

/// Returns "exec", "load", "handle", "any" or "build".
[[nodiscard]] constexpr std::string_view to_string(read_at when) noexcept {
    constexpr std::string_view words[] = {"exec", "load", "handle", "any", "build"};
    return words[static_cast<unsigned char>(when)];
}

/// What a level asks of a variable.
enum class knob_rule : unsigned char {
    one_of,   ///< one of the accepted values
    any_case, ///< one of the accepted values, in small letters or capitals
    fixed,    ///< any value, as long as there is one: two runs have to have the same
    count,    ///< any number of threads from 1 on: readers take another value for all processors
    counts,   ///< as count, or such numbers with ',' between them: one for each level of nesting
    unset,    ///< it must not be set
    noted     ///< nothing: it is recorded, because two runs that differ in it differ in their numbers
};

/// An environment variable that changes numbers.
struct knob {
    std::string_view name;
    std::string_view reader; ///< who reads it, and when, in words
    read_at when;
    knob_rule rule;
    /// Values that keep the promise, '|' between them; the first is what a launch sets. Of a fixed one or a
    /// count: what a launch sets, or empty where only the user can know.
    std::string_view accepted;
    /// The loosest level that asks for it: stricter ones ask as well.
    std::optional<level> asked_by;
    /// How names of the shared objects begin that make it matter, '|' between them; empty where it always
    /// does.
    std::string_view objects;
    std::string_view affects;
    std::string_view cost;
    std::string_view source; ///< where the values and the reader's time are from: a manual, code, or measured
    /// The variable that its reader takes where this one is not set.
    std::string_view instead = {};
};

/// A setting that changes numbers and is no environment variable: a call, an argument of one, a field of a
/// configuration, a flag. Code makes it, so nobody sees it from outside: what adapters know of theirs stands
/// under the manifest's `switches`.
struct code_switch {
    std::string_view name;
    std::string_view also;   ///< other spellings, '|' between them, as in another language
    std::string_view reader; ///< who heeds it, and from when on, in words
    read_at when;
    std::string_view accepted; ///< what keeps the promise, '|' between alternatives
    /// The loosest level whose promise needs it; none where two runs only have to have the same.
    std::optional<level> needed_by;
    std::string_view affects;
    std::string_view cost;
    std::string_view source; ///< where the values and the time are from: a manual, code, or measured
};

namespace detail {

// Who asks, as rows of the table say it.
inline constexpr std::optional<level> for_bits = level::bit_exact;
inline constexpr std::optional<level> for_seeds = level::seed_stable;
inline constexpr std::optional<level> for_none = {};

} // namespace detail
} // namespace repro::inline v0
