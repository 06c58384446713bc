// SPDX-License-Identifier: MIT
// What a power cut may leave of a run's files, and that each step against it is needed: left out, it shows.

#include <repro/run/run_files.hpp>

#include "support/crash_states.hpp"
#include "support/manifest.hpp"
#include "support/refusal.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <sys/stat.h>

using repro::errc;
using repro::detail::basic_run_files;
using support::call;
using support::plan;
using support::test_calls;

namespace {

using left_out = std::function<bool(call, const std::string&)>;

const std::string first_text(200, '1');
const std::string last_text(300, '2');

struct crash_result {
    std::size_t states = 0;
    std::set<std::string> faults;
};

/// What is promised of a manifest from some call on.
struct promise {
    std::size_t from = SIZE_MAX;
};

/// Publishes, and says from where on the text is promised to survive.
promise published(basic_run_files<test_calls>& files, const std::string& text) {
    try {
        const bool on_disk = files.publish("manifest.json", text) == repro::detail::durability::on_disk;
        return on_disk ? promise{plan().log.size()} : promise{};
    } catch (const repro::error&) {
        return {};
    }
}

/// Returns what can be found after a power cut at any moment of a run, where some calls do nothing, and one
/// fails.
crash_result crash(const left_out& which, std::size_t failing = SIZE_MAX) {
    const support::scoped_variable place("TMPDIR", support::fast_place());
    const support::temporary_folder folder;
    plan() = {};
    plan().leave_out = which;
    plan().fail = [failing](call, std::size_t number) { return number == failing ? EIO : 0; };
    const std::string root = (folder / "runs").native();
    basic_run_files<test_calls> files;
    promise first_stands, last_stands;
    try {
        files.claim(root, "x");
        (void)files.reserve();
        first_stands = published(files, first_text);
        files.release();
        last_stands = published(files, last_text);
        (void)files.publish("manifest.json.sha256", "digest");
    } catch (const repro::error&) { // without a folder nothing is promised; without a digest nothing is lost
    }

    crash_result result;
    support::crash_states states(plan().log);
    result.states = states.visit_all([&](const support::disk_state& disk, std::size_t made) {
        const auto found = disk.find("x/manifest.json");
        // The folder of the runs is made at first: without its entry nothing below it is found.
        const bool there = disk.contains(root) && disk.contains(root + "/x") && found != disk.end();
        const std::string text = there ? found->second : "";
        if (there && text != first_text && text != last_text) result.faults.insert("torn");
        if (!there && made >= first_stands.from) result.faults.insert("lost");
        if (text != last_text && made >= last_stands.from) result.faults.insert("old");
    });
    return result;
}

using faults = std::set<std::string>;

/// Returns a plan that leaves out the flushes of what `is_meant` says of names.
left_out flushes(bool (*is_meant)(const std::string&)) {
    return [is_meant](call which, const std::string& name) { return which == call::sync && is_meant(name); };
}

bool is_temporary(const std::string& name) { return name.ends_with(".tmp"); }
bool is_run(const std::string& name) { return name == "x"; }
bool is_root(const std::string& name) { return name.ends_with("/runs"); }
bool is_above_root(const std::string& name) { return name.starts_with('/') && !is_root(name); }

} // namespace

TEST_CASE("no power cut tears a manifest, or takes one that was acknowledged") {
    const crash_result whole = crash({});
    CHECK(whole.faults == faults{});
    CHECK(whole.states > 50);
}

TEST_CASE("nor does one where a call fails before it") {
    std::size_t states = 0;
    const std::size_t calls = (crash({}), plan().count);
    for (std::size_t failing = 0; failing < calls; ++failing) {
        const crash_result result = crash({}, failing);
        INFO("call " << failing << " fails");
        CHECK(result.faults == faults{});
        states += result.states;
    }
    CHECK(states > 2000);
}

TEST_CASE("each flush is needed: without it a power cut tears or takes a manifest") {
    CHECK(crash(flushes(is_temporary)).faults.contains("torn"));
    CHECK(crash(flushes(is_run)).faults == faults{"lost", "old"});
    CHECK(crash(flushes(is_root)).faults == faults{"lost", "old"});
    CHECK(crash(flushes(is_above_root)).faults == faults{"lost", "old"});
}

TEST_CASE("a failed flush is not repeated on the same file: another one takes its place") {
    const support::temporary_folder folder;
    plan() = {};
    basic_run_files<test_calls> files;
    files.claim(folder.path(), "x");
    plan().log.clear();
    bool failed = false;
    plan().fail = [&](call which, std::size_t) {
        return which == call::sync && !std::exchange(failed, true) ? EIO : 0;
    };
    (void)files.publish("manifest.json", first_text);
    std::set<std::string> made, flushed;
    for (const support::logged_call& each : plan().log) {
        if (each.call == call::open) made.insert(each.name);
        if (each.call == call::sync) flushed.insert(each.where);
    }
    CHECK(made.size() == 2);
    CHECK(flushed == std::set<std::string>{*made.rbegin(), "x"}); // the failed call is not in the log
    CHECK(support::read_text(folder / "x/manifest.json") == first_text);
}

namespace {

/// Returns whether a file that somebody put under the name of the next temporary file stays as it was.
bool keeps_others_file(int flags_left_out) {
    const support::temporary_folder folder;
    const auto precious = folder.write("precious", "keep me");
    plan() = {};
    basic_run_files<test_calls> files;
    files.claim(folder.path(), "x");
    plan().before = [&](std::size_t number) { // the first call of the publish opens the temporary file
        if (number != 0) return;
        const std::string owner = repro::detail::temporary_owner(repro::capture_process_identity());
        std::string next = repro::detail::temporary_name("manifest.json", owner);
        // One number was just taken, so that of the call was the one before.
        const std::size_t at = next.rfind('.', next.size() - 5) + 1;
        const auto taken = std::stoul(next.substr(at)) - 1;
        next.replace(at, std::string::npos, std::to_string(taken) + ".tmp");
        std::filesystem::create_hard_link(precious, folder / ("x/" + next));
    };
    plan().count = 0;
    plan().flags_left_out = flags_left_out;
    (void)files.publish("manifest.json", first_text);
    return support::read_text(precious) == "keep me";
}

/// Returns whether a folder that is swapped for a link, once it is made, is refused.
bool refuses_swapped_folder(int flags_left_out) {
    const support::temporary_folder folder;
    std::filesystem::create_directories(folder / "elsewhere");
    plan() = {};
    plan().flags_left_out = flags_left_out;
    plan().before = [&](std::size_t) {
        std::error_code none;
        if (std::filesystem::is_symlink(folder / "runs/x", none)) return;
        if (std::filesystem::remove(folder / "runs/x", none))
            std::filesystem::create_directory_symlink(folder / "elsewhere", folder / "runs/x");
    };
    basic_run_files<test_calls> files;
    return support::refusal([&] { files.claim(folder / "runs", "x"); }) == errc::unwritable;
}

/// Returns whether no file is passed on to a program that is started meanwhile.
bool passes_nothing_on(int flags_left_out) {
    const support::temporary_folder folder;
    plan() = {};
    plan().flags_left_out = flags_left_out;
    bool good = true;
    plan().before = [&](std::size_t) {
        for (const auto& [file, name] : plan().open) {
            const int flags = ::fcntl(file, F_GETFD);
            good = good && (flags < 0 || (flags & FD_CLOEXEC) != 0);
        }
    };
    basic_run_files<test_calls> files;
    files.claim(folder.path(), "x");
    (void)files.publish("manifest.json", first_text);
    return good;
}

struct replacing_calls : test_calls {
    static int rename_new(int folder, const char* from, const char* to) noexcept {
        return test_calls::rename(folder, from, to);
    }
};

/// Returns whether the first manifest leaves somebody else's alone.
template <class Calls> bool keeps_others_manifest() {
    const support::temporary_folder folder;
    plan() = {};
    basic_run_files<Calls> files;
    files.claim(folder.path(), "x");
    folder.write("x/manifest.json", "not mine");
    const bool refused =
        support::refusal([&] { (void)files.publish("manifest.json", first_text); }).has_value();
    return refused && support::read_text(folder / "x/manifest.json") == "not mine";
}

struct hopeful_calls : test_calls {
    static int close(int file) noexcept {
        (void)test_calls::close(file);
        return 0;
    }
};

/// Returns whether a file that cannot be closed is not put in place.
template <class Calls> bool checks_close() {
    const support::temporary_folder folder;
    plan() = {};
    basic_run_files<Calls> files;
    files.claim(folder.path(), "x");
    plan().fail = [](call which, std::size_t) { return which == call::close ? EDQUOT : 0; };
    const auto refused = support::refusal([&] { (void)files.publish("manifest.json", first_text); });
    return refused == errc::no_space && !std::filesystem::exists(folder / "x/manifest.json");
}

} // namespace

TEST_CASE("each guard is needed: without it somebody else's file is written, or a file passed on") {
    CHECK(keeps_others_file(0));
    CHECK_FALSE(keeps_others_file(O_EXCL));
    CHECK(refuses_swapped_folder(0));
    CHECK_FALSE(refuses_swapped_folder(O_NOFOLLOW));
    CHECK(passes_nothing_on(0));
    CHECK_FALSE(passes_nothing_on(O_CLOEXEC));
    CHECK(keeps_others_manifest<test_calls>());
    CHECK_FALSE(keeps_others_manifest<replacing_calls>());
    CHECK(checks_close<test_calls>());
    CHECK_FALSE(checks_close<hopeful_calls>());
}
