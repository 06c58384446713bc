// SPDX-License-Identifier: MIT
// repro verify --lock: lockfiles that their tools wrote, and installations as those tools leave them, of
// which a package is swapped.

#include <repro/lockfiles/installed.hpp>

#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <string>

namespace fs = std::filesystem;
using nlohmann::json;
using support::contains;

namespace {

std::string real_lockfile(const std::string& tool, const std::string& lockfile) {
    return support::file_text(fs::path("tests/vectors/lockfiles/real") / tool / lockfile);
}

/// A project with a run that recorded a lockfile.
class locked_project : public support::sample_runs {
public:
    locked_project(const std::string& lockfile, const std::string& text,
                   nlohmann::ordered_json document = support::bare_manifest()) {
        document["lockfiles"] = {{{"path", lockfile},
                                  {"absolute", write(lockfile, text).native()},
                                  {"sha256", support::sha256_of(text)},
                                  {"size", text.size()},
                                  {"tracked", true}}};
        run_ = publish("2026-05-22-locked", document).native();
    }
    [[nodiscard]] support::program_result verify(const std::vector<std::string>& more = {},
                                                 const std::string& modules = "") const {
        std::vector<std::string> words = {"verify", run_, "--lock"};
        words.insert(words.end(), more.begin(), more.end());
        return support::run_program(words, {path(),
                                            {{"VIRTUAL_ENV", ""},
                                             {"VCPKG_ROOT", ""},
                                             {"XDG_CACHE_HOME", path().native()},
                                             {"LOADEDMODULES", modules}}});
    }

    /// Installs a package of one module as pip and uv do.
    void install(const std::string& name, const std::string& version) const {
        const std::string module = name + "/__init__.py", text = "name = '" + name + "'\n";
        const std::string info = name + "-" + version + ".dist-info/";
        const auto digest = repro::lockfiles::detail::record_digest(repro::detail::evp_sha256(text));
        write(site + module, text);
        write(site + info + "METADATA",
              "Metadata-Version: 2.4\nName: " + name + "\nVersion: " + version + "\n");
        write(site + info + "RECORD",
              module + ",sha256=" + digest + "," + std::to_string(text.size()) + "\n" + info + "RECORD,,\n");
    }
    void uninstall(const std::string& name, const std::string& version) const {
        fs::remove_all(*this / (site + name));
        fs::remove_all(*this / (site + name + "-" + version + ".dist-info"));
    }

    static constexpr const char* folder_of_packages = ".venv/lib/python3.11/site-packages/";

private:
    const std::string site = folder_of_packages;
    std::string run_;
};

/// Conan 2.34.0 stored this recipe under the revision that its conan.lock holds.
constexpr const char* zlib_recipe = R"(from conan import ConanFile
class R(ConanFile):
    name = "zlib"
    version = "1.3.1"
    settings = "os", "arch", "compiler", "build_type"
    def package_info(self):
        self.cpp_info.libs = []
)";
constexpr const char* zlib_folder = "conan/p/zlib5add8e4804d4f/e/";

void store_zlib(const locked_project& project) {
    project.write(std::string(zlib_folder) + "conanfile.py", zlib_recipe);
    project.write(std::string(zlib_folder) + "conanmanifest.txt",
                  "1795741362\nconanfile.py: 534e79fd83636cfe25783c1c41205224\n");
    project.write("conan/p/b/zlib0a/p/lib/libz.a", "abc"); // echo -n abc | md5sum
    project.write("conan/p/b/zlib0a/p/conanmanifest.txt",
                  "1795741466\nlib/libz.a: 900150983cd24fb0d6963f7d28e17f72\n");
    project.write("build/zlib-config-version.cmake", "set(PACKAGE_VERSION \"1.3.1\")\n");
    project.write("build/zlib-release-x86_64-data.cmake", "set(zlib_PACKAGE_FOLDER_RELEASE \"" +
                                                              project.path().native() +
                                                              "/conan/p/b/zlib0a/p\")\n");
}

} // namespace

TEST_CASE("a Python environment as uv locked it holds, and a swapped package is told") {
    const locked_project project("uv.lock", real_lockfile("uv", "uv.lock"));
    project.install("click", "8.5.1");
    project.install("mdurl", "0.1.2");
    const auto good = project.verify();
    INFO(good.out << good.err);
    CHECK(good.status == 0);
    CHECK(contains(good.out, "installed: 2 as locked, 0 otherwise"));

    SECTION("another version") {
        project.uninstall("click", "8.5.1");
        project.install("click", "8.5.0");
        const auto swapped = project.verify();
        CHECK(swapped.status == 1);
        CHECK(contains(swapped.out, "swapped  click  locked 8.5.1, installed 8.5.0"));
        CHECK(json::parse(project.verify({"--json"}).out).at("verdict") == "differs");
    }
    SECTION("another file under the same version") {
        project.write(std::string(locked_project::folder_of_packages) + "mdurl/__init__.py", "patched\n");
        const auto swapped = project.verify();
        CHECK(swapped.status == 1);
        CHECK(contains(swapped.out, "swapped  mdurl  it is not as it was installed: mdurl/__init__.py"));
    }
}

TEST_CASE("Conan's cache as its lock has it holds, and a swapped recipe or binary is told") {
    const locked_project project("conan.lock", real_lockfile("conan", "conan.lock"));
    store_zlib(project);
    const auto good = project.verify();
    INFO(good.out << good.err);
    CHECK(good.status == 0);
    CHECK(contains(good.out, "installed: 1 as locked, 0 otherwise"));

    SECTION("the recipe") {
        project.write(std::string(zlib_folder) + "conanfile.py", std::string(zlib_recipe) + "# swapped\n");
    }
    SECTION("a file of the package") { project.write("conan/p/b/zlib0a/p/lib/libz.a", "abd"); }
    SECTION("the version") {
        project.write("build/zlib-config-version.cmake", "set(PACKAGE_VERSION \"1.3.0\")\n");
    }
    const auto swapped = project.verify();
    CHECK(swapped.status == 1);
    CHECK(contains(swapped.out, "swapped  zlib"));
}

TEST_CASE("a port of vcpkg is held against its baseline, and undecided where that is not at hand") {
    const std::string commit(40, 'a');
    const locked_project project("vcpkg.json",
                                 R"({"dependencies": ["zlib"], "builtin-baseline": ")" + commit + "\"}");
    const auto install = [&project](const std::string& version) {
        project.write("build/vcpkg_installed/vcpkg/status",
                      "Package: zlib\nVersion: " + version + "\nStatus: install ok installed\n");
    };
    install("1.3.1");
    const auto unknown = project.verify();
    INFO(unknown.out << unknown.err);
    CHECK(unknown.status == 3);
    CHECK(contains(unknown.out, "installed: 0 as locked, 0 otherwise, 0 absent, 1 unknown"));
    CHECK(contains(unknown.out, "unknown  zlib  the lock names no version, and its baseline is not at hand"));
    CHECK(contains(unknown.out, "not recorded"));
    CHECK(contains(unknown.out, "nothing to hold these installed packages against: zlib"));

    project.write("vcpkg/buildtrees/versioning_/baselines/" + commit + "/baseline.json",
                  R"({"default": {"zlib": {"baseline": "1.3.1", "port-version": 0}}})");
    const auto good = project.verify();
    CHECK(good.status == 0);
    CHECK(contains(good.out, "installed: 1 as locked, 0 otherwise"));
    install("1.2.13");
    const auto swapped = project.verify();
    CHECK(swapped.status == 1);
    CHECK(contains(swapped.out, "swapped  zlib  locked 1.3.1, installed 1.2.13"));
}

TEST_CASE("modules of a run are held against those that are loaded, and listed where none are") {
    auto document = support::bare_manifest();
    document["environment"] = {
        {"LOADEDMODULES", {{"at_exec", "GCC/12.2.0:FFTW/3.3.10"}, {"now", nullptr}, {"changed", true}}},
        {"EBVERSIONGCC", {{"at_exec", "12.2.0"}, {"now", "12.2.0"}, {"changed", false}}}};
    const locked_project project("uv.lock", real_lockfile("uv", "uv.lock"), document);
    const auto none = project.verify();
    INFO(none.out << none.err);
    CHECK(none.status == 0);
    CHECK(contains(none.out, "LOADEDMODULES: grade C, pins"));
    CHECK(contains(none.out, "EBVERSIONGCC"));
    CHECK(project.verify({}, "GCC/12.2.0:FFTW/3.3.10").status == 0);
    const auto swapped = project.verify({}, "GCC/13.2.0:FFTW/3.3.10");
    CHECK(swapped.status == 1);
    CHECK(contains(swapped.out, "swapped  GCC  locked 12.2.0, installed 13.2.0"));
    CHECK(json::parse(project.verify({"--json"}, "GCC/13.2.0").out).at("lockfiles").at(1).at("path") ==
          "LOADEDMODULES");
}
