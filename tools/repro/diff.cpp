// SPDX-License-Identifier: MIT
// repro diff: what two runs differ in, likeliest cause first.

#include <repro/judge/diff.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "difference_json.hpp"
#include "difference_words.hpp"
#include "recorded_lockfile.hpp"
#include "run_argument.hpp"
#include "table.hpp"
#include "trace_diff.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tool {
namespace {

constexpr std::size_t rows_a_group = 10;

struct diff_arguments {
    std::string a, b, only;
    bool all = false;
    bool trace = false;
};

repro::difference_group group_of(std::string_view name) {
    std::string known;
    for (std::size_t i = 0; i < repro::difference_group_count; ++i) {
        const auto group = static_cast<repro::difference_group>(i);
        if (to_string(group) == name) return group;
        known += (i == 0 ? "" : ", ") + std::string(to_string(group));
    }
    throw repro::error(repro::errc::argument_invalid, "--only '" + excerpt(name, 80) + "'",
                       "is no group of a manifest", "use some of " + known + ", with commas between them");
}

std::vector<repro::difference_group> groups_of(std::string_view list) {
    std::vector<repro::difference_group> groups;
    while (!list.empty())
        groups.push_back(group_of(repro::detail::next_token(list, ',')));
    return groups;
}

/// Prints the differences, of each group the first ones unless all are asked for.
void print_differences(const repro::manifest_diff& found, bool all, console& out) {
    std::array<std::size_t, repro::difference_group_count> shown{};
    table rows;
    for (const repro::difference& each : found.differences) {
        if (!all && !is_told(each)) continue;
        if (++shown[static_cast<std::size_t>(each.group)] > rows_a_group && !all) continue;
        rows.row({{to_string(each.likelihood), tone_of_likelihood(each.likelihood)},
                  to_string(each.group),
                  each.name,
                  side_words(each.a),
                  side_words(each.b),
                  remark(each, all ? remarks::all : remarks::needed)});
    }
    rows.print(out);
    for (std::size_t i = 0; i < shown.size(); ++i)
        if (shown[i] > rows_a_group && !all)
            out.print(fmt::format("... and {} more of {}: --all\n", shown[i] - rows_a_group,
                                  to_string(static_cast<repro::difference_group>(i))));
    if (found.left_out > 0) out.print(fmt::format("... and {} beyond the limit\n", found.left_out));
}

void print_conclusion(const repro::manifest_diff& found, console& out) {
    out.print(found.differences.empty() ? "" : "\n");
    out.print(equal_groups(found) + "\n");
    out.print("not compared: ids, times of start and end, process ids, absolute paths\n");
    for (const std::string& each : found.doubts)
        out.print(out.paint(tone::doubtful, "doubtful") + ": " + each + "\n");
    out.print(cause_words(found) + "\n");
}

exit_code code_of(const repro::manifest_diff& found) {
    if (found.matters()) return exit_code::differs;
    return found.unknown() ? exit_code::undecided : exit_code::holds;
}

exit_code diff(const diff_arguments& arguments, console& out) {
    if (arguments.trace) return diff_traces(arguments.a, arguments.b, out);
    repro::diff_options options;
    options.only = groups_of(arguments.only);
    const repro::recorded_manifest a = repro::read_manifest(find_run(arguments.a, out));
    const repro::recorded_manifest b = repro::read_manifest(find_run(arguments.b, out));
    options.packages = [&a, &b](const repro::recorded_file& in_a, const repro::recorded_file& in_b) {
        return changed_packages({a, in_a}, {b, in_b});
    };
    const repro::manifest_diff found = repro::diff(a, b, options);
    if (out.json()) {
        out.answer(diff_json(a, b, found));
        return code_of(found);
    }
    print_runs(a, b, out);
    print_differences(found, arguments.all, out);
    print_conclusion(found, out);
    return code_of(found);
}

} // namespace

command diff_command() {
    const auto arguments = std::make_shared<diff_arguments>();
    return {
        "diff",
        "Print what two runs differ in, likeliest cause first",
        {{"A", "A run", &arguments->a, presence::required},
         {"B", "The run to compare it with", &arguments->b, presence::required},
         {"--only", "Groups to compare, with commas between them: code,libraries,config", &arguments->only},
         {"--trace", "The first tensor that differs; A and B can be traces as well", &arguments->trace},
         {"--all", "Every difference, and why it can change numbers", &arguments->all}},
        [arguments](console& out) { return diff(*arguments, out); }};
}

} // namespace tool
