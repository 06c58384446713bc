// SPDX-License-Identifier: MIT
// Repositories of every kind, made by git itself, and what is said of each: nothing is called clean that is
// not known to be.

#include <repro/capture/git.hpp>

#include "../../support/git_sandbox.hpp"
#include "../../support/scoped_variable.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using repro::capture_git;
using repro::git_counts;
using repro::git_facts;
using repro::git_state;
using support::set_old_times;

namespace {

/// A repository, and what is to be said of it.
struct row {
    std::string name;
    std::function<fs::path(const support::git_sandbox&)> make; ///< returns the folder to be asked about
    git_state state;
    std::optional<bool> dirty;
    std::function<bool(const git_facts&)> rest = {};
};

/// A repository that git has changed by `commands` after its first commit.
std::function<fs::path(const support::git_sandbox&)> after(std::vector<std::string> commands) {
    return [commands](const support::git_sandbox& box) {
        const fs::path folder = box.repository();
        for (const std::string& each : commands)
            box.git(folder, each);
        return folder;
    };
}

/// A repository with a change in the working tree.
std::function<fs::path(const support::git_sandbox&)>
with(std::function<void(const support::git_sandbox&)> change) {
    return [change](const support::git_sandbox& box) {
        const fs::path folder = box.repository();
        change(box);
        return folder;
    };
}

fs::path conflicting(const support::git_sandbox& box) {
    const fs::path folder = box.repository();
    box.git(folder, "checkout -b side");
    box.write("repository/a", "side\n");
    box.commit(folder);
    box.git(folder, "checkout main");
    box.write("repository/a", "main\n");
    box.commit(folder);
    CHECK_THROWS(box.git(folder, "merge side"));
    return folder;
}

fs::path with_submodule(const support::git_sandbox& box) {
    (void)box.repository("part");
    const fs::path folder = box.repository();
    box.git(folder, "submodule add ../part sub");
    box.commit(folder);
    return folder;
}

/// A pointer as LFS keeps it, of "content\n".
const std::string pointer =
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:434728a410a78f56fc1b5899c3593436e61ab0c731e9072d95e96db290205e53\nsize 8\n";

fs::path with_lfs(const support::git_sandbox& box) {
    box.write("repository/.gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    box.write("repository/w.bin", pointer);
    return box.repository();
}

bool counts_are(const git_facts& facts, const git_counts& wanted) { return facts.counts == wanted; }

const std::vector<row>& matrix() {
    static const std::vector<row> rows = {
        {"no repository", [](const auto& box) { return box.path(); }, git_state::no_repository, {}},
        {"no git program", // none is ever asked
         [](const auto& box) {
             const fs::path folder = box.repository();
             ::setenv("PATH", "/nonexistent", 1);
             return folder;
         },
         git_state::clean, false},
        {"no commit yet",
         [](const auto& box) {
             fs::create_directory(box / "new");
             box.git(box / "new", "init");
             box.write("new/a", "x");
             box.git(box / "new", "add a");
             return box / "new";
         },
         git_state::unborn, true,
         [](const auto& f) { return f.branch == "main" && counts_are(f, {.staged = 1}); }},
        {"detached head", after({"checkout --detach"}), git_state::clean, false,
         [](const auto& f) { return f.head_detached && !f.branch; }},
        {"bare",
         [](const auto& box) {
             (void)box.repository();
             box.git(box.path(), "clone --bare repository bare.git");
             return box / "bare.git";
         },
         git_state::bare,
         {}},
        {"shallow",
         [](const auto& box) {
             const fs::path folder = box.repository();
             box.git(folder, "commit --allow-empty -m second");
             box.git(box.path(), "clone --depth 1 'file://" + folder.native() + "' shallow");
             return box / "shallow";
         },
         git_state::clean, false, [](const auto& f) { return f.shallow; }},
        {"linked worktree",
         [](const auto& box) {
             box.git(box.repository(), "worktree add ../linked -b side");
             box.write("linked/a", "changed, and longer\n");
             return box / "linked";
         },
         git_state::dirty, true,
         [](const auto& f) {
             return f.linked_worktree && f.branch == "side" && counts_are(f, {.modified = 1});
         }},
        {"submodule changed",
         [](const auto& box) {
             const fs::path folder = with_submodule(box);
             box.write("repository/sub/a", "changed, and longer\n");
             return folder;
         },
         git_state::dirty, true, [](const auto& f) { return counts_are(f, {.submodules_changed = 1}); }},
        {"submodule not checked out",
         [](const auto& box) {
             (void)with_submodule(box);
             box.git(box.path(), "clone repository copy");
             return box / "copy";
         },
         git_state::clean, false, [](const auto& f) { return counts_are(f, {.submodules_absent = 1}); }},
        {"SHA-256 objects",
         [](const auto& box) {
             fs::create_directory(box / "wide");
             box.git(box / "wide", "init --object-format=sha256");
             return box / "wide";
         },
         git_state::sha256_repository,
         {}},
        {"staged, modified, removed, untracked", with([](const auto& box) {
             box.write("repository/a", "other, and longer\n");
             fs::remove(box / "repository/b/c");
             box.write("repository/new", "");
             box.git(box / "repository", "add new");
             box.write("repository/d/untracked", "");
         }),
         git_state::dirty, true,
         [](const auto& f) { return counts_are(f, {.staged = 1, .modified = 2}) && f.untracked == 1U; }},
        {"staged alone", after({"rm -q a"}), git_state::dirty, true,
         [](const auto& f) { return counts_are(f, {.staged = 1}); }},
        {"intent to add", with([](const auto& box) {
             box.write("repository/new", "text");
             box.git(box / "repository", "add -N new");
         }),
         git_state::dirty, true},
        {"conflicts", conflicting, git_state::dirty, true,
         [](const auto& f) { return f.in_progress == "merge" && counts_are(f, {.conflicts = 1}); }},
        {"assume-unchanged hides a change", with([](const auto& box) {
             box.git(box / "repository", "update-index --assume-unchanged a");
             box.write("repository/a", "other, and longer\n");
         }),
         git_state::dirty, true,
         [](const auto& f) { return counts_are(f, {.modified = 1, .hidden = 1, .hidden_changed = 1}); }},
        {"skip-worktree, absent", with([](const auto& box) {
             box.git(box / "repository", "update-index --skip-worktree a");
             fs::remove(box / "repository/a");
         }),
         git_state::clean, false, [](const auto& f) { return counts_are(f, {.hidden = 1}); }},
        {"same size, times put back", with([](const auto& box) {
             const fs::path file = box / "repository/a";
             const auto time = fs::last_write_time(file);
             box.write("repository/a", "eno\n");
             fs::last_write_time(file, time);
         }),
         git_state::dirty, true},
        {"other times alone", with([](const auto& box) { set_old_times(box / "repository/a"); }),
         git_state::clean, false},
        {"a folder replaced by a link to its content", with([](const auto& box) {
             fs::rename(box / "repository/b", box / "elsewhere");
             fs::create_directory_symlink(box / "elsewhere", box / "repository/b");
         }),
         git_state::dirty, true,
         [](const auto& f) { return counts_are(f, {.modified = 1}) && f.untracked == 1U; }},
        {"line ends that git converts", with([](const auto& box) {
             box.git(box / "repository", "config core.autocrlf true");
             fs::remove(box / "repository/a");
             box.git(box / "repository", "checkout a");
             set_old_times(box / "repository/a");
         }),
         git_state::clean, false},
        {"a filter that only git could run",
         with([](const auto& box) {
             box.write("repository/.gitattributes", "a filter=upper\n");
             box.commit(box / "repository");
             box.git(box / "repository", "config filter.upper.clean 'tr a-z A-Z'");
             box.write("repository/a", "ONE\n");
         }),
         git_state::unknown,
         {},
         [](const auto& f) { return !f.counts; }},
        {"LFS pointers that were not fetched", with_lfs, git_state::clean, false,
         [](const auto& f) { return counts_are(f, {.lfs_pointers = 1}); }},
        {"LFS content",
         [](const auto& box) {
             const fs::path folder = with_lfs(box);
             box.git(folder, "update-index --refresh");
             box.write("repository/w.bin", "content\n");
             return folder;
         },
         git_state::dirty, true}, // of another size than git saw: changed, whatever a filter makes of it
        {"index.lock held", with([](const auto& box) { box.write("repository/.git/index.lock", ""); }),
         git_state::clean, false},
        {"an empty index file",
         with([](const auto& box) { std::ofstream(box / "repository/.git/index").close(); }),
         git_state::unknown,
         {}},
        {"a damaged index",
         with([](const auto& box) {
             std::fstream index(box / "repository/.git/index", std::ios::in | std::ios::out);
             index.seekp(60);
             index.put('\x7f');
         }),
         git_state::unknown,
         {}},
        {"no index", with([](const auto& box) { fs::remove(box / "repository/.git/index"); }),
         git_state::dirty, true,
         [](const auto& f) { return counts_are(f, {.staged = 2}) && f.untracked == 2U; }},
        {"index version 4", after({"update-index --index-version 4"}), git_state::clean, false},
        {"index version 4, changed", with([](const auto& box) {
             box.git(box / "repository", "update-index --index-version 4");
             box.write("repository/b/c", "other, and longer\n");
         }),
         git_state::dirty, true, [](const auto& f) { return counts_are(f, {.modified = 1}); }},
        {"split index", after({"update-index --split-index"}), git_state::unknown, {}},
        {"sparse index", after({"sparse-checkout set --cone --sparse-index d"}), git_state::unknown, {}},
        {"newlines and bytes in names", with([](const auto& box) {
             box.write("repository/\xff\xfe", "x");
             box.write("repository/line\nbreak", "x");
             for (const std::string name : {"!bang", "*", "a\\b", " blank ", "[a]"})
                 box.write("repository/" + name, "x");
         }),
         git_state::clean, false, [](const auto& f) { return f.untracked == 7U; }},
        {"a repository within", with([](const auto& box) { (void)box.repository("repository/inner"); }),
         git_state::clean, false, [](const auto& f) { return f.untracked == 1U; }},
        {"replaced objects", after({"commit --allow-empty -m second", "replace HEAD HEAD~"}),
         git_state::clean, false, [](const auto& f) { return f.replacements == 1 && !f.grafts; }},
        {"grafts", with([](const auto& box) { box.write("repository/.git/info/grafts", ""); }),
         git_state::clean, false, [](const auto& f) { return f.grafts; }},
        {"tags", after({"tag v1.2", "commit --allow-empty -m second"}), git_state::clean, false,
         [](const auto& f) { return f.describe && f.describe->starts_with("v1.2-1-g"); }},
        {"a remote with a password",
         after({"remote add origin 'https://me:hunter2@git.example/a.git?private_token=x#y'"}),
         git_state::clean, false, [](const auto& f) { return f.remote == "https://git.example/a.git"; }},
    };
    return rows;
}

} // namespace

TEST_CASE("every kind of repository has its word, and none is clean that is not known to be") {
    for (const row& each : matrix()) {
        const support::git_sandbox box;
        const char* const path = std::getenv("PATH");
        const support::scoped_variable kept("PATH", path == nullptr ? "" : path);
        INFO(each.name);
        const git_facts facts = capture_git(each.make(box));
        for (const auto& missing : facts.missing)
            UNSCOPED_INFO(missing.field + ": " + missing.reason);
        CHECK(to_string(facts.state) == to_string(each.state));
        CHECK(facts.dirty == each.dirty);
        if (each.rest) CHECK(each.rest(facts));
    }
}

TEST_CASE("the digest of untracked names tells names, not content") {
    const support::git_sandbox box;
    const fs::path folder = box.repository();
    box.write("repository/x", "1");
    const auto first = capture_git(folder).untracked_names;
    REQUIRE(first);
    box.write("repository/x", "2");
    CHECK(capture_git(folder).untracked_names == first);
    fs::rename(folder / "x", folder / "y");
    CHECK(capture_git(folder).untracked_names != first);
}

TEST_CASE("a repository of the home folder that tracks nothing here encloses by accident") {
    const support::git_sandbox box;
    const fs::path home = box.repository("home");
    const support::scoped_variable variable("HOME", home.native());
    fs::create_directories(home / "work/program");
    CHECK(encloses_by_accident(capture_git(home / "work/program")));
    CHECK_FALSE(encloses_by_accident(capture_git(home / "b")));
    CHECK_FALSE(encloses_by_accident(capture_git(home)));
    const fs::path own = box.repository("home/own");
    fs::create_directories(own / "build");
    CHECK_FALSE(encloses_by_accident(capture_git(own / "build")));
}

TEST_CASE("many files are compared by several threads with the same answer") {
    const support::git_sandbox box;
    for (int i = 0; i < 6000; ++i)
        box.write("repository/d" + std::to_string(i % 50) + "/e/" + std::to_string(i), std::to_string(i));
    const fs::path folder = box.repository();
    set_old_times(folder / ".git/index"); // no file is older than it now: every one is read
    CHECK(capture_git(folder).state == git_state::clean);
    for (int i = 0; i < 6000; i += 1000)
        box.write("repository/d" + std::to_string(i % 50) + "/e/" + std::to_string(i), "x");
    CHECK(capture_git(folder).counts == git_counts{.modified = 6});
}
