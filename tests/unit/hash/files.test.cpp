// SPDX-License-Identifier: MIT
#include <repro/hash/files.hpp>

#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>
#include <sys/types.h>

namespace {

using paths = std::vector<std::filesystem::path>;

/// Returns `count` files of different sizes, small and large in turn.
paths some_files(const support::temporary_folder& folder, std::size_t count) {
    paths files;
    for (std::size_t i = 0; i < count; ++i)
        files.push_back(
            folder.write("file" + std::to_string(i),
                         std::string(i % 7 == 0 ? 300'000 + i : i, static_cast<char>('a' + i % 26))));
    return files;
}

} // namespace

TEST_CASE("many files have the digests of each alone, in order, for any number of threads") {
    const support::temporary_folder folder;
    const paths files = some_files(folder, 100);
    for (const std::size_t threads : {1UL, 2UL, 5UL, 200UL}) {
        const auto results = repro::hash_files(files, {.threads = threads});
        REQUIRE(results.size() == files.size());
        for (std::size_t i = 0; i < files.size(); ++i) {
            REQUIRE(results[i].digest);
            CHECK_FALSE(results[i].problem);
            CHECK(*results[i].digest == repro::hash_file(files[i]));
        }
    }
    CHECK(repro::hash_files({}).empty());
}

TEST_CASE("a file that cannot be hashed has its reason, and holds up no other") {
    const support::temporary_folder folder;
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    const paths files = {folder.write("a", "abc"), folder / "fifo", folder / "absent", "/proc/self/status",
                         folder.write("b", "abc")};
    const auto results = repro::hash_files(files, {.threads = 2});
    CHECK(results[0].digest == results[4].digest);
    REQUIRE(results[1].problem);
    CHECK(results[1].problem->code() == repro::errc::not_regular);
    CHECK(results[2].problem->code() == repro::errc::artifact_missing);
    CHECK(results[3].problem->code() == repro::errc::pseudo_fs);
    for (const std::size_t bad : {1UL, 2UL, 3UL}) {
        CHECK_FALSE(results[bad].digest);
        CHECK(results[bad].problem->where() == files[bad].native());
    }
}

TEST_CASE("progress grows to the sum of the sizes and is told by one thread at a time") {
    const support::temporary_folder folder;
    constexpr std::size_t each = (std::size_t{16} << 20) + 5;
    paths files;
    for (const char* name : {"a", "b", "c"})
        files.push_back(folder.write(name, std::string(each, 'x')));
    std::vector<repro::hash_progress> told; // no lock of its own: the thread sanitizer would see two at once
    (void)repro::hash_files(files, {.threads = 3, .progress = [&told](const repro::hash_progress& progress) {
                                        told.push_back(progress);
                                    }});
    REQUIRE(told.size() == 3);
    for (std::size_t i = 0; i < told.size(); ++i) {
        CHECK(told[i].total == 3 * each);
        CHECK(told[i].done <= told[i].total);
        if (i > 0) CHECK(told[i].done >= told[i - 1].done);
    }
}

TEST_CASE("what progress throws ends the hashing of all files, holes of a terabyte, too") {
    const support::temporary_folder folder;
    paths files;
    for (const char* name : {"a", "b", "c"}) {
        files.push_back(folder.write(name, ""));
        std::filesystem::resize_file(files.back(), std::uintmax_t{1} << 40);
    }
    const auto refuse = [](const repro::hash_progress&) { throw 7; };
    CHECK_THROWS_AS(repro::hash_files(files, {.threads = 2, .progress = refuse}), int);
}
