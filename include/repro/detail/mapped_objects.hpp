// SPDX-License-Identifier: MIT
#pragma once
// The names of the shared objects mapped now, as the loader knows them.

#include <link.h>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns the file names, without folders, of what the loader has mapped; the program itself has none.
[[nodiscard]] inline std::vector<std::string> mapped_object_names() {
    std::vector<std::string> names;
    const auto visit = [](dl_phdr_info* object, std::size_t, void* out) noexcept {
        const std::string_view path = object->dlpi_name;
        try {
            static_cast<std::vector<std::string>*>(out)->emplace_back(path.substr(path.rfind('/') + 1));
        } catch (...) {
            return 1; // no memory: what is known so far has to do
        }
        return 0;
    };
    ::dl_iterate_phdr(visit, &names);
    return names;
}

} // namespace detail
} // namespace repro::inline v0
