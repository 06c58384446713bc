// SPDX-License-Identifier: MIT
#include <repro/run/folder.hpp>
#include <repro/run/shared_folder.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using repro::errc;
using repro::detail::claim_folder;

TEST_CASE("a taken name gets a number, and the root is made with all above it") {
    const support::temporary_folder folder;
    const auto root = folder / "a/b/runs";
    CHECK(claim_folder(root, "x").path == root / "x");
    CHECK(claim_folder(root, "x").path == root / "x-2");
    CHECK(claim_folder(root, "x").path == root / "x-3");
    CHECK(std::filesystem::is_directory(root / "x-3"));
}

TEST_CASE("a file or a dangling link under the name is taken, too") {
    const support::temporary_folder folder;
    folder.write("x", "a file");
    std::filesystem::create_symlink("nowhere", folder / "x-2");
    CHECK(claim_folder(folder.path(), "x").path == folder / "x-3");
}

TEST_CASE("a link to the folder of the runs is followed where one made it oneself, and nobody else's is") {
    const support::temporary_folder folder;
    std::filesystem::create_directory(folder / "real");
    const std::filesystem::path link = folder / "runs";
    std::filesystem::create_symlink("real", link);
    CHECK(claim_folder(link, "x").path == link / "x");
    CHECK(std::filesystem::is_directory(folder / "real/x"));
    if (::geteuid() != 0) SKIP("no-setuid: only root can give a link to another user");
    REQUIRE(::lchown(link.c_str(), 65534, 65534) == 0);
    for (const std::filesystem::path& root : {link, link / ""}) {
        CHECK(support::refusal([&] { (void)claim_folder(root, "y"); }) == errc::path_escape);
        std::optional<std::string> run_id;
        CHECK(support::refusal([&] {
                  (void)repro::detail::share_folder<repro::detail::system_calls>(root, "y", "key", 0, run_id);
              }) == errc::path_escape);
    }
    CHECK_FALSE(std::filesystem::exists(folder / "real/y"));
    CHECK_FALSE(std::filesystem::exists(folder / "real/.launches"));
}

TEST_CASE(
    "the file system of a folder has its name, or its number, and one in memory is gone after a restart") {
    const auto name_of = [](const char* path) {
        return repro::detail::file_system_name(repro::detail::descriptor(::open(path, O_PATH)).get());
    };
    CHECK(name_of("/proc") == "0x00009fa0");
    CHECK(name_of("/nowhere") == "unknown");
    CHECK(repro::detail::is_volatile("tmpfs"));
    CHECK_FALSE(repro::detail::is_volatile("nfs"));
}

TEST_CASE("a root that cannot be is refused by name") {
    const support::temporary_folder folder;
    folder.write("file", "");
    CHECK(support::refusal([&] { (void)claim_folder(folder / "file", "x"); }) == errc::unwritable);
    CHECK(support::refusal([&] { (void)claim_folder(folder / "file/runs", "x"); }) == errc::unwritable);
    CHECK(support::refusal([&] { (void)claim_folder(folder.path(), std::string(300, 'n')); }) ==
          errc::unwritable);
}

TEST_CASE("sixteen processes that claim one name twenty times each get 320 folders") {
    const support::temporary_folder folder;
    std::vector<pid_t> children;
    for (int process = 0; process < 16; ++process) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            for (int i = 0; i < 20; ++i) {
                const auto claimed = claim_folder(folder.path(), "x");
                // Only who made the folder can make this file in it.
                const int mark = ::openat(claimed.handle.get(), "mark", O_CREAT | O_EXCL | O_WRONLY, 0600);
                if (mark < 0) ::_exit(1);
                ::close(mark);
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        names.insert(entry.path().filename());
    CHECK(names.size() == 320);
    CHECK(names.contains("x-320"));
}
