// SPDX-License-Identifier: MIT
// A checkpoint and its files, where a call fails, the process is killed, or the power is cut: what is found
// afterwards is a whole checkpoint with its own files, the old one or the new one.

#include "support/checkpoints.hpp"
#include "support/scoped_variable.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using repro::errc;
using support::call;
using support::checkpoint_files;
using support::plan;
using support::standing_checkpoint;
using support::take_checkpoint;

namespace {

struct fast_folder {
    support::scoped_variable place{"TMPDIR", support::fast_place()};
    support::temporary_folder folder;
    std::filesystem::path path = folder / "ck";
};

std::size_t entries(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

std::size_t calls_of_three() {
    const fast_folder here;
    plan() = {};
    checkpoint_files at(here.path);
    for (int number = 1; number <= 3; ++number)
        CHECK(take_checkpoint(at, number));
    CHECK(standing_checkpoint(here.path) == 3);
    CHECK(entries(here.folder.path()) == 2);
    return plan().count;
}

/// Takes three checkpoints, of which any may fail; returns the last one that did not.
int take_three(checkpoint_files& at) {
    int last = 0;
    for (int number = 1; number <= 3; ++number)
        try {
            (void)take_checkpoint(at, number);
            last = number;
        } catch (const repro::error& problem) {
            if (!repro::detail::is_failing_disk(problem.code())) throw;
        }
    return last;
}

/// Returns what a power cut can do, where some calls do nothing.
std::set<std::string> faults_where(const std::function<bool(call, const std::string&)>& left_out) {
    const fast_folder here;
    plan() = {};
    plan().leave_out = left_out;
    return support::faults_after_a_cut(here.folder.path());
}

bool is_temporary_of_file(const std::string& name) { return name.starts_with(".ck.w."); }
bool is_temporary_of_text(const std::string& name) {
    return name.ends_with(".tmp") && !is_temporary_of_file(name);
}

} // namespace

TEST_CASE("whichever call fails, the checkpoint that was taken last stands with its file") {
    const std::size_t calls = calls_of_three();
    for (const bool for_good : {false, true})
        for (std::size_t at = 0; at < calls; ++at)
            for (const int reason : {ENOSPC, EIO, EROFS}) {
                const fast_folder here;
                plan() = {};
                plan().fail = [&](call, std::size_t number) {
                    return number == at || (for_good && number > at) ? reason : 0;
                };
                checkpoint_files those(here.path);
                const int last = take_three(those);
                plan() = {};
                INFO("call " << at << ", errno " << reason << ", for good " << for_good);
                CHECK(standing_checkpoint(here.path) == last);
                CHECK(take_checkpoint(those, 4)); // and the next one succeeds, and clears what failures left
                CHECK(standing_checkpoint(here.path) == 4);
                CHECK(entries(here.folder.path()) == 2);
            }
    CHECK(calls > 20);
}

TEST_CASE("killed before any call, a process leaves a whole checkpoint, and the next one clears the rest") {
    const std::size_t calls = calls_of_three();
    std::set<int> found;
    for (std::size_t at = 0; at <= calls; ++at) {
        const fast_folder here;
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            plan() = {};
            plan().before = [at](std::size_t number) {
                if (number == at) ::kill(::getpid(), SIGKILL);
            };
            checkpoint_files those(here.path);
            ::_exit(take_three(those));
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) == (at < calls));
        INFO("call " << at);
        const int number = standing_checkpoint(here.path);
        CHECK(number >= 0);
        found.insert(number);
        plan() = {};
        checkpoint_files next(here.path);
        if (const auto text = next.read())
            next.adopt(*text, repro::detail::read_checkpoint(*text, "x").files);
        CHECK(take_checkpoint(next, 5));
        CHECK(entries(here.folder.path()) == 2);
    }
    CHECK(found == std::set<int>{0, 1, 2, 3});
}

TEST_CASE("no power cut leaves a checkpoint torn, without its file, or lost") {
    CHECK(faults_where({}).empty());
}

TEST_CASE("each flush is needed: left out, it shows") {
    const auto flush = [](bool (*is_meant)(const std::string&)) {
        return faults_where([is_meant](call which, const std::string& name) {
            return which == call::sync && is_meant(name);
        });
    };
    CHECK(flush(is_temporary_of_file).contains("without its file"));
    CHECK(flush(is_temporary_of_text).contains("torn"));
    CHECK(flush([](const std::string& name) { return name.starts_with('/'); }).contains("without its file"));
}

TEST_CASE("a limit on file sizes costs the checkpoint and neither the process nor the one before") {
    const fast_folder here;
    plan() = {};
    checkpoint_files those(here.path);
    CHECK(take_checkpoint(those, 1));
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const rlimit limit{100, 100};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        try {
            (void)take_checkpoint(those, 2);
            ::_exit(1);
        } catch (const repro::error& problem) {
            ::_exit(problem.code() == errc::no_space ? 0 : 2);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(standing_checkpoint(here.path) == 1);
    CHECK(entries(here.folder.path()) == 2);
}
