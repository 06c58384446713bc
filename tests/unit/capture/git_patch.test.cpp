// SPDX-License-Identifier: MIT
#include <repro/capture/git_patch.hpp>

#include "../../support/git_sandbox.hpp"
#include "../../support/secrets.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace fs = std::filesystem;
using repro::git_patch_scope;

namespace {

/// Every file below `folder` but git's own, by path: its kind, whether it can be executed, and its bytes.
std::map<std::string, std::string> snapshot(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (auto at = fs::recursive_directory_iterator(folder); at != fs::recursive_directory_iterator(); ++at) {
        if (at->path().filename() == ".git") {
            at.disable_recursion_pending();
            continue;
        }
        std::string& text = files[fs::relative(at->path().parent_path(), folder) / at->path().filename()];
        if (at->is_symlink()) {
            text = "link " + fs::read_symlink(at->path()).native();
        } else if (at->is_regular_file()) {
            const bool runs = (at->status().permissions() & fs::perms::owner_exec) != fs::perms::none;
            std::ifstream file(at->path(), std::ios::binary);
            text = (runs ? "runs " : "file ") + std::string(std::istreambuf_iterator<char>(file), {});
        }
    }
    std::erase_if(files, [](const auto& each) { return each.second.empty(); }); // folders
    return files;
}

repro::git_patch patch_of(const fs::path& folder, git_patch_scope scope = git_patch_scope::tracked,
                          std::size_t limit = std::size_t{1} << 20) {
    return make_git_patch(repro::capture_git(folder), {.scope = scope, .limit = limit});
}

const std::string binary("\0\1\2\xff binary \n\0", 13);

/// A repository with something of every kind, committed.
fs::path mixed_repository(const support::git_sandbox& box) {
    box.write("repository/crlf", "one\r\ntwo\r\nthree\r\n");
    box.write("repository/open", "no newline at the end");
    box.write("repository/binary", binary);
    box.write("repository/gone", "will be removed\n");
    box.write("repository/gone binary", binary + "x");
    box.write("repository/script", "#!/bin/sh\n");
    box.write("repository/empty", "");
    box.write("repository/caf\xc3\xa9 \"quoted\"", "a name to be quoted\n");
    box.write("repository/moved", "1\n2\n3\n4\n5\n6\n7\n8\n");
    fs::create_symlink("a", box / "repository/link");
    fs::create_symlink("a", box / "repository/link that becomes a file");
    return box.repository();
}

/// Changes all of that, staged or not.
void change_all(const support::git_sandbox& box, const fs::path& folder) {
    box.write("repository/crlf", "one\r\n2\r\nthree\r\n");
    box.write("repository/open", "no newline at the end, again");
    box.write("repository/binary", binary + binary);
    fs::remove(folder / "gone");
    fs::remove(folder / "gone binary");
    fs::permissions(folder / "script", fs::perms::owner_all);
    box.write("repository/empty", "no more");
    box.write("repository/caf\xc3\xa9 \"quoted\"", "changed\n");
    box.git(folder, "mv moved elsewhere");
    fs::remove(folder / "link");
    fs::create_symlink("b/c", folder / "link");
    fs::remove(folder / "link that becomes a file");
    box.write("repository/link that becomes a file", "text\n");
    fs::remove(folder / "b/c");
    fs::create_symlink("../a", folder / "b/c");
    box.write("repository/staged", "new\n");
    box.write("repository/staged binary", binary);
    box.git(folder, "add staged 'staged binary'");
    box.write("repository/staged", "new, and changed again\n");
}

} // namespace

TEST_CASE("git apply makes of the commit the tree that the patch was taken from") {
    const support::git_sandbox box;
    const fs::path folder = mixed_repository(box);
    change_all(box, folder);
    box.write("repository/untracked", "text\n");
    box.write("repository/deep/untracked binary", binary);
    for (const git_patch_scope scope : {git_patch_scope::tracked, git_patch_scope::with_untracked}) {
        const repro::git_patch patch = patch_of(folder, scope);
        INFO(patch.reason);
        REQUIRE(patch.text);
        const std::string name = scope == git_patch_scope::tracked ? "rebuilt" : "rebuilt whole";
        box.git(box.path(), "clone repository '" + name + "'");
        const fs::path file = box.write("git.patch", *patch.text);
        box.git(box / name, "apply --whitespace=nowarn '" + file.native() + "'");
        auto wanted = snapshot(folder);
        if (scope == git_patch_scope::tracked) {
            CHECK(wanted.erase("./untracked") == 1);
            CHECK(wanted.erase("deep/untracked binary") == 1);
        }
        CHECK(snapshot(box / name) == wanted);
    }
}

TEST_CASE("a clean tree has an empty patch") {
    const support::git_sandbox box;
    const repro::git_patch patch = patch_of(box.repository());
    CHECK(patch.text == "");
}

TEST_CASE("making a patch writes nothing in the repository") {
    const support::git_sandbox box;
    const fs::path folder = mixed_repository(box);
    change_all(box, folder);
    const auto before = snapshot(folder / ".git");
    REQUIRE(patch_of(folder, git_patch_scope::with_untracked).text);
    CHECK(snapshot(folder / ".git") == before);
}

TEST_CASE("a patch that is too long is not made") {
    const support::git_sandbox box;
    const fs::path folder = box.repository();
    box.write("repository/a", std::string(5000, 'x'));
    CHECK(patch_of(folder, git_patch_scope::tracked, 6000).text);
    CHECK(patch_of(folder, git_patch_scope::tracked, 4000).reason == "it is longer than 4000 bytes");
    CHECK(patch_of(folder, git_patch_scope::tracked, 50).reason == "a is too large for a patch of 50 bytes");
}

TEST_CASE("a patch that holds a secret is not made, and the reason does not tell it") {
    const support::git_sandbox box;
    const fs::path folder = box.repository();
    box.write("repository/a", "password = \"tr0ub4dor&3\"\n");
    const repro::git_patch patch = patch_of(folder);
    CHECK_FALSE(patch.text);
    CHECK(patch.reason == "it seems to hold secrets (named)");
}

TEST_CASE("no patch is made of a change that holds a token, be it text, a file's name, binary or UTF-16") {
    const support::git_sandbox box;
    const fs::path folder = box.repository();
    box.write("repository/packed", binary);
    box.commit(folder);
    const auto refused = [&](const char* file, const std::string& text) {
        box.write(std::string("repository/") + file, text);
        const repro::git_patch patch = patch_of(folder, git_patch_scope::with_untracked);
        box.write("repository/a", "one\n");
        box.write("repository/packed", binary);
        return !patch.text && patch.reason.starts_with("it seems to hold secrets (");
    };
    for (const support::canary& secret : support::token_canaries(1)) {
        INFO(secret.label);
        std::string wide;
        for (const char c : secret.text)
            (wide += c) += '\0';
        CHECK(refused("a", "one\nkey: " + secret.text + "\n"));
        CHECK(refused("packed", binary + secret.text + binary));
        CHECK(refused("packed", wide));
    }
    for (const support::canary& secret : support::named_canaries(1)) {
        INFO(secret.label);
        CHECK(refused("a", secret.name + "=\"" + secret.text + "\"\n"));
    }
    const std::string token = support::token_canaries(1)[2].text;
    box.write("repository/" + token, "text\n");
    CHECK_FALSE(patch_of(folder, git_patch_scope::with_untracked).text);
    fs::remove(folder / token);
    box.write("repository/packed",
              binary + token); // committed once, it would stand in the patch that drops it
    box.commit(folder);
    box.write("repository/packed", binary);
    CHECK_FALSE(patch_of(folder).text);
}

TEST_CASE("a patch of what only looks like secrets is made, and holds it byte for byte") {
    const support::git_sandbox box;
    const fs::path folder = box.repository();
    std::string all;
    for (const std::string& each : support::benign_texts())
        all += each + "\n";
    box.write("repository/a", all);
    const repro::git_patch patch = patch_of(folder);
    INFO(patch.reason);
    REQUIRE(patch.text);
    for (const std::string& each : support::benign_texts())
        CHECK(patch.text->find("\n+" + each + "\n") != std::string::npos);
}

TEST_CASE("a patch that would not rebuild the tree is not made") {
    const support::git_sandbox box;
    const fs::path folder = box.repository();
    SECTION("changes that are hidden from git") {
        box.git(folder, "update-index --assume-unchanged a");
        box.write("repository/a", "another length\n");
        CHECK(patch_of(folder).reason.find("assume-unchanged") != std::string::npos);
    }
    SECTION("changes in a submodule") {
        (void)box.repository("part");
        box.git(folder, "submodule add ../part sub");
        box.commit(folder);
        box.write("repository/sub/a", "changed\n");
        CHECK(patch_of(folder).reason.find("submodule") != std::string::npos);
    }
    SECTION("conflicts") {
        box.git(folder, "checkout -b side");
        box.write("repository/a", "side\n");
        box.commit(folder);
        box.git(folder, "checkout main");
        box.write("repository/a", "main\n");
        box.commit(folder);
        CHECK_THROWS(box.git(folder, "merge side"));
        CHECK(patch_of(folder).reason == "a merge left conflicts");
    }
    SECTION("no commit") {
        fs::create_directory(box / "new");
        box.git(box / "new", "init");
        CHECK_FALSE(patch_of(box / "new").text);
    }
}

TEST_CASE("a patch leaves the folder of the runs out") {
    const support::git_sandbox box;
    const fs::path folder = box.repository();
    box.write("repository/runs/manifest.json", "{}");
    box.write("repository/new", "kept\n");
    const repro::git_options look{.runs_folder = folder / "runs"};
    const repro::git_patch patch =
        make_git_patch(repro::capture_git(folder, look), {.scope = git_patch_scope::with_untracked}, look);
    REQUIRE(patch.text);
    CHECK(patch.text->find("kept") != std::string::npos);
    CHECK(patch.text->find("manifest.json") == std::string::npos);
}
