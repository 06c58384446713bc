// SPDX-License-Identifier: MIT
#pragma once
// The command line as the process was started with, and the environment variables that change numbers: what
// they were at exec and what they are now. Secrets are taken out; variables outside the list are not read.

#include <repro/core/error.hpp>
#include <repro/core/knobs.hpp>
#include <repro/core/redact.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// How the process was started.
struct command_facts {
    std::optional<std::vector<std::string>> arguments; ///< the program first
    std::optional<std::string> directory;              ///< the working directory now
    std::vector<missing_fact> missing;
    redaction_list redactions;
};

/// A variable of the environment.
struct environment_variable {
    std::string name;
    std::optional<std::string> at_exec; ///< none where it was not set then, or that is unknown
    std::optional<std::string> now;     ///< none where it is not set
    std::optional<bool> changed;        ///< none where the environment at exec is unknown
};

/// The variables that are recorded, by name.
struct environment_facts {
    std::vector<environment_variable> variables;
    std::vector<missing_fact> missing;
    redaction_list redactions;
};

namespace detail {

// clang-format off
/// Beginnings of the names that are recorded.
inline constexpr std::string_view environment_families[] = {
    "BLIS_", "CUBLAS_", "CUDA_", "CUDNN_", "DNNL_", "EBROOT", "EBVERSION", "FLEXIBLAS", "GOMP_", "GOTO_", "JAX_", "KMP_", "LC_", "MALLOC_", "MKL_",
    "MPICH_", "NCCL_", "NUMEXPR_", "NVIDIA_TF32_", "OMPI_MCA_", "OMP_", "ONEDNN_", "OPENBLAS_", "OPENCV_OPENCL_", "PMIX_RANK",
    "PYTORCH_", "REPRO_", "SLURM_", "TF_", "TORCH_", "UCX_", "VECLIB_", "XLA_"};
/// Whole names.
inline constexpr std::string_view environment_names[] = {
    "CONDA_DEFAULT_ENV", "GLIBC_TUNABLES", "LANG", "LANGUAGE", "LD_BIND_NOW", "LD_LIBRARY_PATH", "LD_PRELOAD", "LOADEDMODULES",
    "LOCAL_RANK", "MASTER_PORT", "OPAL_PREFIX", "PYTHONHASHSEED", "RANK", "SOURCE_DATE_EPOCH", "TZ", "WORLD_SIZE",
    "_LMFILES_"};
/// Within the families, what says who and where instead of how.
inline constexpr std::string_view environment_left_out[] = {
    "SLURM_SUBMIT_HOST", "SLURM_JOB_USER", "SLURM_JOB_UID", "SLURM_JOB_GID", "SLURM_JOB_ACCOUNT", "SLURM_JWT", "SLURM_LAUNCH_NODE_IPADDR",
    "SLURM_SRUN_COMM_HOST", "SLURM_TOPOLOGY_ADDR", "SLURM_CLUSTER_NAME", "SLURMD_NODENAME", "SLURM_JOB_NODELIST", "SLURM_NODELIST",
    "SLURM_STEP_NODELIST", "TF_CLI_CONFIG_FILE"};
// clang-format on

/// Returns whether the variable is one of those that are recorded.
[[nodiscard]] constexpr bool is_recorded_variable(std::string_view name) noexcept {
    const auto is = [name](std::string_view each) { return name == each; };
    const auto starts = [name](std::string_view each) { return name.starts_with(each); };
    if (std::ranges::any_of(environment_left_out, is) || name.starts_with("TF_VAR_")) return false;
    if (std::ranges::any_of(environment_families, starts)) return true;
    return std::ranges::any_of(environment_names, is) ||
           std::ranges::any_of(knobs, [name](const knob& each) { return each.name == name; });
}

inline constexpr std::size_t command_limit = std::size_t{1} << 18;

/// Returns the texts in a block of /proc, each ended by a zero byte.
[[nodiscard]] inline std::vector<std::string> texts_in(std::string_view block) {
    std::vector<std::string> texts;
    while (!block.empty())
        texts.emplace_back(next_token(block, '\0'));
    return texts;
}

/// Returns the command line in `file`.
[[nodiscard]] inline command_facts read_command(const char* file) {
    command_facts facts;
    const auto block = read_text(file, command_limit);
    if (!block || block->empty()) {
        const std::string reason = block ? "is empty" : errno_text(errno);
        facts.missing.push_back({"command.arguments", std::string(file) + ": " + reason});
    } else {
        facts.arguments = redact_arguments(texts_in(*block), facts.redactions, "command/arguments");
        if (block->size() == command_limit)
            facts.missing.push_back({"command.arguments", "what is behind the first 256 KiB"});
    }
    const std::unique_ptr<char, decltype(&std::free)> folder(::get_current_dir_name(), &std::free);
    if (folder)
        facts.directory = redact(folder.get(), facts.redactions, "command/directory");
    else
        facts.missing.push_back({"command.directory", errno_text(errno)});
    return facts;
}

/// Adds the recorded ones of "NAME=value" to `to`, by `member`; the first of a name counts, as in getenv.
inline void gather_variable(std::string_view entry, std::optional<std::string> environment_variable::* member,
                            std::vector<environment_variable>& to) {
    const std::size_t equals = std::min(entry.find('='), entry.size());
    const std::string_view name = entry.substr(0, equals);
    if (equals == entry.size() || !is_recorded_variable(name)) return;
    const auto same = [name](const environment_variable& each) { return each.name == name; };
    auto found = std::find_if(to.begin(), to.end(), same);
    if (found == to.end()) found = to.insert(to.end(), {std::string(name), {}, {}, {}});
    if (!((*found).*member)) (*found).*member = std::string(entry.substr(equals + 1));
}

/// Returns the variables of the environment that `file` keeps as it was at exec, and of `now`.
[[nodiscard]] inline environment_facts read_environment(const char* file, char* const* now) {
    environment_facts facts;
    const auto block = read_text(file, command_limit);
    if (block && block->size() == command_limit)
        facts.missing.push_back({"environment.at_exec", "what is behind the first 256 KiB"});
    if (!block)
        facts.missing.push_back({"environment.at_exec", std::string(file) + ": " + errno_text(errno)});
    for (std::string_view rest = block ? *block : std::string_view(); !rest.empty();)
        gather_variable(next_token(rest, '\0'), &environment_variable::at_exec, facts.variables);
    for (; now != nullptr && *now != nullptr; ++now)
        gather_variable(*now, &environment_variable::now, facts.variables);
    std::sort(facts.variables.begin(), facts.variables.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (environment_variable& each : facts.variables) {
        if (block && block->size() < command_limit) each.changed = each.at_exec != each.now;
        const std::string where = "environment/" + each.name;
        for (std::optional<std::string>* const value : {&each.at_exec, &each.now})
            if (*value) *value = redact_value(each.name, **value, facts.redactions, where);
    }
    return facts;
}

} // namespace detail

/// Returns how this process was started.
[[nodiscard]] inline command_facts capture_command() { return detail::read_command("/proc/self/cmdline"); }

/// Returns the variables that are recorded. No other thread may be setting variables meanwhile.
[[nodiscard]] inline environment_facts capture_environment() {
    return detail::read_environment("/proc/self/environ", ::environ);
}

} // namespace repro::inline v0
