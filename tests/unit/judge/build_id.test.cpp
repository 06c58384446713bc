// SPDX-License-Identifier: MIT
#include <repro/judge/build_id.hpp>

#include "../../support/refusal.hpp"
#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <string>

using repro::detail::file_build_id;

TEST_CASE("a library has the same build-id on disk as in memory") {
    std::size_t compared = 0;
    for (const repro::mapped_library& library : repro::capture_libraries()) {
        if (!library.name.starts_with('/') || !library.build_id) continue;
        INFO(library.name);
        CHECK(file_build_id(library.name) == library.build_id);
        ++compared;
    }
    CHECK(compared > 0);
}

TEST_CASE("a file that is no object of this machine has no build-id") {
    const support::temporary_folder folder;
    CHECK(file_build_id(folder.write("empty", "")) == std::nullopt);
    CHECK(file_build_id(folder.write("text", std::string(4096, 'x'))) == std::nullopt);
    CHECK(support::refusal([&] { (void)file_build_id(folder / "none"); }) == repro::errc::artifact_missing);
}

TEST_CASE("a library cut short or damaged never leads beyond its end") {
    const support::temporary_folder folder;
    std::ifstream self("/proc/self/exe", std::ios::binary);
    std::string bytes(4096, '\0');
    self.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const auto whole = file_build_id(folder.write("whole", bytes));
    for (std::size_t length = 0; length < 1024; length += 7) {
        const auto id = file_build_id(folder.write("cut", bytes.substr(0, length)));
        CHECK((!id || id == whole));
    }
    for (std::size_t at = 0; at < 1024; ++at) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(~damaged[at]);
        CHECK(support::refusal([&] { (void)file_build_id(folder.write("damaged", damaged)); }) ==
              std::nullopt);
    }
}
