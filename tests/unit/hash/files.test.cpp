// SPDX-License-Identifier: MIT
#include <repro/hash/files.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <sys/types.h>
#include <utility>
#include <vector>

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

TEST_CASE("with two threads for each file, one reads ahead: the digests are the same") {
    const support::temporary_folder folder;
    constexpr std::size_t piece = std::size_t{1} << 18, ahead_from = std::size_t{4} << 20;
    paths files;
    for (const std::size_t size :
         {ahead_from - 1, ahead_from, ahead_from + 1, ahead_from + piece - 1, ahead_from + 3 * piece})
        files.push_back(folder.write("file" + std::to_string(size), std::string(size, 'a') + "z"));
    std::uintmax_t last = 0;
    const auto results = repro::hash_files(
        files,
        {.threads = 10, .progress = [&last](const repro::hash_progress& progress) { last = progress.done; }});
    for (std::size_t i = 0; i < files.size(); ++i)
        CHECK(results[i].digest == repro::hash_file(files[i]));
    CHECK(last >= std::uintmax_t{16} << 20);
    CHECK(repro::hash_files({files.data(), 1}, {.threads = 2})[0].digest == results[0].digest);
}

TEST_CASE("reading ahead ends with who hashes, whatever ended that") {
    const support::temporary_folder folder;
    const auto path = folder.write("large", std::string(std::size_t{8} << 20, 'a'));
    repro::detail::file_hasher hasher;
    const repro::detail::ahead_reading ahead{hasher};
    const auto seen = [](std::uintmax_t) {};
    SECTION("an exception") {
        const auto stop = [](std::uintmax_t) { throw std::length_error("enough"); };
        const auto open = [&](struct stat& facts) { return repro::detail::open_regular(path, facts); };
        CHECK_THROWS_AS(hasher.hash(path, stop, open, ahead), std::length_error);
    }
    SECTION("a file that cannot be read") {
        const auto open = [&](struct stat& facts) {
            repro::detail::descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
            return repro::detail::expect_content(path, std::move(file), facts);
        };
        CHECK(support::refusal([&] { (void)hasher.hash(path, seen, open, ahead); }) ==
              repro::errc::artifact_unreadable);
    }
    SECTION("a file that grows, or is cut short") {
        int opened = 0;
        const auto open = [&](struct stat& facts) {
            repro::detail::descriptor file = repro::detail::open_regular(path, facts);
            std::filesystem::resize_file(path, opened++ == 0 ? 7'000'000 : 9'000'000); // of 8,388,608
            return file;
        };
        CHECK(support::refusal([&] { (void)hasher.hash(path, seen, open, ahead); }) ==
              repro::errc::changed_during_hash);
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
