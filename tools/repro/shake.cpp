// SPDX-License-Identifier: MIT
// repro shake: which of the things that nobody wrote down changes a program's results.

#include <repro/detail/edit_distance.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "launch.hpp"
#include "shake/shaking.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace tool {
namespace {

using json = nlohmann::ordered_json;

struct shake_arguments {
    std::string only, level, seed, runs, timeout;
    bool strict = false, keep = false;
    std::vector<std::string> artifacts, command;
};

std::string_view parse_variation(std::string_view text) {
    const std::vector<std::string_view> names = variation_names();
    if (const auto found = std::ranges::find(names, text); found != names.end()) return *found;
    const auto nearest = std::ranges::min_element(
        names, {}, [text](std::string_view each) { return repro::detail::edit_distance(text, each); });
    throw repro::error(repro::errc::argument_invalid, "--only " + excerpt(text, 80),
                       "is nothing that can be varied", fmt::format("did you mean {}?", *nearest));
}

std::vector<std::string_view> parse_variations(std::string_view text) {
    if (text.empty()) return variation_names();
    std::vector<std::string_view> chosen;
    while (!text.empty())
        chosen.push_back(parse_variation(repro::detail::next_token(text, ',')));
    return chosen;
}

std::uint64_t parse_count(const char* option, const std::string& text, std::uint64_t otherwise,
                          std::uint64_t most) {
    std::uint64_t value = otherwise;
    if (text.empty()) return value;
    if (!repro::detail::from_decimal(text, value) || value == 0 || value > most)
        throw repro::error(repro::errc::argument_invalid, fmt::format("{} {}", option, excerpt(text, 80)),
                           "is out of range", fmt::format("use a whole number from 1 to {}", most));
    return value;
}

shake_plan make_plan(const shake_arguments& given) {
    constexpr std::uint64_t day = 86400;
    return {given.command, parse_variations(given.only), given.artifacts,
            parse_count("--runs", given.runs, 1, 1000),
            std::chrono::seconds(parse_count("--timeout", given.timeout, 600, day))};
}

void prepare(const shake_arguments& given, console& out) {
    const std::optional<repro::seed> seed = seed_or_none(given.seed);
    if (!given.level.empty())
        prepare_environment(repro::parse_level(given.level), seed,
                            given.strict ? contradictions::refused : contradictions::warned_of, out);
    else if (seed)
        ::setenv("REPRO_SEED", repro::detail::decimal(seed->value()).c_str(), 1);
}

exit_code verdict(const shake_result& result) {
    if (!result.control.steady()) return exit_code::undecided;
    const auto changed = [](const variation_result& each) { return each.first_change() != nullptr; };
    return std::ranges::any_of(result.variations, changed) ? exit_code::differs : exit_code::holds;
}

const char* word(exit_code code) {
    return code == exit_code::holds ? "holds" : code == exit_code::differs ? "differs" : "undecided";
}

const char* outcome(const variation_result& result) {
    if (!result.variation.not_applicable.empty()) return "not applicable";
    return result.first_change() != nullptr ? "differs" : "same";
}

/// Whether results follow where memory lies, and others changed them, too: perhaps by moving it alone.
bool blurred_by_addresses(const shake_result& result) {
    std::size_t changed = 0;
    bool moved = false;
    for (const variation_result& each : result.variations) {
        if (each.first_change() == nullptr) continue;
        ++changed;
        moved = moved || each.variation.name == "addresses" || each.variation.name == "environment";
    }
    return moved && changed > 1;
}

json as_json(const std::vector<change>& changes) {
    json list = json::array();
    for (const change& each : changes)
        list.push_back({{"kind", each.kind},
                        {"name", each.name.empty() ? json(nullptr) : json(each.name)},
                        {"step", each.step ? json(*each.step) : json(nullptr)},
                        {"before", each.before},
                        {"after", each.after}});
    return list;
}

json as_json(const variation_result& result) {
    json settings = json::array();
    for (const setting_result& each : result.settings)
        settings.push_back({{"setting", each.text}, {"changes", as_json(each.changes)}});
    const std::string& reason = result.variation.not_applicable;
    return {{"name", result.variation.name},
            {"outcome", outcome(result)},
            {"reason", reason.empty() ? json(nullptr) : json(reason)},
            {"settings", std::move(settings)},
            {"remedy", result.first_change() != nullptr ? json(result.variation.remedy) : json(nullptr)}};
}

json as_json(const shake_result& result, const shake_plan& plan) {
    json variations = json::array();
    for (const variation_result& each : result.variations)
        variations.push_back(as_json(each));
    const observation& first = result.control.runs.front();
    return {{"verdict", word(verdict(result))},
            {"command", told(plan.command)},
            {"control",
             {{"runs", result.control.runs.size()},
              {"steady", result.control.steady()},
              {"ending", to_string(first.end)},
              {"manifests", first.runs.size()},
              {"varies", as_json(result.control.unsteady)}}},
            {"blurred_by_addresses", blurred_by_addresses(result)},
            {"variations", std::move(variations)}};
}

/// Returns how many results there are to compare, in words.
std::string compared(const observation& of) {
    std::size_t tensors = 0, metrics = 0, artifacts = 0;
    for (const observed_run& run : of.runs) {
        if (run.trace) tensors += run.trace->entries.size();
        metrics += run.document.value("metrics", nlohmann::json::object()).size();
        artifacts += run.document.value("digests", nlohmann::json::object()).size() - (run.trace ? 1 : 0);
    }
    std::string text = "standard output";
    const auto add = [&text](std::size_t count, const char* what) {
        if (count > 0) text += fmt::format(", {} {}{}", count, what, count == 1 ? "" : "s");
    };
    add(tensors, "tensor");
    add(metrics, "metric");
    add(artifacts, "artifact");
    add(of.files.size(), "file");
    return text;
}

std::string with_more(const change& first, std::size_t count) {
    return to_string(first) + (count > 1 ? fmt::format(", and {} more", count - 1) : "");
}

void print_control(const control_result& control, console& out) {
    const observation& first = control.runs.front();
    if (!first.end.success())
        return out.print(fmt::format("control: the program fails by itself: {}\n",
                                     out.paint(tone::bad, to_string(first.end))));
    out.print(fmt::format("control: {} runs, compared by {}\n", control.runs.size(), compared(first)));
    if (control.unsteady.empty()) return;
    out.print(fmt::format("{}: with nothing varied, the program does not repeat:\n",
                          out.paint(tone::bad, "control differs")));
    for (const change& each : control.unsteady)
        out.print(fmt::format("  {}\n", printable(to_string(each))));
    out.print("  what varies by itself is left out below; of metrics, what leaves the spread of the controls "
              "counts\n");
}

void print_variations(const shake_result& result, console& out) {
    table rows;
    for (const variation_result& each : result.variations) {
        const setting_result* const first = each.first_change();
        if (first != nullptr)
            rows.row({each.variation.name,
                      {outcome(each), tone::bad},
                      first->text,
                      with_more(first->changes.front(), first->changes.size())});
        else if (each.variation.not_applicable.empty())
            rows.row({each.variation.name, {outcome(each), tone::good}, each.settings.back().text});
        else
            rows.row({each.variation.name, {outcome(each), tone::faint}, each.variation.not_applicable});
    }
    rows.print(out);
    if (blurred_by_addresses(result))
        out.print(
            "note: the results follow where memory lies, which every variation moves a little: deal with "
            "that first\n");
    for (const variation_result& each : result.variations)
        if (each.first_change() != nullptr)
            out.print(fmt::format("to do: {}: {}\n", each.variation.name, each.variation.remedy));
}

exit_code run(const shake_arguments& given, console& out) {
    const shake_plan plan = make_plan(given);
    prepare(given, out);
    const shake_folder folder(given.keep);
    const shake_result result = shake(plan, folder, out);
    if (given.keep) out.warn(fmt::format("what the runs left behind is in {}", folder.path().native()));
    if (out.json()) {
        out.answer(as_json(result, plan));
    } else {
        print_control(result.control, out);
        print_variations(result, out);
        out.print(fmt::format("shake: {}\n", word(verdict(result))));
    }
    return verdict(result);
}

} // namespace

command shake_command() {
    const auto given = std::make_shared<shake_arguments>();
    return {"shake",
            "Run a program again with one thing varied at a time, and name what changes its results",
            {{"--only",
              "Vary these alone, with commas: threads affinity addresses malloc blas libm locale time-zone "
              "hash-seed environment",
              &given->only},
             {"--level", "Run in the environment that this level asks for", &given->level, presence::optional,
              level_names()},
             {"--strict", "Refuse to start where a variable is set against the level", &given->strict},
             {"--seed", "Hand this seed to the program: REPRO_SEED", &given->seed},
             {"--runs", "Run each setting so many times (1 where absent)", &given->runs},
             {"--timeout", "End a run after so many seconds (600 where absent)", &given->timeout},
             {"--artifact", "Compare this file, too; for programs that leave no manifest", &given->artifacts},
             {"--keep", "Leave what the runs wrote, and say where", &given->keep},
             {"COMMAND", "The program and its arguments, after --", &given->command, presence::required}},
            [given](console& out) { return run(*given, out); }};
}

} // namespace tool
