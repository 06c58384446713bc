// SPDX-License-Identifier: MIT
#pragma once
// What the loader has mapped. It is asked itself: no file is opened, and /proc is not needed.

#include <cstddef>
#include <exception>
#include <link.h>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Calls `visit` with each mapped object, the program first, while the loader keeps all of them mapped. What
/// it throws reaches the caller.
template <class Visit> void visit_objects(Visit visit) {
    struct state {
        Visit& visit;
        std::exception_ptr failure; // C frames lie between us and the caller
    } all{visit, nullptr};
    const auto each = [](dl_phdr_info* object, std::size_t, void* out) noexcept {
        auto& to = *static_cast<state*>(out);
        try {
            to.visit(*object);
        } catch (...) {
            to.failure = std::current_exception();
            return 1;
        }
        return 0;
    };
    ::dl_iterate_phdr(each, &all);
    if (all.failure) std::rethrow_exception(all.failure);
}

/// Returns the paths of all shared objects that are mapped, in the loader's order.
[[nodiscard]] inline std::vector<std::string> mapped_objects() {
    std::vector<std::string> paths;
    visit_objects([&paths](const dl_phdr_info& object) {
        std::string path = object.dlpi_name != nullptr ? object.dlpi_name : "";
        if (path.find('/') != std::string::npos) // not the program, not the vdso
            paths.push_back(std::move(path));
    });
    return paths;
}

} // namespace detail
} // namespace repro::inline v0
