// SPDX-License-Identifier: MIT
#include <repro/capture/versions.hpp>

#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

using repro::version_map;
using repro::version_search;

namespace {

/// A PATH that holds nothing but what a test puts into "bin".
class path_sandbox : public support::temporary_folder {
public:
    path_sandbox() {
        std::filesystem::create_directory(*this / "bin");
        ::setenv("PATH", (*this / "bin").c_str(), 1);
    }
    ~path_sandbox() { ::setenv("PATH", before_.c_str(), 1); }
    path_sandbox(const path_sandbox&) = delete;
    path_sandbox& operator=(const path_sandbox&) = delete;

    void program(const std::string& name, const std::string& script) const {
        std::filesystem::permissions(write("bin/" + name, "#!/bin/sh\n" + script + "\n"),
                                     std::filesystem::perms::owner_all);
    }

private:
    std::string before_ = std::getenv("PATH");
};

bool is_version(const std::string& text) { return repro::detail::version_in(text) == text; }

} // namespace

TEST_CASE("what is linked here has versions, what is not has a word") {
    const auto versions = repro::library_versions();
    for (const char* const name : {"repro", "nlohmann-json", "libgit2", "libcrypto"}) {
        INFO(name);
        CHECK(is_version(versions.at(name)));
    }
    for (const auto& [name, value] : versions) {
        INFO(name);
        CHECK_FALSE(value.empty());
    }
    CHECK(versions.at("compiler") == repro::capture_compiler().builds.at(0).compiler);
    CHECK(versions.at("torch") == "absent: not mapped into this process");
    CHECK(versions.at("cuda") == "absent: not mapped into this process");
    CHECK(versions.at("cudnn") == "absent: not mapped into this process");
}

TEST_CASE("the full list has every name whatever the PATH holds") {
    const path_sandbox box;
    const auto versions = repro::log_versions();
    for (const char* const name :
         {"compiler", "stdlib", "libc", "cmake", "repro", "pcg-cpp", "nlohmann-json", "libgit2", "libcrypto",
          "torch", "cuda", "cudnn", "driver", "python", "numpy", "uv"}) {
        INFO(name);
        CHECK(versions.contains(name));
    }
    CHECK(versions.at("cmake") == "absent: not on the PATH");
    CHECK(versions.at("uv") == "absent: not on the PATH");
    CHECK(versions.at("python") == "absent: not on the PATH");
    CHECK(versions.at("numpy") == "absent: no python3 on the PATH");
}

TEST_CASE("programs of the PATH are asked for what no file tells") {
    const path_sandbox box;
    box.program("cmake", "echo 'cmake version 3.25.1'; echo; echo 'CMake suite'");
    box.program("uv", "echo 'uv 0.11.15 (x86_64-unknown-linux-gnu)'");
    std::filesystem::create_directories(box / "one");
    box.write("two/numpy-2.0.1.dist-info/METADATA", "");
    box.write("two/numpy_financial-1.0.0.dist-info/METADATA", "");
    box.program("python3",
                "echo 3.11.9; echo '" + (box / "one").native() + "'; echo '" + (box / "two").native() + "'");

    const auto unread = repro::log_versions(version_search::files);
    CHECK(unread.at("cmake").starts_with("unread: "));
    CHECK(unread.at("python").starts_with("unread: "));
    CHECK(unread.at("numpy").starts_with("unread: "));

    const auto versions = repro::log_versions();
    CHECK(versions.at("cmake") == "3.25.1");
    CHECK(versions.at("uv") == "0.11.15");
    CHECK(versions.at("python") == "3.11.9");
    CHECK(versions.at("numpy") == "2.0.1");
}

TEST_CASE("a virtual environment tells by its files and nothing is run") {
    const path_sandbox box;
    const std::string trap = ": > '" + (box / "sprung").native() + "'";
    for (const char* const name : {"python3", "cmake", "uv"})
        box.program(name, trap);
    box.write("pyvenv.cfg", "home = /usr/bin\nuv = 0.11.15\nversion_info = 3.12.3\n");
    box.write("lib/python3.12/site-packages/numpy-2.5.2.dist-info/METADATA", "");
    box.write("lib/python3.12/site-packages/cmake-4.4.3.dist-info/METADATA", "");
    box.write("lib/python3.12/site-packages/uv-0.4.18.dist-info/METADATA", "");
    const auto versions = repro::log_versions();
    CHECK(versions.at("python") == "3.12.3");
    CHECK(versions.at("numpy") == "2.5.2");
    CHECK(versions.at("cmake") == "4.4.3");
    CHECK(versions.at("uv") == "0.4.18");
    CHECK(versions == repro::log_versions(version_search::files));
    CHECK_FALSE(std::filesystem::exists(box / "sprung"));
}

TEST_CASE("an interpreter's own header tells its version") {
    const path_sandbox box;
    box.program("python3.11", "exit 1");
    std::filesystem::create_symlink("python3.11", box / "bin/python3");
    box.write("include/python3.11/patchlevel.h",
              "#define PY_MAJOR_VERSION 3\n#define PY_VERSION \t\"3.11.2\"\n");
    CHECK(repro::log_versions(version_search::files).at("python") == "3.11.2");
}

TEST_CASE("a program that fails, says nothing of use or hangs is unknown with the reason") {
    const path_sandbox box;
    box.program("cmake", "exit 1");
    box.program("uv", "echo hello");
    box.program("python3", "exec /bin/sleep 1000");
    const auto versions = repro::log_versions();
    CHECK(versions.at("cmake").ends_with("cmake: it failed"));
    CHECK(versions.at("uv").ends_with("uv: states no version"));
    CHECK(versions.at("python").ends_with("python3: it did not answer in time"));
    CHECK(versions.at("numpy") == versions.at("python"));
}

TEST_CASE("a Python without NumPy says so") {
    const path_sandbox box;
    box.program("python3", "echo 3.11.9; echo /nowhere");
    CHECK(repro::log_versions().at("numpy").starts_with("absent: not installed for "));
}

TEST_CASE("versions are told from the words around them") {
    using repro::detail::version_in;
    CHECK(version_in("cmake version 3.25.1\n\nmore 1.2") == "3.25.1");
    CHECK(version_in("__version__ = '2.3.1+cu121'") == "2.3.1+cu121");
    CHECK_FALSE(version_in("version 3 of x"));
    CHECK_FALSE(version_in(""));
}

TEST_CASE("an installed package is told from those whose names start alike") {
    const support::temporary_folder folder;
    folder.write("numpy_stubs-9.9.dist-info/METADATA", "");
    folder.write("numpy-stubs-8.8.txt", "");
    CHECK_FALSE(repro::detail::installed_package(folder.path(), "numpy"));
    folder.write("numpy-1.24.2-py3.11.egg-info/PKG-INFO", "");
    CHECK(repro::detail::installed_package(folder.path(), "numpy") == "1.24.2");
    CHECK_FALSE(repro::detail::installed_package(folder / "absent", "numpy"));
}

TEST_CASE("LibTorch's version is found by each way of installing it") {
    const support::temporary_folder folder;
    const auto version = [&folder](const std::string& name) {
        return repro::detail::torch_version({{"/lib/libc.so.6", {}}, {(folder / name).native(), {}}});
    };
    folder.write("archive/build-version", "2.3.1+cpu\n");
    CHECK(version("archive/lib/libtorch_cpu.so") == "2.3.1+cpu");
    folder.write("wheel/version.py", "from typing import Optional\n__version__ = '2.11.0+cu130'\n");
    CHECK(version("wheel/lib/libtorch_cpu.so") == "2.11.0+cu130");
    CHECK(version("distribution/lib/libtorch_cpu.so.1.13") == "1.13");
    CHECK(version("unknown/lib/libtorch_cpu.so") == "present: it states no version");
}

TEST_CASE("a function of a mapped library answers, and one that is not there does not") {
    const auto libraries = repro::capture_libraries();
    const auto* const libc = repro::detail::find_mapped(libraries, "libc.so");
    REQUIRE(libc != nullptr);
    const auto answer = [](auto* get) { return std::string(get()); };
    CHECK(repro::detail::ask_mapped<const char*()>(*libc, "gnu_get_libc_version", answer) ==
          gnu_get_libc_version());
    CHECK_FALSE(repro::detail::ask_mapped<const char*()>(*libc, "no_such_function", answer));
    CHECK_FALSE(
        repro::detail::ask_mapped<const char*()>({"libno-such.so", {}}, "gnu_get_libc_version", answer));
}
