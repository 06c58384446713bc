// SPDX-License-Identifier: MIT
#include "run_argument.hpp"

#include <repro/judge/manifest_reader.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <tuple>
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

/// A run that a word may name, and when it started.
struct dated_run {
    std::string started;
    std::string run_id; ///< of two that started in one millisecond, the later one has the greater
    std::string name;
    fs::path folder;
};

repro::error no_such_run(const std::string& run, const fs::path& root) {
    std::error_code failed;
    const std::string where = "RUN '" + excerpt(run, 128) + "'";
    if (!run.empty() && fs::is_directory(run, failed)) {
        const std::vector<fs::path> runs = run_folders(run);
        if (runs.empty())
            return {repro::errc::manifest_missing, where, "is a folder without manifest.json",
                    "name a manifest, a run's folder, the beginning of an id, or @last"};
        return {repro::errc::manifest_missing, where,
                "is a folder of " + std::to_string(runs.size()) + " runs, and not one of them",
                "name one: " + runs.front().native() + "; repro ls lists them"};
    }
    return {repro::errc::run_unknown, where,
            "is no file or folder, and the beginning of no run's id under " + root.native(),
            "check the working directory and REPRO_EXPERIMENTS, or give the path of a manifest"};
}

/// Returns those of `folders` whose manifests can be read, the last one that started first.
std::vector<dated_run> dated(const std::vector<fs::path>& folders, const fs::path& root, console& out) {
    std::vector<dated_run> runs;
    for (const fs::path& each : folders)
        if (const auto manifest = read_or_warn(each, out))
            runs.push_back({manifest->started_at, manifest->run_id.value_or(""),
                            each.lexically_relative(root).native(), each});
    std::ranges::sort(runs, [](const dated_run& x, const dated_run& y) {
        return std::tie(y.started, y.run_id, y.name) < std::tie(x.started, x.run_id, x.name);
    });
    return runs;
}

/// Returns the one run of `candidates`, or the one that `run` names in full, with its date or without.
fs::path only_one(const std::string& run, const fs::path& root, const std::vector<fs::path>& candidates,
                  console& out) {
    const auto name = [&root](const fs::path& each) { return each.lexically_relative(root).native(); };
    if (candidates.size() == 1) return candidates.front() / "manifest.json";
    std::vector<fs::path> whole;
    for (const fs::path& each : candidates) {
        if (name(each) == run) return each / "manifest.json";
        if (without_date(name(each)) == run) whole.push_back(each);
    }
    if (whole.size() == 1) return whole.front() / "manifest.json";
    std::string names;
    const std::vector<dated_run> runs = dated(candidates, root, out);
    for (const dated_run& each : std::span(runs).first(std::min<std::size_t>(runs.size(), 5)))
        names += (names.empty() ? "" : ", ") + each.name + " (" + each.started + ")";
    throw repro::error(repro::errc::run_ambiguous, "RUN '" + excerpt(run, 128) + "'",
                       "fits " + std::to_string(candidates.size()) + " runs: " + names +
                           (candidates.size() > 5 ? ", ..." : ""),
                       "give more characters, or " + excerpt(run, 128) +
                           "@last for the one that started last");
}

/// Returns the runs below `root` whose ids begin with `run`, with their date or without, or whose run_ids do.
std::vector<fs::path> runs_by_prefix(const std::string& run, const fs::path& root, console& out) {
    const std::vector<fs::path> folders = run_folders(root);
    std::vector<fs::path> candidates;
    std::ranges::copy_if(folders, std::back_inserter(candidates), [&](const fs::path& each) {
        const std::string name = each.lexically_relative(root).native();
        return name.starts_with(run) || without_date(name).starts_with(run);
    });
    if (!candidates.empty()) return candidates;
    std::ranges::copy_if(folders, std::back_inserter(candidates), [&](const fs::path& each) {
        const auto manifest = read_or_warn(each, out);
        return manifest && manifest->run_id && manifest->run_id->starts_with(run);
    });
    return candidates;
}

/// Returns the run that `run` names by the beginning of an id; with @last behind it, the last of them that
/// started.
fs::path run_by_prefix(const std::string& run, const fs::path& root, console& out) {
    constexpr std::string_view last = "@last";
    const bool wants_last = run.ends_with(last);
    const std::string prefix = wants_last ? run.substr(0, run.size() - last.size()) : run;
    const std::vector<fs::path> candidates = runs_by_prefix(prefix, root, out);
    if (!wants_last) {
        if (candidates.empty()) throw no_such_run(run, root);
        return only_one(run, root, candidates, out);
    }
    const std::vector<dated_run> runs = dated(candidates, root, out);
    if (runs.empty()) throw no_such_run(run, root);
    return runs.front().folder / "manifest.json";
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
    if (is_path && !fs::is_directory(path, failed))
        throw repro::error(repro::errc::manifest_missing, "RUN '" + excerpt(run, 256) + "'", "does not exist",
                           "name a manifest, a run's folder, the beginning of an id, or @last");
    const fs::path root = experiments_root();
    if (is_path) throw no_such_run(run, root);
    return run_by_prefix(run, root, out);
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
