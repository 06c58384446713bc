// SPDX-License-Identifier: MIT
#include <repro/hash/ends.hpp>

#include "../../support/refusal.hpp"
#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

void put(const std::filesystem::path& path, std::uintmax_t at, char c) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(c);
}

} // namespace

TEST_CASE("the digest of both ends is that of head and tail, one after the other") {
    const support::temporary_folder folder;
    const auto known = [&](const std::string& text) {
        const auto path = folder.write("file", text);
        const std::size_t length = std::min(text.size(), repro::hashed_end_bytes);
        const std::string ends = text.substr(0, length) + text.substr(text.size() - length);
        const repro::partial_digest found = repro::hash_ends(path);
        CHECK(found.sha256 == repro::detail::evp_sha256(ends));
        CHECK(found.size == text.size());
    };
    known("");
    known("short");
    std::string text(3 * repro::hashed_end_bytes + 7, 'm');
    text.front() = 'h';
    text.back() = 't';
    known(text);
}

TEST_CASE("a terabyte is told by its size, its time and either end, and not by its middle") {
    const support::temporary_folder folder;
    constexpr std::uintmax_t terabyte = std::uintmax_t{1} << 40;
    const auto path = folder.write("hole", "");
    std::filesystem::resize_file(path, terabyte);
    const auto first = repro::hash_ends(path);
    CHECK(first.size == terabyte);
    put(path, terabyte / 2, 'x');
    CHECK(repro::hash_ends(path).sha256 == first.sha256);
    put(path, terabyte - repro::hashed_end_bytes, 'x');
    const auto second = repro::hash_ends(path);
    CHECK(second.sha256 != first.sha256);
    put(path, repro::hashed_end_bytes - 1, 'x');
    CHECK(repro::hash_ends(path).sha256 != second.sha256);
    for (const std::int64_t seconds : {std::int64_t{-5}, std::int64_t{1} << 34, std::int64_t{100}}) {
        const timespec times[2] = {{seconds, 0}, {seconds, 7}};
        REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
        CHECK(repro::hash_ends(path).modified >= 0);
    }
    CHECK(repro::hash_ends(path).modified == 100'000'000'007);
}

TEST_CASE("the ends of what is no regular file are not read") {
    const support::temporary_folder folder;
    const std::string pipe = (folder / "pipe").native();
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(support::refusal([&] { (void)repro::hash_ends(pipe); }) == repro::errc::not_regular);
    CHECK(support::refusal([&] { (void)repro::hash_ends(folder.path()); }) == repro::errc::not_regular);
    CHECK(support::refusal([] { (void)repro::hash_ends("/proc/self/environ"); }) == repro::errc::pseudo_fs);
    CHECK(support::refusal([&] { (void)repro::hash_ends(folder / "none"); }) ==
          repro::errc::artifact_missing);
}
