// SPDX-License-Identifier: MIT
#include "launch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <unistd.h>

namespace tool {
namespace {

constexpr const char* not_after_start = "set it as the level asks, or leave it unset and let repro set it";

void meet_contradiction(const std::string& problem, contradictions rule, console& out) {
    const repro::error found(repro::errc::knob_wrong, "environment", problem, not_after_start);
    if (rule == contradictions::refused) throw found;
    out.warn(found);
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
    const std::string level(to_string(wanted));
    const auto set_by_user = [](std::string_view name) {
        const auto value = repro::detail::variable(name);
        return value && !value->empty();
    };
    std::vector<std::string> stood; // before anything is set here
    for (const repro::knob& each : repro::knobs)
        if (set_by_user(each.name)) stood.emplace_back(each.name);
    const auto stands_in = [&stood](const std::string& name) {
        if (name == "REPRO_SEED") return false;
        const std::string_view instead = repro::find_knob(name).instead;
        return !instead.empty() && std::ranges::find(stood, instead) != stood.end();
    };
    for (const std::string& name : repro::launch_removals(wanted))
        if (!repro::detail::accepts(repro::find_knob(name), repro::detail::variable(name)))
            meet_contradiction(fmt::format("{} is set, and level {} asks for it to be unset", name, level),
                               rule, out);
    for (const repro::setting& each : repro::launch_settings(wanted, seed)) {
        const char* const stands = std::getenv(each.name.c_str());
        const bool given_here = each.name == "REPRO_SEED" || (seed && each.name == "PYTHONHASHSEED");
        const bool absent = stands == nullptr || *stands == '\0';
        if (absent && stands_in(each.name)) continue;
        if (absent || given_here) {
            if (!absent && stands != each.value)
                out.warn(fmt::format("{} was {}, and is {} for this program", each.name, printable(stands),
                                     each.value));
            ::setenv(each.name.c_str(), each.value.c_str(), 1);
        } else if (!repro::detail::accepts(repro::find_knob(each.name), stands)) {
            meet_contradiction(fmt::format("{} is {}, against level {}", each.name, stands, level), rule,
                               out);
        }
    }
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
