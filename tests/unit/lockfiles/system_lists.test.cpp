// SPDX-License-Identifier: MIT
#include <repro/lockfiles/installed.hpp>

#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>

namespace lockfiles = repro::lockfiles;

namespace {

std::string stanza(const std::string& name, const std::string& version, const std::string& state) {
    return "Package: " + name + "\nStatus: " + state + "\nArchitecture: amd64\nVersion: " + version +
           "\nDescription: a line\n with Version: 9 below\n\n";
}

void write_dpkg(const support::temporary_folder& folder, const std::string& blas) {
    folder.write("dpkg/status", stanza("libc6", "2.36-9+deb12u14", "install ok installed") +
                                    stanza("libopenblas0", blas, "hold ok installed") +
                                    stanza("gone", "1", "deinstall ok config-files"));
    folder.write("dpkg/info/libc6:amd64.list",
                 "/.\n/lib\n/lib/x86_64-linux-gnu/libnone.so.6\n/lib/x86_64-linux-gnu/libnone-m.so.6\n");
    folder.write("dpkg/info/libopenblas0.list", "/usr/lib/none/libopenblas.so.0\n");
    folder.write("dpkg/info/libopenblas0.md5sums", "");
}

} // namespace

TEST_CASE("Debian's packages that own the libraries of a run are told with their versions") {
    const support::temporary_folder folder;
    write_dpkg(folder, "0.3.21-4");
    const auto owners = lockfiles::debian_owners(
        {"/usr/lib/x86_64-linux-gnu/libnone.so.6", "/lib/x86_64-linux-gnu/libnone-m.so.6",
         "/usr/lib/none/libopenblas.so.0", "/opt/own/libown.so", "linux-vdso.so.1", ""},
        folder / "dpkg");
    REQUIRE(owners);
    CHECK(owners->grade == lockfiles::letter::c);
    REQUIRE(owners->packages.size() == 2);
    CHECK(owners->packages[0].name == "libc6:amd64");
    CHECK(owners->packages[0].version == "2.36-9+deb12u14");
    CHECK(owners->facts.at(0).value == "2.36-9+deb12u14: libnone-m.so.6 libnone.so.6");
    CHECK(owners->packages[1].version == "0.3.21-4");
    CHECK_FALSE(lockfiles::debian_owners({"/opt/own/libown.so"}, folder / "dpkg"));
    CHECK_FALSE(lockfiles::debian_owners({"/usr/lib/none/libopenblas.so.0"}, folder / "none"));
}

TEST_CASE("a list of dpkg is held against what dpkg says is installed") {
    const support::temporary_folder folder;
    const auto list =
        lockfiles::grade("dpkg-list.txt", "libc6:amd64\t2.36-9+deb12u14\nlibopenblas0\t0.3.21-4\ngone\t1\n");
    lockfiles::install_places places;
    places.debian = {folder / "dpkg"};
    write_dpkg(folder, "0.3.21-4");
    const auto same = lockfiles::hold_installed(list, places);
    REQUIRE(same.size() == 3);
    CHECK(same[0].reason.empty());
    CHECK(same[1].reason.empty());
    CHECK_FALSE(same[2].installed);
    write_dpkg(folder, "0.3.26-1");
    const auto swapped = lockfiles::hold_installed(list, places);
    CHECK(swapped[1].reason == "locked 0.3.21-4, installed 0.3.26-1");
    CHECK(swapped[1].differs);
}

TEST_CASE("loaded modules are a list of names and versions") {
    const auto loaded = lockfiles::loaded_modules(
        {{"LOADEDMODULES", "GCC/12.2.0:OpenMPI/4.1.4-GCC-12.2.0:Core/slurm"},
         {"_LMFILES_", "/apps/modules/GCC/12.2.0.lua:/apps/modules/OpenMPI/4.1.4-GCC-12.2.0.lua"},
         {"EBVERSIONGCC", "12.2.0"},
         {"EBROOTGCC", "/apps/GCC/12.2.0"}});
    REQUIRE(loaded);
    CHECK(loaded->kind == "environment modules");
    CHECK(loaded->grade == lockfiles::letter::c);
    REQUIRE(loaded->packages.size() == 3);
    CHECK(loaded->packages[1].name == "OpenMPI");
    CHECK(loaded->packages[1].version == "4.1.4-GCC-12.2.0");
    CHECK(loaded->packages[0].source == "/apps/modules/GCC/12.2.0.lua");
    CHECK(loaded->packages[2].version == "slurm"); // "Core/slurm": a folder and a name look the same
    CHECK(std::ranges::count(loaded->facts, lockfiles::fact{"EBVERSIONGCC", "12.2.0"}) == 1);

    const auto bare = lockfiles::loaded_modules({{"LOADEDMODULES", "slurm"}});
    REQUIRE(bare);
    CHECK_FALSE(bare->packages[0].exact);
    const auto built = lockfiles::loaded_modules({{"EBVERSIONGCC", "12.2.0"}, {"EBROOTGCC", "/apps"}});
    REQUIRE(built);
    CHECK(built->packages.at(0).name == "GCC");
    CHECK_FALSE(lockfiles::loaded_modules({{"PATH", "/bin"}, {"LOADEDMODULES", ""}}));
}

TEST_CASE("modules of a run are held against those that are loaded") {
    const auto recorded = lockfiles::loaded_modules({{"LOADEDMODULES", "GCC/12.2.0:FFTW/3.3.10:slurm"}});
    const auto now = lockfiles::loaded_modules({{"LOADEDMODULES", "GCC/13.2.0:slurm"}});
    const auto held = lockfiles::hold_modules(*recorded, *now);
    REQUIRE(held.size() == 3);
    CHECK(held[0].reason == "locked 12.2.0, installed 13.2.0");
    CHECK_FALSE(held[1].installed);
    CHECK(held[2].undecided);
}
