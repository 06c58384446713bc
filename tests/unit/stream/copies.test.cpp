// SPDX-License-Identifier: MIT
#include <repro/stream/copies.hpp>

#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <string>

using repro::detail::mapped_objects;
using repro::detail::objects_with_own_registry;

namespace {

/// The path of the mapped object whose file name begins with `name`.
std::string mapped(std::string_view name) {
    for (const std::string& path : mapped_objects())
        if (std::filesystem::path(path).filename().native().starts_with(name)) return path;
    return {};
}

} // namespace

TEST_CASE("the C library is among the mapped objects, the program itself is not") {
    CHECK(std::filesystem::is_regular_file(mapped("libc.so")));
    for (const std::string& path : mapped_objects())
        CHECK_FALSE(std::filesystem::equivalent(path, "/proc/self/exe"));
}

TEST_CASE("an object opened by a relative path is among the mapped ones") {
    const support::temporary_folder folder;
    std::filesystem::copy_file(mapped("libgcc_s"), folder / "copy.so");
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    void* const object = ::dlopen("./copy.so", RTLD_NOW | RTLD_LOCAL);
    const auto paths = mapped_objects();
    std::filesystem::current_path(before);
    REQUIRE(object != nullptr);
    CHECK(std::find(paths.begin(), paths.end(), "./copy.so") != paths.end());
    ::dlclose(object);
}

TEST_CASE("objects without the library, and paths that are not mapped, keep no registry") {
    auto paths = mapped_objects();
    paths.push_back("/nowhere/absent.so");
    CHECK(objects_with_own_registry(paths).empty());
}
