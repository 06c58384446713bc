// SPDX-License-Identifier: MIT
// Whatever a table of values by seed holds: it is read, each seed once and in order, or refused by name.

#include <repro/core/error.hpp>

#include "side.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace {

void insist(bool condition) {
    if (!condition) std::abort();
}

std::string table_path() {
    const std::filesystem::path folder =
        std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
    return folder / ("repro-fuzz-" + std::to_string(::getpid()) + ".csv");
}

bool is_named(repro::errc code) {
    using enum repro::errc;
    return code == field_missing || code == field_value || code == seed_duplicate;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::string path = table_path();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    tool::console out(tool::format::text, tool::colour::never);
    try {
        const tool::side side = tool::read_side({path}, out);
        for (const auto& [name, column] : std::get<tool::value_table>(side)) {
            insist(!column.seeds.empty() && column.seeds.size() == column.values.size());
            insist(std::ranges::is_sorted(column.seeds));
            insist(std::ranges::adjacent_find(column.seeds) == column.seeds.end());
        }
    } catch (const repro::error& problem) {
        insist(is_named(problem.code()) && !problem.fix().empty());
    }
    std::filesystem::remove(path);
    return 0;
}
