// SPDX-License-Identifier: MIT
#include "rerun_plan.hpp"

#include <repro/capture/command.hpp>
#include <repro/hash/file.hpp>

#include "run_argument.hpp"
#include "values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <unistd.h>

namespace tool {
namespace {

namespace fs = std::filesystem;

repro::error refusal(const repro::recorded_manifest& manifest, std::string why, std::string fix) {
    return {repro::errc::not_repeatable, manifest.path.native(), std::move(why), std::move(fix)};
}

bool holds_redaction(std::string_view text) { return text.find("***") != std::string_view::npos; }

bool is_dirty(const nlohmann::json& document) { return field(document, "/git_dirty") == true; }

/// Returns the patch in the run's folder, after comparing it with its digest.
fs::path patch_of(const repro::recorded_manifest& manifest) {
    if (!manifest.patch) return {};
    const fs::path file = manifest.path.parent_path() / manifest.patch->path;
    if (manifest.patch->sha256 != repro::hash_file(file).sha256)
        throw refusal(manifest, file.native() + " is not the patch that was recorded",
                      "restore the run's folder");
    return file;
}

source_tree source_of(const repro::recorded_manifest& manifest, const rerun_choices& chosen,
                      rerun_plan& plan) {
    const nlohmann::json& document = manifest.document;
    const nlohmann::json &sha = field(document, "/git_sha"), &top = field(document, "/git/toplevel");
    if (!sha.is_string())
        throw refusal(manifest, "no commit is recorded", "run from a repository with a commit");
    if (field(document, "/git_dirty").is_null())
        throw refusal(manifest, "it is not known whether the tree equalled its commit", "run it anew");
    if (chosen.repository.empty() && !top.is_string())
        throw refusal(manifest, "the repository's folder is not recorded", "name one with --repository");
    source_tree source{chosen.repository.empty() ? fs::path(top.get<std::string>())
                                                 : fs::path(chosen.repository),
                       sha.get<std::string>(), patch_of(manifest)};
    if (is_dirty(document) && source.patch.empty())
        throw refusal(manifest, "the tree had changes, and no patch of them is recorded",
                      "record runs with git_patch, or from a clean tree");
    const nlohmann::json& untracked = field(document, "/git/untracked");
    if (untracked.is_number() && untracked != 0 && field(document, "/git/patch/untracked") != true)
        plan.notes.push_back(
            fmt::format("{} untracked files of the tree are not recorded", untracked.dump()));
    const tree_gaps gaps = look_for(source);
    if (gaps.submodules > 0) plan.notes.push_back(fmt::format("{} submodules stay empty", gaps.submodules));
    if (gaps.lfs_pointers > 0)
        plan.notes.push_back(fmt::format("{} files of Git LFS stay pointers", gaps.lfs_pointers));
    return source;
}

fs::path program_of(const repro::recorded_manifest& manifest, const rerun_choices& chosen, rerun_plan& plan) {
    if (!manifest.executable || !manifest.executable->sha256) {
        if (chosen.program.empty())
            throw refusal(manifest, "the program's digest is not recorded",
                          "name the program with --exec PATH");
        return fs::absolute(chosen.program);
    }
    const fs::path program =
        chosen.program.empty() ? fs::path(manifest.executable->absolute) : fs::absolute(chosen.program);
    std::optional<repro::digest256> found;
    try {
        found = repro::hash_file(program).sha256;
    } catch (const repro::error& problem) {
        throw refusal(manifest, fmt::format("the program cannot be read: {}", problem.what()),
                      "build it from the same commit, and name it with --exec PATH");
    }
    if (*found == *manifest.executable->sha256) return program;
    if (chosen.program.empty())
        throw refusal(manifest, program.native() + " is another program now than the one that ran",
                      "build the same commit, and name the program with --exec PATH");
    plan.notes.push_back("the program has other bytes than the one that ran");
    return program;
}

std::vector<std::string> arguments_of(const repro::recorded_manifest& manifest) {
    const nlohmann::json& recorded = field(manifest.document, "/command/arguments");
    if (!recorded.is_array() || recorded.empty())
        throw refusal(manifest, "its command line is not recorded", "run the command by hand");
    std::vector<std::string> arguments;
    for (const nlohmann::json& each : recorded) {
        if (!each.is_string() || holds_redaction(each.get<std::string>()))
            throw refusal(manifest, "an argument held a secret, which is not recorded",
                          "run the command by hand");
        arguments.push_back(each.get<std::string>());
    }
    return arguments;
}

fs::path directory_of(const repro::recorded_manifest& manifest, rerun_plan& plan) {
    const nlohmann::json &recorded = field(manifest.document, "/command/directory"),
                         &top = field(manifest.document, "/git/toplevel");
    if (!recorded.is_string() || holds_redaction(recorded.get<std::string>()))
        throw refusal(manifest, "its working directory is not recorded", "run the command by hand");
    fs::path directory = recorded.get<std::string>();
    fs::path inside = top.is_string() ? directory.lexically_relative(top.get<std::string>()) : fs::path();
    if (!inside.empty() && *inside.begin() != "..") return inside;
    std::error_code failed;
    if (!fs::is_directory(directory, failed))
        throw refusal(manifest, directory.native() + ", where it started, is not there",
                      "make it, with its files");
    plan.notes.push_back("it starts in " + directory.native() + ", outside of the rebuilt tree");
    return directory;
}

/// Variables that this command sets itself, or that belong to one process alone.
bool is_own_variable(std::string_view name) {
    constexpr std::string_view own[] = {"REPRO_SEED", "REPRO_RUN_DIR", "REPRO_EXPERIMENTS",
                                        "REPRO_RELAUNCHED"};
    return std::find(std::begin(own), std::end(own), name) != std::end(own);
}

void plan_environment(const repro::recorded_manifest& manifest, rerun_plan& plan) {
    const nlohmann::json& recorded = field(manifest.document, "/environment");
    if (!recorded.is_object()) {
        plan.environment = repro::launch_settings(plan.level, std::nullopt);
        plan.notes.emplace_back("its environment is not recorded: the level's settings are taken");
    }
    for (const auto& [name, variable] : recorded.items()) {
        const nlohmann::json& value = field(variable, "/at_exec");
        if (!recorded.is_object() || !value.is_string() || is_own_variable(name)) continue;
        if (holds_redaction(value.get<std::string>()))
            plan.notes.push_back(name + " held a secret and is not set");
        else
            plan.environment.push_back({name, value.get<std::string>()});
    }
    for (char* const* each = ::environ; *each != nullptr; ++each) {
        const std::string_view name = std::string_view(*each).substr(0, std::string_view(*each).find('='));
        const auto same = [name](const repro::setting& other) { return other.name == name; };
        if (repro::detail::is_recorded_variable(name) &&
            std::none_of(plan.environment.begin(), plan.environment.end(), same))
            plan.removals.emplace_back(name);
    }
    plan.environment.push_back({"REPRO_SEED", field(manifest.document, "/seed").dump()});
    plan.environment.push_back({"REPRO_RUN_DIR", plan.run_folder.native()});
}

fs::path free_folder(const std::string& id) {
    const fs::path root = fs::absolute(experiments_root());
    std::error_code ignored;
    for (std::size_t i = 1;; ++i) {
        fs::path folder = root / (id + "-rerun" + (i == 1 ? "" : "-" + std::to_string(i)));
        if (!fs::exists(folder, ignored)) return folder;
    }
}

void note_paths(const repro::recorded_manifest& manifest, rerun_plan& plan) {
    const std::string top = field(manifest.document, "/git/toplevel").is_string()
                                ? field(manifest.document, "/git/toplevel").get<std::string>() + "/"
                                : std::string();
    for (std::size_t i = 1; i < plan.arguments.size(); ++i)
        if (!top.empty() && plan.arguments[i].find(top) != std::string::npos)
            plan.notes.push_back(
                fmt::format("argument {} names a path of the original tree, and is kept", i));
    const auto outside = std::count_if(manifest.artifacts.begin(), manifest.artifacts.end(),
                                       [](const auto& each) { return each.outside; });
    if (outside > 0)
        plan.notes.push_back(
            fmt::format("{} artifacts stand outside of the run's folder: the program may write over "
                        "them",
                        outside));
}

} // namespace

rerun_plan plan_rerun(const repro::recorded_manifest& manifest, const rerun_choices& chosen) {
    rerun_plan plan;
    if (manifest.status && *manifest.status != repro::run_status::completed)
        plan.notes.push_back(fmt::format("the run is {}, not completed", to_string(*manifest.status)));
    if (!manifest.level) plan.notes.emplace_back("the run declares no level: bit-exact is taken");
    plan.level = manifest.level.value_or(repro::level::bit_exact);
    plan.arguments = arguments_of(manifest);
    plan.source = source_of(manifest, chosen, plan);
    plan.program = program_of(manifest, chosen, plan);
    plan.directory = directory_of(manifest, plan);
    plan.run_folder = free_folder(fs::path(manifest.id).filename().native());
    plan_environment(manifest, plan);
    note_paths(manifest, plan);
    return plan;
}

} // namespace tool
