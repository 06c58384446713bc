// SPDX-License-Identifier: MIT
// repro diff as users run it.

#include "../support/git_sandbox.hpp"
#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using nlohmann::ordered_json;
using support::contains;
using support::run_program;

namespace {

/// Publishes two runs, the second with a change, and compares them.
template <class Change>
support::program_result diff(Change change, const std::vector<std::string>& options = {}) {
    const support::sample_runs runs;
    ordered_json document = support::bare_manifest();
    const std::string a = runs.publish("2026-05-22-a", document).native();
    change(document);
    std::vector<std::string> words = {"diff", a, runs.publish("2026-05-22-b", document).native()};
    words.insert(words.end(), options.begin(), options.end());
    return run_program(words);
}

} // namespace

TEST_CASE("runs that differ in nothing but their names have no difference that matters") {
    const auto result = diff([](ordered_json& m) { m["wall_seconds"] = 2.5; });
    CHECK(result.status == 0);
    CHECK(result.out ==
          "a  2026-05-22-a  completed  seed 18446744073709551615  2026-11-22T20:35:05.763Z\n"
          "b  2026-05-22-b  completed  seed 18446744073709551615  2026-11-22T20:35:05.763Z\n"
          "\n"
          "none  times  wall_seconds  0.040068  2.5\n"
          "\n"
          "equal: 10 of 11 groups: code, executable, libraries, build, launch, config, streams, hardware, "
          "metrics, record\n"
          "not compared: ids, times of start and end, process ids, absolute paths\n"
          "no difference that matters\n");
}

TEST_CASE("differences stand in the order of their likelihood, and the likeliest is named") {
    const auto result = diff([](ordered_json& m) {
        m["config"]["lr"] = 0.2;
        m["git_sha"] = "0123456789012345678901234567890123456789";
        m["metrics"]["accuracy"]["value"] = {0.5, 0.6, 0.75};
    });
    CHECK(result.status == 1);
    CHECK(contains(result.out,
                   "very likely  config   config/lr         0.1           0.2\n"
                   "likely       code     git_sha           2e69ad3e87c6  012345678901\n"
                   "result       metrics  metrics/accuracy  0.7           0.75          from step 2, 1 of 3 "
                   "steps differ, most by 0.050000000000000044 at step 2\n"));
    CHECK(contains(result.out,
                   "\nlikeliest cause: config/lr, 0.1 against 0.2: the numbers are computed from it\n"));
}

TEST_CASE("foreign text never acts on a terminal, and wide characters keep the columns") {
    const auto result = diff([](ordered_json& m) {
        m["config"]["\x1b]52;c;aGk=\a"] = "\x1b[31m\u202e"; // OSC 52 writes the clipboard
        m["config"]["数字"] = 1;
        m["config"]["ab"] = 2;
    });
    CHECK(contains(result.out, "config/\\x1b]52;c;aGk=\\x07"));
    CHECK(contains(result.out, "\\x1b[31m\\u202e"));
    CHECK(result.out.find('\x1b') == std::string::npos);
    CHECK(contains(result.out, "config/数字                -  1\n"));
    CHECK(contains(result.out, "config/ab                  -  2\n"));
}

TEST_CASE("the first differences of a group are printed, and all where all are asked for") {
    const auto many = [](ordered_json& m) {
        for (int i = 0; i < 14; ++i)
            m["config"]["x" + std::to_string(i)] = i;
    };
    CHECK(contains(diff(many).out, "... and 4 more of config: --all\n"));
    CHECK(contains(diff(many, {"--all"}).out, "config/x9   -  9   the numbers are computed from it\n"));
}

TEST_CASE("groups are chosen by name, and a name that is none is refused") {
    const auto both = [](ordered_json& m) {
        m["config"]["lr"] = 0.2;
        m["git_sha"] = "0123";
    };
    const auto code = diff(both, {"--only", "code,hardware"});
    CHECK(code.status == 1);
    CHECK(contains(code.out, "git_sha"));
    CHECK_FALSE(contains(code.out, "config/lr"));
    CHECK(diff(both, {"--only", "hardware"}).status == 0);
    const auto none = diff(both, {"--only", "colour"});
    CHECK(none.status == 2);
    CHECK(contains(none.err, "E_ARGUMENT_INVALID"));
}

TEST_CASE("what one of two runs did not record cannot be decided") {
    const auto result = diff([](ordered_json& m) { m["hardware"] = nullptr; });
    CHECK(result.status == 3);
    CHECK(contains(result.out, "only one of the two recorded it"));
    CHECK(contains(result.out, "no difference in what both recorded\n"));
}

namespace {

std::string package(const std::string& name, const std::string& version) {
    return "[[package]]\nname = \"" + name + "\"\nversion = \"" + version +
           "\"\nsource = { registry = \"https://packages.example/simple\" }\n";
}

std::string lock_text(const std::string& packages) { return "version = 1\n" + packages; }

/// A repository with a lockfile, and manifests of runs at its commits.
class locked_sources : public support::git_sandbox {
public:
    /// Commits a lockfile, and publishes a run that recorded it.
    std::string run_with(const std::string& id, const std::string& lock) {
        write("repository/uv.lock", lock);
        const std::filesystem::path folder = repository();
        const auto facts = repro::capture_git(folder);
        auto document = support::bare_manifest();
        document["git_sha"] = facts.sha.value();
        document["git"]["toplevel"] = folder.native();
        document["lockfiles"] = {{{"path", "uv.lock"},
                                  {"absolute", (folder / "uv.lock").native()},
                                  {"sha256", support::sha256_of(lock)},
                                  {"size", lock.size()},
                                  {"tracked", true}}};
        document["id"] = id;
        return write("runs/" + id + "/manifest.json", document.dump()).native();
    }
    [[nodiscard]] support::program_result diff(const std::string& a, const std::string& b,
                                               const std::string& folder) const {
        return run_program({"diff", a, b, "--only", "lockfiles"}, {*this / folder, {}});
    }
};

} // namespace

TEST_CASE("lockfiles are compared package by package, from the folder and from the commits of the runs") {
    locked_sources sources;
    const std::string a =
        sources.run_with("2026-05-22-a", lock_text(package("numpy", "2.0.1") + package("rich", "13.7.0")));
    const std::string b =
        sources.run_with("2026-05-22-b", lock_text(package("numpy", "2.1.0") + package("jax", "0.5")));
    const char* const packages = "likely  lockfiles  lockfiles/uv.lock/numpy  2.0.1   2.1.0\n"
                                 "likely  lockfiles  lockfiles/uv.lock/rich   13.7.0  -\n"
                                 "likely  lockfiles  lockfiles/uv.lock/jax    -       0.5\n";
    const auto found = sources.diff(a, b, "repository");
    INFO(found.out << found.err);
    CHECK(found.status == 1);
    CHECK(contains(found.out, packages));
    CHECK_FALSE(contains(found.out, "sha256"));
    sources.write("repository/uv.lock", "changed since\n");
    CHECK(contains(sources.diff(a, b, "repository").out, packages));
    // Elsewhere the manifests would choose what is opened, so the digests are all there is.
    const auto elsewhere = sources.diff(a, b, "");
    CHECK(elsewhere.status == 1);
    CHECK(contains(elsewhere.out, "lockfiles/uv.lock/sha256"));
    CHECK_FALSE(contains(elsewhere.out, "numpy"));
}

TEST_CASE("a lockfile of other bytes and the same packages is told by its digest") {
    locked_sources sources;
    const std::string a = sources.run_with("2026-05-22-a", lock_text(package("numpy", "2.0.1")));
    const std::string b =
        sources.run_with("2026-05-22-b", lock_text(package("numpy", "2.0.1") + "# a comment\n"));
    const auto found = sources.diff(a, b, "repository");
    CHECK(found.status == 1);
    CHECK(contains(found.out, "lockfiles/uv.lock/sha256"));
}

TEST_CASE("the document of a comparison has stable keys") {
    const auto result =
        diff([](ordered_json& m) { m["config"]["lr"] = 0.2; }, {"--json", "--only", "config"});
    CHECK(result.status == 1);
    ordered_json document = ordered_json::parse(result.out);
    CHECK(document.at("a").at("id") == "2026-05-22-a");
    CHECK(document.at("b").at("id") == "2026-05-22-b");
    document.erase("a");
    document.erase("b");
    const ordered_json expected = {
        {"likeliest_cause", "config/lr"},
        {"differences", ordered_json::array({{{"group", "config"},
                                              {"name", "config/lr"},
                                              {"likelihood", "very likely"},
                                              {"a", {{"pointer", "/config/lr"}, {"value", 0.1}}},
                                              {"b", {{"pointer", "/config/lr"}, {"value", 0.2}}},
                                              {"why", "the numbers are computed from it"},
                                              {"metric", nullptr}}})},
        {"groups", {{"config", 1}}},
        {"doubts", ordered_json::array()},
        {"left_out", 0}};
    CHECK(document == expected);
}

TEST_CASE("a run that cannot be read cannot be compared") {
    const support::sample_runs runs;
    const std::string a = runs.publish("2026-05-22-a").native();
    CHECK(run_program({"diff", a, (runs / "nothing.json").native()}).status == 4);
    CHECK(run_program({"diff", a, runs.write("b.json", "{").native()}).status == 4);
    CHECK(run_program({"diff", a}).status == 2);
}
