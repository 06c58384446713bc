// SPDX-License-Identifier: MIT
// Files that change while they are hashed: each way, at many places, is noticed every time.

#include <repro/hash/file.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

namespace {

constexpr std::size_t chunk = std::size_t{1} << 18; // what is read at once

/// Makes a file whose times lie in the past: a change within one tick of the clock is not seen.
std::filesystem::path old_file(const support::temporary_folder& folder, std::size_t size) {
    const auto path = folder.write("artifact", std::string(size, 'a'));
    const timespec past[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
    if (::utimensat(AT_FDCWD, path.c_str(), past, 0) != 0) throw std::runtime_error("utimensat");
    return path;
}

void change(const std::filesystem::path& path, int way, std::size_t place) {
    switch (way) {
    case 0: // append
        std::ofstream(path, std::ios::app) << 'b';
        break;
    case 1: // cut short
        std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
        break;
    case 2: { // another byte in its place
        std::fstream file(path, std::ios::in | std::ios::out);
        file.seekp(static_cast<std::streamoff>(place)).put('c');
        break;
    }
    default: { // another file under its name
        const std::filesystem::path other = path.native() + ".new";
        std::ofstream(other) << std::string(std::filesystem::file_size(path), 'd');
        std::filesystem::rename(other, path);
    }
    }
}

} // namespace

TEST_CASE(
    "whichever way a file changes while it is hashed, two hundred of two hundred times it has no digest") {
    std::size_t noticed = 0;
    for (int round = 0; round < 200; ++round) {
        const support::temporary_folder folder;
        const auto place = static_cast<std::size_t>(round) * 1000;
        const auto path = old_file(folder, chunk * 2 + place);
        const auto code = support::refusal([&] {
            const auto open = [&](struct stat& facts) { // each of the two times that it is read
                repro::detail::descriptor file = repro::detail::open_regular(path, facts);
                change(path, round % 4, place);
                return file;
            };
            (void)repro::detail::file_hasher().hash(path, [](std::uintmax_t) {}, open);
        });
        noticed += code == repro::errc::changed_during_hash ? 1U : 0U;
    }
    CHECK(noticed == 200);
}
