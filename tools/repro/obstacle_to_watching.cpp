// SPDX-License-Identifier: MIT
// Why a library cannot be preloaded into a program, from the program's file.

#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>

#include "watched_run.hpp"

#include <cstring>
#include <elf.h>
#include <link.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <sys/xattr.h>

namespace tool {
namespace {

constexpr std::size_t enough = 64 * 1024; // of a file's head: the program headers follow at once

template <class Value> std::optional<Value> value_at(std::string_view bytes, std::uint64_t at) {
    if (at > bytes.size() || bytes.size() - at < sizeof(Value)) return std::nullopt;
    Value value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

/// Returns whether the program asks for a loader; nothing where that cannot be told.
std::optional<bool> asks_for_loader(std::string_view file) {
    const auto head = value_at<ElfW(Ehdr)>(file, 0);
    if (!head || head->e_phentsize != sizeof(ElfW(Phdr))) return std::nullopt;
    for (std::size_t i = 0; i < head->e_phnum; ++i) {
        const auto part = value_at<ElfW(Phdr)>(file, head->e_phoff + i * sizeof(ElfW(Phdr)));
        if (!part) return std::nullopt;
        if (part->p_type == PT_INTERP) return true;
    }
    return false;
}

std::string obstacle_in_elf(const std::string& path, std::string_view file) {
    const auto word = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
    if (file[EI_CLASS] != word) return path + " has another word size than the audit's library";
    if (asks_for_loader(file) == false) return path + " is linked statically";
    struct stat facts{};
    const bool known = ::stat(path.c_str(), &facts) == 0;
    if (known && (facts.st_mode & (S_ISUID | S_ISGID)) != 0)
        return path + " takes the rights of its owner (setuid), and the loader preloads nothing into it";
    if (::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0)
        return path + " has capabilities of its own, and the loader preloads nothing into it";
    return {};
}

} // namespace

std::string obstacle_to_watching(const std::string& path) {
    std::string program = path;
    for (int level = 0; level < 4; ++level) { // as many interpreters as the kernel follows
        const auto file = repro::detail::read_text(program.c_str(), enough);
        if (!file) return program + " cannot be read";
        if (file->size() > EI_NIDENT && std::memcmp(file->data(), ELFMAG, SELFMAG) == 0)
            return obstacle_in_elf(program, *file);
        if (!file->starts_with("#!")) return {};
        std::string_view line = std::string_view(*file).substr(2, file->find('\n') - 2);
        line = repro::detail::trimmed(line);
        program = repro::detail::next_token(line, ' ');
    }
    return {};
}

} // namespace tool
