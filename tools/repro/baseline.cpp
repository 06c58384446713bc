// SPDX-License-Identifier: MIT
// repro baseline: keeps runs in a file that is committed, and holds later runs against them.

#include <repro/judge/baseline.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "judgement_output.hpp"
#include "side.hpp"
#include "table.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>

namespace tool {
namespace {

using repro::judge::run_batch;

struct baseline_arguments {
    std::string action, file, level;
    std::vector<std::string> runs, margins;
};

run_batch batch_of(const std::vector<std::string>& words, console& out) {
    if (words.empty())
        throw repro::error(repro::errc::argument_invalid, "RUN", "is not given",
                           "name the runs, or the folder that they are in");
    side found = read_side(words, out);
    if (auto* const runs = std::get_if<run_batch>(&found)) return std::move(*runs);
    throw repro::error(repro::errc::argument_invalid, "RUN '" + excerpt(words.front(), 128) + "'",
                       "names no runs", "a baseline keeps manifests: name runs or their folder");
}

std::map<std::string, double> parse_margins(const std::vector<std::string>& texts) {
    std::map<std::string, double> margins;
    for (const std::string& text : texts) {
        const std::size_t at = text.rfind('=');
        char* end = nullptr;
        const double margin = at == std::string::npos ? 0 : std::strtod(text.c_str() + at + 1, &end);
        if (at == std::string::npos || at == 0 || *end != '\0' || !(margin > 0) || !std::isfinite(margin))
            throw repro::error(repro::errc::argument_invalid, "--margin '" + excerpt(text, 128) + "'",
                               "is no METRIC=NUMBER above zero", "give --margin rmse=0.3");
        margins[text.substr(0, at)] = margin;
    }
    return margins;
}

exit_code set_baseline(const baseline_arguments& given, console& out) {
    const repro::baseline base{given.level.empty() ? repro::level::distribution_stable
                                                   : repro::parse_level(given.level),
                               parse_margins(given.margins), batch_of(given.runs, out)};
    const std::vector<std::string> reasons = repro::judge::reasons_no_baseline(base.runs);
    for (const std::string& each : reasons)
        out.warn("no baseline: " + printable(each));
    const nlohmann::ordered_json document = repro::judge::baseline_document(base);
    for (const auto& [name, margin] : base.margins)
        if (!document.at("metrics").contains(name))
            throw repro::error(repro::errc::argument_invalid, "--margin " + name, "is of no recorded metric",
                               "check its spelling");
    if (reasons.empty()) write_file(given.file, document.dump(1) + "\n");
    if (out.json()) {
        out.answer({{"file", given.file},
                    {"written", reasons.empty()},
                    {"reasons", reasons},
                    {"metrics", document.at("metrics")}});
    } else if (reasons.empty()) {
        table rows;
        rows.row({{"metric", tone::faint},
                  {"seeds", tone::faint},
                  {"mean", tone::faint},
                  {"std", tone::faint},
                  {"noise floor", tone::faint}});
        const auto number = [](const nlohmann::ordered_json& x) {
            return x.is_null() ? std::string("-") : fmt::format("{:.6g}", x.get<double>());
        };
        for (const auto& [name, each] : document.at("metrics").items())
            rows.row({name, fmt::format("{}", each.at("values").size()), number(each.at("mean")),
                      number(each.at("std")), number(each.at("noise_floor"))});
        rows.print(out);
        out.print(fmt::format("\n{}: {} runs at {}\n", printable(given.file), base.runs.size(),
                              to_string(base.level)));
    }
    return reasons.empty() ? exit_code::holds : exit_code::undecided;
}

nlohmann::ordered_json change_json(const repro::difference& each) {
    const auto value = [](const repro::difference_side& of) { return nlohmann::ordered_json(of.value); };
    return {{"group", to_string(each.group)},
            {"name", each.name},
            {"likelihood", to_string(each.likelihood)},
            {"baseline", value(each.a)},
            {"now", value(each.b)}};
}

void print_changes(const std::vector<repro::difference>& changes, console& out) {
    if (changes.empty()) return;
    constexpr std::size_t most = 20;
    out.print(fmt::format("\n{}\n", out.paint(tone::heading, "changed since the baseline")));
    table rows;
    for (std::size_t i = 0; i < changes.size() && i < most; ++i) {
        const repro::difference& each = changes[i];
        const auto words = [](const repro::difference_side& of) {
            return of.absent() ? std::string("-") : clipped(value_words(of.value), 40);
        };
        rows.row(
            {to_string(each.likelihood), to_string(each.group), each.name, words(each.a), words(each.b)});
    }
    rows.print(out, 2);
    if (changes.size() > most)
        out.print(fmt::format("  and {} more: --json lists them\n", changes.size() - most));
}

exit_code check_against(const baseline_arguments& given, console& out) {
    if (!given.margins.empty())
        throw repro::error(repro::errc::argument_invalid, "--margin", "belongs to 'set'",
                           "a margin is declared before the new runs are seen: set the baseline with it");
    const repro::baseline base = repro::judge::read_baseline(given.file);
    const repro::level at = given.level.empty() ? base.level : repro::parse_level(given.level);
    const repro::judge::baseline_check found =
        repro::judge::check_baseline(base, batch_of(given.runs, out), at);
    if (out.json()) {
        auto changes = nlohmann::ordered_json::array();
        for (const repro::difference& each : found.environment)
            changes.push_back(change_json(each));
        out.answer({{"baseline", given.file},
                    {"verdict", to_string(found.result.verdict())},
                    {"judgement", judgement_json(found.result)},
                    {"changed", std::move(changes)}});
    } else {
        print_judgement(found.result, out);
        print_changes(found.environment, out);
    }
    return exit_code_of(found.result.verdict());
}

exit_code keep_baseline(const baseline_arguments& given, console& out) {
    if (given.action == "set") return set_baseline(given, out);
    if (given.action == "check") return check_against(given, out);
    throw repro::error(repro::errc::argument_invalid, "'" + excerpt(given.action, 128) + "'",
                       "is nothing that baseline does", "say set or check");
}

} // namespace

command baseline_command() {
    const auto given = std::make_shared<baseline_arguments>();
    return {
        "baseline",
        "Keep five runs in one file, or hold new runs against it",
        {{"ACTION", "set or check", &given->action, presence::required, {"set", "check"}},
         {"FILE", "The baseline's file, to be committed", &given->file, presence::required},
         {"RUN", "The runs, or the folder that they are in", &given->runs},
         {"--level", "bit-exact, seed-stable or distribution-stable (where absent); check takes that of set",
          &given->level, presence::optional, level_names()},
         {"--margin", "With set: how far means may lie apart and count as equal, METRIC=NUMBER",
          &given->margins}},
        [given](console& out) { return keep_baseline(*given, out); }};
}

} // namespace tool
