// SPDX-License-Identifier: MIT
#include <repro/capture/library_files.hpp>

#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <dlfcn.h>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace {

using repro::file_state;
using repro::detail::version_in_name;

std::pair<repro::mapped_library, repro::library_file> find(const std::string& path) {
    const auto libraries = repro::capture_libraries();
    const auto files = repro::capture_library_files(libraries);
    for (std::size_t i = 0; i < libraries.size(); ++i)
        if (libraries[i].name == path) return {libraries[i], files[i]};
    return {};
}

} // namespace

TEST_CASE("a version stands in a file's name, where there is more than the interface's number") {
    CHECK(version_in_name("/usr/lib/libz.so.1.2.13") == "1.2.13");
    CHECK(version_in_name("/usr/lib/libopenblasp-r0.3.21.so") == "0.3.21");
    CHECK(version_in_name("ld-2.31.so") == "2.31");
    CHECK_FALSE(version_in_name("/lib/libc.so.6"));
    CHECK_FALSE(version_in_name("/lib/libm.so"));
    CHECK_FALSE(version_in_name("/a/libx-1.2.so/plain"));
    CHECK_FALSE(version_in_name("/lib/libodd.so.1.x"));
}

TEST_CASE("a line of maps is read with a path that has spaces, and without one") {
    using repro::detail::parse_range;
    const auto named = parse_range("7f01-7f02 r-xp 00001000 fe:00 1234       /a folder/lib x.so (deleted)");
    CHECK(named.start == 0x7f01);
    CHECK(named.end == 0x7f02);
    CHECK(named.path == "/a folder/lib x.so (deleted)");
    CHECK(parse_range("7f01-7f02 rw-p 00000000 00:00 0 ").path.empty());
    CHECK(parse_range("").path.empty());
}

TEST_CASE("the program and the C library are the files that they were mapped from") {
    const auto program = find("").second;
    CHECK(program.state == file_state::same);
    CHECK(program.path == std::filesystem::read_symlink("/proc/self/exe").native());
    for (const auto& each : repro::capture_libraries())
        if (each.soname == "libc.so.6") CHECK(find(each.name).second.state == file_state::same);
}

TEST_CASE("a library whose file was replaced or deleted while mapped is marked") {
    const support::temporary_folder folder;
    const std::string path = (folder.path() / "libcopy.so.3.1.4").native();
    std::filesystem::copy_file(REPRO_CONTRACTING_MODULE, path);
    void* const handle = ::dlopen(path.c_str(), RTLD_NOW);
    REQUIRE(handle != nullptr);
    const auto [library, file] = find(path);
    CHECK(library.build_id.has_value());
    CHECK(file.state == file_state::same);
    CHECK(file.version == "3.1.4");
    std::filesystem::copy_file(REPRO_CONTRACTING_MODULE, path + ".new");
    std::filesystem::rename(path + ".new", path);
    CHECK(find(path).second.state == file_state::replaced);
    CHECK(find(path).second.path == path);
    std::filesystem::remove(path);
    CHECK(find(path).second.state == file_state::deleted);
    ::dlclose(handle);
    CHECK(find(path).first.name.empty()); // it is gone
}

TEST_CASE("sonames are those that libraries gave themselves") {
    bool found = false;
    for (const auto& each : repro::capture_libraries()) {
        if (each.name.find("/libm.so.6") == std::string::npos) continue;
        found = true;
        CHECK(each.soname == "libm.so.6");
    }
    CHECK(found);
    CHECK_FALSE(repro::capture_libraries().front().soname); // the program has none
}
