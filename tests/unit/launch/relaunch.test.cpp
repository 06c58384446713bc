// SPDX-License-Identifier: MIT
#include <repro/launch/relaunch.hpp>

#include "support/isolation.hpp"
#include "support/loader.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <filesystem>
#include <grp.h>
#include <link.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/ptrace.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using environment = std::vector<std::pair<std::string, std::string>>;

struct answer {
    std::string outcome, reason, settings, pid, threads, name, address, rank, arguments;
    int status = -1;
    pid_t started_as = 0;
};

enum class traced : unsigned char { no, yes };

/// How the subject is started.
struct way {
    traced trace = traced::no;
    std::string program = REPRO_RELAUNCH_SUBJECT;
    std::optional<uid_t> as = std::nullopt; ///< whose process it is
    enum class file : unsigned char { none, kept, closed_by_exec } third = file::none; ///< descriptor 777
    bool (*prepare)() =
        nullptr; ///< called before the subject starts; where it does not hold, the status is 77
};

/// Lets a tracee run to its end, past the stop at exec.
int end_of(pid_t child) {
    for (int status = 0; ::waitpid(child, &status, 0) == child;) {
        if (!WIFSTOPPED(status)) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        ::ptrace(PTRACE_CONT, child, nullptr, nullptr);
    }
    return -1;
}

/// Starts the subject with nothing but `variables` in its environment. A variable whose value is "own mark"
/// gets the mark of a program that was started again by itself; "mark before", that of an earlier process
/// with the same number.
answer start(const std::vector<std::string>& arguments, const environment& variables, const way& how = {}) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], 1);
        ::clearenv();
        for (const auto& [name, value] : variables) {
            const std::uint64_t started = repro::detail::start_of_this_process();
            const auto mark = [started](int later) { // of this process, or of one that had its number before
                return std::to_string(::getpid()) + " " +
                       std::to_string(started - static_cast<unsigned>(later)) + " 1 OMP_NUM_THREADS";
            };
            const std::string text = value == "own mark" ? mark(0) : value == "mark before" ? mark(1) : value;
            ::setenv(name.c_str(), text.c_str(), 1);
        }
        std::vector<std::string> words = {"an odd/argv0"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (std::string& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        if (how.trace == traced::yes) ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
        if (how.third != way::file::none) ::dup3(ends[1], 777, how.third == way::file::kept ? 0 : O_CLOEXEC);
        if (how.as && (::setgroups(0, nullptr) != 0 || ::setgid(*how.as) != 0 || ::setuid(*how.as) != 0))
            ::_exit(126);
        if (how.prepare != nullptr && !how.prepare()) ::_exit(support::cannot_isolate);
        ::execv(how.program.c_str(), argv.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    const int status = how.trace == traced::yes ? end_of(child) : -1;
    const std::string text = support::read_all(ends[0]);
    ::close(ends[0]);
    std::string_view rest = text;
    const auto next = [&rest] { return std::string(repro::detail::next_token(rest, '|')); };
    answer given{next(), next(), next(), next(), next(), next(), next(), next(), next(), status, child};
    if (how.trace == traced::no) given.status = end_of(child);
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
        {start({}, quiet, {.trace = traced::yes}), "debugger"},
        {start({}, with({{"TEST_PMIX_STARTED", "1"}})), "PMIx has started"},
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

TEST_CASE("a program that was started through the dynamic loader is not started again, whatever the loader's "
          "name") {
    const std::string loader = support::loader_of_this_program();
    REQUIRE_FALSE(loader.empty());
    const support::temporary_folder folder;
    const std::string copy = folder / "another loader";
    std::filesystem::copy_file(loader, copy);
    for (const std::string& each : {loader, copy}) {
        INFO(each);
        const answer given = start({REPRO_RELAUNCH_SUBJECT, "one"}, quiet, {.program = each});
        CHECK(given.outcome == "refused");
        CHECK(given.reason == "it was started through the dynamic loader, which would lose its name");
        CHECK(given.threads == "none");
        CHECK(given.name == REPRO_RELAUNCH_SUBJECT);
        CHECK(given.arguments == "one,\n");
        CHECK(given.status == 5);
    }
}

TEST_CASE("where /proc is hidden nobody can tell what is in the way, and the program goes on") {
    const answer given = start({}, quiet, {.prepare = support::hide_proc});
    if (given.status == support::cannot_isolate)
        SKIP("no-namespaces: this user may not take anything away from a process");
    CHECK(given.outcome == "refused");
    CHECK(given.reason == "/proc/self/status cannot be read: No such file or directory");
    CHECK(given.threads == "none");
    CHECK(given.status == 5);
}

TEST_CASE("threads that libraries started before main are not in the way") {
    CHECK(start({"thread"}, quiet).outcome == "done");
}

TEST_CASE("a program that raised its privileges by its file is not started again") {
    const support::temporary_folder folder;
    const std::filesystem::path raised = folder / "raised";
    std::filesystem::copy_file(REPRO_RELAUNCH_SUBJECT, raised);
    struct statvfs mounted{};
    if (::geteuid() != 0 || ::statvfs(raised.c_str(), &mounted) != 0 || (mounted.f_flag & ST_NOSUID) != 0)
        SKIP("no-setuid: this test does not run as root, or setuid bits are ignored here");
    using enum std::filesystem::perms;
    std::filesystem::permissions(folder.path(), owner_all | group_exec | others_exec);
    std::filesystem::permissions(raised, set_uid | owner_all | group_exec | others_exec);
    constexpr uid_t nobody = 65534;
    const answer given = start({}, quiet, {.program = raised, .as = nobody}); // its file belongs to root
    CHECK(given.outcome == "refused");
    CHECK(given.reason.find("raised privileges") != std::string::npos);
    CHECK(given.threads == "none");
    CHECK(given.status == 5);
    std::filesystem::permissions(raised, owner_all | group_all | others_all);
    const answer plain = start({}, quiet, {.program = raised, .as = nobody}); // the same file without the bit
    if (plain.status == 127) SUCCEED("the libraries beside this test are not for everybody to read");
    CHECK((plain.status == 127 || plain.outcome == "done"));
}

TEST_CASE("launchers that hand the rank over in the environment lose nothing, and the rank stays") {
    const environment launchers[] = {
        {{"SLURM_PROCID", "3"}, {"SLURM_STEP_ID", "0"}, {"SLURM_JOB_ID", "17"}}, // srun
        {{"SLURM_PROCID", "3"}, {"PMIX_RANK", "3"}, {"PMIX_SERVER_URI4", "slurm.pmix.17.0;/nowhere"}},
        {{"OMPI_COMM_WORLD_RANK", "3"}, {"PMIX_RANK", "3"}, {"PMIX_NAMESPACE", "prterun-1"}},
        {{"PMI_RANK", "3"}, {"PMI_PORT", "localhost:1"}},
        {{"RANK", "3"}, {"WORLD_SIZE", "4"}}, // torchrun
    };
    for (const environment& each : launchers) {
        INFO(each.front().first);
        const answer given = start({}, with(each));
        CHECK(given.outcome == "done");
        CHECK(given.rank == "3");
        CHECK(given.pid == std::to_string(given.started_as));
    }
}

TEST_CASE("a launcher that hands over a descriptor loses the rank where it would be closed, and only there") {
    const environment slurm = {{"SLURM_PROCID", "3"}, {"PMI_RANK", "3"}, {"PMI_FD", "777"}}; // --mpi=pmi2
    const environment hydra = {{"PMI_RANK", "3"}, {"PMI_FD", "777"}};
    CHECK(start({}, with(slurm), {.third = way::file::kept}).outcome == "done");
    CHECK(start({}, with(hydra), {.third = way::file::kept}).rank == "3");
    // The loader keeps what the launcher left open, so only a descriptor that is not there is seen here.
    const answer closed = start({}, with(slurm), {.third = way::file::closed_by_exec});
    CHECK(closed.outcome == "refused");
    CHECK(closed.reason == "Slurm's connection PMI_FD would be closed, and the rank lost");
    CHECK(start({}, with(hydra)).reason ==
          "the launcher's connection PMI_FD would be closed, and the rank lost");
    CHECK(start({"close-on-exec"}, with(slurm), {.third = way::file::kept}).outcome == "refused");
    CHECK(start({}, with({{"PMI_FD", "no number"}})).outcome == "done");
}

TEST_CASE("a mark that was inherited from another process means nothing") {
    CHECK(start({}, with({{"REPRO_RELAUNCHED", "1 5 OMP_NUM_THREADS"}})).outcome == "done");
    CHECK(start({}, with({{"REPRO_RELAUNCHED", "nonsense"}})).outcome == "done");
    CHECK(start({}, with({{"REPRO_RELAUNCHED", "mark before"}})).outcome == "done");
}

TEST_CASE("an empty variable is one that nobody set: the second start sets it, as repro run does") {
    const answer given = start({}, with({{"OMP_NUM_THREADS", ""}, {"OMP_DYNAMIC", ""}}));
    CHECK(given.outcome == "done");
    CHECK(given.settings == "OMP_NUM_THREADS=1 OMP_DYNAMIC=false ");
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
