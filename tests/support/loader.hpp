// SPDX-License-Identifier: MIT
#pragma once
// The dynamic loader, which can be started with a program as its argument.

#include <repro/detail/mapped_objects.hpp>

#include <link.h>
#include <string>

namespace support {

/// Returns the loader that this program asks for; empty where it has none.
inline std::string loader_of_this_program() {
    std::string path;
    repro::detail::visit_objects([&path](const dl_phdr_info& object) {
        for (int i = 0; i < object.dlpi_phnum; ++i)
            if (path.empty() && object.dlpi_phdr[i].p_type == PT_INTERP)
                path = reinterpret_cast<const char*>(object.dlpi_addr + object.dlpi_phdr[i].p_vaddr);
    });
    return path;
}

} // namespace support
