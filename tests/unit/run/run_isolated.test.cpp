// SPDX-License-Identifier: MIT
// Runs in processes from which something usual was taken away: network, /proc, a place to write, a user's
// name.

#include <repro/hash/file.hpp>
#include <repro/run/run_files.hpp>

#include "support/command.hpp"
#include "support/isolation.hpp"
#include "support/loader.hpp"
#include "support/manifest.hpp"
#include "support/sanitized.hpp"
#include "support/subject.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <filesystem>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using support::enter_own_mounts;

/// Runs the program in a child for which `prepare()` holds; skips where it does not.
template <class Prepare>
int run_where(const support::temporary_folder& folder, Prepare prepare, const char* ending = "completes") {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0)
        ::_exit(prepare() ? support::run_subject(folder.path(), ending) : support::cannot_isolate);
    int status = 0;
    ::waitpid(child, &status, 0);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    if (code == support::cannot_isolate)
        SKIP("no-namespaces: this user may not take anything away from a process");
    return code;
}

std::string status_of_only_run(const std::filesystem::path& root) {
    return support::read_manifest(support::only_folder(root))["status"];
}

} // namespace

TEST_CASE("a run needs no network") {
    const support::temporary_folder folder;
    CHECK(run_where(folder, [] { return ::unshare(CLONE_NEWNET) == 0; }) == 0);
    CHECK(status_of_only_run(folder / "runs") == "completed");
}

#ifndef REPRO_TEST_SANITIZED // which needs it itself
TEST_CASE("a run needs no /proc: what it would tell is marked as absent") {
    const support::temporary_folder folder;
    CHECK(run_where(folder, support::hide_proc) == 0);
    CHECK(status_of_only_run(folder / "runs") == "completed");
    const auto m = support::read_manifest(support::only_folder(folder / "runs"));
    for (const char* const field : {"command.arguments", "environment.at_exec", "process.started_ticks",
                                    "process.affinity", "process.umask", "system.cpu_flags", "executable"}) {
        INFO(field);
        CHECK_FALSE(support::reason(m, field).empty());
    }
    CHECK(m["executable"].is_null());
    CHECK(m["process"]["pid"].is_string());
}

TEST_CASE("without /proc nobody can tell what was set too late, and bit-exact lacks that") {
    const support::temporary_folder folder;
    CHECK(run_where(folder, support::hide_proc, "completes at bit-exact") == 0);
    const auto m = support::read_manifest(support::only_folder(folder / "runs"));
    bool told = false;
    for (const auto& each : m["unmet"])
        told = told || (each["name"] == "knobs" && each["fix"] == "mount /proc" &&
                        each["what"].get<std::string>().find("set too late") != std::string::npos);
    CHECK(told);
}

TEST_CASE("a program that was started through the dynamic loader is recorded, and not the loader") {
    const support::temporary_folder folder;
    const std::string loader = support::loader_of_this_program();
    REQUIRE_FALSE(loader.empty());
    const std::string line = "cd '" + folder.path().native() +
                             "' && env -u REPRO_SEED -u REPRO_RUN_DIR REPRO_QUIET=1 " +
                             "REPRO_EXPERIMENTS=runs '" + loader + "' '" REPRO_TEST_SUBJECT "' completes";
    CHECK(support::run_command(line).status == 0);
    const auto m = support::read_manifest(support::only_folder(folder / "runs"));
    CHECK(m["executable"]["path"] == std::filesystem::path(REPRO_TEST_SUBJECT).filename().native());
    CHECK(m["executable"]["sha256"] == repro::hash_file(REPRO_TEST_SUBJECT).sha256.hex());
}
#endif

TEST_CASE("a read-only place for runs sends them elsewhere") {
    const support::temporary_folder folder;
    std::filesystem::create_directories(folder / "runs");
    std::filesystem::create_directories(folder / "fallback");
    const std::string runs = (folder / "runs").native();
    const int code = run_where(folder, [&] {
        ::setenv("REPRO_FALLBACK_DIR", (folder / "fallback").c_str(), 1);
        constexpr unsigned long again = MS_REMOUNT | MS_BIND | MS_RDONLY;
        return enter_own_mounts() && ::mount(runs.c_str(), runs.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
               ::mount(nullptr, runs.c_str(), nullptr, again, nullptr) == 0;
    });
    CHECK(code == 0);
    CHECK(status_of_only_run(folder / "fallback") == "completed");
    CHECK(support::warns(support::read_manifest(support::only_folder(folder / "fallback")),
                         "W_FOLDER_ELSEWHERE"));
}

TEST_CASE("a user whom no file names can run") {
    const support::temporary_folder folder;
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    const int code = run_where(folder, [] {
        return ::setgid(54321) == 0 && ::setuid(54321) == 0 && ::access(REPRO_TEST_SUBJECT, X_OK) == 0;
    });
    CHECK(code == 0);
    CHECK(status_of_only_run(folder / "runs") == "completed");
}
