// SPDX-License-Identifier: MIT
#pragma once
// The GNU build-id of a shared object on disk, as the loader would find it in memory.

#include <repro/capture/libraries.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/hash/file.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <filesystem>
#include <link.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Reads `size` bytes from `offset`; false where there are not as many.
[[nodiscard]] inline bool read_at(int file, std::uint64_t offset, void* to, std::size_t size) noexcept {
    return ::lseek(file, static_cast<off_t>(offset), SEEK_SET) >= 0 &&
           read_up_to(file, to, size) == static_cast<ssize_t>(size);
}

/// Returns the build-id that an open file holds; nothing where it is no object of this machine's kind, or
/// has none.
[[nodiscard]] inline std::optional<std::string> file_build_id(const descriptor& file) {
    constexpr std::size_t notes_limit = std::size_t{1} << 16;
    ElfW(Ehdr) head{};
    if (!read_at(file.get(), 0, &head, sizeof head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_phentsize != sizeof(ElfW(Phdr)))
        return std::nullopt;
    std::vector<ElfW(Phdr)> parts(head.e_phnum); // 65535 at most
    if (!read_at(file.get(), head.e_phoff, parts.data(), parts.size() * sizeof(ElfW(Phdr))))
        return std::nullopt;
    for (const ElfW(Phdr) & part : parts) {
        if (part.p_type != PT_NOTE || part.p_filesz > notes_limit) continue;
        std::vector<std::uint8_t> notes(part.p_filesz);
        if (!read_at(file.get(), part.p_offset, notes.data(), notes.size())) continue;
        if (auto id = find_build_id(notes, part.p_align == 8 ? 8 : 4)) return id;
    }
    return std::nullopt;
}

/// Likewise of a regular file.
///
/// Errors: those of open_regular.
[[nodiscard]] inline std::optional<std::string> file_build_id(const std::filesystem::path& path) {
    struct stat facts{};
    return file_build_id(open_regular(path, facts));
}

} // namespace detail
} // namespace repro::inline v0
