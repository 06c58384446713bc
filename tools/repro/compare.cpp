// SPDX-License-Identifier: MIT
// repro compare: did B reproduce A, at which level, and with what evidence.

#include "command.hpp"
#include "commands.hpp"
#include "comparison.hpp"
#include "judgement_output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tool {
namespace {

namespace judge = repro::judge;
using judge::verdict;

struct compare_arguments {
    std::string first, second;
    comparison_words words;
};

std::vector<std::string> words_of(const std::string& one, const std::vector<std::string>& several,
                                  const char* name) {
    std::vector<std::string> words = several;
    if (!one.empty()) words.insert(words.begin(), one);
    if (words.empty())
        throw repro::error(repro::errc::argument_invalid, name, "is not given",
                           "name both sides: repro compare A B");
    return words;
}

exit_code compare(const compare_arguments& arguments, console& out) {
    const judge::compare_options options = comparison_options(arguments.words);
    const std::vector<repro::level> asked = asked_levels(arguments.words.level);
    const side a = read_side(words_of(arguments.first, arguments.words.a, "side A"), out);
    const side b = read_side(words_of(arguments.second, arguments.words.b, "side B"), out);
    const std::optional<repro::level> decides =
        asked.size() == 1 ? std::optional(asked.front()) : declared_level(a, b);
    std::vector<judge::judgement> results;
    for (const repro::level each : asked)
        results.push_back(compare_sides(a, b, each, options));
    const verdict decision = verdict_at(decides, results);
    if (out.json()) {
        out.answer(comparison_json(results, decides));
        return exit_code_of(decision);
    }
    for (const judge::judgement& each : results)
        print_judgement(each, out);
    if (!decides)
        out.print("\nundecided: the two sides do not declare one level; name one with --level\n");
    else if (asked.size() > 1)
        out.print(fmt::format("\n{}: {} decides, the level that all runs declare\n", to_string(decision),
                              to_string(*decides)));
    return exit_code_of(decision);
}

} // namespace

command compare_command() {
    const auto arguments = std::make_shared<compare_arguments>();
    std::vector<argument> list = {
        {"A", "The reference: a RUN, a folder of runs, a CSV file with a column 'seed', or MEAN,STD,N",
         &arguments->first},
        {"B", "What is held against it, likewise", &arguments->second}};
    for (argument& each : comparison_arguments(arguments->words))
        list.push_back(std::move(each));
    return {"compare", "Say whether B reproduced A, at a level, with the evidence", std::move(list),
            [arguments](console& out) { return compare(*arguments, out); }};
}

} // namespace tool
