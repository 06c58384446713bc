// SPDX-License-Identifier: MIT
#pragma once
// The shared objects mapped into this process, by name and GNU build-id. Asks the loader and reads its
// memory: no file is opened, /proc is not needed, and a library replaced on disk is still named as it was
// loaded.

#include <repro/detail/text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <link.h>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// One object that the loader mapped.
struct mapped_library {
    std::string name;                    ///< the path as loaded; empty for the program itself
    std::optional<std::string> build_id; ///< hexadecimal; absent where the linker wrote none

    friend bool operator==(const mapped_library&, const mapped_library&) = default;
};

namespace detail {

/// Finds the GNU build-id in one block of ELF notes.
[[nodiscard]] inline std::optional<std::string> find_build_id(std::span<const std::uint8_t> notes,
                                                              std::size_t alignment) {
    const auto padded = [alignment](std::size_t size) {
        return (size + alignment - 1) / alignment * alignment;
    };
    while (notes.size() >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) head;
        std::memcpy(&head, notes.data(), sizeof head);
        const std::size_t content = padded(sizeof head + head.n_namesz);
        if (content > notes.size() || head.n_descsz > notes.size() - content) break;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 &&
            std::memcmp(notes.data() + sizeof head, "GNU", 4) == 0)
            return to_hex(notes.subspan(content, head.n_descsz));
        const std::size_t next = padded(content + head.n_descsz);
        if (next >= notes.size()) break;
        notes = notes.subspan(next);
    }
    return std::nullopt;
}

[[nodiscard]] inline mapped_library describe_library(const dl_phdr_info& object) {
    mapped_library library{object.dlpi_name, std::nullopt};
    const std::span parts(object.dlpi_phdr, object.dlpi_phnum);
    const auto mapped = [parts](const ElfW(Phdr) & notes) {
        return std::any_of(parts.begin(), parts.end(), [&notes](const ElfW(Phdr) & part) {
            return part.p_type == PT_LOAD && (part.p_flags & PF_R) != 0 && part.p_vaddr <= notes.p_vaddr &&
                   notes.p_vaddr + notes.p_memsz <= part.p_vaddr + part.p_memsz;
        });
    };
    for (const ElfW(Phdr) & part : parts) {
        if (part.p_type != PT_NOTE || library.build_id || !mapped(part)) continue;
        // The loader counts in integers; this is where they become memory.
        const auto* start = reinterpret_cast<const std::uint8_t*>(object.dlpi_addr + part.p_vaddr);
        library.build_id = find_build_id({start, part.p_memsz}, part.p_align == 8 ? 8 : 4);
    }
    return library;
}

} // namespace detail

/// Returns what is mapped now, the program first, in the loader's order, which decides whose symbols win.
///
/// Libraries come and go with dlopen: ask at the start and at the end.
[[nodiscard]] inline std::vector<mapped_library> capture_libraries() {
    struct result {
        std::vector<mapped_library> libraries;
        std::exception_ptr failure; // C frames lie between us and the caller
    } found;
    const auto visit = [](dl_phdr_info* object, std::size_t, void* out) noexcept {
        auto& to = *static_cast<result*>(out);
        try {
            to.libraries.push_back(detail::describe_library(*object));
        } catch (...) {
            to.failure = std::current_exception();
            return 1;
        }
        return 0;
    };
    ::dl_iterate_phdr(visit, &found);
    if (found.failure) std::rethrow_exception(found.failure);
    return std::move(found.libraries);
}

} // namespace repro::inline v0
