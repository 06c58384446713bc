// SPDX-License-Identifier: MIT
#include <repro/launch/relaunch.hpp>

#include "support/process.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using environment = std::vector<std::pair<std::string, std::string>>;

struct answer {
    std::string outcome, reason, settings, pid, threads, name, address, arguments;
    int status = -1;
    pid_t started_as = 0;
};

enum class traced : unsigned char { no, yes };

/// Lets a tracee run to its end, past the stop at exec.
int end_of(pid_t child) {
    for (int status = 0; ::waitpid(child, &status, 0) == child;) {
        if (!WIFSTOPPED(status)) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        ::ptrace(PTRACE_CONT, child, nullptr, nullptr);
    }
    return -1;
}

/// Starts the subject with nothing but `variables` in its environment. A variable whose value is "own mark"
/// gets the mark of a program that was started again by itself.
answer start(const std::vector<std::string>& arguments, const environment& variables,
             traced trace = traced::no) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], 1);
        ::clearenv();
        for (const auto& [name, value] : variables) {
            const std::string mark = std::to_string(::getpid()) + " 1 OMP_NUM_THREADS";
            ::setenv(name.c_str(), value == "own mark" ? mark.c_str() : value.c_str(), 1);
        }
        std::vector<std::string> words = {"an odd/argv0"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (std::string& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        if (trace == traced::yes) ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        ::execv(REPRO_RELAUNCH_SUBJECT, argv.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    const int status = trace == traced::yes ? end_of(child) : -1;
    const std::string text = support::read_all(ends[0]);
    ::close(ends[0]);
    std::string_view rest = text;
    const auto next = [&rest] { return std::string(repro::detail::next_token(rest, '|')); };
    answer given{next(), next(), next(), next(), next(), next(), next(), next(), status, child};
    if (trace == traced::no) given.status = end_of(child);
    return given;
}

const environment quiet = {{"REPRO_QUIET", "1"}};

environment with(environment more) {
    more.insert(more.end(), quiet.begin(), quiet.end());
    return more;
}

} // namespace

TEST_CASE("a program in an empty environment is started again in its own place, once") {
    const answer given = start({"one", "two words", ""}, quiet);
    CHECK(given.outcome == "done");
    CHECK(given.reason.empty());
    CHECK(given.settings.find("OMP_NUM_THREADS=1 ") != std::string::npos);
    CHECK(given.settings.find("OMP_DYNAMIC=false ") != std::string::npos);
    CHECK(given.threads == "1");
    CHECK(given.pid == std::to_string(given.started_as)); // the same process
    CHECK(given.name == "an odd/argv0");
    CHECK(given.arguments == "one,two words,,\n");
    CHECK(given.status == 5); // and its own status
}

TEST_CASE("a right environment is left alone, and what the user set is kept") {
    const answer right = start({}, with({{"OMP_NUM_THREADS", "8"}, {"OMP_DYNAMIC", "FALSE"}}));
    CHECK(right.outcome == "not needed");
    CHECK(right.threads == "8");
    const answer wrong = start({}, with({{"OMP_NUM_THREADS", "8"}, {"OMP_DYNAMIC", "true"}}));
    CHECK(wrong.outcome == "not needed"); // contradictions are for the manifest to tell
    const answer partly = start({}, with({{"OMP_NUM_THREADS", "8"}}));
    CHECK(partly.outcome == "done");
    CHECK(partly.threads == "8");
    CHECK(partly.settings == "OMP_DYNAMIC=false ");
}

TEST_CASE("what is in the way of a second start is said, and the program goes on") {
    const std::vector<std::pair<answer, std::string>> refusals = {
        {start({}, with({{"REPRO_NO_RELAUNCH", "1"}})), "REPRO_NO_RELAUNCH"},
        {start({}, with({{"PMI_FD", "777"}})), "PMI_FD"},
        {start({}, with({{"LD_PRELOAD", "/nowhere/vgpreload_core.so"}})), "valgrind"},
        {start({}, with({{"REPRO_RELAUNCHED", "own mark"}})), "once"},
        {start({}, quiet, traced::yes), "debugger"},
    };
    for (const auto& [given, word] : refusals) {
        INFO(word << ": " << given.reason);
        CHECK(given.outcome == "refused");
        CHECK(given.reason.find(word) != std::string::npos);
        CHECK(given.settings.find("OMP_NUM_THREADS=1 ") != std::string::npos); // what would have been set
        CHECK(given.threads == "none");
        CHECK(given.status == 5);
    }
}

TEST_CASE("threads that libraries started before main are not in the way") {
    CHECK(start({"thread"}, quiet).outcome == "done");
}

TEST_CASE("a launcher's connection that stays open is not in the way") {
    // Descriptor 0 is open and survives an exec, as the one does that an MPI launcher hands over.
    CHECK(start({}, with({{"PMI_FD", "0"}, {"PMI_RANK", "3"}})).outcome == "done");
    CHECK(start({}, with({{"OMPI_COMM_WORLD_RANK", "1"}})).outcome == "done");
}

TEST_CASE("a mark that was inherited from another process means nothing") {
    CHECK(start({}, with({{"REPRO_RELAUNCHED", "1 5 OMP_NUM_THREADS"}})).outcome == "done");
    CHECK(start({}, with({{"REPRO_RELAUNCHED", "nonsense"}})).outcome == "done");
}

TEST_CASE("with a fixed layout two runs have the same addresses") {
    const answer first = start({"fixed"}, quiet);
    if (first.outcome == "refused") SKIP("no-personality: " << first.reason);
    CHECK(first.outcome == "done");
    CHECK(start({"fixed"}, quiet).address == first.address);
}

TEST_CASE("numbers of a status file are found by their key") {
    using repro::detail::status_number;
    constexpr std::string_view status = "Name:\tx\nTracerPid:\t0\nThreads:\t12\nOdd:\tword\n";
    CHECK(status_number(status, "TracerPid") == 0);
    CHECK(status_number(status, "Threads") == 12);
    CHECK_FALSE(status_number(status, "Odd"));
    CHECK_FALSE(status_number(status, "Absent"));
    CHECK_FALSE(status_number("Threads:", "Threads"));
}
