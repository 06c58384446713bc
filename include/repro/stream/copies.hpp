// SPDX-License-Identifier: MIT
#pragma once
// Finds second registries: a shared object opened by dlopen keeps one of its own when the program does not
// export its symbols (no -rdynamic), or when Clang built it and it was opened with RTLD_LOCAL.

#include <repro/detail/config.hpp>

#include <cstddef>
#include <cstring>
#include <dlfcn.h>
#include <link.h>
#include <string>
#include <vector>

extern "C" {
/// 1 once the registry of this copy of the library exists. The loader merges it exactly where it merges the
/// registry.
REPRO_SHARED inline int repro_v0_registry_in_use = 0;
}

namespace repro::inline v0 {
namespace detail {

/// Returns the paths of all shared objects that are mapped, in the loader's order.
[[nodiscard]] inline std::vector<std::string> mapped_objects() {
    std::vector<std::string> paths;
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* out) {
            if (info->dlpi_name != nullptr &&
                std::strchr(info->dlpi_name, '/') != nullptr) // not the program, not the vdso
                static_cast<std::vector<std::string>*>(out)->emplace_back(info->dlpi_name);
            return 0;
        },
        &paths);
    return paths;
}

/// Returns the shared objects among `paths` that draw from a registry other than this one.
[[nodiscard]] inline std::vector<std::string>
objects_with_own_registry(const std::vector<std::string>& paths) {
    std::vector<std::string> others;
    for (const std::string& path : paths) {
        void* const object = dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
        if (object == nullptr) continue;
        const auto* const in_use = static_cast<const int*>(dlsym(object, "repro_v0_registry_in_use"));
        if (in_use != nullptr && in_use != &repro_v0_registry_in_use && *in_use != 0) others.push_back(path);
        dlclose(object);
    }
    return others;
}

} // namespace detail
} // namespace repro::inline v0
