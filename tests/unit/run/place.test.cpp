// SPDX-License-Identifier: MIT
#include <repro/run/place.hpp>

#include "support/refusal.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <string>
#include <sys/stat.h>

using repro::detail::choose_folder;
using repro::detail::wanted_folder;
using support::scoped_variable;

namespace {

std::string chosen(const std::string& root) {
    const wanted_folder wanted = choose_folder(root, "dated");
    return wanted.root.native() + " | " + wanted.name;
}

} // namespace

TEST_CASE("the root is the option, else REPRO_EXPERIMENTS, else ./experiments") {
    const scoped_variable no_folder("REPRO_RUN_DIR", std::nullopt);
    {
        const scoped_variable unset("REPRO_EXPERIMENTS", std::nullopt);
        CHECK(chosen("") == "experiments | dated");
    }
    const scoped_variable set("REPRO_EXPERIMENTS", "/data/runs");
    CHECK(chosen("") == "/data/runs | dated");
    CHECK(chosen("mine") == "mine | dated");
    const scoped_variable empty("REPRO_EXPERIMENTS", "");
    CHECK(chosen("") == "experiments | dated");
}

TEST_CASE("REPRO_RUN_DIR names the folder itself") {
    const auto with = [](const char* folder) {
        const scoped_variable set("REPRO_RUN_DIR", folder);
        return chosen("mine");
    };
    CHECK(with("/sweep/digits/seed_42") == "/sweep/digits | seed_42");
    CHECK(with("/sweep/digits/seed_42/") == "/sweep/digits | seed_42");
    CHECK(with("/sweep/./digits//seed_42") == "/sweep/digits | seed_42");
    CHECK(with("here") == ". | here");
    CHECK(with("") == "mine | dated");
    CHECK(with("..") == "mine | dated");
    CHECK(with("/") == "mine | dated");
}

TEST_CASE("a temporary folder is new and closed to others") {
    const support::temporary_folder folder;
    const scoped_variable temporary("TMPDIR", folder.path().native());
    const auto first = repro::detail::claim_temporary_folder("x");
    const auto second = repro::detail::claim_temporary_folder("x");
    CHECK(first.path != second.path);
    CHECK(first.path.parent_path().parent_path() == folder.path());
    struct stat above{};
    REQUIRE(::stat(first.path.parent_path().c_str(), &above) == 0);
    CHECK((above.st_mode & 077) == 0);
}

TEST_CASE("a temporary folder that cannot be is refused by name") {
    const scoped_variable temporary("TMPDIR", "/nonexistent");
    CHECK(support::refusal([] { (void)repro::detail::claim_temporary_folder("x"); }) ==
          repro::errc::unwritable);
}
