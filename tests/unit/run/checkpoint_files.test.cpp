// SPDX-License-Identifier: MIT
// A checkpoint and its files, where a call fails, the process is killed, or the power is cut: what is found
// afterwards is a whole checkpoint with its own files, the old one or the new one.

#include <repro/run/checkpoint_files.hpp>

#include "support/crash_states.hpp"
#include "support/manifest.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_calls.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

using repro::errc;
using repro::detail::checkpoint_record;
using repro::detail::durability;
using repro::detail::tied_file;
using support::call;
using support::plan;
using support::test_calls;

namespace {

using files = repro::detail::basic_checkpoint_files<test_calls>;

struct fast_folder {
    support::scoped_variable place{"TMPDIR", support::fast_place()};
    support::temporary_folder folder;
    std::filesystem::path path = folder / "ck";
};

std::string content(int number) { return std::string(300, static_cast<char>('0' + number)); }

/// Takes checkpoint `number`, with one file; returns whether it is known to be on the disk.
bool take(files& at, int number) {
    at.open();
    checkpoint_record record;
    record.id = "x";
    record.step = number;
    record.files.push_back(at.write({"w", [number](std::ostream& out) { out << content(number); }}));
    const std::string text = repro::detail::checkpoint_text(record);
    return at.publish(text, std::move(record.files)) == durability::on_disk;
}

/// Returns the number of the checkpoint that stands under `path` with its file; 0 where none does, -1 where
/// something is wrong with it.
int standing(const std::filesystem::path& path) {
    try {
        const files at(path);
        const auto text = at.read();
        if (!text) return 0;
        const auto record = repro::detail::read_checkpoint(*text, "x");
        const int number = static_cast<int>(record.step);
        const bool own = support::read_text(at.verified(record.files).at("w")) == content(number);
        return own ? number : -1;
    } catch (const repro::error&) {
        return -1;
    }
}

std::size_t entries(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

std::size_t calls_of_three() {
    const fast_folder here;
    plan() = {};
    files at(here.path);
    for (int number = 1; number <= 3; ++number)
        CHECK(take(at, number));
    CHECK(standing(here.path) == 3);
    CHECK(entries(here.folder.path()) == 2);
    return plan().count;
}

/// Takes three checkpoints, of which any may fail; returns the last one that did not.
int take_three(files& at) {
    int last = 0;
    for (int number = 1; number <= 3; ++number)
        try {
            (void)take(at, number);
            last = number;
        } catch (const repro::error& problem) {
            if (!repro::detail::is_failing_disk(problem.code())) throw;
        }
    return last;
}

/// What a power cut can leave, where some calls do nothing.
std::set<std::string> faults_after_a_cut(const std::function<bool(call, const std::string&)>& left_out) {
    const fast_folder here;
    plan() = {};
    plan().leave_out = left_out;
    files at(here.path);
    std::vector<std::size_t> stands_from;
    for (int number = 1; number <= 2; ++number) {
        CHECK(take(at, number));
        stands_from.push_back(plan().log.size());
    }
    std::set<std::string> faults;
    support::crash_states states(plan().log);
    (void)states.visit_all([&](const support::disk_state& disk, std::size_t made) {
        const std::string folder = here.folder.path().native();
        const auto found = disk.find(folder + "/ck");
        if (found == disk.end()) {
            if (made >= stands_from[0]) faults.insert("lost");
            return;
        }
        try {
            const auto record = repro::detail::read_checkpoint(found->second, "x");
            const auto file = disk.find(folder + "/" + record.files.at(0).name_on_disk("ck"));
            if (file == disk.end() || file->second != content(static_cast<int>(record.step)))
                faults.insert("without its file");
            if (made >= stands_from[1] && record.step != 2) faults.insert("old");
        } catch (const repro::error&) {
            faults.insert("torn");
        }
    });
    return faults;
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
                files those(here.path);
                const int last = take_three(those);
                plan() = {};
                INFO("call " << at << ", errno " << reason << ", for good " << for_good);
                CHECK(standing(here.path) == last);
                CHECK(take(those, 4)); // and the next one succeeds, and clears what failures left
                CHECK(standing(here.path) == 4);
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
            files those(here.path);
            ::_exit(take_three(those));
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) == (at < calls));
        INFO("call " << at);
        const int number = standing(here.path);
        CHECK(number >= 0);
        found.insert(number);
        plan() = {};
        files next(here.path);
        if (const auto text = next.read())
            next.adopt(*text, repro::detail::read_checkpoint(*text, "x").files);
        CHECK(take(next, 5));
        CHECK(entries(here.folder.path()) == 2);
    }
    CHECK(found == std::set<int>{0, 1, 2, 3});
}

TEST_CASE("no power cut leaves a checkpoint torn, without its file, or lost") {
    CHECK(faults_after_a_cut({}).empty());
}

TEST_CASE("each flush is needed: left out, it shows") {
    const auto flush = [](bool (*is_meant)(const std::string&)) {
        return faults_after_a_cut([is_meant](call which, const std::string& name) {
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
    files those(here.path);
    CHECK(take(those, 1));
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const rlimit limit{100, 100};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        try {
            (void)take(those, 2);
            ::_exit(1);
        } catch (const repro::error& problem) {
            ::_exit(problem.code() == errc::no_space ? 0 : 2);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(standing(here.path) == 1);
    CHECK(entries(here.folder.path()) == 2);
}
