// SPDX-License-Identifier: MIT
// The safety steps by which a run's files are written, one check each. Built by mutations.py.

#include <repro/run/events.hpp>
#include <repro/run/run_files.hpp>

#include "guards.hpp"
#include "support/crash_states.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <utility>

using repro::errc;
using repro::detail::basic_run_files;
using repro::detail::durability;
using support::call;
using support::plan;
using support::temporary_folder;
using support::test_calls;

namespace {

const std::string first(200, '1');
const std::string last(300, '2');

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A claimed folder whose calls are counted from then on.
struct claimed {
    temporary_folder root;
    basic_run_files<test_calls> files;

    claimed() {
        plan() = {};
        files.claim(root.path(), "x");
        plan().log.clear();
        plan().count = 0;
    }

    [[nodiscard]] std::optional<errc> publish(const std::string& text) {
        try {
            (void)files.publish("manifest.json", text);
            return std::nullopt;
        } catch (const repro::error& problem) {
            return problem.code();
        }
    }

    [[nodiscard]] std::string manifest() const {
        return text_of(root / "x/manifest.json"); // empty where there is none
    }

    [[nodiscard]] std::size_t entries() const {
        const std::filesystem::directory_iterator all(root / "x");
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
};

std::size_t logged(call which) {
    return static_cast<std::size_t>(std::ranges::count(plan().log, which, &support::logged_call::call));
}

/// Lets the first call of a kind fail.
void fail_first(call kind, int reason) {
    bool failed = false;
    plan().fail = [=](call which, std::size_t) mutable {
        return which == kind && !std::exchange(failed, true) ? reason : 0;
    };
}

void fail_all(call kind, int reason) {
    plan().fail = [=](call which, std::size_t) { return which == kind ? reason : 0; };
}

/// What a power cut can do to the two manifests of a run.
std::set<std::string> faults_of_a_power_cut() {
    const temporary_folder folder;
    plan() = {};
    const std::string root = (folder / "runs").native();
    basic_run_files<test_calls> files;
    files.claim(root, "x");
    const bool first_there = files.publish("manifest.json", first) == durability::on_disk;
    const std::size_t first_stands = first_there ? plan().log.size() : SIZE_MAX;
    const bool last_there = files.publish("manifest.json", last) == durability::on_disk;
    const std::size_t last_stands = last_there ? plan().log.size() : SIZE_MAX;
    std::set<std::string> faults;
    if (!first_there || !last_there) faults.insert("never acknowledged");
    support::crash_states(plan().log).visit_all([&](const support::disk_state& disk, std::size_t made) {
        const auto found = disk.find("x/manifest.json");
        const bool there = disk.contains(root) && disk.contains(root + "/x") && found != disk.end();
        const std::string text = there ? found->second : "";
        if (there && text != first && text != last) faults.insert("torn");
        if (!there && made >= first_stands) faults.insert("lost");
        if (text != last && made >= last_stands) faults.insert("old");
    });
    return faults;
}

bool claim_is_exclusive() {
    const temporary_folder folder;
    basic_run_files<> one, other;
    one.claim(folder.path(), "x");
    other.claim(folder.path(), "x");
    return one.path() == folder / "x" && other.path() == folder / "x-2";
}

bool temporary_is_opened_with(int flag) {
    claimed run;
    (void)run.publish(first);
    const auto opened = std::ranges::find(plan().log, call::open, &support::logged_call::call);
    return opened != plan().log.end() && (opened->flags & flag) != 0;
}

bool short_writes_are_continued() {
    struct short_calls : test_calls {
        static ssize_t write(int file, const void* from, std::size_t size) noexcept {
            return test_calls::write(file, from, std::min<std::size_t>(size, 7));
        }
    };
    const temporary_folder folder;
    plan() = {};
    basic_run_files<short_calls> files;
    files.claim(folder.path(), "x");
    (void)files.publish("manifest.json", first);
    return text_of(folder / "x/manifest.json") == first;
}

bool interrupted_write_goes_on() {
    claimed run;
    fail_first(call::write, EINTR);
    return !run.publish(first) && run.manifest() == first && logged(call::open) == 1;
}

bool failed_write_is_told() {
    claimed run;
    fail_all(call::write, ENOSPC);
    return run.publish(first) == errc::no_space && run.manifest().empty();
}

bool failed_flush_is_told() {
    claimed run;
    fail_all(call::sync, EIO);
    return run.publish(first) == errc::unwritable && run.manifest().empty();
}

/// A failed flush is not in the log, so a second one on its file would be the first that is.
bool failed_flush_is_not_repeated() {
    claimed run;
    fail_first(call::sync, EIO);
    if (run.publish(first)) return false;
    std::string abandoned;
    for (const support::logged_call& each : plan().log) {
        if (each.call == call::open && abandoned.empty()) abandoned = each.name;
        if (each.call == call::sync && each.where == abandoned) return false;
    }
    return logged(call::open) == 2 && run.manifest() == first;
}

bool close_is_checked() {
    claimed run;
    fail_all(call::close, EDQUOT);
    return run.publish(first) == errc::no_space && run.manifest().empty();
}

bool interrupted_close_is_a_close() {
    claimed run;
    fail_first(call::close, EINTR);
    return !run.publish(first) && logged(call::open) == 1;
}

bool one_failure_is_not_the_end() {
    claimed run;
    fail_first(call::open, EMFILE);
    return !run.publish(first) && run.manifest() == first;
}

bool failure_leaves_nothing() {
    claimed run;
    fail_all(call::sync, EIO);
    return run.publish(first).has_value() && run.entries() == 0;
}

bool first_replaces_nothing() {
    claimed run;
    run.root.write("x/manifest.json", "not mine");
    return run.publish(first).has_value() && run.manifest() == "not mine";
}

bool link_replaces_nothing_either() {
    claimed run;
    fail_all(call::rename_new, ENOSYS);
    if (run.publish(first) || run.manifest() != first || run.entries() != 1) return false;
    claimed other;
    fail_all(call::rename_new, EINVAL);
    other.root.write("x/manifest.json", "not mine");
    return other.publish(first).has_value() && other.manifest() == "not mine";
}

bool replacement_is_one_step() {
    claimed run;
    (void)run.publish(first);
    bool always_there = true;
    plan().before = [&](std::size_t) {
        const std::string now = run.manifest();
        always_there = always_there && (now == first || now == last);
    };
    return !run.publish(last) && always_there && run.manifest() == last;
}

bool size_limit_is_survived() {
    claimed run;
    const rlimit limit{4, 4};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return run.publish(first) == errc::no_space;
}

bool unconfirmed_folder_is_told() {
    const temporary_folder folder;
    plan() = {};
    fail_all(call::sync, EINVAL);
    basic_run_files<test_calls> files;
    files.claim(folder.path(), "x");
    plan().fail = {};
    return files.publish("manifest.json", first) == durability::unconfirmed;
}

bool reserve_has_its_room() {
    claimed run;
    if (run.files.reserve()) return false;
    struct stat facts{};
    return ::stat((run.root / "x/.reserve").c_str(), &facts) == 0 && facts.st_blocks * 512 >= 64 * 1024;
}

bool reserve_is_given_back() {
    claimed run;
    if (run.files.reserve()) return false;
    run.files.release();
    return run.entries() == 0;
}

bool reserve_without_room_is_told() {
    claimed run;
    fail_all(call::allocate, ENOSPC);
    const auto failed = run.files.reserve();
    return failed && failed->reason == ENOSPC && run.entries() == 0;
}

/// Returns the name of a temporary file as that process would give it.
std::string left_by(const repro::process_identity& process) {
    return repro::detail::temporary_name("manifest.json", repro::detail::temporary_owner(process));
}

/// Returns whether the next run of the name removes a file that this process left in the folder before.
bool swept(const repro::process_identity& process) {
    const temporary_folder folder;
    const auto file = folder.write("x/" + left_by(process), "");
    basic_run_files<> next;
    next.claim(folder.path(), "x");
    return !std::filesystem::exists(file);
}

repro::process_identity dead_process() {
    repro::process_identity process = repro::capture_process_identity();
    process.pid = 0x7fffffff; // beyond what the kernel gives
    return process;
}

bool dead_process_is_swept() { return swept(dead_process()); }
bool living_process_is_not() { return !swept(repro::capture_process_identity()); }
bool other_machine_is_not() {
    repro::process_identity process = dead_process();
    process.world.host = "another";
    return !swept(process);
}

bool sweep_follows_no_link() {
    const temporary_folder folder;
    const auto file = folder.write("elsewhere/" + left_by(dead_process()), "");
    std::filesystem::create_directory_symlink(folder / "elsewhere", folder / "x");
    basic_run_files<> next;
    next.claim(folder.path(), "x");
    return std::filesystem::exists(file);
}

bool claimed_folder_is_no_link() {
    const temporary_folder folder;
    std::filesystem::create_directories(folder / "elsewhere");
    plan() = {};
    plan().before = [&](std::size_t) { // what was made is swapped for a link
        std::error_code none;
        if (!std::filesystem::is_symlink(folder / "x", none) && std::filesystem::remove(folder / "x", none))
            std::filesystem::create_directory_symlink(folder / "elsewhere", folder / "x");
    };
    basic_run_files<test_calls> files;
    try {
        files.claim(folder.path(), "x");
    } catch (const repro::error& problem) {
        return problem.code() == errc::unwritable;
    }
    return false;
}

/// Adds an event of which a part, or nothing, is written, and another one after it.
bool nothing_follows_a_torn_event() {
    claimed run;
    repro::detail::basic_event_log<test_calls> events;
    fail_first(call::write, ENOSPC);
    const bool told = events.add(run.files.folder(), {}, "loss", 0, 0.5).has_value();
    (void)events.add(run.files.folder(), {}, "loss", 1, 0.25);
    return told && text_of(run.root / "x/events.jsonl").empty();
}

bool events_are_nobody_elses() {
    claimed run;
    run.root.write("x/events.jsonl", "not mine");
    repro::detail::basic_event_log<test_calls> events;
    (void)events.add(run.files.folder(), {}, "loss", 0, 0.5);
    return text_of(run.root / "x/events.jsonl") == "not mine";
}

constexpr guards::guard all[] = {
    {"mkdir is the claim", claim_is_exclusive},
    {"exclusive", [] { return temporary_is_opened_with(O_EXCL); }},
    {"no link is followed", [] { return temporary_is_opened_with(O_NOFOLLOW); }},
    {"not passed on", [] { return temporary_is_opened_with(O_CLOEXEC); }},
    {"write all", short_writes_are_continued},
    {"interrupted write", interrupted_write_goes_on},
    {"failed write", failed_write_is_told},
    {"failed fsync", failed_flush_is_told},
    {"fsync is not repeated", failed_flush_is_not_repeated},
    {"checked close", close_is_checked},
    {"interrupted close", interrupted_close_is_a_close},
    {"second attempt", one_failure_is_not_the_end},
    {"failure leaves nothing", failure_leaves_nothing},
    {"first replaces nothing", first_replaces_nothing},
    {"link replaces nothing", link_replaces_nothing_either},
    {"rename", replacement_is_one_step},
    {"limit on file sizes", size_limit_is_survived},
    {"unconfirmed is told", unconfirmed_folder_is_told},
    {"power cut", [] { return faults_of_a_power_cut().empty(); }},
    {"reserve has room", reserve_has_its_room},
    {"reserve is given back", reserve_is_given_back},
    {"reserve without room", reserve_without_room_is_told},
    {"dead process is swept", dead_process_is_swept},
    {"living process is not swept", living_process_is_not},
    {"other machine is not swept", other_machine_is_not},
    {"sweep follows no link", sweep_follows_no_link},
    {"claimed folder is no link", claimed_folder_is_no_link},
    {"nothing follows a torn event", nothing_follows_a_torn_event},
    {"events are exclusive", events_are_nobody_elses},
};

} // namespace

int main() { return guards::run_all(all); }
