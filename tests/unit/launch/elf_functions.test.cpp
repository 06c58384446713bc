// SPDX-License-Identifier: MIT
#include <repro/launch/elf_functions.hpp>
#include <repro/launch/entropy_watch.hpp>

#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

namespace {

std::string bytes_of(const char* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("a function is found by the address of its code, and demangled") {
    const repro::detail::elf_functions file("/proc/self/exe");
    auto* const code = reinterpret_cast<void*>(&bytes_of);
    const link_map* const object = repro::detail::object_at(code);
    REQUIRE(object != nullptr);
    const auto address = reinterpret_cast<std::uint64_t>(code) - object->l_addr;
    const std::string name = file.at(address + 1).value_or("");
    CHECK(name.find("::bytes_of") != std::string::npos); // Clang adds the tag of std::string's ABI
    CHECK(name.ends_with("(char const*)"));
    CHECK_FALSE(file.at(0).has_value());
    CHECK_FALSE(file.at(UINT64_MAX).has_value());
}

TEST_CASE("what is no ELF file, or half of one, holds no functions") {
    const support::temporary_folder folder;
    const std::string path = (folder / "cut").native();
    CHECK_FALSE(repro::detail::elf_functions("/no/such/file").at(1).has_value());
    CHECK_FALSE(repro::detail::elf_functions("/").at(1).has_value());
    CHECK_FALSE(repro::detail::elf_functions("/dev/zero").at(1).has_value());
    const std::string whole = bytes_of("/proc/self/exe");
    for (std::size_t size :
         {std::size_t{1}, std::size_t{4}, std::size_t{64}, std::size_t{1000}, whole.size() / 2}) {
        std::ofstream(path, std::ios::binary) << whole.substr(0, size);
        CHECK_FALSE(repro::detail::elf_functions(path.c_str()).at(0x1000).has_value());
    }
    std::string damaged = whole.substr(0, 64); // section headers far beyond the end
    damaged.append(1000, '\xff');
    for (std::size_t i = 40; i < 64; ++i)
        damaged[i] = '\xff';
    std::ofstream(path, std::ios::binary) << damaged;
    CHECK_FALSE(repro::detail::elf_functions(path.c_str()).at(0x1000).has_value());
}
