// SPDX-License-Identifier: MIT
// The three levels as panels: what each controls and leaves, and what was said of the two sides at it.

#include "../judgement_output.hpp"
#include "margin_plot.hpp"
#include "parts.hpp"

#include <fmt/format.h>

namespace tool::page {
namespace {

using repro::judge::judgement;
using repro::judge::verdict;

/// What the verdicts of a level say, and what would overturn one that stands.
struct level_words {
    const char* accepted;
    const char* rejected;
    const char* undecided;
    const char* overturns_accepted;
    const char* overturns_rejected;
    const char* statistic;
};

constexpr level_words words_of_levels[] = {
    {"B has the bits of A.", "B has other bits than A.", "Whether B has the bits of A cannot be told.",
     "One other bit: in any value of a metric, in an artifact, or in the state of a stream at the end.",
     "Equal bits in everything that is marked as rejected below.",
     "equality of every value, of the digests of artifacts, and of the states of streams, seed by seed"},
    {"B gives the numbers of A within the tolerance, seed by seed.",
     "B gives other numbers than A under the same seeds.",
     "Whether B gives the numbers of A under the same seeds cannot be told.",
     "One pair of values beyond its tolerance, or a wider look: other seeds, other metrics.",
     "Pairs within the tolerance where they are beyond it below; a wider tolerance is another claim.",
     "the largest distance of two last values under one seed"},
    {"The means are equal within the margin, as far as seeds go.",
     "The two sides differ by more than chance or the margin allows.",
     "No claim can be made: these seeds show neither that the two sides are equal nor that one is better.",
     "An interval of the difference that leaves the margin, or a spread or a shape that differs beyond "
     "chance.",
     "No longer beyond chance and margin: more seeds narrow the interval, and may as well confirm it.",
     "difference of the means with its interval, ratio of the standard deviations, Kolmogorov-Smirnov "
     "distance"}};

const level_words& words_of_level(repro::level which) {
    return words_of_levels[static_cast<std::size_t>(which)];
}

std::string claim(const judgement& result) {
    const level_words& words = words_of_level(result.level);
    if (!result.incomparable.empty()) return "No claim can be made: these are no two sides of one thing.";
    const verdict which = result.verdict();
    return which == verdict::accepted   ? words.accepted
           : which == verdict::rejected ? words.rejected
                                        : words.undecided;
}

/// Returns how many seeds a side has.
std::uint64_t seeds_of(const group& from) {
    if (const auto* const published = std::get_if<repro::statistics::summary>(&from.data))
        return published->n;
    if (const auto* const table = std::get_if<value_table>(&from.data))
        return table->empty() ? 0 : table->begin()->second.seeds.size();
    return runs_of(from).size();
}

/// Returns how far values or means may lie apart.
std::string allowance(const facts& all, repro::level which) {
    if (which == repro::level::bit_exact) return "none";
    std::string said;
    if (which == repro::level::seed_stable) {
        const auto spelled = [](const repro::judge::tolerance& t) {
            return t.relative > 0 ? fmt::format("{:.4g} %", 100 * t.relative)
                                  : fmt::format("{:.4g}", t.absolute);
        };
        said = spelled(all.options.tolerance);
        for (const auto& [metric, own] : all.options.tolerances)
            said += fmt::format("; {}: {}", metric, spelled(own));
        return said;
    }
    if (all.options.distribution.rule == repro::judge::distribution_rule::source)
        return "two standard errors of A's mean; 20 % of A's standard deviation (the source's rule)";
    said = all.options.distribution.margin ? fmt::format("{:.4g}", *all.options.distribution.margin)
                                           : "not declared: only constants that are equal can be accepted";
    for (const auto& [metric, own] : all.options.margins)
        said += fmt::format("; {}: {:.4g}", metric, own);
    return said + fmt::format("; alpha {:.3g}", all.options.distribution.alpha);
}

markup entry(std::string_view name, const markup& value) {
    markup both = element("dt", text(name));
    both.add("dd", value);
    return both;
}

markup listed(const std::vector<std::string>& lines) {
    markup items;
    for (const std::string& each : lines)
        items.add("li", text(each));
    return element("ul", items);
}

/// Returns what is missing for a verdict, or what would overturn the one there is.
markup what_would_change_it(const judgement& result) {
    std::vector<std::string> lines;
    for (const std::string& each : result.incomparable)
        lines.push_back("runs of one thing; now: " + each);
    for (const std::string& each : result.would_decide)
        lines.push_back(each);
    const level_words& words = words_of_level(result.level);
    if (lines.empty() && result.verdict() == verdict::accepted) lines.emplace_back(words.overturns_accepted);
    if (lines.empty() && result.verdict() == verdict::rejected) lines.emplace_back(words.overturns_rejected);
    if (lines.empty()) lines.emplace_back("records of what is marked as undecided below");
    return listed(lines);
}

markup findings_table(const judgement& result) {
    constexpr std::size_t most = 200;
    std::vector<std::vector<markup>> rows;
    for (const repro::judge::finding& each : result.findings) {
        if (rows.size() == most) break;
        const std::string word(each.verdict ? to_string(*each.verdict) : "informs");
        rows.push_back({text(each.subject), element("span", {{"class", "verdict " + word}}, text(word)),
                        text(each.evidence)});
    }
    if (rows.empty()) return {};
    markup found = data_table("What was looked at", {"subject", "verdict", "evidence"}, rows);
    if (result.findings.size() > most)
        found +=
            paragraph(fmt::format("... and {} more: repro compare lists all", result.findings.size() - most));
    return found;
}

markup level_facts(const facts& all, const repro::level_description& level) {
    markup list = entry("controls", text(level.controlled));
    list += entry("leaves open", text(level.uncontrolled));
    list += entry("tolerates", text(level.tolerance));
    list += entry("used for", text(level.used_for));
    list += entry("statistic", text(words_of_level(level.level).statistic));
    list += entry(level.level == repro::level::distribution_stable ? "margin" : "tolerance",
                  text(allowance(all, level.level)));
    return list;
}

std::string counts(const facts& all) {
    return fmt::format("{} and {} seeds", seeds_of(all.groups[0]), seeds_of(all.groups[1]));
}

markup panel(const facts& all, const repro::level_description& level, const judgement* result) {
    const bool decides = all.decides == level.level;
    markup head = element("span", {{"class", "level"}}, text(level.name));
    if (result != nullptr) {
        head += verdict_badge(*result);
        head.add("span", {{"class", "count"}}, text("n = " + counts(all)));
    } else {
        head.add("span", {{"class", "verdict undecided"}}, text("? nothing compared"));
    }
    if (decides) head.add("span", {{"class", "decides"}}, text("this level decides"));
    markup inside = element("summary", head);
    markup list = level_facts(all, level);
    if (result != nullptr) {
        list += entry("n", text(counts(all)));
        list += entry("verdict", text(claim(*result)));
        list += entry("would change it", what_would_change_it(*result));
    } else {
        list += entry("verdict", text("none: one side was given"));
        list += entry("would change it", text("a second side: repro report --a RUNS --b RUNS"));
    }
    inside.add("dl", list);
    if (result != nullptr) {
        for (const repro::judge::finding& each : result->findings)
            inside += margin_plot(each);
        inside += findings_table(*result);
    }
    const std::string id = "level-" + std::string(level.name);
    if (decides) return element("details", {{"class", "panel"}, {"id", id}, {"open", ""}}, inside);
    return element("details", {{"class", "panel"}, {"id", id}}, inside);
}

} // namespace

markup verdict_panels(const facts& all) {
    markup panels;
    for (const repro::level_description& each : repro::levels) {
        const judgement* result = nullptr;
        for (const judgement& one : all.judgements)
            if (one.level == each.level) result = &one;
        panels += panel(all, each, result);
    }
    markup inside;
    for (const judgement& one : all.judgements)
        if (all.decides == one.level) inside.add("p", {{"class", "claim"}}, text(claim(one)));
    if (all.compared() && !all.decides)
        inside.add("p", {{"class", "claim"}},
                   text("The two sides declare no common level: choose the one that your claim needs."));
    inside += element("div", {{"class", "panels"}}, panels);
    return section("levels", "Did it reproduce?", inside);
}

} // namespace tool::page
