// SPDX-License-Identifier: MIT
#include <repro/capture/git.hpp>

#include "../../support/git_sandbox.hpp"
#include "../../support/manifest.hpp"
#include "../../support/secrets.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <fstream>
#include <string>

// libgit2 before 1.6 loses what its regular expressions allocate when it opens a repository with extensions.
const char* leaks_of_others() __asm__("__lsan_default_suppressions"); // the name LeakSanitizer looks for
const char* leaks_of_others() { return "leak:libpcre2\n"; }

using repro::capture_git;
using repro::git_state;
using support::set_old_times;

namespace {

std::string reason(const repro::git_facts& facts, std::string_view field) {
    const auto found = std::find_if(facts.missing.begin(), facts.missing.end(),
                                    [field](const auto& fact) { return fact.field == field; });
    return found == facts.missing.end() ? std::string() : found->reason;
}

/// Whether nothing is missing but what these repositories do not have.
bool is_complete(const repro::git_facts& facts) {
    return std::all_of(facts.missing.begin(), facts.missing.end(), [](const auto& fact) {
        return fact.field == "git.remote" || fact.field == "git.describe";
    });
}

std::string read(const std::filesystem::path& file) {
    std::string text;
    std::getline(std::ifstream(file), text);
    return text;
}

} // namespace

TEST_CASE("the states have the manifest's words") {
    CHECK(to_string(git_state::clean) == "clean");
    CHECK(to_string(git_state::no_repository) == "no-repository");
    CHECK(to_string(git_state::refused_ownership) == "refused-ownership");
    CHECK(to_string(git_state::unknown) == "unknown");
}

TEST_CASE("a committed tree is clean, with sha, branch and top level") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    const auto facts = capture_git(folder / "b");
    CHECK(facts.state == git_state::clean);
    CHECK(facts.dirty == false);
    CHECK(facts.untracked == 0U);
    CHECK(facts.sha == read(folder / ".git/refs/heads/main"));
    CHECK(facts.branch == "main");
    CHECK_FALSE(facts.head_detached);
    CHECK(facts.toplevel == folder.native());
    CHECK(facts.in_progress.empty());
    CHECK(is_complete(facts));
}

TEST_CASE("every kind of change to tracked files is dirty") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    SECTION("modified") { box.write("repository/a", "other\n"); }
    SECTION("modified, of the same size") { box.write("repository/a", "eno\n"); }
    SECTION("removed") { std::filesystem::remove(folder / "a"); }
    SECTION("staged") {
        box.write("repository/new", "x");
        box.git(folder, "add new");
    }
    SECTION("staged, then put back") {
        box.write("repository/a", "other\n");
        box.git(folder, "add a");
        box.write("repository/a", "one\n");
    }
    SECTION("executable bit") {
        std::filesystem::permissions(folder / "a", std::filesystem::perms::owner_all);
    }
    SECTION("replaced by a link") {
        std::filesystem::remove(folder / "a");
        std::filesystem::create_symlink("b/c", folder / "a");
    }
    SECTION("removed from the index alone") { box.git(folder, "rm --cached a"); }
    const auto facts = capture_git(folder);
    CHECK(facts.state == git_state::dirty);
    CHECK(facts.dirty == true);
    CHECK(is_complete(facts));
}

TEST_CASE("other times without another content are clean") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    set_old_times(folder / "a");
    CHECK(capture_git(folder).state == git_state::clean);
}

TEST_CASE("untracked files are counted apart and ignored ones are not") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.write("repository/.gitignore", "*.o\n");
    box.commit(folder);
    box.write("repository/x", "");
    box.write("repository/d/y", "");
    box.write("repository/d/z", "");
    box.write("repository/d/z.o", "");
    const auto facts = capture_git(folder);
    CHECK(facts.state == git_state::clean);
    CHECK(facts.dirty == false);
    CHECK(facts.untracked == 3U);
}

TEST_CASE("the folder of the runs is left out of both counts") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    for (const std::string runs : {"experiments", "b/deep runs", "odd [*?] !#name"}) {
        INFO(runs);
        box.write("repository/" + runs + "/tracked", "1");
        box.commit(folder);
        box.write("repository/" + runs + "/tracked", "22");
        box.write("repository/" + runs + "/r/manifest.json", "{}");
        box.write("repository/" + runs + "x", "a neighbour whose name starts alike");
        CHECK(capture_git(folder).state == git_state::dirty);
        const auto facts = capture_git(folder, {.runs_folder = folder / runs});
        CHECK(facts.state == git_state::clean);
        CHECK(facts.untracked == 1U);
        box.commit(folder);
    }
}

TEST_CASE("a folder of the runs that is the whole tree, or elsewhere, hides nothing") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.write("repository/a", "other\n");
    CHECK(capture_git(folder, {.runs_folder = folder}).state == git_state::dirty);
    CHECK(capture_git(folder, {.runs_folder = box.path()}).state == git_state::dirty);
    CHECK(capture_git(folder, {.runs_folder = box / "elsewhere"}).state == git_state::dirty);
}

TEST_CASE("a folder of the runs is found through a symbolic link") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.write("repository/runs/r/manifest.json", "{}");
    std::filesystem::create_directory_symlink(folder / "runs", box / "link");
    CHECK(capture_git(folder, {.runs_folder = box / "link"}).untracked == 0U);
}

TEST_CASE("a detached head has a sha and no branch") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    const std::string sha = read(folder / ".git/refs/heads/main");
    box.git(folder, "checkout --detach");
    const auto facts = capture_git(folder);
    CHECK(facts.state == git_state::clean);
    CHECK(facts.head_detached);
    CHECK(facts.sha == sha);
    CHECK_FALSE(facts.branch);
    CHECK(reason(facts, "git.branch") == "the head is detached");
}

TEST_CASE("a repository without a commit is unborn and knows its branch") {
    const support::git_sandbox box;
    std::filesystem::create_directory(box / "new");
    box.git(box / "new", "init");
    const auto facts = capture_git(box / "new");
    CHECK(facts.state == git_state::unborn);
    CHECK_FALSE(facts.sha);
    CHECK(facts.branch == "main");
    CHECK(facts.dirty == false);
    CHECK(reason(facts, "git_sha") == "there is no commit yet");

    box.write("new/file", "x");
    box.git(box / "new", "add file");
    CHECK(capture_git(box / "new").state == git_state::unborn);
    CHECK(capture_git(box / "new").dirty == true);
}

TEST_CASE("a bare repository has a commit and nothing that could be dirty") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.git(box.path(), "clone --bare repository bare.git");
    const auto facts = capture_git(box / "bare.git");
    CHECK(facts.state == git_state::bare);
    CHECK(facts.sha == read(folder / ".git/refs/heads/main"));
    CHECK(facts.branch == "main");
    CHECK_FALSE(facts.dirty);
    CHECK_FALSE(facts.toplevel);
    CHECK_FALSE(reason(facts, "git_dirty").empty());
}

TEST_CASE("a folder without a repository says so for every field") {
    const support::git_sandbox box;
    const auto facts = capture_git(box.path());
    CHECK(facts.state == git_state::no_repository);
    CHECK_FALSE(facts.sha);
    CHECK_FALSE(facts.dirty);
    CHECK_FALSE(reason(facts, "git_sha").empty());
    CHECK_FALSE(reason(facts, "git_dirty").empty());
}

TEST_CASE("a folder that does not exist is unknown, not without a repository") {
    const support::git_sandbox box;
    const auto facts = capture_git(box / "absent");
    CHECK(facts.state == git_state::unknown);
    CHECK(reason(facts, "git_sha").ends_with("No such file or directory"));
}

TEST_CASE("a working directory that was deleted is unknown") {
    const support::git_sandbox box;
    const auto before = std::filesystem::current_path();
    std::filesystem::create_directory(box / "gone");
    std::filesystem::current_path(box / "gone");
    std::filesystem::remove(box / "gone");
    const auto facts = capture_git(".");
    const auto again = capture_git({});
    std::filesystem::current_path(before);
    CHECK(facts.state == git_state::unknown);
    CHECK(again.state == git_state::unknown);
    CHECK_FALSE(reason(facts, "git_dirty").empty());
}

TEST_CASE("a repository of another user is refused, in git's words") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    if (::geteuid() != 0) SKIP("only root can give a folder away");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        REQUIRE(::lchown(entry.path().c_str(), 12345, 12345) == 0);
    REQUIRE(::lchown(folder.c_str(), 12345, 12345) == 0);
    const auto facts = capture_git(folder);
    CHECK(facts.state == git_state::refused_ownership);
    CHECK_FALSE(facts.sha);
    CHECK_FALSE(facts.dirty);
    CHECK(reason(facts, "git_sha").find("not owned") != std::string::npos);
}

TEST_CASE("the only remote is taken whatever its name is; of several, origin or none") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    CHECK_FALSE(capture_git(folder).remote);
    box.git(folder, "remote add up.stream https://git.example/a.git");
    CHECK(capture_git(folder).remote == "https://git.example/a.git");
    box.git(folder, "remote set-url --push up.stream https://git.example/pushed.git"); // still one
    CHECK(capture_git(folder).remote == "https://git.example/a.git");
    box.git(folder, "remote add mirror https://git.example/b.git");
    CHECK_FALSE(capture_git(folder).remote);
    box.git(folder, "remote add origin https://git.example/c.git");
    CHECK(capture_git(folder).remote == "https://git.example/c.git");
}

TEST_CASE("a remote is recorded without the secrets in its URL, wherever they stand") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.git(folder, "remote add origin https://git.example/a.git");
    const std::string config = support::read_text(folder / ".git/config");
    const auto remote = [&](const std::string& url) {
        std::string quoted;
        for (const char c : url)
            quoted += c == '\n' ? std::string("\\n") : c == '"' ? std::string("\\\"") : std::string(1, c);
        std::ofstream(folder / ".git/config")
            << config << "[remote \"origin\"]\n\turl = \"" << quoted << "\"\n";
        return capture_git(folder).remote.value_or("none");
    };
    for (const support::canary& secret : support::all_canaries(1)) {
        const std::string& s = secret.text;
        for (const std::string& url :
             {"https://me:" + s + "@git.example/a.git", "https://git.example/a.git?private_token=" + s,
              "https://git.example/a.git#access_token=" + s, "me:" + s + "@git.example:a.git",
              "ssh://me:" + s + "@git.example:22/a.git"}) {
            CAPTURE(secret.label, url);
            const std::string told = remote(url);
            CHECK_FALSE(support::tells(told, secret));
            CHECK(told.find("git.example") != std::string::npos);
        }
    }
    for (const support::canary& secret : support::token_canaries(1)) // which nothing but their formats tell
        for (const std::string& url : {"https://" + secret.text + "@git.example/a.git",
                                       "https://git.example/" + secret.text + "/a.git"}) {
            CAPTURE(secret.label, url);
            CHECK_FALSE(support::tells(remote(url), secret));
        }
    for (const char* const url :
         {"https://git.example/sk-learn-pipeline-with-standard-scaler.git",
          "https://git.example/org/token_type_ids/primary_key", "git.example:a/b@v1.git"})
        CHECK(remote(url) == url);
}

TEST_CASE("variables of the environment do not lead to another repository") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    const auto other = box.repository("other");
    box.write("other/a", "changed\n");
    box.commit(other);
    constexpr const char* names[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"};
    ::setenv("GIT_DIR", (other / ".git").c_str(), 1);
    ::setenv("GIT_WORK_TREE", other.c_str(), 1);
    ::setenv("GIT_INDEX_FILE", (other / ".git/index").c_str(), 1);
    ::setenv("GIT_OBJECT_DIRECTORY", (other / ".git/objects").c_str(), 1);
    const auto facts = capture_git(folder);
    const auto none = capture_git(box.path());
    for (const char* name : names)
        ::unsetenv(name);
    CHECK(facts.state == git_state::clean);
    CHECK(facts.sha == read(folder / ".git/refs/heads/main"));
    CHECK(facts.toplevel == folder.native());
    CHECK(none.state == git_state::no_repository);
}

TEST_CASE("a linked worktree is known as one, with its own branch and changes") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.git(folder, "worktree add ../linked -b side");
    box.write("linked/a", "changed\n");
    const auto facts = capture_git(box / "linked");
    CHECK(facts.linked_worktree);
    CHECK(facts.branch == "side");
    CHECK(facts.state == git_state::dirty);
    CHECK(facts.toplevel == (box / "linked").native());
    CHECK(capture_git(folder).state == git_state::clean);
    CHECK_FALSE(capture_git(folder).linked_worktree);
}

TEST_CASE("a shallow clone is known as one") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.write("repository/a", "second\n");
    box.commit(folder);
    box.git(box.path(), "clone --depth 1 'file://" + folder.native() + "' shallow");
    CHECK(capture_git(box / "shallow").shallow);
    CHECK(capture_git(box / "shallow").state == git_state::clean);
    CHECK_FALSE(capture_git(folder).shallow);
}

TEST_CASE("an operation in progress and its conflicts are known") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.git(folder, "checkout -b side");
    box.write("repository/a", "side\n");
    box.commit(folder);
    box.git(folder, "checkout main");
    box.write("repository/a", "main\n");
    box.commit(folder);
    CHECK_THROWS(box.git(folder, "merge side"));
    const auto facts = capture_git(folder);
    CHECK(facts.in_progress == "merge");
    CHECK(facts.state == git_state::dirty);
}

TEST_CASE("changes of a submodule make its parent dirty") {
    const support::git_sandbox box;
    (void)box.repository("part");
    const auto folder = box.repository();
    box.git(folder, "submodule add ../part sub");
    box.commit(folder);
    REQUIRE(capture_git(folder).state == git_state::clean);
    SECTION("modified") {
        box.write("repository/sub/a", "changed\n");
        CHECK(capture_git(folder).state == git_state::dirty);
    }
    SECTION("another commit") {
        box.write("repository/sub/a", "changed\n");
        box.commit(folder / "sub");
        CHECK(capture_git(folder).state == git_state::dirty);
        box.git(folder, "add sub");
        CHECK(capture_git(folder).state == git_state::dirty);
    }
    SECTION("removed") {
        std::filesystem::remove_all(folder / "sub");
        CHECK(capture_git(folder).state == git_state::dirty);
    }
    SECTION("an untracked file alone changes nothing") {
        box.write("repository/sub/new", "");
        CHECK(capture_git(folder).state == git_state::clean);
        CHECK(capture_git(folder).untracked == 0U);
    }
    SECTION("not checked out is no change") {
        box.git(box.path(), "clone repository copy");
        CHECK(capture_git(box / "copy").state == git_state::clean);
    }
    SECTION("a change two levels down") {
        box.write("part/a", "x\n");
        const auto outer = box.repository("outer");
        box.git(outer, "submodule add ../repository mid");
        box.git(outer, "submodule update --init --recursive");
        box.commit(outer);
        REQUIRE(capture_git(outer).state == git_state::clean);
        box.write("outer/mid/sub/a", "changed\n");
        CHECK(capture_git(outer).state == git_state::dirty);
    }
    SECTION("broken is unknown, not clean") {
        std::ofstream(folder / ".git/modules/sub/HEAD") << "nonsense";
        const auto facts = capture_git(folder);
        CHECK(facts.state == git_state::unknown);
        CHECK_FALSE(facts.dirty);
    }
}

TEST_CASE("an entry that hides its changes is counted and looked at all the same") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    const std::string mark = GENERATE(as<std::string>{}, "--assume-unchanged", "--skip-worktree");
    box.git(folder, "update-index " + mark + " a");
    INFO(mark);
    CHECK(capture_git(folder).counts->hidden == 1U);
    CHECK(capture_git(folder).state == git_state::clean);
    SECTION("another size") {
        box.write("repository/a", "longer than before\n");
        CHECK(capture_git(folder).state == git_state::dirty);
    }
    SECTION("the same size") {
        box.write("repository/a", "eno\n");
        set_old_times(folder / "a");
        CHECK(capture_git(folder).state == git_state::dirty);
    }
    SECTION("only other times") {
        set_old_times(folder / "a");
        CHECK(capture_git(folder).state == git_state::clean);
    }
    SECTION("absent, as in a sparse checkout") {
        std::filesystem::remove(folder / "a");
        CHECK((capture_git(folder).state == git_state::clean) == (mark == "--skip-worktree"));
    }
}

TEST_CASE("a spent budget is unknown, never clean") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    const auto facts = capture_git(folder, {.runs_folder = {}, .budget_ms = 0});
    CHECK(facts.state == git_state::unknown);
    CHECK(facts.sha);
    CHECK_FALSE(facts.dirty);
    CHECK_FALSE(facts.untracked);
    CHECK(reason(facts, "git_dirty") == "the time budget is spent");
}

TEST_CASE("a large file whose times tell nothing is read as far as the budget goes") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.write("repository/z", "");
    std::filesystem::resize_file(folder / "z", std::uintmax_t{33} << 20);
    box.git(folder, "config core.compression 0");
    box.commit(folder);
    set_old_times(folder / "z");
    CHECK(capture_git(folder).state == git_state::clean);
    const auto facts = capture_git(folder, {.runs_folder = {}, .budget_ms = 1});
    CHECK(facts.state == git_state::unknown);
    CHECK(reason(facts, "git_dirty") == "the time budget is spent");
}

TEST_CASE("nothing that the repository names is run") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    const auto trap = box.write("trap", "#!/bin/sh\ntouch '" + (box / "sprung").native() + "'\ncat\n");
    std::filesystem::permissions(trap, std::filesystem::perms::owner_all);
    box.write("repository/.gitattributes", "* filter=trap diff=trap\n");
    box.commit(folder);
    for (const std::string hook : {"post-index-change", "post-checkout", "fsmonitor-watchman"})
        std::filesystem::create_symlink(trap, folder / ".git/hooks" / hook);
    std::ofstream(folder / ".git/config", std::ios::app)
        << "[filter \"trap\"]\n\tclean = " << trap.native() << "\n\tsmudge = " << trap.native()
        << "\n\tprocess = " << trap.native()
        << "\n\trequired = true\n[diff \"trap\"]\n\ttextconv = " << trap.native()
        << "\n[core]\n\tfsmonitor = " << trap.native() << "\n";
    set_old_times(folder / "a");
    const auto index = std::filesystem::last_write_time(folder / ".git/index");
    CHECK(capture_git(folder).state == git_state::clean);
    CHECK_FALSE(std::filesystem::exists(box / "sprung"));
    CHECK(std::filesystem::last_write_time(folder / ".git/index") == index);
}

TEST_CASE("a lock that another git holds does not matter") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.write("repository/.git/index.lock", "");
    CHECK(capture_git(folder).state == git_state::clean);
}

TEST_CASE("what libgit2 cannot read is unknown with its reason") {
    const support::git_sandbox box;
    SECTION("a repository of SHA-256 objects") {
        std::filesystem::create_directory(box / "wide");
        box.git(box / "wide", "init --object-format=sha256");
        box.write("wide/a", "x");
        box.commit(box / "wide");
        const auto facts = capture_git(box / "wide");
        CHECK(facts.state == git_state::sha256_repository);
        CHECK_FALSE(facts.dirty);
        CHECK_FALSE(reason(facts, "git_sha").empty());
    }
    SECTION("a head that leads nowhere") {
        const auto folder = box.repository();
        std::ofstream(folder / ".git/HEAD") << "nonsense\n";
        const auto facts = capture_git(folder);
        CHECK(facts.state == git_state::unknown);
        CHECK_FALSE(facts.sha);
        CHECK_FALSE(reason(facts, "git_sha").empty());
    }
    SECTION("a damaged index") {
        const auto folder = box.repository();
        std::ofstream(folder / ".git/index") << "nonsense";
        const auto facts = capture_git(folder);
        CHECK(facts.state == git_state::unknown);
        CHECK(facts.sha);
        CHECK_FALSE(facts.dirty);
    }
    SECTION("a lost commit") {
        const auto folder = box.repository();
        const std::string sha = read(folder / ".git/refs/heads/main");
        std::filesystem::remove(folder / ".git/objects" / sha.substr(0, 2) / sha.substr(2));
        const auto facts = capture_git(folder);
        CHECK(facts.state == git_state::unknown);
        CHECK_FALSE(facts.dirty);
    }
}

TEST_CASE("names that are no UTF-8 and names with newlines are files like others") {
    const support::git_sandbox box;
    const auto folder = box.repository();
    box.write("repository/\xff\xfe", "x");
    box.write("repository/line\nbreak", "x");
    CHECK(capture_git(folder).untracked == 2U);
    box.commit(folder);
    CHECK(capture_git(folder).state == git_state::clean);
}
