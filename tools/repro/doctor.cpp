// SPDX-License-Identifier: MIT
// repro doctor: what of all this holds on this machine, what is missing, and what to do.

#include "command.hpp"
#include "commands.hpp"
#include "doctor/checks.hpp"
#include "launch.hpp"
#include "run_argument.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace tool {

std::vector<finding> examine(const doctor_places& places, repro::level wanted) {
    std::vector<finding> all = {check_runs(places.runs), check_proc(places.proc), check_selftest(),
                                check_git(places.folder)};
    const auto add = [&all](std::vector<finding> more) { std::ranges::move(more, std::back_inserter(all)); };
    add(check_launch());
    add({check_audit(), check_variables(wanted), check_nccl_files(wanted), check_preloaded()});
    add(check_locale());
    add({check_clock(), check_compilers(), check_gpu()});
    add(check_libraries());
    return all;
}

namespace {

using json = nlohmann::ordered_json;

exit_code code_of(const std::vector<finding>& all) {
    const bool missing =
        std::ranges::any_of(all, [](const finding& each) { return each.state == health::missing; });
    return missing ? exit_code::differs : exit_code::holds;
}

json as_json(const std::vector<finding>& all) {
    json items = json::array();
    for (const finding& each : all)
        items.push_back({{"name", each.name},
                         {"state", to_string(each.state)},
                         {"what", each.what},
                         {"fix", each.fix.empty() ? json(nullptr) : json(each.fix)}});
    return {{"verdict", code_of(all) == exit_code::holds ? "holds" : "differs"}, {"items", std::move(items)}};
}

tone tone_of(health state) {
    constexpr tone tones[] = {tone::good, tone::faint, tone::doubtful, tone::bad};
    return tones[static_cast<std::size_t>(state)];
}

void print(const std::vector<finding>& all, console& out) {
    table rows;
    for (const finding& each : all)
        rows.row({{to_string(each.state), tone_of(each.state)}, each.name, each.what});
    rows.print(out);
    for (const finding& each : all)
        if (!each.fix.empty()) out.print(fmt::format("to do: {}: {}\n", each.name, printable(each.fix)));
    const auto count = [&all](health state) { return std::ranges::count(all, state, &finding::state); };
    out.print(fmt::format("doctor: {} ok, {} absent, {} to look at, {} missing\n", count(health::ok),
                          count(health::absent), count(health::warning), count(health::missing)));
}

exit_code run(const std::string& level, console& out) {
    doctor_places places;
    places.runs = experiments_root();
    const std::vector<finding> all = examine(places, level_or_strictest(level));
    if (out.json())
        out.answer(as_json(all));
    else
        print(all, out);
    return code_of(all);
}

} // namespace

command doctor_command() {
    const auto level = std::make_shared<std::string>();
    return {"doctor",
            "Say what holds on this machine, what is missing, and what to do",
            {{"--level",
              "Whose variables are looked for: bit-exact (where absent), seed-stable or "
              "distribution-stable",
              level.get(), presence::optional, level_names()}},
            [level](console& out) { return run(*level, out); }};
}

} // namespace tool
