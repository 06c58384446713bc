// SPDX-License-Identifier: MIT
#include <repro/run/publish.hpp>

#include "support/manifest.hpp"
#include "support/process.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using repro::errc;
using repro::detail::descriptor;
using repro::detail::placement;

namespace {

descriptor open_folder(const support::temporary_folder& folder) {
    return descriptor(::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

void publish(int folder, std::string_view text, placement where = placement::replacement) {
    (void)repro::detail::publish({folder, "m.json", "m.json", "1-2-test"}, text, where);
}

std::size_t entries(const std::filesystem::path& folder) {
    const std::filesystem::directory_iterator first(folder);
    return static_cast<std::size_t>(std::distance(begin(first), end(first)));
}

} // namespace

TEST_CASE("a published file has the text, replaces the one before, and leaves nothing else") {
    const support::temporary_folder folder;
    const descriptor open = open_folder(folder);
    publish(open.get(), "first, and longer");
    publish(open.get(), "second");
    CHECK(support::read_text(folder / "m.json") == "second");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a link under the name is replaced, not followed") {
    const support::temporary_folder folder;
    const std::filesystem::path precious = folder.write("precious", "keep me");
    std::filesystem::create_symlink(precious, folder / "m.json");
    publish(open_folder(folder).get(), "new");
    CHECK(support::read_text(precious) == "keep me");
    CHECK(support::read_text(folder / "m.json") == "new");
    CHECK_FALSE(std::filesystem::is_symlink(folder / "m.json"));
}

TEST_CASE("a folder under the name makes it fail by name and leaves nothing behind") {
    const support::temporary_folder folder;
    folder.write("m.json/inside", "");
    CHECK(support::refusal([&] { publish(open_folder(folder).get(), "new"); }) == errc::unwritable);
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a removed folder makes it fail by name") {
    const support::temporary_folder folder;
    const descriptor open = open_folder(folder);
    std::filesystem::remove(folder.path());
    CHECK(support::refusal([&] { publish(open.get(), "new"); }) == errc::unwritable);
}

TEST_CASE("a limit on file sizes fails by name: the old text stays, no signal is seen, nothing is left") {
    const support::temporary_folder folder;
    publish(open_folder(folder).get(), "old");
    const std::string seen = support::in_forked_child([&] {
        const rlimit limit{4, 4};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto code = support::refusal([&] { publish(open_folder(folder).get(), "longer than four"); });
        sigset_t pending;
        ::sigpending(&pending);
        const bool clean = sigismember(&pending, SIGXFSZ) == 0;
        return std::string(code ? to_string(*code) : "none") + (clean ? " clean" : " pending");
    });
    CHECK(seen == "E_NO_SPACE clean");
    CHECK(support::read_text(folder / "m.json") == "old");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a full disk, a read-only one and too many open files have codes of their own") {
    const auto code = [](int reason) {
        return repro::detail::write_error("m.json", {"failed", reason}).code();
    };
    CHECK(code(ENOSPC) == errc::no_space);
    CHECK(code(EDQUOT) == errc::no_space);
    CHECK(code(EFBIG) == errc::no_space);
    CHECK(code(EROFS) == errc::read_only);
    CHECK(code(EACCES) == errc::unwritable);
    CHECK(code(EMFILE) == errc::fd_limit);
    CHECK(code(ENFILE) == errc::fd_limit);
}

TEST_CASE("a file system without fsync is told, not failed") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const descriptor read(ends[0]);
    const descriptor write(ends[1]); // fsync of a pipe is EINVAL
    CHECK(repro::detail::sync(write.get()) == repro::detail::durability::unconfirmed);
    CHECK_FALSE(repro::detail::sync(-1));
}

TEST_CASE("a file that stands under a temporary name costs one more attempt, and stays") {
    const support::temporary_folder folder;
    std::string taken = repro::detail::temporary_name("m.json", "1-2-test");
    const std::size_t number = taken.rfind('.', taken.size() - 5) + 1;
    const auto next = std::stoul(taken.substr(number)) + 1;
    folder.write(taken.replace(number, std::string::npos, std::to_string(next) + ".tmp"), "not mine");
    publish(open_folder(folder).get(), "text");
    CHECK(support::read_text(folder / "m.json") == "text");
}

TEST_CASE("a first publish replaces nothing: neither a file nor a link that somebody put there") {
    const support::temporary_folder folder;
    const descriptor open = open_folder(folder);
    publish(open.get(), "first", placement::first);
    CHECK(support::refusal([&] { publish(open.get(), "second", placement::first); }) == errc::unwritable);
    CHECK(support::read_text(folder / "m.json") == "first");
    std::filesystem::remove(folder / "m.json");
    std::filesystem::create_symlink(folder / "elsewhere", folder / "m.json");
    CHECK(support::refusal([&] { publish(open.get(), "third", placement::first); }) == errc::unwritable);
    CHECK_FALSE(std::filesystem::exists(folder / "elsewhere"));
    CHECK(entries(folder.path()) == 1);
}
