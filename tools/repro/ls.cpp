// SPDX-License-Identifier: MIT
// repro ls: the runs below a folder, in the order in which they started.

#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/ranks.hpp>
#include <repro/judge/run_state.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "run_argument.hpp"
#include "table.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tool {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

struct ls_arguments {
    std::string root, columns, sort;
    std::vector<std::string> where;
};

/// A condition on a value: "seed=42", "metrics/rmse<7.5", "started_at>2026-05-22".
struct ls_condition {
    std::string key;
    char relation;
    std::string value;
};

/// What is asked of the runs besides their list.
struct ls_wish {
    std::vector<std::string> columns; ///< none: the usual ones
    std::vector<ls_condition> conditions;
    std::string sort_key; ///< none: by their start
    bool falling = false;
};

/// What is told of a run; of one that cannot be read, why.
struct listed_run {
    std::string name; ///< below the root
    std::string started;
    json facts;
    std::optional<repro::error> problem = {};
};

std::string git_words(const nlohmann::json& document) {
    const nlohmann::json& sha = document.at("git_sha");
    if (!sha.is_string()) return "-";
    const nlohmann::json& dirty = document.at("git_dirty");
    return sha.get<std::string>().substr(0, 10) + (dirty.is_null() ? " ?" : dirty == true ? " changed" : "");
}

json value_at(const nlohmann::json& document, const char* key) {
    const auto found = document.find(key);
    return found == document.end() ? json(nullptr) : json(*found);
}

/// Returns what stands at a place of a manifest, spelled as `repro diff` does: "config/lr"; of a metric the
/// last value.
json value_at_place(const nlohmann::json& document, const std::string& place) {
    const nlohmann::json::json_pointer pointer("/" + place);
    if (!document.contains(pointer)) return nullptr;
    const nlohmann::json& value = document.at(pointer);
    if (!place.starts_with("metrics/") || !value.is_object()) return value;
    const nlohmann::json& series = field(value, "/value");
    return series.empty() ? json(nullptr) : json(series.back());
}

/// Adds the values that are asked for to the facts of a run, under their places.
void add_values(const nlohmann::json& document, const ls_wish& wish, json& facts) {
    const auto add = [&](const std::string& key) {
        if (!key.empty() && !facts.contains(key)) facts[key] = value_at_place(document, key);
    };
    for (const std::string& each : wish.columns)
        add(each);
    for (const ls_condition& each : wish.conditions)
        add(each.key);
    add(wish.sort_key);
}

/// Returns the ranks that have not completed, as ranges; null where all have, and where there is one process.
json unfinished_ranks(const repro::recorded_manifest& manifest, const repro::process_world& here) {
    const auto ranks = repro::ranks_of(manifest, here);
    if (!ranks) return nullptr;
    std::vector<std::uint64_t> unfinished;
    for (const repro::rank_group& each : ranks->states)
        if (each.value != "completed")
            unfinished.insert(unfinished.end(), each.ranks.begin(), each.ranks.end());
    std::ranges::sort(unfinished);
    return unfinished.empty() ? json(nullptr) : json(repro::rank_ranges(unfinished));
}

/// Returns the name of a run's folder below `root`; its own where it is the root.
std::string name_below(const fs::path& folder, const fs::path& root) {
    if (folder != root) return folder.lexically_relative(root).native();
    return fs::absolute(folder / ".").lexically_normal().parent_path().filename().native();
}

listed_run list(const fs::path& folder, const fs::path& root, const repro::process_world& here,
                const ls_wish& wish) {
    listed_run listed{name_below(folder, root), {}, json::object()};
    const fs::path path = folder / "manifest.json";
    listed.facts = {{"name", listed.name}, {"manifest", path.native()}};
    try {
        const repro::recorded_manifest manifest = repro::read_manifest(path);
        listed.started = manifest.started_at;
        listed.facts["id"] = manifest.id;
        listed.facts["status"] = to_string(repro::state_of(manifest, here).state);
        listed.facts["unfinished_ranks"] = unfinished_ranks(manifest, here);
        for (const char* const key : {"seed", "level", "git_sha", "git_dirty", "started_at", "wall_seconds"})
            listed.facts[key] = value_at(manifest.document, key);
        listed.facts["git"] = git_words(manifest.document);
        add_values(manifest.document, wish, listed.facts);
        listed.facts["error"] = nullptr;
    } catch (const repro::error& problem) {
        listed.problem = problem;
        listed.facts["error"] = {{"code", to_string(problem.code())}, {"what", problem.what_failed()}};
    }
    return listed;
}

std::optional<double> as_number(const std::string& text) {
    double value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Returns how two values stand to each other: numbers by size, all else by its words.
std::partial_ordering ordered(const json& a, const std::string& b) {
    const auto number = as_number(b);
    if (a.is_number() && number) return a.get<double>() <=> *number;
    return a.is_string() ? a.get_ref<const std::string&>() <=> b : value_words(a) <=> b;
}

bool holds(const ls_condition& asked, const listed_run& run) {
    const json& value = run.facts.at(asked.key);
    if (value.is_null()) return asked.relation == '=' && asked.value == "-";
    const std::partial_ordering order = ordered(value, asked.value);
    return asked.relation == '=' ? order == 0 : asked.relation == '<' ? order < 0 : order > 0;
}

/// Whether `a` stands before `b`: by what was asked for, else by their starts. What is absent or unread comes
/// first.
bool is_before(const listed_run& a, const listed_run& b, const ls_wish& wish) {
    if (!wish.sort_key.empty()) {
        const json nothing;
        const json& x =
            wish.falling ? b.facts.value(wish.sort_key, nothing) : a.facts.value(wish.sort_key, nothing);
        const json& y =
            wish.falling ? a.facts.value(wish.sort_key, nothing) : b.facts.value(wish.sort_key, nothing);
        if (x != y) return x < y;
    }
    return std::tie(a.started, a.name) < std::tie(b.started, b.name);
}

/// Returns the runs below `root`, or the one that it is, that meet the conditions, the last one last; none
/// that cannot be read is left out.
std::vector<listed_run> list_all(const fs::path& root, const ls_wish& wish) {
    const repro::process_world here = repro::capture_process_world();
    std::vector<listed_run> runs;
    std::error_code failed;
    const bool is_run = fs::exists(root / "manifest.json", failed);
    for (const fs::path& each : is_run ? std::vector{root} : run_folders(root)) {
        listed_run run = list(each, root, here, wish);
        const auto meets = [&run](const ls_condition& asked) { return run.problem || holds(asked, run); };
        if (std::ranges::all_of(wish.conditions, meets)) runs.push_back(std::move(run));
    }
    std::ranges::sort(runs,
                      [&wish](const listed_run& a, const listed_run& b) { return is_before(a, b, wish); });
    return runs;
}

tone tone_of(const std::string& status) {
    if (status == "completed") return tone::good;
    return status == "failed" || status == "aborted" ? tone::bad : tone::doubtful;
}

cell status_cell(const json& facts) {
    const std::string status = value_words(facts.at("status"));
    const json& unfinished = facts.at("unfinished_ranks");
    if (unfinished.is_null()) return {status, tone_of(status)};
    return {status + ", ranks " + unfinished.get<std::string>() + " not", tone::bad};
}

/// Prints the columns, the first of them the name: those that are asked for, else the usual ones.
void print(const std::vector<listed_run>& runs, const std::vector<std::string>& asked, console& out) {
    std::vector<std::pair<std::string, std::string>> columns{
        {"status", "status"}, {"seed", "seed"},          {"level", "level"},
        {"git", "git"},       {"started_at", "started"}, {"wall_seconds", "seconds"}};
    if (!asked.empty()) columns.clear();
    for (const std::string& each : asked)
        columns.emplace_back(each, each);
    table rows;
    std::vector<cell> heading{{"run", tone::heading}};
    for (const auto& [key, title] : columns)
        heading.emplace_back(title, tone::heading);
    rows.row(std::move(heading));
    for (const listed_run& each : runs) {
        std::vector<cell> row{each.name};
        if (each.problem) {
            row.emplace_back("unreadable", tone::bad);
            for (std::size_t i = 2; i < columns.size(); ++i)
                row.emplace_back("");
            row.emplace_back(std::string(to_string(each.problem->code())) + ": " +
                             each.problem->what_failed());
        } else {
            for (const auto& [key, title] : columns)
                row.push_back(key == "status" ? status_cell(each.facts) : cell(value_words(each.facts[key])));
        }
        rows.row(std::move(row));
    }
    rows.print(out);
}

ls_condition parse_condition(const std::string& text) {
    const std::size_t at = text.find_first_of("=<>");
    if (at == 0 || at == std::string::npos)
        throw repro::error(
            repro::errc::argument_invalid, "--where '" + excerpt(text, 128) + "'", "is no condition",
            "write KEY=VALUE, KEY<VALUE or KEY>VALUE; a key is a column or a place, as config/lr");
    return {text.substr(0, at), text[at], text.substr(at + 1)};
}

/// Throws unless `key` can be a place: '~' stands for '~0' or '~1' there.
void expect_place(const std::string& key) {
    for (std::size_t at = key.find('~'); at != std::string::npos; at = key.find('~', at + 1))
        if (at + 1 == key.size() || (key[at + 1] != '0' && key[at + 1] != '1'))
            throw repro::error(repro::errc::argument_invalid, "place '" + excerpt(key, 128) + "'",
                               "has a '~' that is neither ~0 nor ~1",
                               "spell '~' as ~0 and '/' in a name as ~1");
}

ls_wish wish_of(const ls_arguments& given) {
    ls_wish wish;
    std::string_view columns = given.columns;
    while (!columns.empty())
        wish.columns.emplace_back(repro::detail::next_token(columns, ','));
    for (const std::string& each : given.where)
        wish.conditions.push_back(parse_condition(each));
    wish.falling = given.sort.starts_with('-');
    wish.sort_key = given.sort.substr(wish.falling ? 1 : 0);
    for (const std::string& each : wish.columns)
        expect_place(each);
    for (const ls_condition& each : wish.conditions)
        expect_place(each.key);
    expect_place(wish.sort_key);
    return wish;
}

/// Warns of columns and of a key to sort by that none of the runs has: most are misspelt.
void warn_of_absent(const std::vector<listed_run>& runs, const ls_wish& wish, console& out) {
    std::vector<std::string> keys = wish.columns;
    if (!wish.sort_key.empty() && std::ranges::count(keys, wish.sort_key) == 0) keys.push_back(wish.sort_key);
    for (const std::string& key : keys) {
        const auto lacks = [&key](const listed_run& run) {
            return run.problem || run.facts.value(key, json()).is_null();
        };
        if (!runs.empty() && std::ranges::all_of(runs, lacks))
            out.warn("no run listed has '" + clipped(key) + "': a column is a place, as config/lr");
    }
}

exit_code ls(const ls_arguments& given, console& out) {
    const ls_wish wish = wish_of(given);
    const fs::path root = given.root.empty() ? experiments_root() : fs::path(given.root);
    std::error_code failed;
    if (!fs::is_directory(root, failed))
        throw repro::error(repro::errc::manifest_missing, root.native(), "is no folder",
                           "name the folder of the runs, or set REPRO_EXPERIMENTS");
    std::vector<listed_run> runs = list_all(root, wish);
    warn_of_absent(runs, wish, out);
    if (out.json()) {
        json list = json::array();
        for (listed_run& each : runs) {
            each.facts.erase("git");
            list.push_back(std::move(each.facts));
        }
        out.answer({{"root", root.native()}, {"runs", std::move(list)}});
    } else if (runs.empty()) {
        out.print("no runs below " + clipped(root.native()) + "\n");
    } else {
        print(runs, wish.columns, out);
    }
    return exit_code::holds;
}

} // namespace

command ls_command() {
    const auto given = std::make_shared<ls_arguments>();
    return {
        "ls",
        "List runs in the order in which they started",
        {{"ROOT", "The folder of the runs, or of one: REPRO_EXPERIMENTS, else ./experiments", &given->root},
         {"--columns", "What to list, with commas between: seed,config/lr,metrics/rmse", &given->columns},
         {"--where", "Runs that meet KEY=VALUE, KEY<VALUE or KEY>VALUE; may be repeated", &given->where},
         {"--sort", "A column or place to sort by; falling with - before it: --sort=-metrics/rmse",
          &given->sort}},
        [given](console& out) { return ls(*given, out); }};
}

} // namespace tool
