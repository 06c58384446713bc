// SPDX-License-Identifier: MIT
#pragma once
// Where in a run the floating-point environment was first met changed, and which mapped object probably did
// it. A shared library that turns denormals off does so for the thread that loads it, in the middle of a run.

#include <repro/detail/mutex.hpp>
#include <repro/launch/fast_math_objects.hpp>
#include <repro/launch/fp_environment.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {

/// An environment other than that of the run's start, at the check that met it first.
struct fp_change {
    std::string seen;       ///< at which check: "metric rmse, step 3"
    std::string difference; ///< from the run's start, in words
    /// Objects that turn denormals off when they are loaded, and came after the start; "" is the program.
    std::vector<std::string> probable_causes;

    friend bool operator==(const fp_change&, const fp_change&) = default;
};

namespace detail {

[[nodiscard]] inline bool flushes(const fp_environment& e) noexcept {
    return e.flush_to_zero || e.denormals_are_zero;
}

struct fp_change_log {
    detail::mutex mutex;
    std::vector<std::string> objects_at_start; ///< those that turn denormals off
    std::vector<fp_environment> met;           ///< so that each is told once
    std::vector<fp_change> changes;
};

/// Returns the one log of the process.
[[nodiscard]] REPRO_SHARED inline fp_change_log& fp_changes() noexcept {
    static fp_change_log log;
    return log;
}

/// Begins a run: what is mapped now is to blame for no later change.
inline void forget_fp_changes(std::vector<std::string> objects_at_start) {
    fp_change_log& log = fp_changes();
    const lock_guard lock(log.mutex);
    log.objects_at_start = std::move(objects_at_start);
    log.met.clear();
    log.changes.clear();
}

[[nodiscard]] inline std::vector<fp_change> seen_fp_changes() {
    fp_change_log& log = fp_changes();
    const lock_guard lock(log.mutex);
    return log.changes;
}

/// Whether the calling thread has the environment of the run's start: what every check asks first.
[[nodiscard]] inline bool fp_is_as_at_start() noexcept { return current_fp_environment() == fp_reference(); }

/// Keeps the calling thread's environment as a change; nothing where it is none, or one that was met before.
[[nodiscard]] inline std::optional<fp_change> new_fp_change(std::string_view seen) {
    const fp_environment now = current_fp_environment();
    fp_change change{std::string(seen), fp_difference(fp_reference(), now), {}};
    if (change.difference.empty()) return std::nullopt;
    std::vector<std::string> objects;
    if (flushes(now)) objects = fast_math_objects();
    fp_change_log& log = fp_changes();
    const lock_guard lock(log.mutex);
    if (std::find(log.met.begin(), log.met.end(), now) != log.met.end()) return std::nullopt;
    const std::vector<std::string>& known = log.objects_at_start;
    for (std::string& each : objects)
        if (std::find(known.begin(), known.end(), each) == known.end())
            change.probable_causes.push_back(std::move(each));
    log.met.push_back(now);
    log.changes.push_back(change);
    return change;
}

/// Returns ", probably by the constructor in libx.so, linked with -ffast-math", or nothing where nobody is
/// known.
[[nodiscard]] inline std::string blame(const std::vector<std::string>& objects) {
    std::string names;
    for (const std::string& each : objects)
        names += (names.empty() ? ", probably by the constructor in " : ", ") +
                 (each.empty() ? std::string("the program") : each.substr(each.rfind('/') + 1));
    return names.empty() ? names : names + ", linked with -ffast-math";
}

/// Returns the words of the warning.
[[nodiscard]] inline std::string change_text(const fp_change& change) {
    return "the floating-point environment changed during the run: " + change.difference +
           ", first seen at " + change.seen + blame(change.probable_causes);
}

} // namespace detail

/// Compares the calling thread's environment with that of the run's start, and returns how it differs; empty
/// where it does not.
///
/// For the places where a program loads libraries: the run's manifest says at which check another environment
/// was first met, and names the shared object that probably did it. A run makes this check itself wherever a
/// metric, an input or a tensor is recorded. Threads: safe to call from any.
/// Example:
///     void* const plugin = ::dlopen("libplugin.so", RTLD_NOW);
///     repro::check_floating_point("dlopen of libplugin.so");
inline std::string check_floating_point(std::string_view where) {
    std::string difference = fp_difference(detail::fp_reference(), current_fp_environment());
    if (!difference.empty()) (void)detail::new_fp_change(where);
    return difference;
}

} // namespace repro::inline v0
