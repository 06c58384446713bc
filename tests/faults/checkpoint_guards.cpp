// SPDX-License-Identifier: MIT
// The safety steps by which a checkpoint and its files are written and read, one check each. Built by
// mutations.py.

#include "guards.hpp"
#include "support/checkpoints.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

using repro::errc;
using support::call;
using support::checkpoint_files;
using support::plan;
using support::standing_checkpoint;
using support::take_checkpoint;
using support::temporary_folder;

namespace {

/// The process that starts the checks, and outlives each.
const repro::process_identity runner = repro::capture_process_identity();

/// A folder for checkpoints, and the calls that are watched from then on.
struct place {
    temporary_folder folder;
    std::filesystem::path path = folder / "ck";

    place() { plan() = {}; }

    [[nodiscard]] std::ptrdiff_t entries() const {
        const std::filesystem::directory_iterator all(folder.path());
        return std::distance(begin(all), end(all));
    }
};

/// Returns how taking a checkpoint fails; nothing where it does not.
std::optional<errc> refusal(checkpoint_files& at, int number) {
    try {
        (void)take_checkpoint(at, number);
        return std::nullopt;
    } catch (const repro::error& problem) {
        return problem.code();
    }
}

void fail_all(call kind, int reason) {
    plan().fail = [=](call which, std::size_t) { return which == kind ? reason : 0; };
}

bool nothing_is_lost_in_a_power_cut() {
    const place here;
    return support::faults_after_a_cut(here.folder.path()).empty();
}

bool file_is_opened_exclusively() {
    const place here;
    checkpoint_files at(here.path);
    (void)take_checkpoint(at, 1);
    const auto opened = std::ranges::find_if(plan().log, [](const support::logged_call& each) {
        return each.call == call::open && each.name.starts_with(".ck.w.");
    });
    return opened != plan().log.end() && (opened->flags & O_EXCL) != 0;
}

/// Returns how writing a file fails where each call of a kind does.
std::optional<errc> failure_of_a_file(call kind, int reason) {
    const place here;
    checkpoint_files at(here.path);
    at.open();
    fail_all(kind, reason);
    try {
        (void)at.write({"w", [](std::ostream& out) { out << "weights"; }});
        return std::nullopt;
    } catch (const repro::error& problem) {
        return problem.code();
    }
}

bool failed_write_is_told() { return failure_of_a_file(call::write, ENOSPC) == errc::no_space; }
bool failed_close_is_told() { return failure_of_a_file(call::close, EDQUOT) == errc::no_space; }

bool failure_leaves_nothing() {
    const place here;
    checkpoint_files at(here.path);
    fail_all(call::sync, EIO);
    return refusal(at, 1).has_value() && here.entries() == 0;
}

bool unconfirmed_keeps_the_files_before() {
    const place here;
    checkpoint_files at(here.path);
    if (!take_checkpoint(at, 1)) return false;
    std::string before;
    for (const auto& each : std::filesystem::directory_iterator(here.folder.path()))
        if (each.path() != here.path) before = each.path().native();
    plan().fail = [](call which, std::size_t) { // only the last flush, behind the rename
        const bool in_place = !plan().log.empty() && plan().log.back().to == "ck";
        return which == call::sync && in_place ? EINVAL : 0;
    };
    return !take_checkpoint(at, 2) && std::filesystem::exists(before);
}

bool older_files_are_removed() {
    const place here;
    checkpoint_files at(here.path);
    return take_checkpoint(at, 1) && take_checkpoint(at, 2) && here.entries() == 2;
}

/// Returns whether a file half written by `process` is still there after the next checkpoint.
bool stays(const repro::process_identity& process) {
    const place here;
    const std::string owner = repro::detail::temporary_owner(process);
    const auto left = here.folder.write(repro::detail::temporary_name("ck.w", owner), "");
    checkpoint_files at(here.path);
    return take_checkpoint(at, 1) && std::filesystem::exists(left);
}

bool living_process_is_not_swept() { return stays(runner); }

bool dead_process_is_swept() {
    repro::process_identity process = runner;
    process.pid = 0x7fffffff; // beyond what the kernel gives
    return !stays(process);
}

bool foreign_checkpoint_stays() {
    const place here;
    checkpoint_files one(here.path), other(here.path);
    return take_checkpoint(one, 1) && refusal(other, 2) == errc::name_taken &&
           standing_checkpoint(here.path) == 1;
}

bool first_replaces_nothing() {
    const place here;
    checkpoint_files at(here.path);
    plan().before = [&](std::size_t) { // somebody else is faster, after the look at what stands there
        const auto& log = plan().log;
        if (!log.empty() && log.back().call == call::sync && log.back().where.ends_with(".tmp") &&
            !log.back().where.starts_with(".ck.w."))
            here.folder.write("ck", "not mine");
    };
    return refusal(at, 1).has_value() && support::read_text(here.path) == "not mine";
}

bool other_content_is_refused() {
    const place here;
    checkpoint_files at(here.path);
    if (!take_checkpoint(at, 1)) return false;
    for (const auto& each : std::filesystem::directory_iterator(here.folder.path()))
        if (each.path() != here.path)
            here.folder.write(each.path().filename().native(), std::string(300, '2'));
    try {
        (void)at.verified(repro::detail::read_checkpoint(at.read().value(), "x").files);
    } catch (const repro::error& problem) {
        return problem.code() == errc::digest_mismatch;
    }
    return false;
}

/// Returns how a text is refused where one part of it stands differently, with the digest that it has then.
std::optional<errc> refusal_of(std::string_view part, std::string_view instead, bool digest_fits) {
    std::string text = repro::detail::checkpoint_text({});
    const std::size_t at = text.find(part);
    text.replace(at, part.size(), instead);
    const std::size_t digest = text.rfind("digest ");
    if (digest_fits)
        text.replace(digest, std::string::npos,
                     "digest " + repro::detail::evp_sha256(text.substr(0, digest)).hex() + "\n");
    try {
        (void)repro::detail::read_checkpoint(text, "x");
        return std::nullopt;
    } catch (const repro::error& problem) {
        return problem.code();
    }
}

bool other_digest_is_refused() { return refusal_of("step 0", "step 1", false) == errc::snapshot_damaged; }
bool other_contract_is_refused() {
    return refusal_of("contract ", "contract 9", true) == errc::snapshot_contract;
}
bool other_layout_is_refused() {
    return refusal_of(repro::detail::checkpoint_head, "repro-checkpoint 999", true) ==
           errc::snapshot_contract;
}
bool text_without_change_is_read() { return !refusal_of("step 0", "step 0", false); }

constexpr guards::guard all[] = {
    {"power cut", nothing_is_lost_in_a_power_cut},
    {"exclusive", file_is_opened_exclusively},
    {"failed write", failed_write_is_told},
    {"checked close", failed_close_is_told},
    {"failure leaves nothing", failure_leaves_nothing},
    {"unconfirmed keeps the files before", unconfirmed_keeps_the_files_before},
    {"older files are removed", older_files_are_removed},
    {"living process is not swept", living_process_is_not_swept},
    {"dead process is swept", dead_process_is_swept},
    {"another's checkpoint stays", foreign_checkpoint_stays},
    {"first replaces nothing", first_replaces_nothing},
    {"other content", other_content_is_refused},
    {"other digest", other_digest_is_refused},
    {"other contract", other_contract_is_refused},
    {"other layout", other_layout_is_refused},
    {"a whole text is read", text_without_change_is_read},
};

} // namespace

int main() { return guards::run_all(all); }
