// SPDX-License-Identifier: MIT
// repro env: prints the environment that a level asks for, for other launchers.

#include "command.hpp"
#include "commands.hpp"
#include "launch.hpp"
#include "shell_word.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace tool {
namespace {

struct env_arguments {
    std::string level, seed, format = "sh";
};

/// Returns `text` as a CMake argument: a bracket argument takes everything as it stands.
std::string cmake_word(std::string_view text) { return fmt::format("[==[{}]==]", text); }

void print_sh(const std::vector<repro::setting>& settings, const std::vector<std::string>& removed,
              console& out) {
    for (const std::string& name : removed)
        out.print(fmt::format("unset {}\n", name));
    for (const repro::setting& each : settings)
        out.print(fmt::format("export {}={}\n", each.name, shell_word(each.value)));
}

/// sbatch and srun hand on what stands in the script's environment: --export=ALL is their default, and
/// spelled out here because a site may have another.
void print_slurm(const std::vector<repro::setting>& settings, const std::vector<std::string>& removed,
                 console& out) {
    out.print("#SBATCH --export=ALL\n# The line above belongs to the head of the script, before its first "
              "command.\n");
    print_sh(settings, removed, out);
    out.print("export SRUN_EXPORT_ENV='ALL'\n");
}

void print_docker(const std::vector<repro::setting>& settings, const std::vector<std::string>& removed,
                  console& out) {
    for (const std::string& name : removed)
        out.warn(
            fmt::format("an --env-file cannot unset a variable: check that the image does not set {}", name));
    for (const repro::setting& each : settings)
        out.print(fmt::format("{}={}\n", each.name, each.value));
}

void print_ctest(const std::vector<repro::setting>& settings, const std::vector<std::string>& removed,
                 console& out) {
    out.print("set_property(TEST ${tests} APPEND PROPERTY ENVIRONMENT_MODIFICATION\n");
    for (const std::string& name : removed)
        out.print(fmt::format("    {}\n", cmake_word(name + "=unset:")));
    for (const repro::setting& each : settings)
        out.print(fmt::format("    {}\n", cmake_word(each.name + "=set:" + each.value)));
    out.print(")\n");
}

exit_code print_environment(const env_arguments& given, console& out) {
    const repro::level wanted = level_or_strictest(given.level);
    const auto settings = repro::launch_settings(wanted, seed_or_none(given.seed));
    const auto removed = repro::launch_removals(wanted);
    if (out.json()) {
        nlohmann::ordered_json document = {{"level", to_string(wanted)},
                                           {"set", nlohmann::ordered_json::object()}};
        for (const repro::setting& each : settings)
            document["set"][each.name] = each.value;
        document["unset"] = removed;
        out.answer(document);
    } else if (given.format == "sh") {
        print_sh(settings, removed, out);
    } else if (given.format == "slurm") {
        print_slurm(settings, removed, out);
    } else if (given.format == "docker") {
        print_docker(settings, removed, out);
    } else if (given.format == "ctest") {
        print_ctest(settings, removed, out);
    } else {
        throw repro::error(repro::errc::argument_invalid, "--format '" + excerpt(given.format, 80) + "'",
                           "is no format", "use sh, slurm, docker or ctest");
    }
    return exit_code::holds;
}

} // namespace

command env_command() {
    const auto given = std::make_shared<env_arguments>();
    return {"env",
            "Print the environment that a level asks for",
            {{"--level", "bit-exact (where absent), seed-stable or distribution-stable", &given->level,
              presence::optional, level_names()},
             {"--seed", "The seed to hand on", &given->seed},
             {"--format",
              "sh (where absent), slurm for a batch script, docker for --env-file, ctest for CMakeLists.txt",
              &given->format,
              presence::optional,
              {"sh", "slurm", "docker", "ctest"}}},
            [given](console& out) { return print_environment(*given, out); }};
}

} // namespace tool
