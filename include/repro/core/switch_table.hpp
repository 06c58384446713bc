// SPDX-License-Identifier: MIT
#pragma once
// The settings that change numbers and are no environment variables: calls, arguments, configurations, flags.
// Each row names its source. Nobody but the code that makes them sees them; this is what to look for in it.

#include <repro/core/knob_table.hpp>
#include <repro/core/switches/cpu_maths.hpp>
#include <repro/core/switches/frameworks.hpp>
#include <repro/core/switches/gpu.hpp>
#include <repro/core/switches/openmp.hpp>
#include <repro/core/switches/process.hpp>
#include <repro/detail/text.hpp>

#include <string_view>

namespace repro::inline v0 {

/// Every such setting that is known, by who heeds it.
inline constexpr auto code_switches =
    detail::joined(detail::process_switches, detail::openmp_switches, detail::cpu_maths_switches,
                   detail::gpu_switches, detail::framework_switches);

namespace detail {

/// Returns a flag without the dashes before it.
[[nodiscard]] constexpr std::string_view undashed(std::string_view name) noexcept {
    while (name.starts_with('-'))
        name.remove_prefix(1);
    return name;
}

} // namespace detail

/// Returns what is known of the setting `name`, in any of its spellings, flags with their dashes or without;
/// null where nothing is.
[[nodiscard]] constexpr const code_switch* find_code_switch(std::string_view name) noexcept {
    const std::string_view wanted = detail::undashed(name);
    for (const code_switch& each : code_switches) {
        if (detail::undashed(each.name) == wanted) return &each;
        for (std::string_view rest = each.also; !rest.empty();)
            if (detail::undashed(detail::next_token(rest, '|')) == wanted) return &each;
    }
    return nullptr;
}

} // namespace repro::inline v0
