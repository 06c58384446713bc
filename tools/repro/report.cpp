// SPDX-License-Identifier: MIT
// repro report: one page of HTML that tells what runs recorded, and whether one side reproduced the other.

#include "command.hpp"
#include "commands.hpp"
#include "comparison.hpp"
#include "files.hpp"
#include "report/page.hpp"
#include "shell_word.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <compare>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tool {
namespace {

namespace fs = std::filesystem;

struct report_arguments {
    std::vector<std::string> runs;
    comparison_words words;
    std::string output;
};

/// What a run is a run of.
struct subject {
    std::string dataset; ///< of a sweep; else empty
    std::string method;
    std::string config;

    friend auto operator<=>(const subject&, const subject&) = default;
};

/// Returns the subject by the folders of a sweep, <dataset>/<method>/seed_<n>, else by the run's name.
subject subject_of(const repro::recorded_manifest& run) {
    const fs::path folder = fs::absolute(run.path).lexically_normal().parent_path();
    const std::string config = repro::detail::config_of(run).dump();
    if (folder.filename().native().starts_with("seed_")) {
        const fs::path method = folder.parent_path();
        return {method.parent_path().filename().native(), method.filename().native(), config};
    }
    const auto name = run.document.find("name");
    return {"", name != run.document.end() && name->is_string() ? name->get<std::string>() : run.id, config};
}

/// Puts runs in the order of their seeds, and those apart that repeat one: the first that started counts.
page::group group_of_runs(std::string name, repro::judge::run_batch runs) {
    std::ranges::sort(runs, {}, [](const repro::recorded_manifest& run) {
        return std::tuple(repro::detail::seed_of(run), run.started_at, run.path.native());
    });
    repro::judge::run_batch first, repeats;
    for (repro::recorded_manifest& run : runs) {
        const bool repeated =
            !first.empty() && repro::detail::seed_of(first.back()) == repro::detail::seed_of(run);
        (repeated ? repeats : first).push_back(std::move(run));
    }
    return {std::move(name), std::move(first), std::move(repeats)};
}

/// Adds runs, those of one subject as one group. The data set stands in its name where there are several.
void add_methods(repro::judge::run_batch runs, std::vector<page::group>& groups) {
    std::map<subject, repro::judge::run_batch> batches;
    std::set<std::string> datasets;
    for (repro::recorded_manifest& run : runs) {
        subject of = subject_of(run);
        datasets.insert(of.dataset);
        batches[std::move(of)].push_back(std::move(run));
    }
    std::map<std::string, std::size_t> configs;
    for (auto& [of, batch] : batches) {
        const bool told_apart = datasets.size() > 1 && !of.dataset.empty();
        const std::string name = told_apart ? of.dataset + "/" + of.method : of.method;
        const std::size_t count = ++configs[name];
        groups.push_back(
            group_of_runs(count == 1 ? name : fmt::format("{}, config {}", name, count), std::move(batch)));
    }
}

/// Returns what a side is called that `words` name: the last name of a path, whole where `other` has the
/// same.
std::string words_name(const std::vector<std::string>& words, const std::vector<std::string>& other) {
    const auto last = [](const std::string& word) {
        const fs::path path = fs::path(word + "/").lexically_normal().parent_path();
        return path.has_filename() ? path.filename().native() : word;
    };
    const std::string name = last(words.front()) == last(other.front()) ? words.front() : last(words.front());
    return words.size() == 1 ? name : fmt::format("{} and {} more", name, words.size() - 1);
}

/// Reads one of the two sides that are compared.
page::group compared_group(const std::vector<std::string>& words, const std::vector<std::string>& other,
                           console& out, std::vector<repro::error>& unreadable) {
    side data = read_side(words, out, unreadable);
    if (auto* const runs = std::get_if<repro::judge::run_batch>(&data))
        *runs = repro::judge::make_batch(std::move(*runs));
    return {words_name(words, other), std::move(data)};
}

/// Judges the first two groups at all levels. A side of which a run could not be read is no whole side.
void judge_sides(const report_arguments& given, page::facts& all) {
    const side &a = all.groups[0].data, &b = all.groups[1].data;
    for (const repro::level each : asked_levels("")) {
        repro::judge::judgement result = compare_sides(a, b, each, all.options);
        for (const repro::error& problem : all.unreadable)
            result.incomparable.push_back("a run of a side cannot be read: " + problem.where());
        all.judgements.push_back(std::move(result));
    }
    const auto published = [](const side& from) {
        return std::holds_alternative<repro::statistics::summary>(from);
    };
    if (!given.words.level.empty())
        all.decides = repro::parse_level(given.words.level);
    else if (published(a) || published(b)) // they say nothing of single seeds
        all.decides = repro::level::distribution_stable;
    else
        all.decides = declared_level(a, b);
}

/// Returns the command line that makes the page, each word as a shell reads it back.
std::string command_of(const report_arguments& given) {
    std::string line = "repro report";
    const auto plain = [](const std::string& word) {
        constexpr const char* safe =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
        return !word.empty() && word.find_first_not_of(safe) == std::string::npos;
    };
    const auto add = [&](const char* option, const std::vector<std::string>& values) {
        for (const std::string& each : values) {
            if (each.empty()) continue;
            line += *option == '\0' ? " " : std::string(" ") + option + " ";
            line += plain(each) ? each : shell_word(each);
        }
    };
    const comparison_words& words = given.words;
    add("", given.runs);
    add("--a", words.a);
    add("--b", words.b);
    add("--level", {words.level});
    add("--metric", words.metrics);
    add("--tolerance", words.tolerances);
    add("--margin", words.margins);
    add("--alpha", {words.alpha});
    add("--rule", {words.rule});
    add("--across", words.across);
    add("--output", {given.output});
    return line;
}

page::facts gathered(const report_arguments& given, console& out) {
    page::facts all;
    all.options = comparison_options(given.words);
    all.command = command_of(given);
    if (given.words.a.empty() != given.words.b.empty())
        throw repro::error(repro::errc::argument_invalid, given.words.a.empty() ? "--a" : "--b",
                           "is not given", "name both sides, or runs without --a and --b");
    if (!given.words.level.empty()) (void)repro::parse_level(given.words.level);
    if (!given.words.a.empty()) {
        all.groups.push_back(compared_group(given.words.a, given.words.b, out, all.unreadable));
        all.groups.push_back(compared_group(given.words.b, given.words.a, out, all.unreadable));
        judge_sides(given, all);
    }
    repro::judge::run_batch runs;
    for (const std::string& word : given.runs) {
        side data = read_side({word}, out, all.unreadable);
        if (auto* const batch = std::get_if<repro::judge::run_batch>(&data))
            std::ranges::move(*batch, std::back_inserter(runs));
        else
            all.groups.push_back({word, std::move(data)});
    }
    add_methods(std::move(runs), all.groups);
    return all;
}

exit_code report(const report_arguments& given, console& out) {
    if (given.runs.empty() && given.words.a.empty() && given.words.b.empty())
        throw repro::error(repro::errc::argument_invalid, "RUN", "is not given",
                           "name runs, or two sides: --a RUN --b RUN");
    if (out.json() && given.output.empty())
        throw repro::error(repro::errc::argument_invalid, "--json", "leaves no place for the page",
                           "add --output FILE");
    const page::facts all = gathered(given, out);
    const bool none = std::ranges::all_of(all.groups, [](const page::group& each) {
        const auto* const runs = std::get_if<repro::judge::run_batch>(&each.data);
        return runs != nullptr && runs->empty();
    });
    if (none && !all.unreadable.empty()) throw all.unreadable.front();
    const std::string html = page::html(all);
    for (const repro::error& each : all.unreadable)
        out.warn(each);
    if (given.output.empty())
        out.print(html);
    else
        write_file(given.output, html);
    if (out.json())
        out.answer({{"output", given.output},
                    {"bytes", html.size()},
                    {"runs", page::all_runs(all).size()},
                    {"unreadable", all.unreadable.size()}});
    return all.unreadable.empty() ? exit_code::holds : exit_code::unreadable;
}

} // namespace

command report_command() {
    const auto given = std::make_shared<report_arguments>();
    std::vector<argument> list = {
        {"RUN", "Runs, folders of runs, tables or MEAN,STD,N to show; compared are --a and --b",
         &given->runs}};
    for (argument& each : comparison_arguments(given->words)) {
        if (each.name == "--level") each.help = "The level that decides; else the one that all runs declare";
        list.push_back(std::move(each));
    }
    list.push_back({"-o,--output", "A file in place of standard output", &given->output});
    return {"report", "Write a page that shows runs, and whether one side reproduced the other",
            std::move(list), [given](console& out) { return report(*given, out); }};
}

} // namespace tool
