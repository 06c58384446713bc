// SPDX-License-Identifier: MIT
// repro explain: the page of a code or level.

#include <repro/core/level.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "explanations.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
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

exit_code print_level(const repro::level_description& page, console& out) {
    if (out.json()) {
        out.answer(json{{"level", page.name},
                        {"tolerance", page.tolerance},
                        {"controlled", page.controlled},
                        {"uncontrolled", page.uncontrolled},
                        {"used_for", page.used_for}});
        return exit_code::holds;
    }
    out.print(fmt::format("{}: {}\n", out.paint(tone::heading, page.name), page.tolerance));
    section(out, "What has to be the same", page.controlled);
    section(out, "What may differ", page.uncontrolled);
    section(out, "What it is used for", page.used_for);
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

exit_code explain(const std::string& topic, console& out) {
    if (topic.empty()) return print_list(out);
    for (const auto& each : repro::levels)
        if (each.name == topic) return print_level(each, out);
    if (const explanation* const page = find_explanation(topic)) return print_code(*page, out);
    throw repro::error(repro::errc::argument_invalid, "explain '" + topic.substr(0, 80) + "'",
                       "is neither a code nor a level", "repro explain lists them all");
}

} // namespace

command explain_command() {
    const auto topic = std::make_shared<std::string>();
    return {"explain",
            "Print what an error, a warning or a level means",
            {{"TOPIC", "A code such as E_ID_INVALID, or a level such as bit-exact; all are listed without",
              topic.get()}},
            [topic](console& out) { return explain(*topic, out); }};
}

} // namespace tool
