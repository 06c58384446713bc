// SPDX-License-Identifier: MIT
#pragma once
// ELF notes in the memory of this process: what linkers and compilers left in a mapped object for whoever
// asks. The loader is asked, and no file is opened.

#include <repro/detail/mapped_objects.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <link.h>
#include <span>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// One note. It points into memory of the object, which a dlclose takes away.
struct elf_note {
    std::string_view name; ///< without its NUL
    std::uint32_t type;
    std::span<const std::uint8_t> content;
};

/// Calls `visit` with each note of a block; a damaged one ends the block.
template <class Visit>
void visit_notes(std::span<const std::uint8_t> block, std::size_t alignment, Visit visit) {
    const auto padded = [alignment](std::size_t size) {
        return (size + alignment - 1) / alignment * alignment;
    };
    while (block.size() >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) head;
        std::memcpy(&head, block.data(), sizeof head);
        const std::size_t content = padded(sizeof head + head.n_namesz);
        if (content > block.size() || head.n_descsz > block.size() - content) return;
        const auto* name = reinterpret_cast<const char*>(block.data() + sizeof head);
        visit(elf_note{{name, head.n_namesz == 0 ? 0 : head.n_namesz - 1U},
                       head.n_type,
                       block.subspan(content, head.n_descsz)});
        const std::size_t next = padded(content + head.n_descsz);
        if (next >= block.size()) return;
        block = block.subspan(next);
    }
}

/// Calls `visit` with each note of a mapped object.
template <class Visit> void visit_notes(const dl_phdr_info& object, Visit visit) {
    const std::span parts(object.dlpi_phdr, object.dlpi_phnum);
    const auto mapped = [parts](const ElfW(Phdr) & notes) {
        return std::any_of(parts.begin(), parts.end(), [&notes](const ElfW(Phdr) & part) {
            return part.p_type == PT_LOAD && (part.p_flags & PF_R) != 0 && part.p_vaddr <= notes.p_vaddr &&
                   notes.p_vaddr + notes.p_memsz <= part.p_vaddr + part.p_memsz;
        });
    };
    for (const ElfW(Phdr) & part : parts) {
        if (part.p_type != PT_NOTE || !mapped(part)) continue;
        // The loader counts in integers; this is where they become memory.
        const auto* start = reinterpret_cast<const std::uint8_t*>(object.dlpi_addr + part.p_vaddr);
        visit_notes(std::span(start, part.p_memsz), part.p_align == 8 ? 8 : 4, visit);
    }
}

} // namespace detail
} // namespace repro::inline v0
