// SPDX-License-Identifier: MIT
// repro selftest: whether this build, on this machine, gives the promised bits.

#include <repro/launch/selftest.hpp>

#include "command.hpp"
#include "commands.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace tool {
namespace {

using json = nlohmann::ordered_json;

json as_json(const repro::selftest_report& report) {
    json items = json::array();
    for (const repro::selftest_item& each : report.items)
        items.push_back({{"name", each.name},
                         {"holds", each.holds},
                         {"expected", each.expected},
                         {"found", each.found},
                         {"source", each.source},
                         {"fix", each.fix.empty() ? json(nullptr) : json(each.fix)}});
    return {{"verdict", report.holds() ? "holds" : "differs"}, {"items", std::move(items)}};
}

void print_failures(const repro::selftest_report& report, console& out) {
    for (const repro::selftest_item& each : report.items) {
        if (each.holds) continue;
        out.print(fmt::format("{}  {} ({})\n  expected  {}\n  found     {}\n  to do     {}\n",
                              out.paint(tone::bad, "differs"), printable(each.name), printable(each.source),
                              printable(each.expected), printable(each.found), printable(each.fix)));
    }
}

exit_code run_selftest(console& out) {
    const repro::selftest_report report = repro::selftest();
    const exit_code verdict = report.holds() ? exit_code::holds : exit_code::differs;
    if (out.json()) {
        out.answer(as_json(report));
        return verdict;
    }
    print_failures(report, out);
    const auto held = std::count_if(report.items.begin(), report.items.end(),
                                    [](const repro::selftest_item& each) { return each.holds; });
    out.print(fmt::format("selftest: {} ({} of {} hold)\n",
                          report.holds() ? out.paint(tone::good, "holds") : out.paint(tone::bad, "differs"),
                          held, report.items.size()));
    return verdict;
}

} // namespace

command selftest_command() {
    return {"selftest",
            "Check that this build on this machine gives the promised bits; repro::selftest() asks your own "
            "build",
            {},
            run_selftest};
}

} // namespace tool
