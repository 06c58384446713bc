// SPDX-License-Identifier: MIT
// repro recover: completes what a run left whose process is gone.

#include <repro/judge/recover.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "run_argument.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace tool {
namespace {

exit_code code_of(repro::recovery_outcome outcome) {
    switch (outcome) {
    case repro::recovery_outcome::recovered:
    case repro::recovery_outcome::not_needed:
        return exit_code::holds;
    case repro::recovery_outcome::alive:
        return exit_code::differs;
    case repro::recovery_outcome::undecided:
        break;
    }
    return exit_code::undecided;
}

std::string sentence(const repro::recovery_report& report) {
    const std::string state(to_string(report.before.state));
    if (report.outcome == repro::recovery_outcome::not_needed)
        return "the run has recorded its end: " + state + "\n";
    if (report.outcome != repro::recovery_outcome::recovered)
        return fmt::format("left alone: {}: {}\n", state, clipped(report.before.reason));
    std::string text = fmt::format("recovered as aborted, with {} values of metrics: {}\n",
                                   report.events.events.size(), clipped(report.before.reason));
    if (report.events.torn) text += "  the last line of events.jsonl is torn, and was left out\n";
    for (const std::size_t line : report.events.damaged)
        text += fmt::format("  events.jsonl:{}: is damaged, and was left out\n", line);
    if (report.events.lost > 0) text += fmt::format("  {} values are lost\n", report.events.lost);
    return text;
}

exit_code recover(const std::string& run, console& out) {
    const std::filesystem::path path = find_run(run, out);
    const repro::recovery_report report = repro::recover(path);
    if (out.json())
        out.answer({{"manifest", path.native()},
                    {"outcome", to_string(report.outcome)},
                    {"state", to_string(report.before.state)},
                    {"reason", report.before.reason},
                    {"events", report.events.events.size()},
                    {"torn_line", report.events.torn},
                    {"damaged_lines", report.events.damaged},
                    {"lost", report.events.lost}});
    else
        out.print(fmt::format("{}: {}", clipped(path.native()), sentence(report)));
    return code_of(report.outcome);
}

} // namespace

command recover_command() {
    const auto run = std::make_shared<std::string>();
    return {"recover",
            "Complete the manifest of a run whose process is gone; one that goes on is left alone",
            {{"RUN", "The run", run.get(), presence::required}},
            [run](console& out) { return recover(*run, out); }};
}

} // namespace tool
