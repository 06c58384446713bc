// SPDX-License-Identifier: MIT
#pragma once
// Environment variables that change numbers, and the check whether one was set too late: after the process
// started, when its reader had looked already.

#include <repro/detail/descriptor.hpp>

#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace repro::inline v0 {

/// An environment variable whose reader looks once, when the process or the library starts.
struct knob {
    std::string_view name;
    std::string_view reader;
};

inline constexpr knob knobs[] = {
    {"GLIBC_TUNABLES", "the C library, at exec"},
    {"PYTHONHASHSEED", "each Python interpreter, at its start"},
    {"OMP_NUM_THREADS", "the OpenMP runtime, at load"},
    {"OMP_DYNAMIC", "the OpenMP runtime, at load"},
    {"OMP_SCHEDULE", "the OpenMP runtime, at load"},
    {"KMP_DETERMINISTIC_REDUCTION", "the LLVM and Intel OpenMP runtimes, at load"},
    {"OPENBLAS_NUM_THREADS", "OpenBLAS, at load"},
    {"OPENBLAS_CORETYPE", "OpenBLAS, at load"},
    {"MKL_NUM_THREADS", "MKL, at its first call"},
    {"MKL_CBWR", "MKL, at its first call"},
    {"ONEDNN_MAX_CPU_ISA", "oneDNN, at its first primitive"},
    {"CUBLAS_WORKSPACE_CONFIG", "cuBLAS, when a handle is made"},
    {"NVIDIA_TF32_OVERRIDE", "the CUDA libraries, at load"},
};

namespace detail {

/// Returns whether `environment` holds the entry name=value.
[[nodiscard]] inline bool holds_entry(std::string_view environment, std::string_view name,
                                      std::string_view value) {
    while (!environment.empty()) {
        const std::string_view entry = environment.substr(0, environment.find('\0'));
        if (entry.size() == name.size() + 1 + value.size() && entry.starts_with(name) &&
            entry[name.size()] == '=' && entry.ends_with(value))
            return true;
        environment.remove_prefix(entry.size() < environment.size() ? entry.size() + 1 : entry.size());
    }
    return false;
}

} // namespace detail

/// Returns the knobs that stand in the environment now with a value they did not have when the process was
/// started. Empty where the environment at start cannot be read.
[[nodiscard]] inline std::vector<knob> knobs_set_late() {
    std::vector<knob> late;
    const std::optional<std::string> at_exec = detail::read_text("/proc/self/environ", 1U << 20);
    if (!at_exec) return late;
    for (const knob& each : knobs) {
        const char* now = std::getenv(each.name.data()); // the names are literals, so NUL-terminated
        if (now != nullptr && !detail::holds_entry(*at_exec, each.name, now)) late.push_back(each);
    }
    return late;
}

} // namespace repro::inline v0
