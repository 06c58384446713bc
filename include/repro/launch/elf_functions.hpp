// SPDX-License-Identifier: MIT
#pragma once
// Which function of an ELF file holds an address: from its full table of symbols, else from what it exports.

#include <repro/detail/descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <elf.h>
#include <link.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>

namespace repro::inline v0 {
namespace detail {

/// Returns a C++ symbol as it is written in the source; any other as it is.
[[nodiscard]] inline std::string demangled(const std::string& symbol) {
    const std::unique_ptr<char, void (*)(void*)> text(
        abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, nullptr), std::free);
    return text ? std::string(text.get()) : symbol;
}

/// A file of this machine's word size, mapped. Nothing in it is believed: every place is checked.
class elf_functions {
public:
    /// Opens a file; one that is no ELF file of this machine holds no functions.
    explicit elf_functions(const char* path) noexcept {
        const descriptor file = open_to_read(path);
        struct stat facts{};
        if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size <= 0)
            return;
        const auto size = static_cast<std::size_t>(facts.st_size);
        void* const block = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
        if (block != MAP_FAILED) bytes_ = {static_cast<const std::byte*>(block), size};
    }
    elf_functions(const elf_functions&) = delete;
    elf_functions& operator=(const elf_functions&) = delete;
    ~elf_functions() {
        if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
    }

    /// Returns the demangled name of the function that holds `address`, as the file counts; nothing where
    /// none is known to.
    [[nodiscard]] std::optional<std::string> at(std::uint64_t address) const {
        const auto head = read<ElfW(Ehdr)>(0);
        const auto word = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
        if (!head || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 || head->e_ident[EI_CLASS] != word ||
            head->e_shentsize != sizeof(ElfW(Shdr)))
            return std::nullopt;
        for (const ElfW(Word) wanted : {ElfW(Word){SHT_SYMTAB}, ElfW(Word){SHT_DYNSYM}})
            for (std::size_t i = 0; i < head->e_shnum; ++i) {
                const auto section = read<ElfW(Shdr)>(head->e_shoff + i * sizeof(ElfW(Shdr)));
                if (!section || section->sh_type != wanted) continue;
                const auto names = read<ElfW(Shdr)>(head->e_shoff + section->sh_link * sizeof(ElfW(Shdr)));
                if (const auto name = names ? search(*section, *names, address) : std::nullopt) return name;
            }
        return std::nullopt;
    }

private:
    template <class Value> [[nodiscard]] std::optional<Value> read(std::uint64_t at) const noexcept {
        if (at > bytes_.size() || bytes_.size() - at < sizeof(Value)) return std::nullopt;
        Value value;
        std::memcpy(&value, bytes_.data() + at, sizeof value);
        return value;
    }

    [[nodiscard]] std::optional<std::string> search(const ElfW(Shdr) & symbols, const ElfW(Shdr) & names,
                                                    std::uint64_t address) const {
        if (symbols.sh_offset > bytes_.size() || symbols.sh_size > bytes_.size() - symbols.sh_offset)
            return std::nullopt;
        for (std::uint64_t at = 0; at + sizeof(ElfW(Sym)) <= symbols.sh_size; at += sizeof(ElfW(Sym))) {
            const auto symbol = *read<ElfW(Sym)>(symbols.sh_offset + at);
            const unsigned type = symbol.st_info & 15U;
            if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbol.st_shndx == SHN_UNDEF) continue;
            if (address >= symbol.st_value && address - symbol.st_value < symbol.st_size)
                return name_at(names, symbol.st_name);
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::string> name_at(const ElfW(Shdr) & names, std::uint64_t offset) const {
        constexpr std::size_t longest = 4096;
        if (names.sh_offset > bytes_.size() || offset > bytes_.size() - names.sh_offset) return std::nullopt;
        const auto rest = bytes_.subspan(names.sh_offset + offset);
        const auto* const text = reinterpret_cast<const char*>(rest.data());
        const std::string name(text, ::strnlen(text, rest.size() < longest ? rest.size() : longest));
        return name.empty() ? std::nullopt : std::optional(demangled(name));
    }

    std::span<const std::byte> bytes_;
};

} // namespace detail
} // namespace repro::inline v0
