// SPDX-License-Identifier: MIT
// repro show as users run it.

#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <string>
#include <utility>

using nlohmann::json;
using support::contains;
using support::run_program;

namespace {

std::string shown(const nlohmann::ordered_json& document) {
    const support::sample_runs runs;
    const auto result = run_program({"show", runs.publish("2026-05-22-a", document).native()});
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    return result.out;
}

} // namespace

TEST_CASE("phases are shown with their times and counts") {
    auto document = support::bare_manifest();
    document["phases"] = {{"load", {{"count", 1}, {"seconds", 0.5}}},
                          {"train", {{"count", 3}, {"seconds", 12.25}}}};
    CHECK(contains(shown(document), "phases\n  load   0.5 s    1 times\n  train  12.25 s  3 times\n"));
}

TEST_CASE("a manifest that the library wrote is shown with its facts") {
    const std::string path = std::filesystem::absolute("tests/vectors/manifest/completed.json").native();
    const auto result = run_program({"show", path});
    CHECK(result.status == 0);
    CHECK(result.out.starts_with("2026-11-22-digits-mlp  completed\n"));
    for (const char* const part : {"18446744073709551615 (code)",
                                   "bit-exact",
                                   "no changes",
                                   "branch main",
                                   "(0.040 s)",
                                   "layers   [64,32,10]",
                                   "metrics",
                                   "accuracy  0.7",
                                   "at step 2, last of 3",
                                   "streams",
                                   "data/shuffle",
                                   "philox4x64-10",
                                   "3 draws",
                                   "artifacts",
                                   "loss.npy",
                                   "inputs",
                                   "data/digits.csv",
                                   "lockfiles",
                                   "uv.lock",
                                   "versions",
                                   "gcc 12.2.0",
                                   "missing",
                                   "the C library does not count"}) {
        INFO(part);
        CHECK(contains(result.out, part));
    }
    CHECK_FALSE(contains(result.out, "warnings"));
}

TEST_CASE("a run without an end is shown as unknown") {
    auto document = support::bare_manifest();
    document["status"] = "running";
    document["finished_at"] = nullptr;
    document["wall_seconds"] = nullptr;
    const std::string text = shown(document);
    CHECK(text.starts_with("2026-05-22-a  unknown\n"));
    CHECK(contains(text, "the manifest does not say which process the run was"));
}

TEST_CASE("a failed run is shown with its reason") {
    auto document = support::bare_manifest();
    document["status"] = "failed";
    document["error"] = {{"message", "loss is not a number"}};
    const std::string text = shown(document);
    CHECK(text.starts_with("2026-05-22-a  failed\n"));
    CHECK(contains(text, "loss is not a number"));
}

TEST_CASE("unknown git and warnings are shown") {
    auto document = support::bare_manifest();
    document["git_sha"] = nullptr;
    document["git_dirty"] = nullptr;
    document["git"]["state"] = "no-repository";
    document["warnings"] = json::array({{{"code", "W_GIT_UNKNOWN"}, {"text", "there is no repository"}}});
    const std::string text = shown(document);
    CHECK(contains(text, "unknown: no-repository"));
    CHECK(contains(text, "W_GIT_UNKNOWN  there is no repository"));
}

TEST_CASE("a manifest of another program is shown as far as it goes") {
    const std::string path = std::filesystem::absolute("tests/vectors/manifest/source_schema.json").native();
    const auto result = run_program({"show", path});
    CHECK(result.status == 0);
    CHECK(result.out.starts_with("2026-05-22-softmax-stability  completed\n"));
    CHECK(contains(result.out, "Intel i5-8250U, 62 GB, Fedora 43"));
}

TEST_CASE("with --json the manifest is passed on whole") {
    const support::sample_runs runs;
    const auto path = runs.publish("2026-05-22-a");
    const json document = json::parse(run_program({"show", path.native(), "--json"}).out);
    CHECK(document.at("document") == json::parse(support::file_text(path)));
    CHECK(document.at("manifest") == path.native());
    CHECK(document.at("sha256") == repro::hash_file(path).sha256.hex());
    CHECK(document.at("status") == "completed");
}

TEST_CASE("show lists what an audit saw, the library's own draws apart, and says where nothing watched") {
    const json use = {{"call", "std::random_device"},
                      {"kind", "entropy"},
                      {"own", false},
                      {"count", 3},
                      {"object", "libdrawer.so"},
                      {"function", "shuffled()"},
                      {"offset", 16},
                      {"pid", 7},
                      {"program", "train"}};
    json own = use;
    own["own"] = true;
    own["call"] = "getrandom";
    own["function"] = nullptr;
    nlohmann::ordered_json document = support::bare_manifest();
    document["entropy"] = {{"watched", true}, {"taken", 3}, {"dropped", 0}, {"uses", {use, own}}};
    const std::string watched = shown(document);
    CHECK(contains(watched, "entropy\n"));
    CHECK(contains(watched, "against the seed"));
    CHECK(contains(watched, "std::random_device  3 x  libdrawer.so  shuffled()"));
    CHECK(contains(watched, "repro's own"));
    document["entropy"] = {{"watched", false}, {"taken", 0}, {"dropped", 0}, {"uses", json::array()}};
    CHECK(contains(shown(document), "not watched"));
    document.erase("entropy"); // of an older library
    CHECK_FALSE(contains(shown(document), "entropy\n"));
}

TEST_CASE("the runs that a run goes on from are shown, the latest first") {
    nlohmann::ordered_json document = support::bare_manifest();
    const std::string digest(64, 'a');
    document["parent"] = {{"run_id", "third"},
                          {"step", 30},
                          {"checkpoint_sha256", digest},
                          {"id", "2026-05-22-train-3"},
                          {"checkpoint", "train.checkpoint"},
                          {"earlier", nlohmann::ordered_json::array()}};
    for (const auto& [id, step] : {std::pair{"first", 10}, std::pair{"second", 20}})
        document["parent"]["earlier"].push_back(
            {{"run_id", id}, {"step", step}, {"checkpoint_sha256", digest}});
    const std::string text = shown(document);
    CHECK(contains(text, "step 30 of 2026-05-22-train-3, run id third, by train.checkpoint"));
    const std::size_t second = text.find("run id second up to step 20");
    CHECK(second < text.find("run id first up to step 10"));
}
