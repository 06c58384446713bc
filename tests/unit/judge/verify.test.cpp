// SPDX-License-Identifier: MIT
#include <repro/judge/verify.hpp>

#include "../../support/git_sandbox.hpp"
#include "../../support/temporary_folder.hpp"
#include "sample_manifest.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <string>
#include <sys/stat.h>
#include <utility>

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

    [[nodiscard]] repro::verify_options beside() const {
        repro::verify_options options;
        options.folder = folder.path();
        return options;
    }

    [[nodiscard]] repro::verification verify() const { return verify(beside()); }
    [[nodiscard]] repro::verification verify(const repro::verify_options& options) const {
        return repro::verify(repro::read_manifest(manifest()), options);
    }
};

const repro::verified_item& item_of(const repro::verification& result, item_kind kind) {
    for (const repro::verified_item& item : result.items)
        if (item.kind == kind) return item;
    throw std::runtime_error("no such item");
}

/// What becomes of an artifact with this name and mark.
repro::verified_item artifact_outcome(const recorded_run& run, const std::string& name, const json& entry,
                                      repro::outside_files outside = repro::outside_files::left_alone) {
    recorded_run changed;
    changed.document["artifacts"] = json::array({name});
    changed.document["digests"] = {{name, entry}};
    changed.folder.write("run/manifest.json", changed.document.dump());
    auto manifest = repro::read_manifest(changed.manifest());
    manifest.path = run.manifest();
    repro::verify_options options;
    options.folder = run.folder / "data";
    options.outside = outside;
    return item_of(repro::verify(manifest, options), item_kind::artifact);
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

TEST_CASE("the patch of a dirty tree is compared, too, by its name in the run's folder alone") {
    recorded_run run;
    run.folder.write("run/git.patch", "patch");
    run.document["git"]["patch"] = {{"path", "../uv.lock"}, {"sha256", sha256_of("patch")}, {"size", 5}};
    run.publish();
    CHECK(item_of(run.verify(), item_kind::patch).outcome == verify_outcome::match);
    run.folder.write("run/git.patch", "patcH");
    CHECK(item_of(run.verify(), item_kind::patch).outcome == verify_outcome::changed);
    CHECK(run.verify().verdict() == verify_verdict::differs);
    std::filesystem::remove(run.folder / "run/git.patch");
    CHECK(item_of(run.verify(), item_kind::patch).outcome == verify_outcome::missing);
    std::filesystem::create_symlink(run.folder / "uv.lock", run.folder / "run/git.patch");
    CHECK(item_of(run.verify(), item_kind::patch).outcome == verify_outcome::outside);
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

TEST_CASE("a link that stands for the digest beside a manifest does not lead out of the folder") {
    recorded_run run;
    run.publish();
    const auto secret = run.folder.write("secret", std::string(64, 's'));
    std::filesystem::remove(run.folder / "run/manifest.json.sha256");
    std::filesystem::create_symlink(secret, run.folder / "run/manifest.json.sha256");
    const auto item = item_of(run.verify(), item_kind::manifest);
    CHECK(item.outcome == verify_outcome::outside);
    CHECK(item.reason.starts_with("E_PATH_ESCAPE"));
    CHECK(run.verify().verdict() == verify_verdict::undecided);
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
    repro::verify_options elsewhere;
    elsewhere.folder = run.folder / "run";
    CHECK(item_of(run.verify(elsewhere), item_kind::input).outcome == verify_outcome::outside);
    elsewhere.outside = repro::outside_files::read;
    CHECK(item_of(run.verify(elsewhere), item_kind::input).outcome == verify_outcome::missing);
    CHECK(item_of(run.verify(), item_kind::input).outcome == verify_outcome::match);
}

TEST_CASE("a path that leaves the run's folder is not opened unless the reader allows it") {
    using repro::outside_files;
    recorded_run run;
    run.publish();
    const std::string secret = run.folder.write("secret", "secret").native();
    const json digest = sha256_of("secret");
    const json plain = {{"sha256", digest}};
    const json marked = {{"sha256", digest}, {"outside", true}};
    for (const std::string& name :
         {std::string("../secret"), std::string("x/../../secret"), secret, std::string("..")})
        for (const auto outside : {outside_files::left_alone, outside_files::read}) {
            const auto item = artifact_outcome(run, name, plain, outside);
            INFO(name);
            CHECK(item.outcome == verify_outcome::outside);
            CHECK(item.found.empty());
            CHECK(item.reason.starts_with("E_PATH_ESCAPE"));
        }
    CHECK(artifact_outcome(run, "../secret", marked, outside_files::read).outcome == verify_outcome::outside);
    CHECK(artifact_outcome(run, secret, marked).reason.starts_with("E_PATH_ESCAPE"));
    CHECK(artifact_outcome(run, secret, marked, outside_files::read).outcome == verify_outcome::match);
    CHECK(artifact_outcome(run, "x/../loss.npy", {{"sha256", sha256_of("loss")}}).outcome ==
          verify_outcome::match);
}

TEST_CASE("a link does not lead out of the run's folder, and one within is followed") {
    recorded_run run;
    run.publish();
    const std::string secret = run.folder.write("secret", "secret").native();
    const json of_secret = {{"sha256", sha256_of("secret")}};
    const json of_loss = {{"sha256", sha256_of("loss")}};
    const std::filesystem::path folder = run.folder / "run";
    std::filesystem::create_symlink(secret, folder / "absolute");
    std::filesystem::create_symlink("../secret", folder / "up");
    std::filesystem::create_symlink("..", folder / "folder");
    std::filesystem::create_symlink("loss.npy", folder / "within");
    std::filesystem::create_symlink("/proc/self/fd/0", folder / "magic");
    std::filesystem::create_symlink("ring", folder / "ring");
    for (const char* const name : {"absolute", "up", "folder/secret", "magic", "ring"}) {
        const auto item = artifact_outcome(run, name, of_secret);
        INFO(name);
        CHECK(item.outcome == verify_outcome::outside);
        CHECK(item.found.empty());
        CHECK(item.reason.starts_with("E_PATH_ESCAPE"));
    }
    CHECK(artifact_outcome(run, "within", of_loss).outcome == verify_outcome::match);
    const json tree = {{"sha256", sha256_of("")}, {"tree", {{"files", 1}, {"links", 0}}}};
    CHECK(artifact_outcome(run, "folder", tree).reason.starts_with("E_PATH_ESCAPE"));
}

TEST_CASE("an input of a hostile manifest is not read outside of the folders of the run and of the reader") {
    recorded_run run;
    const std::string secret = run.folder.write("secret", "secret").native();
    std::filesystem::create_symlink(secret, run.folder / "data/link");
    run.publish();
    const auto outcome = [&](const std::string& absolute, const std::string& path) {
        recorded_run changed;
        json entry = changed.file(path, sha256_of("secret"));
        entry["absolute"] = absolute;
        changed.document["inputs"] = json::array({entry});
        auto manifest = repro::parse_manifest(changed.document.dump(), run.manifest());
        repro::verify_options options;
        options.folder = run.folder / "data";
        return item_of(repro::verify(manifest, options), item_kind::input);
    };
    for (const auto& [absolute, path] : {std::pair{secret, "secret"},
                                         {secret, "../secret"},
                                         {(run.folder / "data/../secret").native(), "x"},
                                         {(run.folder / "data/link").native(), "x"}}) {
        const auto item = outcome(absolute, path);
        INFO(absolute << " " << path);
        CHECK(item.outcome == verify_outcome::outside);
        CHECK(item.reason.starts_with("E_PATH_ESCAPE"));
        CHECK(item.found.empty());
    }
}

TEST_CASE("nothing but regular files is opened") {
    recorded_run run;
    run.publish();
    REQUIRE(::mkfifo((run.folder / "run/fifo").c_str(), 0600) == 0);
    const json marked = {{"sha256", sha256_of("")}, {"outside", true}};
    for (const char* const name : {"fifo", ".", "/dev/zero", "/proc/self/environ", "/dev/tty"})
        for (const auto outside : {repro::outside_files::left_alone, repro::outside_files::read}) {
            const auto item = artifact_outcome(run, name, marked, outside);
            INFO(name);
            const bool escapes = *name == '/' && outside == repro::outside_files::left_alone;
            CHECK(item.outcome == (escapes ? verify_outcome::outside : verify_outcome::unreadable));
            CHECK(item.found.empty());
        }
    CHECK(artifact_outcome(run, "fifo", marked).reason.starts_with("E_NOT_REGULAR"));
    CHECK(artifact_outcome(run, std::string("loss.npy\0", 9), marked).outcome == verify_outcome::missing);
    CHECK(artifact_outcome(run, std::string(5000, 'n'), marked).outcome == verify_outcome::unreadable);
    CHECK(artifact_outcome(run, std::string(300, 'n') + "/x", marked).outcome == verify_outcome::unreadable);
}

TEST_CASE("a file far larger than recorded is changed, and is not read") {
    recorded_run run;
    run.publish();
    std::filesystem::resize_file(run.folder / "run/loss.npy", std::uintmax_t{1} << 40); // a hole
    const auto item = item_of(run.verify(), item_kind::artifact);
    CHECK(item.outcome == verify_outcome::changed);
    CHECK(item.reason == "holds 1099511627776 bytes where 4 were recorded");
}

TEST_CASE("a huge file without a recorded size is not read") {
    recorded_run run;
    run.document["digests"]["loss.npy"].erase("size");
    run.publish();
    CHECK(run.verify().verdict() == verify_verdict::holds);
    std::filesystem::resize_file(run.folder / "run/loss.npy", std::uintmax_t{1} << 40); // a hole
    const auto item = item_of(run.verify(), item_kind::artifact);
    CHECK(item.outcome == verify_outcome::not_checked);
    CHECK(item.reason ==
          "holds 1099511627776 bytes, and no size was recorded: more than 67108864 are not read then");
    CHECK(run.verify().verdict() == verify_verdict::undecided);
}

TEST_CASE("a hole of the recorded size takes no longer than the time given, which has an end by default") {
    CHECK(repro::verify_options().timeout == std::chrono::hours(1));
    constexpr std::uintmax_t terabyte = std::uintmax_t{1} << 40;
    recorded_run run;
    run.folder.write("run/checkpoint/weights", "w");
    run.document["artifacts"].push_back("checkpoint");
    run.document["digests"]["loss.npy"]["size"] = terabyte;
    run.document["digests"]["checkpoint"] = {
        {"sha256", sha256_of("x")}, {"size", terabyte}, {"tree", {{"files", 1}, {"links", 0}}}};
    run.publish();
    repro::verify_options options = run.beside();
    for (const char* const name : {"run/loss.npy", "run/checkpoint/weights"}) {
        std::filesystem::resize_file(run.folder / name, terabyte);
        options.timeout = std::chrono::milliseconds(200);
        const repro::verification result = run.verify(options);
        INFO(name);
        CHECK(result.count(verify_outcome::not_checked) > 0);
        CHECK(result.verdict() != verify_verdict::holds);
        std::filesystem::resize_file(run.folder / name, 4);
    }
}

TEST_CASE("what the time does not reach is not checked, and the run does not hold") {
    recorded_run run;
    run.folder.write("run/checkpoint/weights", "w");
    run.document["artifacts"].push_back("checkpoint");
    run.document["digests"]["checkpoint"] = {
        {"sha256", repro::hash_tree(run.folder / "run/checkpoint").sha256.hex()},
        {"tree", {{"files", 1}, {"links", 0}}}};
    run.publish();
    repro::verify_options options = run.beside();
    options.timeout = std::chrono::milliseconds(0);
    const repro::verification spent = run.verify(options);
    CHECK(spent.count(verify_outcome::not_checked) == 4);
    CHECK(item_of(spent, item_kind::manifest).outcome == verify_outcome::match);
    CHECK(spent.verdict() == verify_verdict::undecided);
    for (const auto timeout : {std::chrono::milliseconds(1'000'000), std::chrono::milliseconds::max()}) {
        options.timeout = timeout;
        CHECK(run.verify(options).verdict() == verify_verdict::holds);
    }
}

TEST_CASE("a step at a time, too, nothing leads out of a folder") {
    const support::temporary_folder folder;
    folder.write("in/a/b", "b");
    folder.write("secret", "secret");
    std::filesystem::create_symlink("a", folder / "in/link");
    std::filesystem::create_symlink("../secret", folder / "in/out");
    const auto root = repro::detail::open_folder(folder / "in");
    const auto opens = [&](const char* path) {
        errno = 0;
        return repro::detail::open_by_steps(root.get(), path, O_RDONLY) ? 0 : errno;
    };
    CHECK(opens("a/b") == 0);
    CHECK(opens("./a//b") == 0);
    CHECK(opens("a") == 0);
    CHECK(opens("a/c") == ENOENT);
    CHECK(opens("a/b/c") == ENOTDIR);
    CHECK(opens("link/b") == EXDEV);
    CHECK(opens("out") == EXDEV);
    CHECK(opens("../secret") == EXDEV);
    CHECK(opens("a/../../secret") == EXDEV);
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
    repro::verify_options options = run.beside();
    options.environment = repro::check_environment::yes;
    (void)run.verify(options);
    CHECK(tree(run.folder.path()) == before);
}

TEST_CASE("progress names each file that is hashed") {
    recorded_run run;
    run.publish();
    std::string names;
    repro::verify_options options = run.beside();
    options.progress = [&](const std::string& name) { names += name + " "; };
    (void)run.verify(options);
    CHECK(names == "loss.npy data/digits.csv uv.lock ");
}
