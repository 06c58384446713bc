// SPDX-License-Identifier: MIT
// repro rerun: from a repository that git made, with a program that records its runs.

#include "../support/git_sandbox.hpp"
#include "run_program.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using nlohmann::json;
using support::contains;

namespace {

/// A repository, a program beside it, and runs elsewhere.
class laboratory : public support::git_sandbox {
public:
    laboratory() {
        fs::copy_file(REPRO_RERUN_SUBJECT, *this / "train");
        write("repository/a", "one\n");
        folder_ = repository();
    }
    [[nodiscard]] const fs::path& folder() const noexcept { return folder_; }

    /// Runs the program in the repository.
    void train(const std::string& arguments = "", const std::string& variables = "") const {
        const std::string line = "cd '" + folder_.native() +
                                 "' && env -u OMP_NUM_THREADS REPRO_QUIET=1 REPRO_EXPERIMENTS='" +
                                 (*this / "runs").native() + "' " + variables + " '" +
                                 (*this / "train").native() + "' " + arguments + " >/dev/null";
        REQUIRE(std::system(line.c_str()) == 0);
    }
    [[nodiscard]] support::program_result rerun(std::vector<std::string> more) const {
        more.insert(more.begin(), {"rerun", run().native()});
        return support::run_program(more, {path(),
                                           {{"REPRO_EXPERIMENTS", (*this / "runs").native()},
                                            {"REPRO_QUIET", "1"},
                                            {"TMPDIR", (*this / "tmp").native()}}});
    }
    /// The folder of the first run.
    [[nodiscard]] fs::path run() const {
        for (const auto& each : fs::directory_iterator(*this / "runs"))
            if (each.path().native().find("-rerun") == std::string::npos) return each.path();
        return {};
    }
    [[nodiscard]] std::map<std::string, std::string> files_of_git() const {
        std::map<std::string, std::string> files;
        for (const auto& each : fs::recursive_directory_iterator(folder_ / ".git"))
            if (each.is_regular_file()) files[each.path().native()] = support::file_text(each.path());
        return files;
    }
    /// What the repetition wrote.
    [[nodiscard]] std::string output_again() const {
        return support::file_text(run().native() + "-rerun/out.txt");
    }

private:
    fs::path folder_;
    bool made_ = fs::create_directory(*this / "tmp");
};

} // namespace

TEST_CASE("rerun prints its plan and runs nothing without --yes") {
    const laboratory lab;
    lab.train();
    const auto result = lab.rerun({});
    CHECK(result.status == 0);
    CHECK(contains(result.out, lab.folder().native()));
    CHECK(contains(result.out, "REPRO_SEED=42"));
    CHECK(contains(result.out, "Nothing was run"));
    CHECK_FALSE(fs::exists(lab.run().native() + "-rerun"));
    CHECK(fs::is_empty(lab / "tmp"));
}

TEST_CASE("rerun of a clean commit comes to the same, whatever became of the tree since") {
    const laboratory lab;
    lab.train("3", "OMP_NUM_THREADS=3");
    const auto before = lab.files_of_git();
    lab.write("repository/a", "changed since\n");
    const auto result = lab.rerun({"--yes"});
    INFO(result.out << result.err);
    CHECK(result.status == 0);
    CHECK(contains(result.out, "bit-exact: accepted"));
    CHECK(lab.output_again() == support::file_text(lab.run() / "out.txt"));
    CHECK(contains(lab.output_again(), "one"));
    CHECK(contains(lab.output_again(), " 3\n")); // the launch environment
    CHECK(lab.files_of_git() == before);
    CHECK(fs::is_empty(lab / "tmp"));
    const json again = json::parse(support::file_text(lab.run().native() + "-rerun/manifest.json"));
    const json first = json::parse(support::file_text(lab.run() / "manifest.json"));
    CHECK(again.at("git_sha") == first.at("git_sha"));
    CHECK(again.at("git_dirty") == false);
    CHECK(again.at("seed_source") == "environment");
}

TEST_CASE("rerun of a dirty tree applies the recorded patch") {
    const laboratory lab;
    lab.write("repository/a", "two\n");
    lab.write("repository/wish", "granted\n"); // untracked
    lab.train();
    lab.git(lab.folder(), "checkout a");
    fs::remove(lab.folder() / "wish");
    const auto result = lab.rerun({"--yes", "--json"});
    INFO(result.out << result.err);
    CHECK(result.status == 0);
    CHECK(json::parse(result.out).at("verdict") == "accepted");
    CHECK(contains(lab.output_again(), "two granted"));

    lab.write("runs/" + lab.run().filename().native() + "/git.patch", "another\n");
    const auto refused = lab.rerun({"--yes"});
    CHECK(refused.status == 3);
    CHECK(contains(refused.err, "E_NOT_REPEATABLE"));
}

TEST_CASE("rerun says what is different") {
    const laboratory lab;
    lab.train("noise");
    const auto result = lab.rerun({"--yes", "--json"});
    CHECK(result.status == 1);
    const json answer = json::parse(result.out);
    CHECK(answer.at("verdict") == "rejected");
    CHECK(answer.at("judgement").at("level") == "bit-exact");
    CHECK(answer.at("judgement").at("findings").size() >= 2); // artifact, metric
}

TEST_CASE("rerun says which submodules and which files of LFS the rebuilt tree will lack") {
    const laboratory lab;
    const fs::path inner = lab.repository("inner");
    lab.git(lab.folder(), "submodule add '" + inner.native() + "' sub");
    lab.write("repository/.gitattributes", "*.bin filter=lfs\n");
    lab.write("repository/weights.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:" +
                                            std::string(64, 'a') + "\nsize 3\n");
    lab.write("repository/plain.bin", "version https://example.org\n");
    lab.commit(lab.folder());
    lab.train();
    const auto result = lab.rerun({"--json"});
    INFO(result.out << result.err);
    CHECK(result.status == 0);
    const json notes = json::parse(result.out).at("plan").at("notes");
    CHECK(contains(notes.dump(), "1 submodules stay empty"));
    CHECK(contains(notes.dump(), "1 files of Git LFS stay pointers"));
    CHECK(lab.rerun({"--yes", "--keep"}).status == 0);
    const fs::path tree = fs::directory_iterator(lab / "tmp")->path() / "tree";
    CHECK(fs::is_empty(tree / "sub"));
    CHECK(support::file_text(tree / "weights.bin") == support::file_text(lab.folder() / "weights.bin"));
}

TEST_CASE("rerun gives the status of a program that fails, and keeps the tree where asked") {
    const laboratory lab;
    lab.train("fail");
    const auto result = lab.rerun({"--yes", "--keep"});
    CHECK(result.status == 9);
    CHECK(contains(result.err, "nothing was compared"));
    REQUIRE_FALSE(fs::is_empty(lab / "tmp"));
    CHECK(support::file_text(fs::directory_iterator(lab / "tmp")->path() / "tree/a") == "one\n");
}

TEST_CASE("rerun refuses what it cannot repeat, with the reason") {
    const laboratory lab;
    lab.train(GENERATE_COPY(std::string(""), std::string("--password hunter2hunter2")));
    const fs::path manifest = lab.run() / "manifest.json";
    json document = json::parse(support::file_text(manifest));
    const auto refused = [&](const std::string& why) {
        const auto result = lab.rerun({});
        INFO(result.out << result.err);
        CHECK(result.status == 3);
        CHECK(contains(result.err, why));
    };
    if (document.at("command").at("arguments").size() > 1) return refused("held a secret");
    const auto publish = [&](const char* pointer, const json& value) {
        json changed = document;
        changed[json::json_pointer(pointer)] = value;
        lab.write("runs/" + lab.run().filename().native() + "/manifest.json", changed.dump());
    };
    publish("/git_dirty", true);
    refused("no patch of them is recorded");
    publish("/git_dirty", nullptr);
    refused("not known");
    publish("/git_sha", nullptr);
    refused("no commit");
    publish("/git_sha", std::string(40, '1'));
    CHECK(lab.rerun({}).status == 4);
    publish("/command/arguments", nullptr);
    refused("command line");
    publish("/git_dirty", false);
    std::ofstream(lab / "train", std::ios::app) << "x";
    refused("another program");
    CHECK(lab.rerun({"--exec", REPRO_RERUN_SUBJECT, "--yes"}).status == 0);
}
