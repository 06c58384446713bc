// SPDX-License-Identifier: MIT
// repro verify --gate publication on runs that a program recorded in a repository of git's.

#include "../support/git_sandbox.hpp"
#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <set>
#include <string>

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;
using support::contains;

namespace {

/// A repository with a committed lockfile that a tool wrote, and runs of a program in it.
class evidence : public support::git_sandbox {
public:
    explicit evidence(const char* lockfile = "uv.lock") {
        fs::copy_file(REPRO_RERUN_SUBJECT, *this / "train");
        write("repository/" + std::string(lockfile),
              support::file_text(fs::path("tests/vectors/lockfiles/real/uv") / lockfile));
        folder_ = repository();
    }
    [[nodiscard]] const fs::path& folder() const noexcept { return folder_; }

    void train(int seed, const std::string& arguments = "") const {
        const std::string line =
            "cd '" + folder_.native() +
            "' && env OMP_NUM_THREADS=1 REPRO_QUIET=1 REPRO_SEED=" + std::to_string(seed) +
            " REPRO_RUN_DIR='" + (*this / "runs/seed_").native() + std::to_string(seed) + "' '" +
            (*this / "train").native() + "' " + arguments + " >/dev/null";
        REQUIRE(std::system(line.c_str()) == 0);
    }
    void train_all(int seeds = 5) const {
        for (int seed = 1; seed <= seeds; ++seed)
            train(seed);
    }
    /// Changes what a run recorded, and the digest with it.
    void rewrite(int seed, const std::function<void(ordered_json&)>& change) const {
        const std::string name = "runs/seed_" + std::to_string(seed) + "/manifest.json";
        ordered_json document = ordered_json::parse(support::file_text(*this / name));
        change(document);
        const std::string text = document.dump(2) + "\n";
        write(name, text);
        write(name + ".sha256", support::sha256_of(text) + "  manifest.json\n");
    }
    [[nodiscard]] support::program_result gate(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"verify", (*this / "runs").native(), "--gate", "publication"});
        return support::run_program(more, {folder_, {}});
    }
    /// The ids of the reasons for which the gate refuses, each once.
    [[nodiscard]] std::set<std::string> reasons() const {
        const auto result = gate({"--json"});
        CHECK(result.status == 1);
        std::set<std::string> ids;
        const json answer = json::parse(result.out);
        for (const json& each : answer.at("reasons"))
            ids.insert(each.at("id"));
        return ids;
    }

private:
    fs::path folder_;
};

using ids = std::set<std::string>;

} // namespace

TEST_CASE("five seeds from a clean commit with a committed lock of grade A pass for a publication") {
    const evidence lab;
    lab.train_all();
    const auto result = lab.gate();
    INFO(result.out << result.err);
    CHECK(result.status == 0);
    CHECK(result.out == "gate publication: passes (5 runs, 0 reasons)\n");
}

TEST_CASE("a publication is refused without its seeds, or where something was not seeded") {
    const evidence lab;
    lab.train_all(4);
    CHECK(lab.reasons() == ids{"few-seeds"});
    lab.train(5);
    lab.rewrite(5, [](ordered_json& m) {
        m["missing"].push_back({{"field", "streams.opencv"}, {"reason", "no adapter was handed in"}});
    });
    CHECK(lab.reasons() == ids{"unseeded"});
    lab.rewrite(5, [](ordered_json& m) {
        m["missing"].erase(m["missing"].size() - 1);
        m["seed"] = 4;
        m["seed_text"] = "4";
    });
    CHECK(lab.reasons() == ids{"few-seeds"}); // five runs, four seeds
}

TEST_CASE("a publication is refused where its lock is not committed, changed, weaker or not there") {
    SECTION("not committed") {
        const evidence lab;
        lab.git(lab.folder(), "rm --cached uv.lock");
        lab.git(lab.folder(), "commit -m without");
        lab.train_all();
        CHECK(lab.reasons() == ids{"lock-untracked"});
    }
    SECTION("changed before the run") {
        const evidence lab;
        lab.write("repository/uv.lock", support::file_text(lab.folder() / "uv.lock") + "\n");
        lab.train_all();
        CHECK(lab.reasons() == ids{"dirty"});
    }
    SECTION("changed after it") {
        const evidence lab;
        lab.train_all();
        lab.write("repository/uv.lock", support::file_text(lab.folder() / "uv.lock") + "\n");
        CHECK(lab.reasons() == ids{"lock-ungraded"});
        CHECK(
            contains(lab.gate().out, "how well uv.lock locks cannot be told: it has changed since the run"));
        fs::remove(lab.folder() / "uv.lock");
        CHECK(contains(lab.gate().out, "how well uv.lock locks cannot be told: was not read"));
    }
    SECTION("without digests") {
        const evidence lab("requirements.txt");
        lab.train_all();
        CHECK(lab.reasons() == ids{"lock-grade"});
    }
    SECTION("not there") {
        const evidence lab;
        lab.git(lab.folder(), "rm uv.lock");
        lab.git(lab.folder(), "commit -m without");
        lab.train_all();
        CHECK(lab.reasons() == ids{"unlocked"});
    }
}

TEST_CASE("a publication is refused where what it records has gaps, or is not of one piece") {
    const evidence lab;
    lab.train_all();
    SECTION("a changed tree") {
        lab.write("repository/a", "changed\n");
        fs::remove_all(lab / "runs/seed_5");
        lab.train(5);
        CHECK(lab.reasons() == ids{"dirty"});
    }
    SECTION("another commit") {
        lab.write("repository/a", "changed\n");
        lab.commit(lab.folder());
        lab.train(6);
        CHECK(lab.reasons() == ids{"other-code"});
    }
    SECTION("another config") {
        lab.train(6, "3");
        CHECK(lab.reasons() == ids{"other-config"});
    }
    SECTION("no end") {
        lab.rewrite(5, [](ordered_json& m) {
            m["status"] = "running";
            m["finished_at"] = m["wall_seconds"] = nullptr;
        });
        CHECK(lab.reasons() == ids{"unfinished", "untimed"});
    }
    SECTION("an edited manifest") {
        const std::string name = "runs/seed_5/manifest.json";
        lab.write(name, support::file_text(lab / name) + "\n");
        CHECK(lab.reasons() == ids{"edited"});
    }
}
