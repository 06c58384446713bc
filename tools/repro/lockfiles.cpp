// SPDX-License-Identifier: MIT
#include "lockfiles.hpp"

#include <repro/judge/verified_files.hpp>
#include <repro/lockfiles/file.hpp>

#include "table.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

namespace tool {
namespace {

using json = nlohmann::ordered_json;
using repro::lockfiles::letter;

json truth_or_null(const std::optional<bool>& value) { return value ? json(*value) : json(nullptr); }

json counts_json(const repro::lockfiles::package_counts& counts) {
    return {{"packages", counts.packages}, {"direct", counts.direct}, {"transitive", counts.transitive},
            {"hashed", counts.hashed},     {"local", counts.local},   {"floating", counts.floating},
            {"inexact", counts.inexact}};
}

json report_json(const std::string& path, const repro::lockfiles::report& report) {
    json facts = json::array();
    for (const auto& each : report.facts)
        facts.push_back({{"name", each.name}, {"value", each.value}});
    json warnings = json::array();
    for (const repro::warning& each : report.warnings)
        warnings.push_back({{"code", to_string(each.code)}, {"text", each.text}});
    return {{"path", path},
            {"kind", report.kind},
            {"format_version", text_or_null(report.format_version)},
            {"tool", text_or_null(report.tool)},
            {"scope", to_string(report.scope)},
            {"grade", to_string(report.grade)},
            {"counts", counts_json(report.counts)},
            {"stale", truth_or_null(report.stale)},
            {"tracked", truth_or_null(report.tracked)},
            {"sha256", report.sha256.hex()},
            {"facts", std::move(facts)},
            {"warnings", std::move(warnings)},
            {"error", nullptr}};
}

tone tone_of(letter grade) {
    if (grade == letter::a || grade == letter::b) return tone::good;
    return grade == letter::c ? tone::doubtful : tone::bad;
}

/// Returns "uv.lock 1 by uv", as far as the file tells it.
std::string origin(const repro::lockfiles::report& report) {
    std::string text = report.kind;
    if (!report.format_version.empty()) text += " " + report.format_version;
    if (!report.tool.empty()) text += " by " + report.tool;
    return text;
}

std::string counts_text(const repro::lockfiles::package_counts& counts) {
    std::string text = fmt::format("{} package{}", counts.packages, counts.packages == 1 ? "" : "s");
    const std::pair<std::size_t, const char*> parts[] = {
        {counts.direct, "direct"}, {counts.transitive, "transitive"}, {counts.hashed, "hashed"},
        {counts.local, "local"},   {counts.floating, "floating"},
    };
    for (const auto& [count, word] : parts)
        if (count > 0) text += fmt::format(", {} {}", count, word);
    return text;
}

json held_json(const std::vector<repro::lockfiles::held_package>& held) {
    json list = json::array();
    for (const repro::lockfiles::held_package& each : held) {
        json installed = nullptr;
        if (each.installed)
            installed = {{"version", text_or_null(each.installed->version)},
                         {"hash", text_or_null(each.installed->hash)},
                         {"place", each.installed->place.native()}};
        list.push_back({{"name", each.locked.name},
                        {"version", text_or_null(each.locked.version)},
                        {"installed", std::move(installed)},
                        {"differs", each.differs},
                        {"reason", text_or_null(each.reason)}});
    }
    return list;
}

graded_lockfile grade_file(const std::string& path, const std::filesystem::path& location) {
    try {
        return {.path = path, .report = repro::lockfiles::grade_file(location), .problem = {}};
    } catch (const repro::error& problem) {
        return {.path = path, .report = {}, .problem = problem};
    }
}

void print_held(const std::vector<repro::lockfiles::held_package>& held, console& out) {
    using repro::lockfiles::held_package;
    if (held.empty()) {
        out.print("  installed: nothing is found that this lockfile could be held against\n");
        return;
    }
    const auto count = [&held](auto of) { return std::ranges::count_if(held, of); };
    const auto differ = count([](const held_package& each) { return each.differs; });
    const auto absent = count([](const held_package& each) { return !each.installed; });
    const auto unknown = count(
        [](const held_package& each) { return each.installed && !each.differs && !each.reason.empty(); });
    out.print(fmt::format("  installed: {} as locked, {} otherwise, {} absent, {} unknown\n",
                          std::ssize(held) - differ - absent - unknown, differ, absent, unknown));
    table rows;
    for (const held_package& each : held)
        if (each.differs)
            rows.row({{"swapped", tone::bad}, each.locked.name, each.reason});
        else if (each.undecided)
            rows.row({{"unknown", tone::doubtful}, each.locked.name, each.reason});
    rows.print(out, 2);
}

} // namespace

bool graded_lockfile::swapped() const {
    return held && std::ranges::any_of(*held, &repro::lockfiles::held_package::differs);
}

graded_lockfile grade_lockfile(const repro::recorded_manifest& manifest, const repro::recorded_file& file,
                               const repro::verified_item& item, const repro::verify_options& options) {
    if (item.found.empty()) // changed it may be, and yet where nothing is opened
        return {.path = file.path,
                .report = {},
                .problem =
                    repro::error(repro::errc::artifact_unreadable, file.path, "was not read: " + item.reason,
                                 "keep the lockfile where the run found it")};
    graded_lockfile graded =
        grade_file(file.path, repro::detail::file_verifier(manifest, options).located(file));
    graded.as_recorded = item.outcome == repro::verify_outcome::match;
    return graded;
}

json lockfiles_json(const std::vector<graded_lockfile>& lockfiles) {
    json list = json::array();
    for (const graded_lockfile& each : lockfiles) {
        if (each.report)
            list.push_back(report_json(each.path, *each.report));
        else
            list.push_back(
                {{"path", each.path},
                 {"grade", nullptr},
                 {"error",
                  {{"code", to_string(each.problem->code())}, {"text", each.problem->what_failed()}}}});
        if (each.held) list.back()["installed"] = held_json(*each.held);
    }
    return list;
}

void print_lockfile(const graded_lockfile& lockfile, console& out) {
    if (!lockfile.report) {
        out.print(fmt::format("{}: {}: {} [{}]\n", clipped(lockfile.path), out.paint(tone::bad, "no grade"),
                              clipped(lockfile.problem->what_failed()), to_string(lockfile.problem->code())));
        return;
    }
    const repro::lockfiles::report& report = *lockfile.report;
    out.print(
        fmt::format("{}: {}\n", clipped(lockfile.path),
                    out.paint(tone_of(report.grade),
                              fmt::format("grade {}, {}", to_string(report.grade), meaning(report.grade)))));
    out.print(fmt::format("  {} ({})\n  {}\n", clipped(origin(report)), to_string(report.scope),
                          counts_text(report.counts)));
    table rows;
    if (report.tracked) rows.row({"git", *report.tracked ? "tracked" : "not tracked"});
    if (report.stale) rows.row({"stale", *report.stale ? "yes" : "no"});
    for (const auto& each : report.facts)
        rows.row({each.name, each.value});
    for (const repro::warning& each : report.warnings)
        rows.row({{to_string(each.code), tone::doubtful}, each.text});
    rows.print(out, 2);
    if (lockfile.held) print_held(*lockfile.held, out);
}

exit_code explain_lockfile(const std::string& path, console& out) {
    const graded_lockfile graded = grade_file(path, path);
    if (!graded.report) throw repro::error(*graded.problem);
    if (out.json())
        out.answer(lockfiles_json({graded}).front());
    else
        print_lockfile(graded, out);
    const letter grade = graded.report->grade;
    return grade == letter::a || grade == letter::b ? exit_code::holds : exit_code::differs;
}

} // namespace tool
