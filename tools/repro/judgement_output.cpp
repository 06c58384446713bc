// SPDX-License-Identifier: MIT
#include "judgement_output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace tool {
namespace {

using json = nlohmann::ordered_json;
namespace judge = repro::judge;
using judge::verdict;

json number_or_null(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

} // namespace

tone tone_of_verdict(std::optional<verdict> which) {
    if (!which) return tone::faint;
    return *which == verdict::accepted   ? tone::good
           : *which == verdict::rejected ? tone::bad
                                         : tone::doubtful;
}

nlohmann::ordered_json judgement_json(const judge::judgement& result) {
    json findings = json::array();
    for (const judge::finding& each : result.findings) {
        json numbers = json::object();
        for (const auto& [name, value] : each.numbers)
            numbers[name] = number_or_null(value);
        findings.push_back({{"subject", each.subject},
                            {"verdict", each.verdict ? json(to_string(*each.verdict)) : json(nullptr)},
                            {"evidence", each.evidence},
                            {"numbers", std::move(numbers)}});
    }
    return {{"level", to_string(result.level)},
            {"verdict", to_string(result.verdict())},
            {"incomparable", result.incomparable},
            {"findings", std::move(findings)},
            {"would_decide", result.would_decide}};
}

verdict verdict_at(std::optional<repro::level> decides, const std::vector<judge::judgement>& results) {
    const auto found = std::ranges::find_if(
        results, [&](const judge::judgement& each) { return decides && each.level == *decides; });
    return found == results.end() ? verdict::undecided : found->verdict();
}

json comparison_json(const std::vector<judge::judgement>& results, std::optional<repro::level> decides) {
    json levels = json::array();
    for (const judge::judgement& each : results)
        levels.push_back(judgement_json(each));
    return {{"level", decides ? json(to_string(*decides)) : json(nullptr)},
            {"verdict", to_string(verdict_at(decides, results))},
            {"levels", std::move(levels)}};
}

void print_judgement(const judge::judgement& result, console& out) {
    out.print(
        fmt::format("{}: {}\n", out.paint(tone::heading, to_string(result.level)),
                    out.paint(tone_of_verdict(result.verdict()),
                              result.incomparable.empty() ? to_string(result.verdict()) : "incomparable")));
    for (const std::string& reason : result.incomparable)
        out.print(fmt::format("  not runs of one thing: {}\n", printable(reason)));
    for (const judge::finding& each : result.findings) {
        const std::string_view word = each.verdict ? to_string(*each.verdict) : "informs";
        out.print(fmt::format("  {}  {}: {}\n",
                              out.paint(tone_of_verdict(each.verdict), fmt::format("{:9}", word)),
                              clipped(each.subject), printable(each.evidence)));
    }
    for (const std::string& each : result.would_decide)
        out.print(fmt::format("  would decide: {}\n", printable(each)));
}

exit_code exit_code_of(verdict which) {
    return which == verdict::accepted   ? exit_code::holds
           : which == verdict::rejected ? exit_code::differs
                                        : exit_code::undecided;
}

} // namespace tool
