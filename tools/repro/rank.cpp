// SPDX-License-Identifier: MIT
// repro rank: which method is better, over the data sets and seeds of sweeps.

#include <repro/judge/rank.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>
#include <set>

namespace tool {
namespace {

using rank_json = nlohmann::ordered_json;
using repro::judge::ranking;

struct rank_arguments {
    std::string root, metric, alpha, blocks, purpose;
    std::vector<std::string> methods;
    bool higher = false;
};

repro::error no_such_choice(const std::string& option, const std::string& text, const char* choices) {
    return {repro::errc::argument_invalid, option + " '" + excerpt(text, 128) + "'", "is no choice", choices};
}

repro::judge::rank_options parse_rank_options(const rank_arguments& given) {
    using namespace repro::judge;
    rank_options options;
    if (given.higher) options.better = better::higher;
    if (!given.alpha.empty()) {
        char* end = nullptr;
        options.alpha = std::strtod(given.alpha.c_str(), &end);
        if (*end != '\0' || !(options.alpha > 0) || !(options.alpha < 0.5))
            throw no_such_choice("--alpha", given.alpha, "give a number above 0 and below 0.5");
    }
    if (given.blocks == "datasets")
        options.blocks = rank_blocks::datasets;
    else if (given.blocks == "seeds")
        options.blocks = rank_blocks::seeds;
    else if (!given.blocks.empty())
        throw no_such_choice("--blocks", given.blocks, "give datasets or seeds");
    if (given.purpose == "sweep")
        options.purpose = rank_purpose::sweep;
    else if (!given.purpose.empty() && given.purpose != "publication")
        throw no_such_choice("--for", given.purpose, "give sweep or publication");
    return options;
}

/// Returns the metric that was asked for, or the only one there is.
std::string metric_of(const std::vector<repro::seed_result>& results, const std::string& asked) {
    std::set<std::string> names;
    std::string list;
    for (const repro::seed_result& each : results)
        for (const auto& [name, value] : each.metrics)
            if (names.insert(name).second) list += (list.empty() ? "" : ", ") + name;
    if (!asked.empty() && names.contains(asked)) return asked;
    if (asked.empty() && names.size() == 1) return *names.begin();
    throw repro::error(repro::errc::argument_invalid, "--metric" + (asked.empty() ? "" : " '" + asked + "'"),
                       asked.empty() ? "is not given, and the runs have " + std::to_string(names.size())
                                     : "is in no results",
                       "name one of: " + (list.empty() ? "(none was recorded)" : list));
}

/// Leaves the results of the methods that were named; all where none was.
void keep_methods(std::vector<repro::seed_result>& results, const std::vector<std::string>& methods) {
    for (const std::string& name : methods)
        if (std::ranges::count(results, name, &repro::seed_result::method) == 0)
            throw repro::error(repro::errc::argument_invalid, "--method '" + excerpt(name, 128) + "'",
                               "has no results there", "check its spelling");
    if (!methods.empty())
        std::erase_if(results, [&methods](const repro::seed_result& each) {
            return std::ranges::count(methods, each.method) == 0;
        });
}

std::string p_text(double p) { return std::isnan(p) ? "-" : fmt::format("{:.4g}", p); }
rank_json p_json(double p) { return std::isfinite(p) ? rank_json(p) : rank_json(nullptr); }

std::string_view by_word(const ranking& found) {
    return found.by == repro::judge::rank_blocks::datasets ? "datasets" : "seeds";
}

rank_json many_json(const ranking& found) {
    rank_json pairs = rank_json::array();
    for (const auto& each : found.pairs)
        pairs.push_back({{"a", each.a},
                         {"b", each.b},
                         {"nemenyi_p", p_json(each.nemenyi_p)},
                         {"holm_p", p_json(each.holm_p)}});
    rank_json ranks = rank_json::object();
    for (std::size_t i = 0; i < found.friedman.mean_ranks.size(); ++i)
        ranks[found.methods[i]] = p_json(found.friedman.mean_ranks[i]);
    return {{"mean_ranks", std::move(ranks)},
            {"statistic", p_json(found.friedman.statistic)},
            {"p", p_json(found.friedman.p)},
            {"p_exact", found.friedman.p_exact ? rank_json(*found.friedman.p_exact) : rank_json(nullptr)},
            {"iman_davenport",
             {{"statistic", p_json(found.friedman.iman_davenport.statistic)},
              {"p", p_json(found.friedman.iman_davenport.p)}}},
            {"tied_blocks", found.tied_blocks},
            {"critical_difference", found.critical_difference},
            {"pairs", std::move(pairs)}};
}

rank_json two_json(const ranking& found) {
    rank_json list = rank_json::array();
    const auto summary = [](const repro::statistics::summary& s) {
        return rank_json{{"n", s.n}, {"mean", p_json(s.mean)}, {"std", p_json(s.std)}};
    };
    for (const auto& each : found.difference)
        list.push_back({{"dataset", each.dataset},
                        {"a", summary(each.a)},
                        {"b", summary(each.b)},
                        {"welch_p", p_json(each.welch_p)},
                        {"holm_p", p_json(each.holm_p)},
                        {"mann_whitney_p", p_json(each.mann_whitney_p)},
                        {"pairs", each.pairs},
                        {"paired_t_p", p_json(each.paired_t_p)},
                        {"wilcoxon_p", p_json(each.wilcoxon_p)}});
    return list;
}

rank_json ranking_json(const std::string& metric, const ranking& found) {
    const bool two = found.methods.size() == 2;
    return {{"metric", metric},
            {"methods", found.methods},
            {"by", by_word(found)},
            {"blocks", found.blocks},
            {"differ", found.differ ? rank_json(*found.differ) : rank_json(nullptr)},
            {"refusals", found.refusals},
            {"notes", found.notes},
            {"friedman", two || found.pairs.empty() ? rank_json(nullptr) : many_json(found)},
            {"differences", two_json(found)}};
}

void print_many(const ranking& found, console& out) {
    std::vector<std::size_t> order(found.methods.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    const std::vector<double>& ranks = found.friedman.mean_ranks;
    std::ranges::sort(order, [&](std::size_t i, std::size_t j) {
        return ranks[i] < ranks[j] || (ranks[i] == ranks[j] && i < j);
    });
    table methods;
    methods.row({{"method", tone::faint}, {"mean rank", tone::faint}});
    for (const std::size_t i : order)
        methods.row({found.methods[i], fmt::format("{:.3f}", ranks[i])});
    methods.print(out);
    out.print(fmt::format("\nFriedman chi-square {:.4g}, p = {}; Iman-Davenport F {:.4g}, p = {}\n",
                          found.friedman.statistic, p_text(found.friedman.p),
                          found.friedman.iman_davenport.statistic, p_text(found.friedman.iman_davenport.p)));
    if (found.friedman.p_exact)
        out.print(fmt::format("exact p = {} (so few blocks are counted, and this one decides)\n",
                              p_text(*found.friedman.p_exact)));
    if (found.tied_blocks > 0)
        out.print(fmt::format("{} of {} blocks hold ties: ranks are averaged, nothing exact is known\n",
                              found.tied_blocks, found.blocks.size()));
    out.print(fmt::format("mean ranks differ from {:.3f} on (Nemenyi)\n\n", found.critical_difference));
    table pairs;
    pairs.row({{"pair", tone::faint}, {"Nemenyi p", tone::faint}, {"Holm p", tone::faint}});
    for (const auto& each : found.pairs)
        pairs.row({each.a + " - " + each.b, p_text(each.nemenyi_p), p_text(each.holm_p)});
    pairs.print(out);
}

void print_two(const ranking& found, console& out) {
    table rows;
    rows.row({{"data set", tone::faint},
              found.methods[0] + " (n)",
              found.methods[1] + " (n)",
              {"Welch p", tone::faint},
              {"Holm p", tone::faint},
              {"Mann-Whitney p", tone::faint},
              {"pairs", tone::faint},
              {"paired t p", tone::faint},
              {"Wilcoxon p", tone::faint}});
    const auto side = [](const repro::statistics::summary& s) {
        return fmt::format("{:.5g} +- {:.2g} ({})", s.mean, s.std, s.n);
    };
    for (const auto& each : found.difference)
        rows.row({each.dataset, side(each.a), side(each.b), p_text(each.welch_p), p_text(each.holm_p),
                  p_text(each.mann_whitney_p), fmt::format("{}", each.pairs), p_text(each.paired_t_p),
                  p_text(each.wilcoxon_p)});
    rows.print(out);
}

void print_ranking(const std::string& metric, const ranking& found, double alpha, console& out) {
    out.print(fmt::format("{} of {} methods, {} {}: ", clipped(metric), found.methods.size(),
                          found.blocks.size(), found.blocks.size() == 1 ? "block" : "blocks"));
    std::string names;
    for (std::size_t i = 0; i < found.blocks.size() && i < 6; ++i)
        names += (i == 0 ? "" : "; ") + found.blocks[i];
    out.print(clipped(names + (found.blocks.size() > 6 ? "; ..." : "")) + "\n\n");
    if (!found.pairs.empty()) print_many(found, out);
    if (!found.difference.empty()) print_two(found, out);
    for (const std::string& each : found.notes)
        out.print(fmt::format("note: {}\n", printable(each)));
    for (const std::string& each : found.refusals)
        out.print(fmt::format("refused: {}\n", printable(each)));
    if (!found.differ)
        out.print(out.paint(tone::doubtful, "undecided") + "\n");
    else if (*found.differ)
        out.print(fmt::format("{} at {:.4g}\n", out.paint(tone::good, "the methods differ"), alpha));
    else
        out.print(fmt::format("{} at {:.4g}, which does not show that they are equal\n",
                              out.paint(tone::bad, "no difference is shown"), alpha));
}

exit_code rank_sweeps(const rank_arguments& given, console& out) {
    const repro::judge::rank_options options = parse_rank_options(given);
    repro::results_tree tree = repro::read_results_tree(given.root);
    for (const auto& each : tree.unfinished)
        out.warn("without results.json, and left out: " + printable(each.native()));
    keep_methods(tree.results, given.methods);
    const std::string metric = metric_of(tree.results, given.metric);
    const ranking found = repro::judge::rank_methods(repro::judge::table_of(tree.results, metric), options);
    if (out.json())
        out.answer(ranking_json(metric, found));
    else
        print_ranking(metric, found, options.alpha, out);
    if (!found.differ) return exit_code::undecided;
    return *found.differ ? exit_code::holds : exit_code::differs;
}

} // namespace

command rank_command() {
    const auto given = std::make_shared<rank_arguments>();
    return {"rank",
            "Say which methods differ, over the data sets and seeds of sweeps",
            {{"ROOT", "The folder above <dataset>/<method>/seed_<n>/results.json", &given->root,
              presence::required},
             {"--metric", "The metric, where the runs recorded several", &given->metric},
             {"--higher", "Larger values are the better ones", &given->higher},
             {"--method", "A method that counts; all where none is named; may be repeated", &given->methods},
             {"--blocks",
              "What methods are ranked within: datasets, or seeds (each data set with each seed)",
              &given->blocks,
              presence::optional,
              {"datasets", "seeds"}},
             {"--for",
              "publication (five seeds each; the default) or sweep (three)",
              &given->purpose,
              presence::optional,
              {"publication", "sweep"}},
             {"--alpha", "How often a wrong word may come about; 0.05 by default", &given->alpha}},
            [given](console& out) { return rank_sweeps(*given, out); }};
}

} // namespace tool
