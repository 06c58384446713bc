// SPDX-License-Identifier: MIT
#pragma once
// Which mapped objects turn denormals off when they are loaded. Linked with -ffast-math, a shared library or
// a program gets crtfastmath.o from the compiler, whose constructor sets FTZ and DAZ in the thread that loads
// it, and threads inherit them. The constructors of every object are looked at for those instructions; no
// file is opened.

#include <repro/detail/mapped_objects.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <link.h>
#include <span>
#include <string>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// How far into a constructor is looked. Source: crtfastmath.o of GCC 12 and of compiler-rt 14 to 19 is 17 to
/// 32 bytes long on x86-64 and 12 on AArch64, unoptimised builds of the same below 96.
inline constexpr std::size_t constructor_bytes = 96;

/// The loader's picture of one object, with the questions asked of it.
class mapped_image {
public:
    explicit mapped_image(const dl_phdr_info& object) noexcept
        : base_(object.dlpi_addr), parts_(object.dlpi_phdr, object.dlpi_phnum) {}

    /// Returns the memory at an address of the process as far as the object maps it with these rights, and
    /// no more than `limit` bytes.
    [[nodiscard]] std::span<const std::uint8_t> memory(std::uintptr_t address, std::size_t limit,
                                                       ElfW(Word) rights) const noexcept {
        for (const ElfW(Phdr) & part : parts_) {
            if (part.p_type != PT_LOAD || (part.p_flags & rights) != rights) continue;
            const std::uintptr_t start = base_ + part.p_vaddr;
            if (address < start || address - start >= part.p_memsz) continue;
            const std::size_t left = part.p_memsz - (address - start);
            return {reinterpret_cast<const std::uint8_t*>(address), left < limit ? left : limit};
        }
        return {};
    }

    /// Calls `visit` with the address of each constructor.
    template <class Visit> void constructors(Visit visit) const noexcept {
        std::uintptr_t array = 0;
        std::size_t bytes = 0;
        for (const ElfW(Phdr) & part : parts_) {
            if (part.p_type != PT_DYNAMIC) continue;
            const auto entries = memory(base_ + part.p_vaddr, part.p_memsz, PF_R);
            for (std::size_t at = 0; at + sizeof(ElfW(Dyn)) <= entries.size(); at += sizeof(ElfW(Dyn))) {
                ElfW(Dyn) entry;
                std::memcpy(&entry, entries.data() + at, sizeof entry);
                if (entry.d_tag == DT_NULL) break;
                if (entry.d_tag == DT_INIT_ARRAY) array = base_ + entry.d_un.d_ptr;
                if (entry.d_tag == DT_INIT_ARRAYSZ) bytes = entry.d_un.d_val;
            }
        }
        const auto pointers = memory(array, bytes, PF_R);
        for (std::size_t at = 0; at + sizeof(std::uintptr_t) <= pointers.size();
             at += sizeof(std::uintptr_t)) {
            std::uintptr_t target = 0;
            std::memcpy(&target, pointers.data() + at, sizeof target);
            visit(target);
        }
    }

private:
    std::uintptr_t base_;
    std::span<const ElfW(Phdr)> parts_;
};

/// Returns whether these instructions read the control register, set FTZ or DAZ or both, and write it back.
///
/// x86-64: stmxcsr (0f ae /3), an immediate of 0x8040, 0x8000 or 0x40 behind an `or`, ldmxcsr (0f ae /2).
/// AArch64: msr fpcr, which nothing else has a reason to do in a constructor.
[[nodiscard]] inline bool turns_denormals_off(std::span<const std::uint8_t> code) noexcept {
#if defined(__x86_64__)
    bool read = false;
    bool set = false;
    for (std::size_t i = 0; i + 3 <= code.size(); ++i) {
        const unsigned extension = code[i + 2] >> 3 & 7;
        const bool in_memory = code[i + 2] >> 6 != 3; // as a register operand it is another instruction
        if (code[i] == 0x0f && code[i + 1] == 0xae && in_memory && extension == 3) read = true;
        if (code[i] == 0x0f && code[i + 1] == 0xae && in_memory && extension == 2) return read && set;
        if (!read || i + 4 > code.size()) continue;
        std::uint32_t immediate = 0;
        std::memcpy(&immediate, code.data() + i, sizeof immediate);
        if (immediate == 0x8040 || immediate == 0x8000 || immediate == 0x40) set = true;
    }
    return false;
#elif defined(__aarch64__)
    for (std::size_t i = 0; i + 4 <= code.size(); i += 4) {
        std::uint32_t instruction = 0;
        std::memcpy(&instruction, code.data() + i, sizeof instruction);
        if ((instruction & 0xffffffe0U) == 0xd51b4400U) return true;
        if (instruction == 0xd65f03c0U) return false; // ret
    }
    return false;
#else
    (void)code;
    return false;
#endif
}

[[nodiscard]] inline bool turns_denormals_off(const dl_phdr_info& object) noexcept {
    const mapped_image image(object);
    bool found = false;
    image.constructors([&](std::uintptr_t target) {
        found = found || turns_denormals_off(image.memory(target, constructor_bytes, PF_R | PF_X));
    });
    return found;
}

} // namespace detail

/// Returns the mapped objects whose constructors turn denormals off, by the paths as loaded; "" is the
/// program itself.
///
/// A probable cause where FTZ or DAZ is on, not a proof: the instructions are recognised, and that nothing
/// else set the register cannot be seen. Not seen are code that sets it later, constructors that call a
/// function to do so, and those of programs linked with -static without -pie.
[[nodiscard]] inline std::vector<std::string> fast_math_objects() {
    std::vector<std::string> names;
    detail::visit_objects([&names](const dl_phdr_info& object) {
        if (detail::turns_denormals_off(object)) names.emplace_back(object.dlpi_name);
    });
    return names;
}

} // namespace repro::inline v0
