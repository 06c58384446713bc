// SPDX-License-Identifier: MIT
#pragma once
// What repro doctor asks a machine.

#include <repro/core/level.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

/// How an answer is: as it has to be, not there and not needed, doubtful, or missing though it is needed.
enum class health { ok, absent, warning, missing };

/// Returns "ok", "absent", "warning" or "missing".
[[nodiscard]] std::string_view to_string(health state) noexcept;

/// One answer.
struct finding {
    std::string name;
    health state = health::ok;
    std::string what; ///< how it stands
    std::string fix;  ///< what to do; empty where nothing is to be done
};

/// Where the questions look, for tests to lead them elsewhere.
struct doctor_places {
    std::filesystem::path runs; ///< where runs are recorded
    std::filesystem::path proc = "/proc/self";
    std::filesystem::path folder = "."; ///< whose repository is looked for
};

/// Whether runs can be written and brought to the disk. Nothing stays behind.
[[nodiscard]] finding check_runs(const std::filesystem::path& runs);
/// Whether the kernel tells of this process: what was set before it started, what is mapped.
[[nodiscard]] finding check_proc(const std::filesystem::path& proc);
/// Whether the commit of a folder is known.
[[nodiscard]] finding check_git(const std::filesystem::path& folder);
/// Whether a program can start itself again, and with a fixed address layout.
[[nodiscard]] std::vector<finding> check_launch();
/// Which of the variables that a level asks for are not set, or set against it.
[[nodiscard]] finding check_variables(repro::level wanted);
/// Whether this build gives the promised bits.
[[nodiscard]] finding check_selftest();
/// Which GPUs there are.
[[nodiscard]] finding check_gpu();
/// Whether the loader finds one of `files`, which is tried in a process of its own, since libraries start
/// threads and change settings when they are loaded. One that ends that process, or is not back in time, is a
/// warning.
[[nodiscard]] finding check_library(const std::string& name, const std::vector<const char*>& files,
                                    std::chrono::milliseconds limit);
/// Which libraries the loader finds that change numbers: BLAS, OpenMP, oneDNN, CUDA.
[[nodiscard]] std::vector<finding> check_libraries();
/// What the files say that NCCL reads beside the environment.
[[nodiscard]] finding check_nccl_files(repro::level wanted);
/// Whether the library that `repro audit` preloads is there.
[[nodiscard]] finding check_audit();
/// Which compilers are in PATH.
[[nodiscard]] finding check_compilers();
/// Whether the clocks are plausible.
[[nodiscard]] finding check_clock();
/// What is loaded into every program, and whether it changes how floating point works.
[[nodiscard]] finding check_preloaded();
/// How numbers are printed and times are split here.
[[nodiscard]] std::vector<finding> check_locale();

/// Asks everything.
[[nodiscard]] std::vector<finding> examine(const doctor_places& places, repro::level wanted);

} // namespace tool
