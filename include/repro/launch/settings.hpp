// SPDX-License-Identifier: MIT
#pragma once
// What a launch sets in the environment for a level and a seed.

#include <repro/core/knobs.hpp>
#include <repro/core/seed.hpp>
#include <repro/detail/text.hpp>
#include <repro/stream/c_library.hpp>

#include <optional>
#include <string>
#include <vector>

namespace repro::inline v0 {

/// A variable and its value.
struct setting {
    std::string name;
    std::string value;

    friend bool operator==(const setting&, const setting&) = default;
};

namespace detail {

[[nodiscard]] inline std::string first_accepted(const knob& which) {
    std::string_view all = which.accepted;
    return std::string(next_token(all, '|'));
}

/// Returns what a launch has to add for the libraries that are mapped: what is missing, and has a value to
/// give.
[[nodiscard]] inline std::vector<setting> settings_that_lack(level wanted) {
    std::vector<setting> settings;
    for (const knob_finding& each : check_knobs(wanted).findings) {
        const bool moved = each.state == knob_state::late && asks(wanted, each.which);
        if (moved && each.value)
            settings.push_back({std::string(each.which.name), *each.value});
        else if ((moved || each.state == knob_state::missing) && !each.which.accepted.empty())
            settings.push_back({std::string(each.which.name), first_accepted(each.which)});
    }
    return settings;
}

} // namespace detail

/// Returns everything that a program of unknown libraries needs in its environment at `wanted`, whatever
/// stands there now: one value for each variable that the level asks for, REPRO_SEED and PYTHONHASHSEED for
/// the seed.
[[nodiscard]] inline std::vector<setting> launch_settings(level wanted, std::optional<seed> s) {
    std::vector<setting> settings;
    if (s) settings.push_back({"REPRO_SEED", detail::decimal(s->value())});
    for (const knob& each : knobs) {
        const std::string name(each.name);
        if (name == "PYTHONHASHSEED" && s)
            settings.push_back({name, detail::python_hash_seed(*s)});
        else if (detail::asks(wanted, each) && !each.accepted.empty())
            settings.push_back({name, detail::first_accepted(each)});
    }
    return settings;
}

/// Returns the variables that `wanted` wants unset.
[[nodiscard]] inline std::vector<std::string> launch_removals(level wanted) {
    std::vector<std::string> names;
    for (const knob& each : knobs)
        if (each.rule == knob_rule::unset && detail::asks(wanted, each)) names.emplace_back(each.name);
    return names;
}

} // namespace repro::inline v0
