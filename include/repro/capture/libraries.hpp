// SPDX-License-Identifier: MIT
#pragma once
// The shared objects mapped into this process, by name, soname and GNU build-id. Asks the loader and reads
// its memory: no file is opened, /proc is not needed, and a library replaced on disk is still named as it was
// loaded.

#include <repro/capture/elf_notes.hpp>
#include <repro/detail/dynamic_section.hpp>
#include <repro/detail/text.hpp>

#include <cstddef>
#include <cstdint>
#include <elf.h>
#include <link.h>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace repro::inline v0 {

/// One object that the loader mapped.
struct mapped_library {
    std::string name;                       ///< the path as loaded; empty for the program itself
    std::optional<std::string> build_id;    ///< hexadecimal; absent where the linker wrote none
    std::optional<std::string> soname = {}; ///< the name it gave itself; absent where the linker wrote none
    std::uintptr_t address = 0;             ///< of its first byte in memory, to find its file by

    friend bool operator==(const mapped_library&, const mapped_library&) = default;
};

namespace detail {

[[nodiscard]] inline bool is_build_id(const elf_note& note) noexcept {
    return note.type == NT_GNU_BUILD_ID && note.name == "GNU";
}

/// Finds the GNU build-id in one block of ELF notes.
[[nodiscard]] inline std::optional<std::string> find_build_id(std::span<const std::uint8_t> notes,
                                                              std::size_t alignment) {
    std::optional<std::string> found;
    visit_notes(notes, alignment, [&found](const elf_note& note) {
        if (!found && is_build_id(note)) found = to_hex(note.content);
    });
    return found;
}

/// Returns where the first part of an object lies.
[[nodiscard]] inline std::uintptr_t first_byte(const dl_phdr_info& object) noexcept {
    for (const ElfW(Phdr) & part : std::span(object.dlpi_phdr, object.dlpi_phnum))
        if (part.p_type == PT_LOAD) return object.dlpi_addr + part.p_vaddr;
    return object.dlpi_addr;
}

[[nodiscard]] inline mapped_library describe_library(const dl_phdr_info& object) {
    mapped_library library{object.dlpi_name, std::nullopt};
    library.soname = dynamic_section(object).soname();
    library.address = first_byte(object);
    visit_notes(object, [&library](const elf_note& note) {
        if (!library.build_id && is_build_id(note)) library.build_id = to_hex(note.content);
    });
    return library;
}

} // namespace detail

/// Returns what is mapped now, the program first, in the loader's order, which decides whose symbols win.
///
/// Libraries come and go with dlopen: ask at the start and at the end.
[[nodiscard]] inline std::vector<mapped_library> capture_libraries() {
    std::vector<mapped_library> libraries;
    detail::visit_objects(
        [&libraries](const dl_phdr_info& object) { libraries.push_back(detail::describe_library(object)); });
    return libraries;
}

} // namespace repro::inline v0
