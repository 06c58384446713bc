// SPDX-License-Identifier: MIT
#pragma once
// The dynamic section of a mapped object: its soname, and whether it defines a name, found by its own GNU
// hash table without a walk through everything it depends on. Source: glibc's elf/dl-lookup.c for the table's
// layout.

#include <repro/detail/mapped_objects.hpp>

#include <cstdint>
#include <elf.h>
#include <link.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Returns the hash of a name that the GNU hash table uses (djb2, 33 times).
[[nodiscard]] constexpr std::uint32_t gnu_hash(std::string_view name) noexcept {
    std::uint32_t hash = 5381;
    for (const char c : name)
        hash = hash * 33 + static_cast<unsigned char>(c);
    return hash;
}

/// A name with its hash, to look for in many objects.
struct hashed_name {
    std::string name;
    std::uint32_t hash;
    explicit hashed_name(std::string text) : name(std::move(text)), hash(gnu_hash(name)) {}
};

/// What one object's dynamic section says. It points into the object, which a dlclose takes away.
class dynamic_section {
public:
    explicit dynamic_section(const dl_phdr_info& object) noexcept : base_(object.dlpi_addr) {
        for (const ElfW(Phdr) & part : std::span(object.dlpi_phdr, object.dlpi_phnum))
            if (part.p_type == PT_DYNAMIC) read(reinterpret_cast<const ElfW(Dyn)*>(base_ + part.p_vaddr));
    }

    /// Of an object by its load address and section, as a link_map has them.
    dynamic_section(ElfW(Addr) base, const ElfW(Dyn) * entries) noexcept : base_(base) { read(entries); }

    /// Returns whether there is a table by which `may_define` is certain.
    [[nodiscard]] bool has_table() const noexcept { return table_ != nullptr; }

    /// Returns the name that the object gave itself, if any.
    [[nodiscard]] std::optional<std::string> soname() const {
        if (soname_ == 0 || strings_ == nullptr) return std::nullopt;
        return std::string(strings_ + soname_);
    }

    /// Returns whether the object itself defines the name; true where it has no table to tell by.
    [[nodiscard]] bool may_define(const hashed_name& wanted) const noexcept {
        if (symbols_ == nullptr || strings_ == nullptr) return false;
        if (table_ == nullptr) return true;
        // Four words, a Bloom filter of address-sized words, the buckets, the chains.
        const std::uint32_t buckets = table_[0], first = table_[1], filter_words = table_[2],
                            shift = table_[3];
        constexpr std::uint32_t bits = 8 * sizeof(ElfW(Addr));
        const auto* filter = reinterpret_cast<const ElfW(Addr)*>(table_ + 4);
        const ElfW(Addr) word = filter[wanted.hash / bits % filter_words];
        if ((word >> wanted.hash % bits & word >> (wanted.hash >> shift) % bits & 1) == 0) return false;
        const auto* bucket = reinterpret_cast<const std::uint32_t*>(filter + filter_words);
        const std::uint32_t start = bucket[wanted.hash % buckets];
        return start >= first && in_chain(bucket + buckets, first, start, wanted);
    }

private:
    /// The last entry of a chain has its lowest bit set.
    [[nodiscard]] bool in_chain(const std::uint32_t* chain, std::uint32_t first, std::uint32_t index,
                                const hashed_name& wanted) const noexcept {
        for (;; ++index) {
            const std::uint32_t hash = chain[index - first];
            if ((hash | 1) == (wanted.hash | 1) && symbols_[index].st_shndx != SHN_UNDEF &&
                wanted.name == strings_ + symbols_[index].st_name)
                return true;
            if ((hash & 1) != 0) return false;
        }
    }

    /// The loader makes addresses of the section's offsets, except in the vdso and on some machines.
    template <class T> [[nodiscard]] const T* at(ElfW(Addr) address) const noexcept {
        return reinterpret_cast<const T*>(address < base_ ? base_ + address : address);
    }

    void read(const ElfW(Dyn) * entry) noexcept {
        for (; entry->d_tag != DT_NULL; ++entry) {
            if (entry->d_tag == DT_STRTAB) strings_ = at<char>(entry->d_un.d_ptr);
            if (entry->d_tag == DT_SYMTAB) symbols_ = at<ElfW(Sym)>(entry->d_un.d_ptr);
            if (entry->d_tag == DT_GNU_HASH) table_ = at<std::uint32_t>(entry->d_un.d_ptr);
            if (entry->d_tag == DT_SONAME) soname_ = entry->d_un.d_val;
        }
    }

    ElfW(Addr) base_;
    const char* strings_ = nullptr;
    const ElfW(Sym) * symbols_ = nullptr;
    const std::uint32_t* table_ = nullptr;
    ElfW(Xword) soname_ = 0;
};

/// Returns the paths of the mapped objects that may define one of `names`; empty for the program itself.
[[nodiscard]] inline std::vector<std::string> objects_that_define(std::span<const hashed_name> names) {
    std::vector<std::string> paths;
    visit_objects([&](const dl_phdr_info& object) {
        const dynamic_section section(object);
        for (const hashed_name& each : names) {
            if (!section.may_define(each)) continue;
            paths.emplace_back(object.dlpi_name != nullptr ? object.dlpi_name : "");
            return;
        }
    });
    return paths;
}

} // namespace detail
} // namespace repro::inline v0
