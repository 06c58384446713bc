// SPDX-License-Identifier: MIT
#include <repro/judge/verify.hpp>

#include "../../support/git_sandbox.hpp"
#include "../../support/temporary_folder.hpp"
#include "sample_manifest.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <string>
#include <sys/stat.h>

using nlohmann::json;
using repro::item_kind;
using repro::verify_outcome;
using repro::verify_verdict;

namespace {

std::string sha256_of(std::string_view text) {
    return repro::detail::evp_sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}).hex();
}

/// A run's folder with one artifact, one input and one lockfile, all as recorded; the tests then change
/// something.
struct recorded_run {
    support::temporary_folder folder;
    json document = support::sample_manifest();

    recorded_run() {
        folder.write("run/loss.npy", "loss");
        folder.write("data/digits.csv", "digits");
        folder.write("uv.lock", "lock");
        document["artifacts"] = json::array({"loss.npy"});
        document["digests"] = {{"loss.npy", {{"sha256", sha256_of("loss")}, {"size", 4}}}};
        document["inputs"] = json::array({file("data/digits.csv", sha256_of("digits"))});
        document["lockfiles"] = json::array({file("uv.lock", sha256_of("lock"))});
    }

    [[nodiscard]] json file(const std::string& name, const json& sha256) const {
        return {{"path", name},
                {"absolute", (folder / name).native()},
                {"sha256", sha256},
                {"sha256_at_end", sha256}};
    }

    [[nodiscard]] std::filesystem::path manifest() const { return folder / "run/manifest.json"; }

    /// Writes the manifest, and its digest beside it as the writer does.
    void publish() const {
        const std::string text = document.dump(2);
        folder.write("run/manifest.json", text);
        folder.write("run/manifest.json.sha256", sha256_of(text) + "  manifest.json\n");
    }

    [[nodiscard]] repro::verification verify(const repro::verify_options& options = {}) const {
        return repro::verify(repro::read_manifest(manifest()), options);
    }
};

const repro::verified_item& item_of(const repro::verification& result, item_kind kind) {
    for (const repro::verified_item& item : result.items)
        if (item.kind == kind) return item;
    throw std::runtime_error("no such item");
}

/// What becomes of an artifact with this name and mark.
repro::verified_item artifact_outcome(const recorded_run& run, const std::string& name, const json& entry) {
    recorded_run changed;
    changed.document["artifacts"] = json::array({name});
    changed.document["digests"] = {{name, entry}};
    changed.folder.write("run/manifest.json", changed.document.dump());
    auto manifest = repro::read_manifest(changed.manifest());
    manifest.path = run.manifest();
    return item_of(repro::verify(manifest), item_kind::artifact);
}

std::map<std::string, std::string> tree(const std::filesystem::path& folder) {
    std::map<std::string, std::string> content;
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
        content[each.path().native()] =
            each.is_regular_file() ? repro::hash_file(each.path()).sha256.hex() : "";
    return content;
}

} // namespace

TEST_CASE("an untouched run holds in every item") {
    recorded_run run;
    run.publish();
    const repro::verification result = run.verify();
    REQUIRE(result.items.size() == 4);
    CHECK(result.count(verify_outcome::match) == 4);
    CHECK(result.verdict() == verify_verdict::holds);
    CHECK(item_of(result, item_kind::artifact).found == sha256_of("loss"));
}

TEST_CASE("a changed byte of any recorded file does not hold") {
    const std::pair<const char*, item_kind> files[] = {{"run/loss.npy", item_kind::artifact},
                                                       {"data/digits.csv", item_kind::input},
                                                       {"uv.lock", item_kind::lockfile}};
    for (const auto& [name, kind] : files) {
        recorded_run run;
        run.publish();
        run.folder.write(name, "other");
        const repro::verification result = run.verify();
        INFO(name);
        CHECK(item_of(result, kind).outcome == verify_outcome::changed);
        CHECK(item_of(result, kind).found == sha256_of("other"));
        CHECK(result.count(verify_outcome::match) == 3);
        CHECK(result.verdict() == verify_verdict::differs);
    }
}

TEST_CASE("a folder holds as long as its files, their names and where its links lead are the same") {
    recorded_run run;
    run.folder.write("run/checkpoint/weights", "w");
    const std::string digest = repro::hash_tree(run.folder / "run/checkpoint").sha256.hex();
    run.document["artifacts"] = json::array({"checkpoint"});
    run.document["digests"] = {
        {"checkpoint", {{"sha256", digest}, {"size", 1}, {"tree", {{"files", 1}, {"links", 0}}}}}};
    run.publish();
    CHECK(run.verify().verdict() == verify_verdict::holds);
    run.folder.write("run/checkpoint/another", "");
    CHECK(run.verify().verdict() == verify_verdict::differs);
    std::filesystem::remove_all(run.folder / "run/checkpoint");
    CHECK(run.verify().count(verify_outcome::missing) == 1);
    run.folder.write("run/checkpoint", "a file in its place");
    CHECK(run.verify().verdict() == verify_verdict::differs);
}

TEST_CASE("a removed file does not hold") {
    recorded_run run;
    run.publish();
    std::filesystem::remove(run.folder / "run/loss.npy");
    CHECK(item_of(run.verify(), item_kind::artifact).outcome == verify_outcome::missing);
    CHECK(run.verify().verdict() == verify_verdict::differs);
}

TEST_CASE("a manifest edited after the run does not hold") {
    recorded_run run;
    run.publish();
    run.document["config"]["lr"] = 0.2;
    run.folder.write("run/manifest.json", run.document.dump(2));
    const repro::verification result = run.verify();
    CHECK(item_of(result, item_kind::manifest).outcome == verify_outcome::changed);
    CHECK(result.verdict() == verify_verdict::differs);
}

TEST_CASE("a manifest without a digest beside it cannot be decided") {
    recorded_run run;
    run.publish();
    std::filesystem::remove(run.folder / "run/manifest.json.sha256");
    const repro::verification result = run.verify();
    CHECK(item_of(result, item_kind::manifest).outcome == verify_outcome::not_recorded);
    CHECK(result.verdict() == verify_verdict::undecided);
}

TEST_CASE("a damaged digest beside a manifest cannot be decided") {
    for (const char* const text :
         {"", "xyz", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"}) {
        recorded_run run;
        run.publish();
        run.folder.write("run/manifest.json.sha256", text);
        CHECK(item_of(run.verify(), item_kind::manifest).outcome == verify_outcome::unreadable);
        CHECK(run.verify().verdict() == verify_verdict::undecided);
    }
}

TEST_CASE("a file without a recorded digest cannot be decided, whatever it holds") {
    recorded_run run;
    run.document["digests"]["loss.npy"]["sha256"] = nullptr;
    run.publish();
    CHECK(item_of(run.verify(), item_kind::artifact).outcome == verify_outcome::not_recorded);
    CHECK(run.verify().verdict() == verify_verdict::undecided);
}

TEST_CASE("a difference outweighs what cannot be decided") {
    recorded_run run;
    run.document["digests"]["loss.npy"]["sha256"] = nullptr;
    run.publish();
    run.folder.write("uv.lock", "other");
    CHECK(run.verify().verdict() == verify_verdict::differs);
}

TEST_CASE("an input that changed during the run does not hold, even if it is again what it was") {
    recorded_run run;
    run.document["inputs"][0]["sha256_at_end"] = sha256_of("other");
    run.publish();
    CHECK(item_of(run.verify(), item_kind::input).outcome == verify_outcome::changed);
}

TEST_CASE("inputs that moved are found by their relative path") {
    recorded_run run;
    run.document["inputs"][0]["absolute"] = "/nowhere/data/digits.csv";
    run.publish();
    CHECK(item_of(run.verify(), item_kind::input).outcome == verify_outcome::missing);
    repro::verify_options options;
    options.folder = run.folder.path();
    CHECK(item_of(run.verify(options), item_kind::input).outcome == verify_outcome::match);
}

TEST_CASE("a path that leaves the run's folder is not opened unless it is marked as outside") {
    recorded_run run;
    run.publish();
    const std::string secret = run.folder.write("secret", "secret").native();
    const json digest = sha256_of("secret");
    const json plain = {{"sha256", digest}};
    const json marked = {{"sha256", digest}, {"outside", true}};
    for (const std::string& name :
         {std::string("../secret"), std::string("x/../../secret"), secret, std::string("..")}) {
        const auto item = artifact_outcome(run, name, plain);
        INFO(name);
        CHECK(item.outcome == verify_outcome::unreadable);
        CHECK(item.found.empty());
        CHECK(item.reason.starts_with("E_PATH_ESCAPE"));
    }
    CHECK(artifact_outcome(run, "../secret", marked).outcome == verify_outcome::unreadable);
    CHECK(artifact_outcome(run, secret, marked).outcome == verify_outcome::match);
    CHECK(artifact_outcome(run, "x/../loss.npy", {{"sha256", sha256_of("loss")}}).outcome ==
          verify_outcome::match);
}

TEST_CASE("nothing but regular files is opened") {
    recorded_run run;
    run.publish();
    REQUIRE(::mkfifo((run.folder / "run/fifo").c_str(), 0600) == 0);
    const json marked = {{"sha256", sha256_of("")}, {"outside", true}};
    for (const char* const name : {"fifo", ".", "/dev/zero", "/proc/self/environ", "/dev/tty"}) {
        const auto item = artifact_outcome(run, name, marked);
        INFO(name);
        CHECK(item.outcome == verify_outcome::unreadable);
        CHECK(item.found.empty());
    }
    CHECK(artifact_outcome(run, std::string("loss.npy\0", 9), marked).outcome == verify_outcome::missing);
}

TEST_CASE("a run that is going on cannot be decided") {
    recorded_run run;
    run.document["status"] = "running";
    run.document["artifacts"] = json::array();
    run.document["inputs"][0]["sha256_at_end"] = nullptr;
    run.folder.write("run/manifest.json", run.document.dump());
    CHECK(run.verify().verdict() == verify_verdict::undecided);
}

TEST_CASE("a manifest of another program is undecided, not wrong") {
    const support::temporary_folder folder;
    folder.write("plot.svg", "plot");
    folder.write("loss.npy", "loss");
    const auto path = folder.write("manifest.json", support::source_manifest().dump());
    const auto result = repro::verify(repro::read_manifest(path));
    CHECK(result.count(verify_outcome::not_recorded) == result.items.size());
    CHECK(result.verdict() == verify_verdict::undecided);
}

TEST_CASE("verification writes nothing") {
    recorded_run run;
    run.publish();
    const auto before = tree(run.folder.path());
    (void)run.verify(
        {.environment = repro::check_environment::yes, .folder = run.folder.path(), .progress = {}});
    CHECK(tree(run.folder.path()) == before);
}

TEST_CASE("progress names each file that is hashed") {
    recorded_run run;
    run.publish();
    std::string names;
    (void)run.verify({.environment = repro::check_environment::no,
                      .folder = ".",
                      .progress = [&](const std::string& name) { names += name + " "; }});
    CHECK(names == "loss.npy data/digits.csv uv.lock ");
}
