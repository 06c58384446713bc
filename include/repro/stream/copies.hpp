// SPDX-License-Identifier: MIT
#pragma once
// Finds second registries: a shared object opened by dlopen keeps one of its own when the program does not
// export its symbols (no -rdynamic), or when Clang built it and it was opened with RTLD_LOCAL.

#include <repro/detail/config.hpp>
#include <repro/detail/mapped_objects.hpp>

#include <dlfcn.h>
#include <string>
#include <vector>

extern "C" {
/// 1 once the registry of this copy of the library exists. The loader merges it exactly where it merges the
/// registry.
REPRO_SHARED inline int repro_v0_registry_in_use = 0;
}

namespace repro::inline v0 {
namespace detail {

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
