// SPDX-License-Identifier: MIT
// repro explain: the page of a code, a level, a variable or a setting, what a lockfile fixes or a checkpoint
// holds, and what two runs differ in.

#include <repro/core/knobs.hpp>
#include <repro/core/switch_table.hpp>

#include "checkpoint.hpp"
#include "command.hpp"
#include "commands.hpp"
#include "explain_runs.hpp"
#include "explanations.hpp"
#include "lockfiles.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace tool {
namespace {

using json = nlohmann::ordered_json;

/// Returns `text` in lines of at most 76 characters after four spaces.
std::string paragraph(std::string_view text) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        const bool fits = column != 0 && column + 1 + word.size() <= 80;
        out += fits ? " " : (column == 0 ? "    " : "\n    ");
        out += word;
        column = (fits ? column + 1 : 4) + word.size();
        text.remove_prefix(end == text.size() ? end : end + 1);
    }
    return out + "\n";
}

/// Returns alternatives that have '|' between them as a sentence has them.
std::string in_words(std::string_view alternatives) {
    std::string words;
    while (!alternatives.empty()) {
        const std::string_view each = repro::detail::next_token(alternatives, '|');
        words += words.empty() ? "" : alternatives.empty() ? " or " : ", ";
        words += each;
    }
    return words;
}

void section(console& out, std::string_view title, std::string_view text) {
    out.print(fmt::format("\n{}\n{}", out.paint(tone::heading, title), paragraph(text)));
}

exit_code print_code(const explanation& page, console& out) {
    if (out.json()) {
        out.answer(json{{"code", page.code},
                        {"summary", page.summary},
                        {"meaning", page.meaning},
                        {"remedy", page.remedy}});
        return exit_code::holds;
    }
    out.print(fmt::format("{}: {}\n", out.paint(tone::heading, page.code), page.summary));
    section(out, "What it means", page.meaning);
    section(out, "What to do", page.remedy);
    return exit_code::holds;
}

json level_json(const repro::level_description& page) {
    return {{"level", page.name},
            {"tolerance", page.tolerance},
            {"controlled", page.controlled},
            {"uncontrolled", page.uncontrolled},
            {"used_for", page.used_for}};
}

exit_code print_level(const repro::level_description& page, console& out) {
    if (out.json()) {
        out.answer(level_json(page));
        return exit_code::holds;
    }
    out.print(fmt::format("{}: {}\n", out.paint(tone::heading, page.name), page.tolerance));
    section(out, "What has to be the same", page.controlled);
    section(out, "What may differ", page.uncontrolled);
    section(out, "What it is used for", page.used_for);
    return exit_code::holds;
}

/// Returns what a level asks of a variable, in words.
std::string demand(const repro::knob& page) {
    using enum repro::knob_rule;
    const std::string level(page.asked_by ? to_string(*page.asked_by) : "");
    switch (page.rule) {
    case one_of:
        return fmt::format("One of: {}. Asked for by level {} and stricter ones.", page.accepted, level);
    case any_case:
        return fmt::format(
            "One of, in small letters or capitals: {}. Asked for by level {} and stricter ones.",
            page.accepted, level);
    case fixed:
        return fmt::format("Any value, the same in every run. Asked for by level {} and stricter ones.{}",
                           level,
                           page.accepted.empty() ? "" : fmt::format(" repro run sets {}.", page.accepted));
    case count:
    case counts:
        return fmt::format(
            "A number of threads, 1 or more{}, the same in every run. Asked for by level {} and "
            "stricter ones. repro run sets {}.",
            page.rule == counts ? ", or a list of them for nested regions" : "", level, page.accepted);
    case unset:
        return fmt::format("Unset. Asked for by level {} and stricter ones.", level);
    case noted:
        break;
    }
    return fmt::format(
        "Nothing is asked; it is recorded, since runs that differ in it differ in their numbers.{}",
        page.accepted.empty() ? "" : fmt::format(" The usual choice: {}.", page.accepted));
}

json knob_json(const repro::knob& page) {
    json document = {{"name", page.name},         {"reader", page.reader}, {"read_at", to_string(page.when)},
                     {"accepted", page.accepted}, {"asked_by", nullptr},   {"affects", page.affects},
                     {"cost", page.cost},         {"source", page.source}, {"value", nullptr}};
    if (page.asked_by) document["asked_by"] = to_string(*page.asked_by);
    if (const auto value = repro::detail::variable(page.name)) document["value"] = *value;
    return document;
}

exit_code print_knob(const repro::knob& page, console& out) {
    if (out.json()) {
        out.answer(knob_json(page));
        return exit_code::holds;
    }
    out.print(fmt::format("{}: read by {}\n", out.paint(tone::heading, page.name), page.reader));
    section(out, "What it changes", page.affects);
    section(out, "What it has to be", demand(page));
    section(out, "What that costs", page.cost);
    section(out, "How this is known", page.source);
    const auto value = repro::detail::variable(page.name);
    section(out, "Here", value ? page.name.data() + ("=" + printable(*value)) : "not set");
    return exit_code::holds;
}

json switch_json(const repro::code_switch& page) {
    json document = {{"name", page.name},         {"also", json::array()},
                     {"reader", page.reader},     {"read_at", to_string(page.when)},
                     {"accepted", page.accepted}, {"needed_by", nullptr},
                     {"affects", page.affects},   {"cost", page.cost},
                     {"source", page.source}};
    for (std::string_view rest = page.also; !rest.empty();)
        document["also"].push_back(repro::detail::next_token(rest, '|'));
    if (page.needed_by) document["needed_by"] = to_string(*page.needed_by);
    return document;
}

exit_code print_switch(const repro::code_switch& page, console& out) {
    if (out.json()) {
        out.answer(switch_json(page));
        return exit_code::holds;
    }
    out.print(fmt::format("{}: heeded by {}\n", out.paint(tone::heading, page.name), page.reader));
    if (!page.also.empty()) section(out, "Also", in_words(page.also));
    section(out, "What it changes", page.affects);
    section(out, "What it has to be",
            fmt::format("{}. {}", in_words(page.accepted),
                        page.needed_by
                            ? fmt::format("Needed by level {} and stricter ones.", to_string(*page.needed_by))
                            : "Runs that differ in it differ in their numbers."));
    section(out, "What that costs", page.cost);
    section(out, "How this is known", page.source);
    section(out, "Here", "code sets it, so it cannot be seen from outside of the program");
    return exit_code::holds;
}

void print_switches(console& out) {
    table rows;
    for (const repro::code_switch& each : repro::code_switches)
        rows.row({{each.name, tone::heading},
                  to_string(each.when),
                  in_words(each.accepted),
                  each.needed_by ? to_string(*each.needed_by) : ""});
    rows.print(out);
}

exit_code print_knobs(console& out) {
    json list = json::array();
    table rows;
    for (const repro::knob& each : repro::knobs) {
        list.push_back(knob_json(each));
        rows.row({{each.name, tone::heading},
                  to_string(each.when),
                  each.rule == repro::knob_rule::unset ? "(unset)" : each.accepted,
                  each.asked_by ? to_string(*each.asked_by) : ""});
    }
    if (out.json()) {
        json switches = json::array();
        for (const repro::code_switch& each : repro::code_switches)
            switches.push_back(switch_json(each));
        out.answer(json{{"knobs", list}, {"switches", switches}});
        return exit_code::holds;
    }
    out.print(out.paint(tone::heading, "Variables of the environment") + "\n");
    rows.print(out);
    out.print("\n" + out.paint(tone::heading, "Calls, configurations and flags, which code sets") + "\n");
    print_switches(out);
    return exit_code::holds;
}

exit_code print_levels(console& out) {
    if (out.json()) {
        json list = json::array();
        for (const auto& each : repro::levels)
            list.push_back(level_json(each));
        out.answer(json{{"levels", list}});
        return exit_code::holds;
    }
    for (const auto& each : repro::levels) {
        if (&each != std::begin(repro::levels)) out.print("\n");
        (void)print_level(each, out);
    }
    return exit_code::holds;
}

exit_code print_list(console& out) {
    if (out.json()) {
        json list = {{"levels", json::array()}, {"codes", json::array()}};
        for (const auto& each : repro::levels)
            list["levels"].push_back({{"level", each.name}, {"tolerance", each.tolerance}});
        for (const explanation& each : explanations())
            list["codes"].push_back({{"code", each.code}, {"summary", each.summary}});
        out.answer(list);
        return exit_code::holds;
    }
    table rows;
    for (const auto& each : repro::levels)
        rows.row({{each.name, tone::heading}, each.tolerance});
    for (const explanation& each : explanations())
        rows.row({{each.code, tone::heading}, each.summary});
    rows.print(out);
    return exit_code::holds;
}

/// Whether `topic` is spelt as variables are, and not as a code.
bool spelt_as_variable(std::string_view topic) {
    const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    return topic.find('_') != std::string_view::npos && std::ranges::all_of(topic, fits) &&
           !topic.starts_with("E_") && !topic.starts_with("W_");
}

exit_code explain(const std::string& topic, console& out) {
    if (topic.empty()) return print_list(out);
    for (const auto& each : repro::levels)
        if (each.name == topic) return print_level(each, out);
    if (topic == "level" || topic == "levels") return print_levels(out);
    if (topic == "knobs") return print_knobs(out);
    for (const repro::knob& each : repro::knobs)
        if (each.name == topic) return print_knob(each, out);
    if (const repro::code_switch* const page = repro::find_code_switch(topic))
        return print_switch(*page, out);
    if (const explanation* const page = find_explanation(topic)) return print_code(*page, out);
    if (std::error_code ignored; std::filesystem::is_regular_file(topic, ignored))
        return looks_like_checkpoint(topic) ? explain_checkpoint(topic, out) : explain_lockfile(topic, out);
    if (spelt_as_variable(topic)) (void)repro::find_knob(topic); // throws, with the nearest name
    throw repro::error(
        repro::errc::argument_invalid, "explain '" + excerpt(topic, 80) + "'",
        "is neither a code nor a level nor a variable or setting nor a lockfile nor a checkpoint",
        "repro explain lists codes and levels, repro explain knobs variables and settings");
}

} // namespace

command explain_command() {
    struct explain_arguments {
        std::string topic, other;
    };
    const auto arguments = std::make_shared<explain_arguments>();
    return {"explain",
            "Print what a code, a level, a variable or a setting in code means, what a lockfile fixes or a "
            "checkpoint "
            "holds, or why two runs differ",
            {{"TOPIC",
              "A code such as E_ID_INVALID, a level such as bit-exact, a variable such as OMP_NUM_THREADS, a "
              "setting such as cublasSetMathMode, a lockfile, a checkpoint, level or knobs, or a RUN; "
              "codes and levels are listed without",
              &arguments->topic},
             {"B", "The RUN to hold against the first", &arguments->other}},
            [arguments](console& out) {
                return arguments->other.empty() ? explain(arguments->topic, out)
                                                : explain_runs(arguments->topic, arguments->other, out);
            }};
}

} // namespace tool
