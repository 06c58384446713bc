// SPDX-License-Identifier: MIT
#include "run_argument.hpp"

#include <repro/judge/manifest_reader.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace tool {
namespace {

namespace fs = std::filesystem;

constexpr int deepest_run = 4; // <root>/<dataset>/<method>/seed_<n>, and one more

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Returns `name` without a date in front of it: "2026-05-22-softmax" gives "softmax".
std::string_view without_date(std::string_view name) {
    constexpr std::string_view form = "dddd-dd-dd-";
    if (name.size() <= form.size()) return name;
    for (std::size_t i = 0; i < form.size(); ++i)
        if (form[i] == 'd' ? name[i] < '0' || name[i] > '9' : name[i] != form[i]) return name;
    return name.substr(form.size());
}

std::optional<repro::recorded_manifest> read_or_warn(const fs::path& folder, console& out) {
    try {
        return repro::read_manifest(folder / "manifest.json");
    } catch (const repro::error& problem) {
        out.warn(problem);
        return std::nullopt;
    }
}

repro::error no_such_run(const std::string& run, const fs::path& root) {
    return {repro::errc::run_unknown, "RUN '" + run.substr(0, 128) + "'",
            "is the beginning of no run's id under " + root.native(),
            "check the working directory and REPRO_EXPERIMENTS, or give the path of a manifest"};
}

fs::path last_run(const fs::path& root, console& out) {
    std::pair<std::string, std::string> latest;
    fs::path folder;
    for (const fs::path& each : run_folders(root)) {
        const auto manifest = read_or_warn(each, out);
        if (!manifest) continue;
        std::pair started(manifest->started_at, manifest->run_id.value_or(""));
        if (folder.empty() || started >= latest) {
            latest = std::move(started);
            folder = each;
        }
    }
    if (folder.empty()) throw no_such_run("@last", root);
    return folder / "manifest.json";
}

/// Returns the one run of `candidates`, or the one that `run` names in full.
fs::path only_one(const std::string& run, const fs::path& root, const std::vector<fs::path>& candidates) {
    std::string names;
    for (const fs::path& each : candidates) {
        const std::string name = fs::relative(each, root).native();
        if (candidates.size() == 1 || name == run) return each / "manifest.json";
        if (&each - candidates.data() < 5) names += (names.empty() ? "" : ", ") + name;
    }
    throw repro::error(repro::errc::run_ambiguous, "RUN '" + run.substr(0, 128) + "'",
                       "fits " + std::to_string(candidates.size()) + " runs: " + names +
                           (candidates.size() > 5 ? ", ..." : ""),
                       "give more characters");
}

fs::path run_by_prefix(const std::string& run, const fs::path& root, console& out) {
    const std::vector<fs::path> folders = run_folders(root);
    std::vector<fs::path> candidates;
    std::ranges::copy_if(folders, std::back_inserter(candidates), [&](const fs::path& each) {
        const std::string name = each.lexically_relative(root).native();
        return name.starts_with(run) || without_date(name).starts_with(run);
    });
    if (!candidates.empty()) return only_one(run, root, candidates);
    std::ranges::copy_if(folders, std::back_inserter(candidates), [&](const fs::path& each) {
        const auto manifest = read_or_warn(each, out);
        return manifest && manifest->run_id && manifest->run_id->starts_with(run);
    });
    if (candidates.empty()) throw no_such_run(run, root);
    return only_one(run, root, candidates);
}

} // namespace

fs::path experiments_root() {
    const char* const named = std::getenv("REPRO_EXPERIMENTS");
    return named != nullptr && *named != '\0' ? fs::path(named) : fs::path("experiments");
}

std::vector<fs::path> run_folders(const fs::path& root) {
    std::vector<fs::path> found;
    std::error_code failed;
    fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, failed);
    for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
        const bool is_run = is_there(at->path() / "manifest.json");
        const bool hidden =
            at->path().filename().native().starts_with('.'); // set aside, or no affair of ours
        if (is_run && !hidden) found.push_back(at->path());
        if (hidden || is_run || at.depth() + 1 >= deepest_run) at.disable_recursion_pending();
    }
    std::ranges::sort(found);
    return found;
}

fs::path find_run(const std::string& run, console& out) {
    std::error_code failed;
    fs::path path = run;
    if (is_there(path / "manifest.json")) return path / "manifest.json";
    if (is_there(path) && !fs::is_directory(path, failed)) return path;
    const bool is_path =
        run.empty() || run.ends_with(".json") || run.starts_with('/') || run.starts_with('.');
    if (is_path)
        throw repro::error(repro::errc::manifest_missing, "RUN '" + run.substr(0, 256) + "'",
                           is_there(path) ? "is a folder without manifest.json" : "does not exist",
                           "name a manifest, a run's folder, the beginning of an id, or @last");
    const fs::path root = experiments_root();
    return run == "@last" ? last_run(root, out) : run_by_prefix(run, root, out);
}

std::vector<fs::path> find_runs(const std::vector<std::string>& runs, console& out) {
    std::vector<fs::path> found;
    for (const std::string& each : runs) {
        const bool is_folder = is_there(each) && !is_there(fs::path(each) / "manifest.json");
        const auto within = is_folder ? run_folders(each) : std::vector<fs::path>();
        if (within.empty()) found.push_back(find_run(each, out));
        for (const fs::path& folder : within)
            found.push_back(folder / "manifest.json");
    }
    return found;
}

} // namespace tool
