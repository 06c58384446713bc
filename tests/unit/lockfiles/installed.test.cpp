// SPDX-License-Identifier: MIT
#include <repro/lockfiles/installed.hpp>

#include "held_packages.hpp"
#include "support/git_sandbox.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace lockfiles = repro::lockfiles;

namespace {

std::string record_line(const std::string& name, std::string_view content) {
    const repro::digest256 digest = repro::detail::evp_sha256(content);
    return name + ",sha256=" + lockfiles::detail::record_digest(digest) + "," +
           std::to_string(content.size()) + "\n";
}

/// Installs a package of one module as pip does.
void install(const support::temporary_folder& folder, const std::string& name, const std::string& version) {
    const std::string info = ".venv/lib/python3.11/site-packages/" + name + "-" + version + ".dist-info/";
    const std::string module = name + "/__init__.py";
    folder.write(".venv/lib/python3.11/site-packages/" + module, "x = 1\n");
    folder.write(info + "METADATA",
                 "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n\nVersion: 9\n");
    folder.write(info + "RECORD", record_line(module, "x = 1\n") + "../../../bin/" + name + ",sha256=x,1\n" +
                                      info + "RECORD,,\n");
}

const std::string conan_recipe = R"(from conan import ConanFile
class R(ConanFile):
    name = "zlib"
    version = "1.3.1"
    settings = "os", "arch", "compiler", "build_type"
    def package_info(self):
        self.cpp_info.libs = []
)";

const std::string requirements = "Num_Py==1.26.4\nrich==13.7.0\nidna==3.7\nlost==1\n";

} // namespace

TEST_CASE("a digest is spelled as RECORD spells it") {
    // printf abc | openssl dgst -sha256 -binary | base64, with - and _ for + and /
    CHECK(lockfiles::detail::record_digest(repro::detail::evp_sha256("abc")) ==
          "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

TEST_CASE("a Python environment is held against its lockfile: versions, files, absent ones") {
    const support::temporary_folder folder;
    install(folder, "num.py", "1.26.4");
    install(folder, "rich", "13.8.0");
    install(folder, "idna", "3.7");
    folder.write(".venv/lib/python3.11/site-packages/idna/__init__.py", "x = 2\n");
    const auto places = lockfiles::find_places(folder.path(), "");
    const auto held = lockfiles::hold_installed(lockfiles::grade("requirements.txt", requirements), places);
    REQUIRE(held.size() == 4);
    CHECK(!named(held, "Num_Py").differs);
    CHECK(named(held, "Num_Py").reason.empty());
    CHECK(named(held, "rich").differs);
    CHECK(named(held, "rich").reason == "locked 13.7.0, installed 13.8.0");
    CHECK(named(held, "idna").differs);
    CHECK(named(held, "idna").reason == "it is not as it was installed: idna/__init__.py");
    CHECK(!named(held, "lost").installed);
    CHECK(!named(held, "lost").differs);
}

TEST_CASE("a package from git is held by its commit") {
    const support::temporary_folder folder;
    const std::string commit(40, 'a');
    install(folder, "shards", "0.1");
    folder.write(".venv/lib/python3.11/site-packages/shards-0.1.dist-info/direct_url.json",
                 R"({"url": "https://git.example/shards", "vcs_info": {"vcs": "git", "commit_id": ")" +
                     commit + "\"}}");
    const auto places = lockfiles::find_places(folder.path(), "");
    const auto hold = [&](const std::string& locked) {
        const auto report =
            lockfiles::grade("requirements.txt", "shards @ git+https://git.example/shards@" + locked + "\n");
        return lockfiles::hold_installed(report, places).at(0).differs;
    };
    CHECK(!hold(commit));
    CHECK(hold(std::string(40, 'b')));
}

TEST_CASE("FetchContent's sources are held by commit, by tree, and by the archive's digest") {
    const support::git_sandbox sandbox;
    const auto source = sandbox.repository("build/_deps/fmt-src");
    const std::string commit = repro::capture_git(source).sha.value();
    const std::string digest(64, 'c');
    sandbox.write("build/_deps/eigen-src/a", "x");
    sandbox.write("build/_deps/eigen-subbuild/eigen-populate-prefix/src/eigen-populate-stamp/"
                  "eigen-populate-urlinfo.txt",
                  "method=url\nurl(s)=https://packages.example/e.tgz\nhash=SHA256=" + digest + "\n");
    const auto places = lockfiles::find_places(sandbox.path(), "");
    const auto hold = [&](const std::string& fmt, const std::string& eigen) {
        return lockfiles::hold_installed(
            lockfiles::grade(
                "CMakeLists.txt",
                "FetchContent_Declare(fmt GIT_REPOSITORY https://git.example/fmt GIT_TAG " + fmt +
                    ")\nFetchContent_Declare(Eigen URL https://packages.example/e.tgz URL_HASH SHA256=" +
                    eigen + ")\n"),
            places);
    };
    auto held = hold(commit, digest);
    CHECK(!named(held, "fmt").differs);
    CHECK(!named(held, "Eigen").differs);
    CHECK(named(held, "Eigen").reason.empty());
    held = hold(std::string(40, 'd'), std::string(64, 'e'));
    CHECK(named(held, "fmt").differs);
    CHECK(named(held, "Eigen").differs);
    sandbox.write("build/_deps/fmt-src/a", "changed");
    CHECK(named(hold(commit, digest), "fmt").reason == "it is not as it was installed: its working tree");
}

TEST_CASE("an archive that CMake fetched without a build of its own is held by its digest") {
    const support::temporary_folder folder;
    const std::string digest(64, 'c');
    folder.write("build/_deps/eigen-src/a", "x");
    folder.write("build/CMakeFiles/fc-stamp/eigen/download.stamp", "");
    folder.write("build/CMakeFiles/fc-stamp/eigen/Eigen-urlinfo.txt",
                 "method=url\nhash=SHA256=" + digest + "\n");
    const auto places = lockfiles::find_places(folder.path(), "");
    const auto hold = [&](const std::string& locked) {
        const auto report = lockfiles::grade(
            "CMakeLists.txt",
            "FetchContent_Declare(Eigen URL https://packages.example/e.tgz URL_HASH SHA256=" + locked +
                ")\n");
        return lockfiles::hold_installed(report, places).at(0);
    };
    CHECK(hold(digest).reason.empty());
    CHECK(hold(std::string(64, 'e')).differs);
}

TEST_CASE("Conan's packages are held by the versions in its generators' files") {
    const support::temporary_folder folder;
    folder.write("build/generators/zlib-config-version.cmake", "set(PACKAGE_VERSION \"1.3.1\")\nif(x)\n");
    folder.write("build/generators/OpenBLASConfigVersion.cmake", "set(PACKAGE_VERSION \"0.3.27\")\n");
    const auto report = lockfiles::grade(
        "conan.lock",
        R"({"version": "0.5", "requires": ["zlib/1.3.1#0123456789abcdef", "openblas/0.3.26#0123456789abcdef"]})");
    const auto held = lockfiles::hold_installed(report, lockfiles::find_places(folder.path(), ""));
    CHECK(!named(held, "zlib").differs);
    CHECK(named(held, "openblas").reason == "locked 0.3.26, installed 0.3.27");
}

TEST_CASE("Conan's cache is held by the locked recipe revision and by what Conan stored") {
    // Conan 2.34.0 stored this recipe: its revision is the MD5 of the manifest's files, its folder the
    // SHA-256 of "zlib/1.3.1#da1574e8ae6b3daedd921975fefea379".
    const support::temporary_folder folder;
    const std::string revision = "da1574e8ae6b3daedd921975fefea379";
    const std::string recipe = "conan/p/zlib5add8e4804d4f/e/";
    folder.write(recipe + "conanfile.py", conan_recipe);
    folder.write(recipe + "conanmanifest.txt",
                 "1795741362\nconanfile.py: 534e79fd83636cfe25783c1c41205224\n");
    folder.write("conan/p/b/zlib0a/p/lib/libz.a", "abc"); // echo -n abc | md5sum
    folder.write("conan/p/b/zlib0a/p/conanmanifest.txt",
                 "1795741466\nlib/libz.a: 900150983cd24fb0d6963f7d28e17f72\n");
    folder.write("build/zlib-config-version.cmake", "set(PACKAGE_VERSION \"1.3.1\")\n");
    folder.write("build/zlib-release-x86_64-data.cmake",
                 "set(zlib_PACKAGE_FOLDER_RELEASE \"" + folder.path().native() + "/conan/p/b/zlib0a/p\")\n");
    const auto places = lockfiles::find_places(folder.path(), "");
    const auto hold = [&](const std::string& locked) {
        const auto report = lockfiles::grade("conan.lock", R"({"version": "0.5", "requires": ["zlib/1.3.1#)" +
                                                               locked + "%1795741362.65\"]}");
        return lockfiles::hold_installed(report, places).at(0).reason;
    };
    CHECK(hold(revision).empty());
    CHECK(hold(std::string(32, 'a')) == "recipe " + std::string(32, 'a') + " is not in Conan's cache");
    CHECK(hold(std::string(40, 'a')).empty()); // a commit: nothing here can tell
    folder.write(recipe + "conanfile.py", conan_recipe + "# swapped\n");
    CHECK(hold(revision) == "recipe " + revision + " is not as it was stored: conanfile.py");
    folder.write(recipe + "conanmanifest.txt",
                 "1795741362\nconanfile.py: 00000000000000000000000000000000\n");
    CHECK(hold(revision).find(" has the files of ") != std::string::npos);
    folder.write("conan/p/b/zlib0a/p/lib/libz.a", "abd");
    CHECK(hold(revision) == "it is not as it was installed: lib/libz.a");
}

TEST_CASE("nothing installed, and kinds of which nothing is known, give no answer") {
    const support::temporary_folder folder;
    const auto places = lockfiles::find_places(folder.path(), "");
    CHECK(lockfiles::hold_installed(lockfiles::grade("requirements.txt", requirements), places).empty());
    CHECK(lockfiles::hold_installed(lockfiles::grade("go.mod", "module a\n"), places).empty());
}

TEST_CASE("conda's records are held against its lockfiles by digest") {
    const support::temporary_folder folder;
    const std::string digest(64, 'a');
    folder.write("env/conda-meta/zlib-1.3.1-0.json",
                 R"({"name": "zlib", "version": "1.3.1", "sha256": ")" + digest + "\"}");
    folder.write("env/conda-meta/history.json", "{");
    lockfiles::install_places places;
    lockfiles::add_mapped_places(places, {folder.path().native() + "/env/lib/libz.so.1", "linux-vdso.so.1"});
    const auto hold = [&](const std::string& locked) {
        const auto report = lockfiles::grade(
            "explicit.txt",
            "@EXPLICIT\nhttps://packages.example/c/linux-64/zlib-1.3.1-0.conda#" + locked + "\n");
        return lockfiles::hold_installed(report, places).at(0).differs;
    };
    CHECK(!hold(digest));
    CHECK(hold(std::string(64, 'b')));
}

TEST_CASE("libraries mapped from Spack are held by the hash in their place") {
    const std::string hash(32, 'q');
    lockfiles::install_places places;
    lockfiles::add_mapped_places(
        places, {"/opt/spack/linux/openblas-0.3.26-" + hash + "/lib/libopenblas.so.0", "/lib/x.so"});
    REQUIRE(places.spack.size() == 1);
    const auto hold = [&](const std::string& locked) {
        const auto report = lockfiles::grade(
            "spack.lock",
            R"({"_meta": {"file-type": "spack-lockfile", "lockfile-version": 5}, "roots": [], "concrete_specs": {")" +
                locked + R"(": {"name": "openblas", "version": "0.3.26"}}})");
        return lockfiles::hold_installed(report, places).at(0);
    };
    CHECK(!hold(hash).differs);
    CHECK(hold(hash).reason.empty());
    CHECK(hold(std::string(32, 'z')).differs);
}

TEST_CASE("places of mapped libraries are added once") {
    lockfiles::install_places places;
    lockfiles::add_mapped_places(
        places, {"/x/lib/python3.11/site-packages/a/a.so", "/x/lib/python3.11/site-packages/b/b.so",
                 "/x/vcpkg_installed/x64-linux/lib/libz.so", "/x/build/_deps/fmt-build/libfmt.so"});
    CHECK(places.site_packages == std::vector<std::filesystem::path>{"/x/lib/python3.11/site-packages"});
    CHECK(places.vcpkg == std::vector<std::filesystem::path>{"/x/vcpkg_installed"});
    CHECK(places.fetched == std::vector<std::filesystem::path>{"/x/build/_deps"});
}

TEST_CASE("of several entries for one name the installed one is enough") {
    const support::temporary_folder folder;
    install(folder, "idna", "3.7");
    const auto places = lockfiles::find_places(folder.path(), "");
    const auto hold = [&](const std::string& text) {
        const auto held = lockfiles::hold_installed(lockfiles::grade("requirements.txt", text), places);
        return std::ranges::count_if(held, &lockfiles::held_package::differs);
    };
    CHECK(hold("idna==3.7 ; python_version > '3.8'\nidna==3.6 ; python_version <= '3.8'\n") == 0);
    CHECK(hold("idna==3.5 ; python_version > '3.8'\nidna==3.6 ; python_version <= '3.8'\n") == 2);
}
