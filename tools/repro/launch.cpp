// SPDX-License-Identifier: MIT
#include "launch.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <unistd.h>

namespace tool {
namespace {

void meet_contradiction(const std::string& problem, const char* fix, contradictions rule, console& out) {
    const repro::error found(repro::errc::knob_wrong, "environment", problem, fix);
    if (rule == contradictions::refused) throw found;
    out.warn(found);
}

/// Returns the value of a variable; empty where it is not set.
std::string value_of(std::string_view name) { return repro::detail::variable(name).value_or(""); }

/// Warns of what the user set against the level, or refuses it. Of `seed`, a launch sets what it sets anyway.
void meet_contradictions(repro::level wanted, std::optional<repro::seed> seed, contradictions rule,
                         console& out) {
    const std::string level(to_string(wanted));
    for (const repro::knob& each : repro::knobs) {
        const std::string stands = value_of(each.name);
        if (stands.empty() || !repro::detail::asks(wanted, each)) continue;
        if (repro::detail::accepts(each, stands) || (seed && each.name == "PYTHONHASHSEED")) continue;
        if (each.rule == repro::knob_rule::unset)
            meet_contradiction(fmt::format("{} is {}, and level {} asks for it to be unset{}", each.name,
                                           printable(stands), level,
                                           rule == contradictions::refused ? "" : ": it is for this program"),
                               "unset it", rule, out);
        else
            meet_contradiction(fmt::format("{} is {}, against level {}", each.name, printable(stands), level),
                               "set it as the level asks, or leave it unset and let repro set it", rule, out);
    }
}

} // namespace

repro::level level_or_strictest(const std::string& text) {
    return text.empty() ? repro::level::bit_exact : repro::parse_level(text);
}

std::optional<repro::seed> seed_or_none(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(repro::seed::parse(text));
}

void prepare_environment(repro::level wanted, std::optional<repro::seed> seed, contradictions rule,
                         console& out) {
    meet_contradictions(wanted, seed, rule, out);
    std::vector<repro::setting> lacking; // set last: what stands until then is the user's
    for (const repro::setting& each : repro::launch_settings(wanted, seed)) {
        const std::string stands = value_of(each.name);
        if (each.name == "REPRO_SEED" || (seed && each.name == "PYTHONHASHSEED")) {
            if (!stands.empty() && stands != each.value)
                out.warn(fmt::format("{} was {}, and is {} for this program", each.name, printable(stands),
                                     each.value));
            lacking.push_back(each);
            continue;
        }
        const repro::knob& which = repro::find_knob(each.name);
        if (stands.empty() && (which.instead.empty() || value_of(which.instead).empty()))
            lacking.push_back(each);
    }
    for (const std::string& name : repro::launch_removals(wanted))
        ::unsetenv(name.c_str());
    for (const repro::setting& each : lacking)
        ::setenv(each.name.c_str(), each.value.c_str(), 1);
}

int become(const std::vector<std::string>& command, console& out) {
    std::vector<std::string> words = command;
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    const int reason = errno;
    out.fail({repro::errc::unreadable, command.front(),
              std::string("cannot be started: ") + repro::detail::errno_text(reason),
              "check its name and that it may be executed"});
    return reason == ENOENT ? 127 : 126;
}

} // namespace tool
