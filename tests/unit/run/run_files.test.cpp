// SPDX-License-Identifier: MIT
#include <repro/run/run_files.hpp>

#include "support/manifest.hpp"
#include "support/refusal.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_calls.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using repro::errc;
using repro::detail::basic_run_files;
using repro::detail::durability;
using support::call;
using support::plan;
using support::scoped_variable;
using support::test_calls;

namespace {

const std::string first(200, '1');
const std::string last(300, '2');

struct fast_folder {
    scoped_variable place{"TMPDIR", support::fast_place()};
    support::temporary_folder folder;
};

/// All that a run does to its files; returns how far it came.
int whole_life(basic_run_files<test_calls>& files, const std::filesystem::path& root) {
    int done = 0;
    files.claim(root, "x");
    (void)files.reserve();
    (void)files.publish("manifest.json", first), ++done;
    files.release();
    (void)files.publish("manifest.json", last), ++done;
    (void)files.publish("manifest.json.sha256", "digest"), ++done;
    return done;
}

std::vector<std::string> names(const std::filesystem::path& folder) {
    std::vector<std::string> all;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
        all.push_back(entry.path().filename());
    std::ranges::sort(all);
    return all;
}

std::size_t calls_of_a_whole_life() {
    const fast_folder place;
    plan() = {};
    basic_run_files<test_calls> files;
    CHECK(whole_life(files, place.folder / "runs") == 3);
    CHECK(names(place.folder / "runs/x") ==
          std::vector<std::string>{"manifest.json", "manifest.json.sha256"});
    return plan().count;
}

errc code_for(int reason) {
    if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG) return errc::no_space;
    if (reason == EMFILE) return errc::fd_limit;
    return reason == EROFS ? errc::read_only : errc::unwritable;
}

constexpr int reasons[] = {ENOSPC, EDQUOT, EIO, EROFS, EACCES, EINTR, EMFILE, ESTALE, ENAMETOOLONG};

enum class extent { once, all_of_its_kind, everything };

/// Lets calls fail from the `at`-th on; returns what is wrong with what the run does then.
std::string fault_at(std::size_t at, int reason, extent how) {
    const fast_folder place;
    plan() = {};
    std::optional<call> kind;
    plan().fail = [&](call which, std::size_t number) {
        if (number == at) kind = which;
        const bool hit =
            number == at ||
            (number > at && (how == extent::everything || (how == extent::all_of_its_kind && which == kind)));
        // A write that is interrupted is repeated for as long as it takes.
        return hit && !(reason == EINTR && which == call::write && number > at) ? reason : 0;
    };
    basic_run_files<test_calls> files;
    int done = 0;
    std::optional<errc> refused;
    try {
        done = whole_life(files, place.folder / "runs");
    } catch (const repro::error& problem) {
        refused = problem.code();
    }
    const auto manifest = place.folder / "runs/x/manifest.json";
    const std::string text = std::filesystem::exists(manifest) ? support::read_text(manifest) : "";
    if (!text.empty() && text != first && text != last) return "torn";
    if (done == 3 && text != last) return "reported as written, and is not";
    if (refused && *refused != code_for(reason)) return "refused as " + std::string(to_string(*refused));
    if (how == extent::once && done != 3 && kind != call::make_folder && kind != call::open &&
        kind != call::exists)
        return "one failure is one too many";
    return {};
}

} // namespace

TEST_CASE("whichever call fails, for whichever reason, nothing is torn and the error has its name") {
    const std::size_t calls = calls_of_a_whole_life();
    std::size_t cases = 0;
    for (const extent how : {extent::once, extent::all_of_its_kind, extent::everything})
        for (std::size_t at = 0; at < calls; ++at)
            for (const int reason : reasons) {
                const std::string problem = fault_at(at, reason, how);
                ++cases;
                if (problem.empty()) continue;
                INFO("call " << at << ", errno " << reason << ", extent " << static_cast<int>(how));
                CHECK(problem == "");
            }
    CHECK(cases >= 700);
}

TEST_CASE("killed before any call, a process leaves no manifest, the old one or the new one") {
    const std::size_t calls = calls_of_a_whole_life();
    std::size_t left = 0;
    for (std::size_t at = 0; at <= calls; ++at) {
        const fast_folder place;
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            plan() = {};
            plan().before = [at](std::size_t number) {
                if (number == at) ::kill(::getpid(), SIGKILL);
            };
            basic_run_files<test_calls> files;
            ::_exit(whole_life(files, place.folder / "runs") == 3 ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK((at < calls ? WIFSIGNALED(status) : status == 0));
        const auto manifest = place.folder / "runs/x/manifest.json";
        const std::string text = std::filesystem::exists(manifest) ? support::read_text(manifest) : "";
        INFO("killed before call " << at);
        CHECK((text.empty() || text == first || text == last));

        const auto stale = [&] {
            return std::ranges::count_if(names(place.folder / "runs/x"),
                                         [](const std::string& name) { return name.ends_with(".tmp"); });
        };
        left += static_cast<std::size_t>(stale());
        basic_run_files<> next;
        next.claim(place.folder / "runs", "x");
        CHECK(stale() == 0); // the next run of that name takes away what the dead one left
    }
    CHECK(left > 5);
}

TEST_CASE("a reserve keeps room for the last manifest on a disk that is full") {
    const support::temporary_folder folder;
    const auto disk = folder / "disk";
    std::filesystem::create_directories(disk);
    if (::mount("none", disk.c_str(), "tmpfs", 0, "size=256k") != 0)
        SKIP("no-mount: this user may not mount a small file system");
    {
        basic_run_files<> files;
        files.claim(disk / "runs", "x");
        CHECK_FALSE(files.reserve());
        (void)files.publish("manifest.json", first);
        folder.write("disk/checkpoint", std::string(std::size_t{1} << 20, 'c')); // takes what there is
        const std::string text(40'000, 'm');
        CHECK(support::refusal([&] { (void)files.publish("manifest.json", text); }) == errc::no_space);
        CHECK(support::read_text(disk / "runs/x/manifest.json") == first);
        files.release();
        (void)files.publish("manifest.json", text);
        CHECK(support::read_text(disk / "runs/x/manifest.json") == text);
    }
    CHECK(::umount(disk.c_str()) == 0);
}

TEST_CASE("a file system without fsync or without such a rename is served, and the former told") {
    const fast_folder place;
    plan() = {};
    plan().fail = [](call which, std::size_t) {
        return which == call::sync ? EINVAL : which == call::rename_new ? ENOSYS : 0;
    };
    basic_run_files<test_calls> files;
    files.claim(place.folder.path(), "x");
    CHECK(files.reached() == durability::unconfirmed);
    CHECK(files.publish("manifest.json", first) == durability::unconfirmed);
    CHECK(files.publish("manifest.json", last) == durability::unconfirmed);
    CHECK(names(place.folder / "x") == std::vector<std::string>{"manifest.json"});
    CHECK(support::read_text(place.folder / "x/manifest.json") == last);
}

TEST_CASE("REPRO_FALLBACK_DIR is where a run goes that finds no place; then the temporary files") {
    const support::temporary_folder folder;
    const scoped_variable temporary("TMPDIR", folder.path().native());
    const scoped_variable quiet("REPRO_QUIET", "1");
    basic_run_files<> files;
    {
        const scoped_variable fallback("REPRO_FALLBACK_DIR", (folder / "a/b").native());
        files.claim_elsewhere("x");
        CHECK(files.path() == folder / "a/b/x");
    }
    const scoped_variable useless("REPRO_FALLBACK_DIR", folder.write("file", "").native());
    files.claim_elsewhere("x");
    CHECK(files.path().parent_path().parent_path() == folder.path());
}

TEST_CASE("the temporary files of others are left alone: of the living, of other machines, of other names") {
    const support::temporary_folder folder;
    const auto self = repro::capture_process_identity();
    auto elsewhere = self;
    elsewhere.world.host = "another";
    elsewhere.pid = 0x7fffffff;
    auto gone = self;
    gone.pid = 0x7fffffff; // beyond what the kernel gives
    const auto temporary = [&](const repro::process_identity& owner) {
        return folder.write(
            repro::detail::temporary_name("manifest.json", repro::detail::temporary_owner(owner)), "");
    };
    const auto living = temporary(self);
    const auto other = temporary(elsewhere);
    const auto dead = temporary(gone);
    const std::filesystem::path named = folder.write(".mine.tmp", "");
    const auto handle = repro::detail::open_folder(AT_FDCWD, folder.path().c_str(), 0);
    const auto swept = repro::detail::sweep_temporaries(
        handle.get(), [&](std::string_view owner) { return repro::detail::owner_is_gone(owner, self); });
    CHECK(swept == 1);
    CHECK_FALSE(std::filesystem::exists(dead));
    for (const std::filesystem::path& path : {living, other, named})
        CHECK(std::filesystem::exists(path));
}
