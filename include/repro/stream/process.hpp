// SPDX-License-Identifier: MIT
#pragma once
// What seed_everything looks at in the process before it seeds: threads that run already, libraries that draw
// random numbers and that nobody handed in.

#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>

#include <cstddef>
#include <dirent.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// The threads of this process by name, the calling one included; empty where /proc cannot be read.
[[nodiscard]] inline std::map<std::string, unsigned> running_threads() {
    std::map<std::string, unsigned> names;
    DIR* const tasks = ::opendir("/proc/self/task");
    if (tasks == nullptr) return names;
    while (const dirent* const task = ::readdir(tasks)) {
        if (task->d_name[0] == '.') continue;
        auto name = read_text((std::string("/proc/self/task/") + task->d_name + "/comm").c_str(), 64);
        if (!name) continue;
        if (name->ends_with('\n')) name->pop_back();
        ++names[*name];
    }
    ::closedir(tasks);
    return names;
}

/// A library that keeps generators or kernels of its own, and the adapter that covers it.
struct random_library {
    std::string_view file;
    std::string_view adapter;
};

inline constexpr random_library random_libraries[] = {
    {"libtorch_cpu.so", "libtorch"},
    {"libcurand.so", "curand"},
    {"libmpi.so", "mpi"},
    {"libopencv_core.so", "opencv"},
    {"libgsl.so", "gsl"},
    {"libtbb.so", "tbb"},
    {"libarmadillo.so", "armadillo"},
    {"libgomp.so", "openmp"},
    {"libomp.so", "openmp"},
    {"libmpich.so", "mpi"},
    {"libpython3", "the embedded Python"},
};

/// Returns the random library that the shared object at `path` is, or none.
[[nodiscard]] inline const random_library* find_random_library(std::string_view path) noexcept {
    const std::string_view file = path.substr(path.rfind('/') + 1);
    for (const random_library& each : random_libraries)
        if (file.starts_with(each.file)) return &each;
    return nullptr;
}

} // namespace detail
} // namespace repro::inline v0
