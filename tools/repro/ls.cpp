// SPDX-License-Identifier: MIT
// repro ls: the runs below a folder, in the order in which they started.

#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/run_state.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "run_argument.hpp"
#include "table.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tool {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

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

listed_run list(const fs::path& folder, const fs::path& root, const repro::process_world& here) {
    listed_run listed{folder.lexically_relative(root).native(), {}, json::object()};
    const fs::path path = folder / "manifest.json";
    listed.facts = {{"name", listed.name}, {"manifest", path.native()}};
    try {
        const repro::recorded_manifest manifest = repro::read_manifest(path);
        listed.started = manifest.started_at;
        listed.facts["id"] = manifest.id;
        listed.facts["status"] = to_string(repro::state_of(manifest, here).state);
        for (const char* const key : {"seed", "level", "git_sha", "git_dirty", "started_at", "wall_seconds"})
            listed.facts[key] = value_at(manifest.document, key);
        listed.facts["git"] = git_words(manifest.document);
        listed.facts["error"] = nullptr;
    } catch (const repro::error& problem) {
        listed.problem = problem;
        listed.facts["error"] = {{"code", to_string(problem.code())}, {"what", problem.what_failed()}};
    }
    return listed;
}

/// Returns the runs below `root`, the last one last, and those that cannot be read before them.
std::vector<listed_run> list_all(const fs::path& root) {
    const repro::process_world here = repro::capture_process_world();
    std::vector<listed_run> runs;
    for (const fs::path& each : run_folders(root))
        runs.push_back(list(each, root, here));
    std::ranges::sort(runs, [](const listed_run& a, const listed_run& b) {
        return std::tie(a.started, a.name) < std::tie(b.started, b.name);
    });
    return runs;
}

tone tone_of(const std::string& status) {
    if (status == "completed") return tone::good;
    return status == "failed" || status == "aborted" ? tone::bad : tone::doubtful;
}

void print(const std::vector<listed_run>& runs, console& out) {
    table rows;
    rows.row({{"run", tone::heading},
              {"status", tone::heading},
              {"seed", tone::heading},
              {"level", tone::heading},
              {"git", tone::heading},
              {"started", tone::heading},
              {"seconds", tone::heading}});
    for (const listed_run& each : runs) {
        if (each.problem) {
            rows.row({each.name,
                      {"unreadable", tone::bad},
                      "",
                      "",
                      "",
                      "",
                      std::string(to_string(each.problem->code())) + ": " + each.problem->what_failed()});
            continue;
        }
        const std::string status = value_words(each.facts["status"]);
        rows.row({each.name,
                  {status, tone_of(status)},
                  value_words(each.facts["seed"]),
                  value_words(each.facts["level"]),
                  value_words(each.facts["git"]),
                  each.started,
                  value_words(each.facts["wall_seconds"])});
    }
    rows.print(out);
}

exit_code ls(const std::string& given, console& out) {
    const fs::path root = given.empty() ? experiments_root() : fs::path(given);
    std::error_code failed;
    if (!fs::is_directory(root, failed))
        throw repro::error(repro::errc::manifest_missing, root.native(), "is no folder",
                           "name the folder of the runs, or set REPRO_EXPERIMENTS");
    std::vector<listed_run> runs = list_all(root);
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
        print(runs, out);
    }
    return exit_code::holds;
}

} // namespace

command ls_command() {
    const auto root = std::make_shared<std::string>();
    return {"ls",
            "List runs in the order in which they started",
            {{"ROOT", "The folder of the runs: REPRO_EXPERIMENTS, else ./experiments", root.get()}},
            [root](console& out) { return ls(*root, out); }};
}

} // namespace tool
