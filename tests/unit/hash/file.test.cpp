// SPDX-License-Identifier: MIT
#include <repro/hash/file.hpp>

#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <cstdio>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>

namespace {

std::string text_digest(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    return repro::detail::evp_sha256({bytes, text.size()}).hex();
}

/// The code of the error that hashing `path` throws; errc::count_ when it throws none.
repro::errc refusal(const std::filesystem::path& path) {
    try {
        (void)repro::hash_file(path);
    } catch (const repro::error& problem) {
        CHECK(problem.where() == path.native());
        CHECK_FALSE(problem.fix().empty());
        return problem.code();
    }
    return repro::errc::count_;
}

/// Changes a file again and again from another thread, for as long as it lives.
template <class Change> class meddler {
public:
    explicit meddler(Change change)
        : thread_([this, change]() mutable {
              while (!stop_) {
                  change();
                  std::this_thread::sleep_for(std::chrono::milliseconds(1));
              }
          }) {}
    ~meddler() {
        stop_ = true;
        thread_.join();
    }

private:
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

constexpr std::uintmax_t large = std::uintmax_t{64} << 20; // tens of milliseconds to hash

} // namespace

TEST_CASE("libcrypto's SHA-256 gives the published answers") {
    // FIPS 180-2, appendix B, and the digest of nothing.
    CHECK(text_digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(text_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(text_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(text_digest(std::string(1'000'000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a file has the digest of its bytes") {
    const support::temporary_folder folder;
    const auto empty = repro::hash_file(folder.write("empty", ""));
    CHECK(empty.size == 0);
    CHECK(empty.sha256.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const auto million = repro::hash_file(folder.write("million", std::string(1'000'000, 'a')));
    CHECK(million.size == 1'000'000);
    CHECK(million.sha256.hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sizes around the read buffer lose and repeat no byte") {
    const support::temporary_folder folder;
    constexpr std::size_t buffer = std::size_t{1} << 18;
    for (const std::size_t size : {buffer - 1, buffer, buffer + 1, 3 * buffer - 1, 3 * buffer}) {
        std::string content(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            content[i] = static_cast<char>(i * 2654435761U >> 24);
        INFO(size);
        CHECK(repro::hash_file(folder.write("sized", content)).sha256.hex() == text_digest(content));
    }
}

TEST_CASE("a symbolic link stands for the file it leads to") {
    const support::temporary_folder folder;
    folder.write("real", "abc");
    std::filesystem::create_symlink("real", folder / "link");
    CHECK(repro::hash_file(folder / "link") == repro::hash_file(folder / "real"));
}

TEST_CASE("a name that is no UTF-8 is hashed like any other") {
    const support::temporary_folder folder;
    CHECK(repro::hash_file(folder.write("\xff\xfe.bin", "abc")).size == 3);
}

TEST_CASE("what is no regular file is refused at once") {
    const support::temporary_folder folder;
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK(refusal(folder / "fifo") == repro::errc::not_regular);
    CHECK(refusal(folder.path()) == repro::errc::not_regular);
    CHECK(refusal("/dev/zero") == repro::errc::not_regular);

    const repro::detail::descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = (folder / "socket").native();
    REQUIRE(name.copy(address.sun_path, sizeof address.sun_path - 1) == name.size());
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    CHECK(refusal(folder / "socket") == repro::errc::not_regular);
}

TEST_CASE("hashing a FIFO does not let its writer go") {
    const support::temporary_folder folder;
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK(refusal(folder / "fifo") == repro::errc::not_regular);
    CHECK(::open((folder / "fifo").c_str(), O_WRONLY | O_NONBLOCK) == -1); // a writer still finds no reader
    CHECK(errno == ENXIO);
}

TEST_CASE("views of the kernel's state are refused though they look regular") {
    CHECK(refusal("/proc/self/mem") == repro::errc::pseudo_fs);
    CHECK(refusal("/proc/self/status") == repro::errc::pseudo_fs);
    const std::filesystem::path setting = "/sys/kernel/mm/transparent_hugepage/enabled";
    if (std::filesystem::exists(setting)) // a change of root may stand without /sys
        CHECK(refusal(setting) == repro::errc::pseudo_fs);
}

TEST_CASE("a missing file is told from an unreadable one") {
    const support::temporary_folder folder;
    CHECK(refusal(folder / "absent") == repro::errc::artifact_missing);
    folder.write("file", "abc");
    CHECK(refusal(folder / "file/below") == repro::errc::artifact_missing);
    std::filesystem::create_symlink("nowhere", folder / "dangling");
    CHECK(refusal(folder / "dangling") == repro::errc::artifact_missing);
    std::filesystem::create_symlink("loop", folder / "loop");
    CHECK(refusal(folder / "loop") == repro::errc::artifact_unreadable);
    CHECK(refusal(std::filesystem::path(std::string("nul\0name", 8))) == repro::errc::artifact_missing);
}

TEST_CASE("a file without read permission is unreadable") {
    const support::temporary_folder folder;
    const auto secret = folder.write("secret", "abc");
    REQUIRE(::chmod(secret.c_str(), 0) == 0);
    REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) { // permissions do not bind root
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(100);
        ::_exit(static_cast<int>(refusal(secret)));
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == static_cast<int>(repro::errc::artifact_unreadable));
}

TEST_CASE("a file that keeps changing has no digest") {
    const support::temporary_folder folder;
    const auto file = folder.write("changing", "");
    std::filesystem::resize_file(file, large);

    SECTION("bytes are appended") {
        const meddler appending([&] { std::ofstream(file, std::ios::app) << 'x'; });
        CHECK(refusal(file) == repro::errc::changed_during_hash);
    }
    SECTION("it is cut and grows again") {
        const meddler resizing([&, longer = true]() mutable {
            std::filesystem::resize_file(file, longer ? large + 1 : large);
            longer = !longer;
        });
        CHECK(refusal(file) == repro::errc::changed_during_hash);
    }
    SECTION("bytes are overwritten in place") {
        const meddler overwriting([&] { std::fstream(file, std::ios::in | std::ios::out) << 'x'; });
        CHECK(refusal(file) == repro::errc::changed_during_hash);
    }
    SECTION("another file takes its name") {
        const meddler replacing([&] {
            const auto next = folder.write("next", "");
            std::filesystem::resize_file(next, large);
            std::filesystem::rename(next, file);
        });
        CHECK(refusal(file) == repro::errc::changed_during_hash);
    }
}

TEST_CASE("a file that changes once has the digest of its last content") {
    const support::temporary_folder folder;
    const auto file = folder.write("once", "");
    std::filesystem::resize_file(file, large);
    std::thread writer([&] { std::ofstream(file, std::ios::app) << 'x'; });
    const auto digest = repro::hash_file(file);
    writer.join();
    const auto after = repro::hash_file(file);
    CHECK((digest == after || digest.size == large)); // hashed whole before the change, or after it
    CHECK(after.size == large + 1);
}

TEST_CASE("two threads hash as one does") {
    const support::temporary_folder folder;
    const auto file = folder.write("shared", std::string(1'000'000, 'a'));
    repro::file_digest first;
    repro::file_digest second;
    std::thread one([&] { first = repro::hash_file(file); });
    std::thread two([&] { second = repro::hash_file(file); });
    one.join();
    two.join();
    CHECK(first == second);
    CHECK(first.sha256.hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
