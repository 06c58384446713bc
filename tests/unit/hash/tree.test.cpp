// SPDX-License-Identifier: MIT
#include <repro/hash/tree.hpp>

#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <atomic>
#include <cstdio>
#include <memory>
#include <sys/stat.h>
#include <thread>

namespace {

/// Returns what a shell command prints.
std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    REQUIRE(pipe);
    std::string text;
    std::array<char, 256> piece{};
    while (std::fgets(piece.data(), piece.size(), pipe.get()) != nullptr)
        text += piece.data();
    return text;
}

repro::errc refusal_of_tree(const std::filesystem::path& folder, std::size_t limit = 1000) {
    try {
        (void)repro::hash_tree(folder, {.limit = limit});
    } catch (const repro::error& problem) {
        CHECK_FALSE(problem.fix().empty());
        return problem.code();
    }
    return repro::errc::count_;
}

} // namespace

TEST_CASE("a folder of files has the digest that find, sort and sha256sum compute") {
    const support::temporary_folder folder;
    folder.write("b", "two");
    folder.write("a/z", "one");
    folder.write("a-file", "sorts between a and a/z for those who compare folders first");
    folder.write("A", "capitals come first");
    folder.write("a/\xff\xfe no UTF-8", "bytes");
    folder.write("a/new\nline", "escaped");
    folder.write("a/back\\slash", "escaped");
    folder.write("a/return\r", "escaped");
    folder.write("empty", "");
    const std::string expected = output_of(
        "cd '" + folder.path().native() +
        "' && find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum");
    const repro::tree_digest digest = repro::hash_tree(folder.path());
    CHECK(digest.sha256.hex() == expected.substr(0, 64));
    CHECK(digest.files == 9);
    CHECK(digest.links == 0);
}

TEST_CASE("an empty folder has the digest of an empty list") {
    const support::temporary_folder folder;
    std::filesystem::create_directories(folder / "empty/too");
    const repro::tree_digest digest = repro::hash_tree(folder.path());
    CHECK(digest.sha256.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(digest.files == 0);
    CHECK(digest.bytes == 0);
}

TEST_CASE("a changed byte, a new name, a moved file and another link are other folders") {
    const support::temporary_folder folder;
    folder.write("a", "1");
    folder.write("sub/b", "2");
    std::filesystem::create_symlink("a", folder / "link");
    std::vector<repro::tree_digest> seen = {repro::hash_tree(folder.path())};
    const auto differs_after = [&](auto change) {
        change();
        seen.push_back(repro::hash_tree(folder.path()));
        for (std::size_t i = 0; i + 1 < seen.size(); ++i)
            CHECK(seen[i].sha256 != seen.back().sha256);
    };
    differs_after([&] { folder.write("a", "3"); });
    differs_after([&] { folder.write("c", ""); });
    differs_after([&] { std::filesystem::rename(folder / "sub/b", folder / "b"); });
    differs_after([&] {
        std::filesystem::remove(folder / "link");
        std::filesystem::create_symlink("b", folder / "link");
    });
    differs_after([&] { // what the link said, as a file
        std::filesystem::remove(folder / "link");
        folder.write("link", "b");
    });
}

TEST_CASE("links are recorded and not followed, not even in a circle") {
    const support::temporary_folder folder, elsewhere;
    elsewhere.write("secret", "not part of the folder");
    std::filesystem::create_directory_symlink(elsewhere.path(), folder / "out");
    std::filesystem::create_directory_symlink(".", folder / "circle");
    std::filesystem::create_symlink("nowhere", folder / "dangling");
    const repro::tree_listing listing = repro::list_tree(folder.path());
    CHECK(listing.digest.files == 0);
    CHECK(listing.digest.links == 3);
    CHECK(listing.text.find(" @circle\n") != std::string::npos);
    elsewhere.write("secret", "changed");
    CHECK(repro::hash_tree(folder.path()) == listing.digest);
}

TEST_CASE("a folder that cannot be hashed says why") {
    const support::temporary_folder folder;
    CHECK(refusal_of_tree(folder / "absent") == repro::errc::artifact_missing);
    CHECK(refusal_of_tree(folder.write("file", "")) ==
          repro::errc::artifact_missing); // no folder of that name
    folder.write("other", "");
    CHECK(refusal_of_tree(folder.path(), 2) == repro::errc::count_);
    CHECK(refusal_of_tree(folder.path(), 1) == repro::errc::tree_limit);
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK(refusal_of_tree(folder.path()) == repro::errc::not_regular);
}

TEST_CASE("files that come and go while a folder is hashed are noticed") {
    const support::temporary_folder folder;
    folder.write("large", std::string(std::size_t{64} << 20, 'x'));
    std::atomic<bool> stop = false;
    std::jthread meddler([&] {
        for (int i = 0; !stop; ++i)
            folder.write("new" + std::to_string(i), "");
    });
    const repro::errc code = refusal_of_tree(folder.path(), 1'000'000);
    stop = true;
    CHECK(code == repro::errc::changed_during_hash);
}
