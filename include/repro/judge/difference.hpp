// SPDX-License-Identifier: MIT
#pragma once
// One thing in which two manifests differ, and how likely it is to change numbers.

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repro::inline v0 {

/// What a difference belongs to, in the order in which a reader asks.
enum class difference_group : unsigned char {
    code,
    executable,
    lockfiles,
    libraries,
    build,
    launch, ///< variables that change numbers, what libraries answered, and the fingerprint of the arithmetic
    floating_point,
    config,
    streams,
    inputs,
    environment,
    hardware,
    metrics,
    artifacts,
    times,
    record, ///< what the manifests say of themselves: missing facts, warnings, versions of the layout
    count_  // not a group: how many there are
};

inline constexpr std::size_t difference_group_count = static_cast<std::size_t>(difference_group::count_);

/// Returns the word the tool prints and takes: "code", "floating-point", ...
[[nodiscard]] constexpr std::string_view to_string(difference_group group) noexcept {
    constexpr std::string_view words[] = {"code",    "executable", "lockfiles",      "libraries",
                                          "build",   "launch",     "floating-point", "config",
                                          "streams", "inputs",     "environment",    "hardware",
                                          "metrics", "artifacts",  "times",          "record"};
    return words[static_cast<std::size_t>(group)];
}

/// How likely a difference is to be the cause of other numbers, most likely first.
enum class likelihood : unsigned char {
    very_likely, ///< the numbers are computed from it
    likely,
    possible,
    unlikely,
    unknown, ///< one of the manifests does not hold it, so nobody can say whether it differed
    result,  ///< it follows from the numbers, or is them
    none     ///< times and the like: it changes no number
};

/// Returns the words the tool prints: "very likely", "likely", "possible", "unlikely", "unknown", "result" or
/// "none".
[[nodiscard]] constexpr std::string_view to_string(likelihood how) noexcept {
    constexpr std::string_view words[] = {"very likely", "likely", "possible", "unlikely",
                                          "unknown",     "result", "none"};
    return words[static_cast<unsigned char>(how)];
}

/// What one of the manifests holds in the place of a difference.
struct difference_side {
    std::string pointer;  ///< a JSON pointer into its document; empty where it holds nothing there
    nlohmann::json value; ///< null where it holds nothing there

    [[nodiscard]] bool absent() const noexcept { return pointer.empty(); }
};

/// How two series of a metric part.
struct metric_difference {
    std::int64_t first_step = 0;   ///< the first step whose values differ, or that one of them lacks
    std::int64_t largest_step = 0; ///< where they are farthest apart
    double largest = 0;            ///< |a - b| there; infinite where one of the two is no finite number
    std::size_t differing = 0;     ///< steps that both have, with other values
    std::size_t compared = 0;      ///< steps that both have
    std::size_t only_a = 0;
    std::size_t only_b = 0;
};

struct difference {
    difference_group group = difference_group::record;
    std::string name; ///< the place in words of the manifest: "config/lr", "libraries/libm.so.6/build_id"
    difference_side a;
    difference_side b;
    repro::likelihood likelihood = likelihood::possible;
    std::string why; ///< why it can change numbers, or what it follows from
    std::optional<metric_difference> metric = {};
};

} // namespace repro::inline v0
