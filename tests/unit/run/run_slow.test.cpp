// SPDX-License-Identifier: MIT
// Thousands of runs: killed at any moment, and many at one time.

#include <repro/run/run.hpp>

#include "support/manifest.hpp"
#include "support/quiet_environment.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

using nlohmann::json;
using support::scoped_variable;

namespace {

/// A working directory without a repository, in memory where that is: the subject is no disk.
struct quiet_place {
    scoped_variable place{"TMPDIR", support::fast_place()};
    support::temporary_folder folder;
    support::quiet_environment quiet;
    scoped_variable root{"REPRO_EXPERIMENTS", (folder / "runs").native()};
    std::filesystem::path before = std::filesystem::current_path();

    quiet_place() { std::filesystem::current_path(folder.path()); }
    ~quiet_place() { std::filesystem::current_path(before); }
};

/// How many times: more than every check does, before a release.
int times(const char* variable, int usual) {
    const char* const asked = std::getenv(variable);
    return asked != nullptr ? std::atoi(asked) : usual;
}

std::string run_once() {
    repro::run run({.id = "many", .seed = 1});
    run.metric("loss", 0, 0.5);
    if (run.finish() != 0) ::_exit(9);
    return run.path("").parent_path().filename().native();
}

[[noreturn]] void work_for_ever(int acknowledge) {
    for (;;) {
        const std::string line = run_once() + "\n";
        if (::write(acknowledge, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(8);
    }
}

std::string status_in(const std::string& text) {
    const std::string key = "\n  \"status\": \"";
    const std::size_t at = text.find(key);
    if (at == std::string::npos) return {};
    const std::size_t start = at + key.size();
    return text.substr(start, text.find('"', start) - start);
}

/// How much of the process is in memory, and how many threads it has.
std::size_t resident_bytes() {
    const std::string text = support::read_text("/proc/self/statm");
    return std::stoul(text.substr(text.find(' '))) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::ptrdiff_t thread_count() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

/// Returns the processor time of one run, in milliseconds.
double cost_of_a_run() {
    const std::int64_t before = repro::detail::nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
    (void)run_once();
    return static_cast<double>(repro::detail::nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before) / 1e6;
}

} // namespace

TEST_CASE("a run costs less than 40 ms of a processor, no memory that stays, and no thread") {
    const quiet_place place;
    std::vector<double> milliseconds;
    for (int i = 0; i < 15; ++i)
        milliseconds.push_back(cost_of_a_run());
    const double least =
        *std::ranges::min_element(milliseconds); // what others take of the machine is not ours
    const std::size_t before = resident_bytes();
    for (int i = 0; i < 100; ++i)
        (void)run_once();
    const std::size_t after = resident_bytes();
    WARN(least << " ms; " << (after > before ? after - before : 0) << " bytes after 100 runs");
    CHECK(least < 40);
    CHECK(after < before + (std::size_t{8} << 20));
    repro::run open({.id = "idle", .seed = 1});
    CHECK(thread_count() == 1);
    CHECK(open.finish() == 0);
}

TEST_CASE("killed five thousand times at any moment: nothing is torn, and nothing acknowledged is lost") {
    const quiet_place place;
    (void)run_once(); // what is looked up once a process is known to the children
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    std::set<std::string> acknowledged;
    const auto collect = [&] {
        static std::string rest;
        char chunk[4096];
        for (ssize_t n; (n = ::read(ends[0], chunk, sizeof chunk)) > 0;)
            rest.append(chunk, static_cast<std::size_t>(n));
        for (std::size_t line; (line = rest.find('\n')) != std::string::npos; rest.erase(0, line + 1))
            acknowledged.insert(rest.substr(0, line));
    };
    const auto start = [&] {
        const pid_t child = ::fork();
        if (child == 0) work_for_ever(ends[1]);
        return child;
    };
    const auto end = [](pid_t child) {
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        if (!WIFSIGNALED(status)) FAIL("the child ended by itself, with status " << status);
    };
    // As long as this machine takes for one run, so that kills fall before, into and behind the first.
    const std::int64_t begun = repro::detail::nanoseconds(CLOCK_MONOTONIC);
    const pid_t measured = start();
    while (acknowledged.empty()) {
        const timespec moment{0, 100'000};
        ::nanosleep(&moment, nullptr);
        collect();
    }
    const auto longest = static_cast<std::uint64_t>(repro::detail::nanoseconds(CLOCK_MONOTONIC) - begun) * 2;
    end(measured);
    std::uint64_t random = 88172645463325252U;
    const int kills = times("REPRO_TEST_KILLS", 5000);
    for (int kill = 0; kill < kills; ++kill) {
        const pid_t child = start();
        REQUIRE(child > 0);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        const std::uint64_t nanoseconds = random % longest;
        const timespec pause{static_cast<time_t>(nanoseconds / 1'000'000'000),
                             static_cast<long>(nanoseconds % 1'000'000'000)};
        ::nanosleep(&pause, nullptr);
        end(child);
        collect();
    }
    std::map<std::string, std::size_t> statuses;
    for (const auto& entry : std::filesystem::directory_iterator(place.folder / "runs")) {
        const auto file = entry.path() / "manifest.json";
        const bool there = std::filesystem::exists(file);
        const std::string text = there ? support::read_text(file) : "";
        if (there && !json::accept(text)) FAIL("torn: " << file.native());
        const std::string status = there ? status_in(text) : "none yet";
        ++statuses[status];
        if (acknowledged.contains(entry.path().filename()) && status != "completed")
            FAIL("acknowledged, and " << status << ": " << file.native());
    }
    for (const auto& [status, count] : statuses)
        WARN(status << ": " << count);
    statuses.erase("none yet");
    CHECK(statuses["completed"] >= acknowledged.size());
    CHECK(statuses["running"] > 0);
    CHECK(statuses.size() == 2);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("64 processes with a hundred runs of one name each have 6400 folders, and lose none") {
    const quiet_place place;
    (void)run_once();
    const int runs = times("REPRO_TEST_RUNS", 100); // of each process
    std::vector<pid_t> children;
    for (int process = 0; process < 64; ++process) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            for (int i = 0; i < runs; ++i)
                (void)run_once();
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    std::set<std::string> ids;
    std::size_t folders = 0;
    for (const auto& entry : std::filesystem::directory_iterator(place.folder / "runs")) {
        const std::string text = support::read_text(entry.path() / "manifest.json");
        if (status_in(text) != "completed") FAIL("not completed: " << entry.path().native());
        const std::size_t at = text.find("\"run_id\": \"");
        ids.insert(text.substr(at, 48));
        ++folders;
    }
    const auto expected = static_cast<std::size_t>(64 * runs + 1);
    CHECK(folders == expected);
    CHECK(ids.size() == expected);
}
