// SPDX-License-Identifier: MIT
// What the system grants: a disk, /proc, a repository, a second start, clocks, a locale.

#include <repro/capture/git.hpp>
#include <repro/detail/clock.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/launch/obstacles.hpp>
#include <repro/run/folder.hpp>

#include "doctor/checks.hpp"
#include "shake/child.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <langinfo.h>
#include <locale.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace tool {
namespace {

using repro::detail::descriptor;
using repro::detail::errno_text;

constexpr const char* runs_fix = "set REPRO_EXPERIMENTS to a folder on a disk that this user can write";

/// Returns the folder itself, or the nearest one above it that is there.
std::filesystem::path nearest_existing(std::filesystem::path folder) {
    std::error_code ignored;
    folder = std::filesystem::absolute(folder).lexically_normal();
    while (!std::filesystem::exists(folder, ignored) && folder.has_relative_path())
        folder = folder.parent_path();
    return folder;
}

/// Writes a small file and brings it to the disk; returns what failed, or nothing.
std::string try_to_write(const std::filesystem::path& folder) {
    std::string name = (folder / ".repro-doctor-XXXXXX").native();
    const descriptor file(::mkstemp(name.data()));
    if (!file) return fmt::format("cannot be written: {}", errno_text(errno));
    ::unlink(name.c_str());
    if (::write(file.get(), "x", 1) != 1) return fmt::format("cannot be written: {}", errno_text(errno));
    if (::fsync(file.get()) != 0) return fmt::format("does not confirm writes: {}", errno_text(errno));
    return {};
}

const char* git_fix(repro::git_state state) {
    using enum repro::git_state;
    switch (state) {
    case clean:
        return "";
    case dirty:
        return "commit, then run";
    case refused_ownership:
        return "git config --global --add safe.directory <the folder>";
    case unborn:
        return "make a first commit";
    default:
        return "run inside the repository of the code";
    }
}

} // namespace

std::string_view to_string(health state) noexcept {
    constexpr std::string_view words[] = {"ok", "absent", "warning", "missing"};
    return words[static_cast<std::size_t>(state)];
}

finding check_runs(const std::filesystem::path& runs) {
    const std::filesystem::path folder = nearest_existing(runs);
    const std::string problem = try_to_write(folder);
    const std::string where = std::filesystem::absolute(runs).lexically_normal().native();
    if (!problem.empty())
        return {"runs", health::missing, fmt::format("{} {}", folder.native(), problem), runs_fix};
    const descriptor opened = repro::detail::open_folder(AT_FDCWD, folder.c_str(), 0);
    if (opened && repro::detail::is_volatile(repro::detail::file_system_name(opened.get())))
        return {"runs", health::warning, where + " is in memory, and gone after a restart", runs_fix};
    return {"runs", health::ok, where + " can be written, and confirms it", {}};
}

finding check_proc(const std::filesystem::path& proc) {
    for (const char* const name : {"environ", "status", "maps"})
        if (!repro::detail::read_text((proc / name).c_str(), 1U << 16))
            return {"proc", health::missing,
                    fmt::format("{} cannot be read: {}", (proc / name).native(), errno_text(errno)),
                    "mount /proc: without it nobody can tell which variables were set too late"};
    return {"proc", health::ok, proc.native() + " can be read", {}};
}

finding check_git(const std::filesystem::path& folder) {
    const repro::git_facts facts = repro::capture_git(folder, {});
    const bool good = facts.state == repro::git_state::clean;
    std::string what(to_string(facts.state));
    if (facts.sha) what += ", commit " + facts.sha->substr(0, 10);
    std::vector<std::string> reasons; // one can leave several facts unknown
    for (const repro::missing_fact& each : facts.missing)
        if (std::ranges::find(reasons, each.reason) == reasons.end()) reasons.push_back(each.reason);
    for (const std::string& each : reasons)
        what += "; " + each;
    return {"git", good ? health::ok : health::warning, what, git_fix(facts.state)};
}

std::vector<finding> check_launch() {
    std::vector<finding> found;
    const std::string obstacle = repro::detail::obstacle();
    if (obstacle.empty())
        found.push_back({"relaunch", health::ok, "a program can start itself again", {}});
    else
        found.push_back({"relaunch", health::warning, obstacle, "start programs with repro run"});
    if (addresses_can_be_fixed())
        found.push_back({"addresses", health::ok, "the memory layout can be fixed", {}});
    else
        found.push_back({"addresses", health::warning, "personality() is forbidden here",
                         "allow it in the container's seccomp profile, for repro shake and "
                         "--fixed-addresses"});
    return found;
}

finding check_clock() {
    constexpr std::int64_t second = 1'000'000'000, year = 31'556'952 * second;
    const std::int64_t since_1970 = repro::detail::nanoseconds(CLOCK_REALTIME);
    const std::int64_t before = repro::detail::nanoseconds(CLOCK_MONOTONIC);
    const bool forward = repro::detail::nanoseconds(CLOCK_MONOTONIC) >= before;
    if (since_1970 < 56 * year || since_1970 > 130 * year) // 2026 and 2100
        return {"clock", health::warning, "the calendar stands outside of 2026 to 2100",
                "set the clock: it names the folders of runs"};
    if (!forward)
        return {"clock", health::warning, "the steady clock goes backwards", "distrust wall_seconds here"};
    return {"clock", health::ok, "calendar and steady clock are plausible", {}};
}

std::vector<finding> check_locale() {
    std::vector<finding> found;
    const locale_t opened = ::newlocale(LC_ALL_MASK, "", static_cast<locale_t>(nullptr));
    if (opened == static_cast<locale_t>(nullptr)) {
        found.push_back({"locale", health::warning, "the environment names a locale that is not installed",
                         "set LC_ALL=C.UTF-8"});
    } else {
        const std::string point = ::nl_langinfo_l(RADIXCHAR, opened);
        ::freelocale(opened);
        found.push_back(point == "." ? finding{"locale", health::ok, "the decimal point is a point", {}}
                                     : finding{"locale", health::warning,
                                               "the decimal point is '" + point + "' after setlocale",
                                               "set LC_ALL=C.UTF-8"});
    }
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    found.push_back(local.tm_gmtoff == 0
                        ? finding{"time zone", health::ok, "UTC", {}}
                        : finding{"time zone", health::warning, fmt::format("{} s from UTC", local.tm_gmtoff),
                                  "set TZ=UTC where programs split times into days and hours"});
    return found;
}

} // namespace tool
