// SPDX-License-Identifier: MIT
// repro audit: runs a program and tells which calls took entropy, from where, and how often.

#include "command.hpp"
#include "commands.hpp"
#include "table.hpp"
#include "watched_run.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <tuple>

namespace tool {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* blind_spots[] = {
    "what a program or library links statically, or calls within itself without the loader",
    "system calls made directly, and the processor's RDRAND and RDSEED outside std::random_device",
    "what the C library draws for itself, and what the kernel hands each process at its start",
    "generators that programs bring along, and the seeds they are given",
    "children that are linked statically, or that are started without this environment"};

struct audit_arguments {
    bool strict = false, times = false;
    std::vector<std::string> command;
};

std::string last_part(const std::string& path) { return std::filesystem::path(path).filename().native(); }

std::string place(const repro::entropy_use& use) {
    if (!use.function.empty()) return use.function;
    return fmt::format("{}+{:#x}", use.object.empty() ? "address " : last_part(use.object), use.offset);
}

/// Returns the uses that `wanted` picks, one for each function of a process that called.
template <class Wanted>
std::vector<repro::entropy_use> by_function(const repro::entropy_report& seen, Wanted wanted) {
    std::vector<repro::entropy_use> rows;
    for (const repro::entropy_use& each : seen.uses) {
        if (!wanted(each)) continue;
        const auto same = [&each](const repro::entropy_use& row) {
            return std::tie(row.call, row.kind, row.pid, row.program, row.object) ==
                       std::tie(each.call, each.kind, each.pid, each.program, each.object) &&
                   place(row) == place(each);
        };
        const auto known = std::ranges::find_if(rows, same);
        if (known != rows.end())
            known->count += each.count;
        else
            rows.push_back(each);
    }
    return rows;
}

void print_rows(const std::vector<repro::entropy_use>& rows, console& out) {
    table lines;
    for (const repro::entropy_use& each : rows)
        lines.row(
            {{to_string(each.kind), repro::defeats_seed(each.kind) && !each.own ? tone::bad : tone::faint},
             to_string(each.call),
             fmt::format("{} x", each.count),
             each.object.empty() ? "generated code" : last_part(each.object),
             place(each),
             fmt::format("{} {}", each.pid, last_part(each.program))});
    lines.print(out, 2);
}

template <class Wanted>
void print_part(std::string_view title, const repro::entropy_report& seen, Wanted wanted, console& out) {
    const auto rows = by_function(seen, wanted);
    if (rows.empty()) return;
    out.print(fmt::format("{}\n", out.paint(tone::heading, title)));
    print_rows(rows, out);
}

std::string verdict_of(const watched_run& ran) {
    if (ran.seen.taken() != 0) return "taken";
    return ran.unseen.empty() ? "none" : "unknown";
}

void print_verdict(const watched_run& ran, console& out) {
    const std::uint64_t taken = ran.seen.taken();
    if (taken != 0)
        out.print(fmt::format("audit: {} ({} call{} that the run's seed does not reach)\n",
                              out.paint(tone::bad, "entropy was taken"), taken, taken == 1 ? "" : "s"));
    else if (ran.unseen.empty())
        out.print(fmt::format("audit: {}\n", out.paint(tone::good, "no entropy was taken")));
    if (!ran.unseen.empty())
        out.print(fmt::format("audit: {}: {}\n",
                              out.paint(tone::doubtful, "the program could not be watched"),
                              printable(ran.unseen)));
}

std::uint64_t times_asked(const repro::entropy_report& seen) {
    std::uint64_t count = 0;
    for (const repro::entropy_use& each : seen.uses)
        if (each.kind == repro::entropy_kind::time && !each.own) count += each.count;
    return count;
}

/// Lists who asked for the time, or says in a word that somebody did.
void print_times(const watched_run& ran, const audit_arguments& given, console& out) {
    const auto is_time = [](const auto& use) { return use.kind == repro::entropy_kind::time; };
    if (given.times) return print_part("Times", ran.seen, is_time, out);
    if (const std::uint64_t count = times_asked(ran.seen); count != 0)
        out.print(fmt::format("The time was asked for {} time{}: --time lists by whom\n", count,
                              count == 1 ? "" : "s"));
}

void print_report(const watched_run& ran, const audit_arguments& given, console& out) {
    using repro::entropy_kind;
    print_verdict(ran, out);
    print_part(
        "Against the seed", ran.seen,
        [](const auto& use) { return !use.own && repro::defeats_seed(use.kind); }, out);
    print_part(
        "By repro itself, for seeds and ids that manifests record", ran.seen,
        [](const auto& use) { return use.own && use.kind != entropy_kind::time; }, out);
    print_part(
        "Generators of C, seeded", ran.seen,
        [](const auto& use) {
            return !use.own && (use.kind == entropy_kind::seed || use.kind == entropy_kind::seeded);
        },
        out);
    print_times(ran, given, out);
    if (ran.seen.dropped != 0)
        out.print(fmt::format("  {} calls more, for whose places there was no room\n", ran.seen.dropped));
    out.print(fmt::format("Processes watched: {}. Not seen:\n", ran.seen.processes.size()));
    for (const char* const each : blind_spots)
        out.print(fmt::format("  {}\n", each));
}

json use_json(const repro::entropy_use& use) {
    json row = {{"call", to_string(use.call)},
                {"kind", to_string(use.kind)},
                {"own", use.own},
                {"count", use.count},
                {"object", nullptr},
                {"function", nullptr},
                {"offset", use.offset},
                {"pid", use.pid},
                {"program", use.program}};
    if (!use.object.empty()) row["object"] = use.object;
    if (!use.function.empty()) row["function"] = use.function;
    return row;
}

json report_json(const watched_run& ran, const audit_arguments& given) {
    json document = {
        {"verdict", verdict_of(ran)},  {"taken", ran.seen.taken()},  {"status", ran.status},
        {"signal", nullptr},           {"unseen", nullptr},          {"uses", json::array()},
        {"dropped", ran.seen.dropped}, {"processes", json::array()}, {"times_asked", times_asked(ran.seen)},
        {"not_seen", blind_spots}};
    if (ran.signal != 0) document["signal"] = ran.signal;
    if (!ran.unseen.empty()) document["unseen"] = ran.unseen;
    for (const repro::entropy_use& each : ran.seen.uses)
        if (given.times || each.kind != repro::entropy_kind::time) document["uses"].push_back(use_json(each));
    for (const repro::entropy_process& each : ran.seen.processes)
        document["processes"].push_back(
            {{"pid", each.pid}, {"parent", each.parent}, {"program", each.program}});
    return document;
}

exit_code run(const audit_arguments& given, console& out) {
    if (!out.json()) out.answer_on_standard_error(); // standard output is the program's
    const watched_run ran = run_watched(
        given.command, out.json() ? child_output::on_standard_error : child_output::as_it_is, out);
    if (!ran.started) return static_cast<exit_code>(ran.status);
    if (out.json())
        out.answer(report_json(ran, given));
    else
        print_report(ran, given, out);
    if (given.strict && ran.seen.taken() != 0) return exit_code::differs;
    if (given.strict && ran.status == 0 && !ran.unseen.empty()) return exit_code::undecided;
    out.flush();
    if (ran.signal != 0) end_by(ran.signal);
    return static_cast<exit_code>(ran.status);
}

} // namespace

command audit_command() {
    const auto given = std::make_shared<audit_arguments>();
    return {"audit",
            "Run a program and tell which calls took entropy",
            {{"--strict", "Give 1 where entropy was taken, 3 where a program that succeeds was not seen",
              &given->strict},
             {"--time", "List the calls that asked for the time as well", &given->times},
             {"COMMAND", "The program and its arguments, after --", &given->command, presence::required}},
            [given](console& out) { return run(*given, out); }};
}

} // namespace tool
