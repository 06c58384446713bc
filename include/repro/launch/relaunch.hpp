// SPDX-License-Identifier: MIT
#pragma once
// relaunch_if_needed: sets what has to stand in the environment before a process starts, by starting the
// program once more in its own place.

#include <repro/core/knobs.hpp>
#include <repro/core/level.hpp>
#include <repro/core/redact.hpp>
#include <repro/detail/clock.hpp>
#include <repro/detail/config.hpp>
#include <repro/detail/process_stat.hpp>
#include <repro/launch/declared_level.hpp>
#include <repro/launch/obstacles.hpp>
#include <repro/launch/settings.hpp>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <sys/personality.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What became of relaunch_if_needed.
enum class relaunch_outcome : unsigned char {
    not_asked,  ///< it was not called
    not_needed, ///< nothing was missing; what is set against the level, the manifest tells
    done,       ///< this process is the second of its program
    refused     ///< something was missing, and stays so; the reason says why
};

/// Returns "not asked", "not needed", "done" or "refused".
[[nodiscard]] constexpr std::string_view to_string(relaunch_outcome outcome) noexcept {
    constexpr std::string_view words[] = {"not asked", "not needed", "done", "refused"};
    return words[static_cast<unsigned char>(outcome)];
}

/// What was done to the environment of this process.
struct relaunch_report {
    relaunch_outcome outcome = relaunch_outcome::not_asked;
    std::string reason;                              ///< of a refusal
    std::vector<setting> settings;                   ///< what was set, or would have been
    std::optional<std::int64_t> nanoseconds_between; ///< from the decision to the second start
};

/// Whether the memory layout is the same in every run: only for programs whose numbers follow addresses, as
/// where pointers order a container. It takes a protection against attacks away.
enum class address_layout : unsigned char { as_is, fixed };

namespace detail {

/// Carries from the first process to the second what was set, and when: "<pid> <start> <nanoseconds> <name>
/// <name> ...".
inline constexpr const char* relaunch_mark = "REPRO_RELAUNCHED";

REPRO_SHARED inline relaunch_report& relaunch_state() {
    static auto* const only = new relaunch_report;
    return *only;
}

/// Returns when this process started, in ticks of the kernel; 0 where that is hidden.
[[nodiscard]] inline std::uint64_t start_of_this_process() {
    const std::optional<process_stat> self = read_process_stat("self");
    return self ? self->started : 0;
}

/// Returns the report where this process was started by relaunch_if_needed: exec keeps pid and start, so a
/// mark with others was inherited from a parent, and means nothing here. A pid alone can be a parent's, too:
/// in another container, or when numbers are used again.
[[nodiscard]] inline std::optional<relaunch_report> read_relaunch_mark() {
    const char* const mark = std::getenv(relaunch_mark);
    if (mark == nullptr) return std::nullopt;
    std::string_view rest = mark;
    std::uint64_t pid = 0, started = 0, then = 0;
    if (!from_decimal(next_token(rest, ' '), pid) || pid != static_cast<std::uint64_t>(::getpid()))
        return std::nullopt;
    if (!from_decimal(next_token(rest, ' '), started) || started != start_of_this_process())
        return std::nullopt;
    if (!from_decimal(next_token(rest, ' '), then)) return std::nullopt;
    relaunch_report report{relaunch_outcome::done, {}, {}, {}};
    report.nanoseconds_between = nanoseconds(CLOCK_MONOTONIC) - static_cast<std::int64_t>(then);
    while (!rest.empty()) {
        const std::string name(next_token(rest, ' '));
        const char* const value = std::getenv(name.c_str());
        report.settings.push_back({name, value != nullptr ? value : ""});
    }
    return report;
}

[[nodiscard]] inline std::string make_relaunch_mark(const std::vector<setting>& settings) {
    std::string mark = decimal(static_cast<unsigned>(::getpid())) + " " + decimal(start_of_this_process()) +
                       " " + decimal(static_cast<std::uint64_t>(nanoseconds(CLOCK_MONOTONIC)));
    for (const setting& each : settings)
        mark += " " + each.name;
    return mark;
}

/// Sets a variable, or removes it where there is no value.
inline bool put_variable(const std::string& name, const std::optional<std::string>& value) {
    return (value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str())) == 0;
}

/// Starts the program again with `settings`; returns why that failed, if it did, with the environment as it
/// was.
[[nodiscard]] inline std::string start_again(char** argv, const std::vector<setting>& settings,
                                             address_layout layout) {
    const int before = ::personality(0xffffffff);
    if (layout == address_layout::fixed &&
        (before == -1 || ::personality(static_cast<unsigned long>(before) | ADDR_NO_RANDOMIZE) == -1))
        return std::string("the memory layout cannot be fixed: ") + errno_text(errno);
    std::vector<std::pair<std::string, std::optional<std::string>>> earlier = {
        {relaunch_mark, variable(relaunch_mark)}};
    bool set = put_variable(relaunch_mark, make_relaunch_mark(settings));
    for (const setting& each : settings) {
        earlier.emplace_back(each.name, variable(each.name));
        set = set && put_variable(each.name, each.value);
    }
    const std::string program = own_program();
    if (set) {
        (void)std::fflush(nullptr);
        ::execv(program.c_str(), argv);
    }
    const int reason = errno;
    if (before != -1) (void)::personality(static_cast<unsigned long>(before));
    for (const auto& [name, value] : earlier)
        (void)put_variable(name, value);
    return program + " cannot be started: " + errno_text(reason);
}

[[nodiscard]] inline bool addresses_are_fixed() noexcept {
    const int now = ::personality(0xffffffff);
    return now != -1 && (now & ADDR_NO_RANDOMIZE) != 0;
}

} // namespace detail

/// Makes the environment what `wanted` asks for, by executing the program once more in the same process where
/// something is missing: the first thing in main.
///
/// The pid, the arguments, the open files, the working directory and everything in the environment stay. What
/// the user has set is kept, right or wrong; the manifest tells. Returns at once where nothing is missing.
/// Refuses, with the reason and a line on stderr (unless REPRO_QUIET is set), where REPRO_NO_RELAUNCH is set,
/// under a debugger or valgrind, in a program with raised privileges or started through the dynamic loader,
/// once MPI has started or where a launcher's connection would be lost, and where it has been done already
/// and something is still missing. A library that is loaded later by dlopen is not seen: start such a program
/// with `repro run`.
///
/// Errors:  none; a refusal is a value.
///
/// Threads: before the program starts any. Those that libraries started before main, as OpenBLAS does, end
///          and are started anew.
///
/// Example:
///     int main(int argc, char** argv) {
///         repro::relaunch_if_needed(argc, argv, repro::level::bit_exact);
inline const relaunch_report& relaunch_if_needed(int argc, char** argv, level wanted,
                                                 address_layout layout = address_layout::as_is) {
    detail::declare_level(wanted);
    relaunch_report& report = detail::relaunch_state();
    const std::optional<relaunch_report> earlier = detail::read_relaunch_mark();
    std::vector<setting> settings = detail::settings_that_lack(wanted);
    const bool move = layout == address_layout::fixed && !detail::addresses_are_fixed();
    if (settings.empty() && !move) {
        report = earlier.value_or(relaunch_report{relaunch_outcome::not_needed, {}, {}, {}});
        return report;
    }
    std::string reason =
        earlier ? "it was started again once, and something is still missing" : detail::obstacle();
    if (reason.empty() && (argc < 1 || argv[0] == nullptr)) reason = "it was started without a name";
    if (reason.empty()) reason = detail::start_again(argv, settings, layout);
    report = {relaunch_outcome::refused, std::move(reason), std::move(settings), {}};
    redaction_list uncounted;
    if (std::getenv("REPRO_QUIET") == nullptr)
        std::fprintf(stderr, "repro: not started again with the environment of level %s: %s\n",
                     std::string(to_string(wanted)).c_str(),
                     redact(report.reason, uncounted, "stderr").c_str());
    return report;
}

/// Returns what relaunch_if_needed did in this process.
[[nodiscard]] inline const relaunch_report& last_relaunch() { return detail::relaunch_state(); }

} // namespace repro::inline v0
