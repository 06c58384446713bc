// SPDX-License-Identifier: MIT
// repro verify as users run it.

#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using nlohmann::json;
using support::contains;
using support::run_program;

TEST_CASE("an untouched run holds") {
    const support::sample_runs runs;
    const auto result = run_program({"verify", runs.publish("2026-05-22-a").native()});
    CHECK(result.status == 0);
    CHECK(result.out == "match  manifest  manifest.json\n"
                        "match  artifact  loss.npy\n"
                        "\n"
                        "2026-05-22-a: holds (2 match)\n");
}

TEST_CASE("a changed artifact does not hold, and both digests are shown") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    runs.write("runs/2026-05-22-a/loss.npy", "other");
    const auto result = run_program({"verify", run});
    CHECK(result.status == 1);
    CHECK(contains(result.out, "changed  artifact  loss.npy"));
    CHECK(contains(result.out, "recorded " + support::sha256_of("loss").substr(0, 12)));
    CHECK(contains(result.out, "found " + support::sha256_of("other").substr(0, 12)));
    CHECK(contains(result.out, "differs (1 match, 1 changed)"));
}

TEST_CASE("a removed artifact does not hold") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    std::filesystem::remove(runs / "runs/2026-05-22-a/loss.npy");
    const auto result = run_program({"verify", run});
    CHECK(result.status == 1);
    CHECK(contains(result.out, "missing"));
    CHECK(contains(result.out, "E_ARTIFACT_MISSING"));
}

TEST_CASE("what was not recorded cannot be decided") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    std::filesystem::remove(runs / "runs/2026-05-22-a/manifest.json.sha256");
    const auto result = run_program({"verify", run});
    CHECK(result.status == 3);
    CHECK(contains(result.out, "undecided"));
}

TEST_CASE("the document of a verification has stable keys") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    runs.write("runs/2026-05-22-a/loss.npy", "other");
    const json document = json::parse(run_program({"verify", run, "--json"}).out);
    const json expected = {{"id", "2026-05-22-a"},
                           {"manifest", run},
                           {"status", "completed"},
                           {"verdict", "differs"},
                           {"items",
                            {{{"kind", "manifest"},
                              {"path", "manifest.json"},
                              {"outcome", "match"},
                              {"recorded", repro::hash_file(run).sha256.hex()},
                              {"found", repro::hash_file(run).sha256.hex()},
                              {"reason", nullptr}},
                             {{"kind", "artifact"},
                              {"path", "loss.npy"},
                              {"outcome", "changed"},
                              {"recorded", support::sha256_of("loss")},
                              {"found", support::sha256_of("other")},
                              {"reason", nullptr}}}},
                           {"lockfiles", json::array()}};
    CHECK(document == expected);
}

TEST_CASE("the environment is compared when it is asked for") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    const json plain = json::parse(run_program({"verify", run, "--json"}).out);
    const auto result = run_program({"verify", run, "--json", "--environment"}, {runs.path(), {}});
    const json full = json::parse(result.out);
    CHECK(plain.at("items").size() == 2);
    CHECK(full.at("items").size() > 10);
    CHECK(result.status == 1); // it was recorded on another machine
}

TEST_CASE("verification leaves a read-only folder as it is") {
    const support::sample_runs runs;
    const std::filesystem::path run = runs.publish("2026-05-22-a").parent_path();
    const auto before = std::filesystem::last_write_time(run);
    CHECK(run_program({"verify", run.native()}).status == 0);
    CHECK(std::filesystem::last_write_time(run) == before);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(run))
        ++files;
    CHECK(files == 3);
}

TEST_CASE("lockfiles of a run are graded, and the grade decides nothing") {
    const support::sample_runs runs;
    nlohmann::ordered_json document = support::bare_manifest();
    const std::string text = "torch>=2\nnumpy==1.26.4\n";
    const std::string lock = runs.write("requirements.txt", text).native();
    document["lockfiles"] = nlohmann::ordered_json::array({{{"path", "requirements.txt"},
                                                            {"absolute", lock},
                                                            {"sha256", support::sha256_of(text)},
                                                            {"size", text.size()}}});
    const std::string run = runs.publish("2026-05-22-a", document).native();
    const auto result = run_program({"verify", run});
    CHECK(result.status == 0);
    CHECK(contains(result.out, "requirements.txt: grade D, constraints\n"
                               "  requirements (list)\n"
                               "  2 packages, 1 floating\n"));
    CHECK(contains(result.out, "W_LOCK_CONSTRAINTS_ONLY"));
    const json answer = json::parse(run_program({"verify", run, "--json"}).out);
    CHECK(answer.at("lockfiles").at(0).at("grade") == "D");
    CHECK(answer.at("lockfiles").at(0).at("counts").at("packages") == 2);
    runs.write("requirements.txt", "");
    const auto emptied = run_program({"verify", run});
    CHECK(emptied.status == 1);
    CHECK(contains(emptied.out, "requirements.txt: no grade: is empty [E_LOCK_EMPTY]"));
}

TEST_CASE("a link to a file outside is no lockfile, even where the manifest says that it changed") {
    const support::sample_runs runs;
    auto document = support::bare_manifest();
    const std::string secret = runs.write("requirements.txt", "torch>=2\n").native();
    const std::string link = (runs / "runs/2026-05-22-a/requirements.txt").native();
    document["lockfiles"] = nlohmann::ordered_json::array({{{"path", "requirements.txt"},
                                                            {"absolute", link},
                                                            {"sha256", support::sha256_of("torch>=2\n")},
                                                            {"sha256_at_end", support::sha256_of("x")},
                                                            {"size", 9}}});
    const std::string run = runs.publish("2026-05-22-a", document).native();
    std::filesystem::create_symlink(secret, link);
    const auto result = run_program({"verify", run, "--json"}, {runs.root(), {}});
    CHECK(result.status == 1);
    const json answer = json::parse(result.out);
    CHECK(answer.at("lockfiles").at(0).at("grade").is_null());
    CHECK(contains(answer.at("lockfiles").at(0).at("error").at("text").get<std::string>(), "was not read"));
}

TEST_CASE("a lockfile is explained before any run") {
    const support::temporary_folder folder;
    const std::string lock = folder.write("uv.lock", "version = 1\n").native();
    const auto good = run_program({"explain", lock});
    CHECK(good.status == 0);
    CHECK(contains(good.out, "grade A, locked and hashed"));
    const std::string loose = folder.write("constraints.txt", "torch<3\n").native();
    const auto bad = run_program({"explain", loose});
    CHECK(bad.status == 1);
    CHECK(contains(bad.out, "not a lock"));
    CHECK(run_program({"explain", folder.write("uv.lock", "version = 9\n").native()}).status == 4);
}

namespace {

/// A folder with an "openssl" whose signature of bytes is their digest.
struct signing_shop {
    support::sample_runs runs;
    std::string run = runs.publish("2026-05-22-a").native();
    std::string envelope = run + ".dsse.json";

    signing_shop() {
        const auto program = runs.write("bin/openssl", R"(#!/bin/sh
mode=$2
while [ $# -gt 0 ]; do
    case $1 in -in) in=$2 ;; -out) out=$2 ;; -sigfile) sig=$2 ;; esac
    shift
done
case $mode in
    -sign) sha256sum <"$in" >"$out" ;;
    -verify) sha256sum <"$in" | cmp -s - "$sig" ;;
esac
)");
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
        REQUIRE(tool({"sign", run, "--with", "openssl", "--key", "k"}).status == 0);
    }
    [[nodiscard]] support::program_result tool(const std::vector<std::string>& words,
                                               const std::string& path = "/usr/bin:/bin") const {
        return run_program(words, {"/", {{"PATH", (runs / "bin").native() + ":" + path}}});
    }
    [[nodiscard]] support::program_result verify(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words = {"verify", run,       "--sig", envelope,
                                          "--with", "openssl", "--key", "k"};
        words.insert(words.end(), more.begin(), more.end());
        return tool(words);
    }
    /// Changes the envelope.
    void spoil(const char* key, const std::string& value) const {
        json document = json::parse(support::file_text(envelope));
        document[json::json_pointer(key)] = value;
        std::ofstream(envelope) << document;
    }
};

/// What a verification says of the signature.
json signature_item(const support::program_result& result) {
    const json document = json::parse(result.out);
    for (const json& item : document.at("items"))
        if (item.at("kind") == "signature") return item;
    return nullptr;
}

} // namespace

TEST_CASE("a signature is an item of the verification, and one that does not hold decides") {
    const signing_shop shop;
    const auto good = shop.verify({"--json"});
    CHECK(good.status == 0);
    CHECK(signature_item(good).at("outcome") == "match");

    const std::string whole = support::file_text(shop.envelope);
    const auto refused = [&](const char* key, const std::string& value, const char* reason) {
        shop.spoil(key, value);
        const auto result = shop.verify({"--json"});
        INFO(result.out << result.err);
        CHECK(result.status == 1);
        CHECK(signature_item(result).at("outcome") == "changed");
        CHECK(signature_item(result).at("reason") == reason);
        std::ofstream(shop.envelope) << whole;
    };
    refused("/payloadType", "application/vnd.in-toto+json",
            "the envelope is one of another type of document");
    refused("/payload", "e30=", "the envelope is one of other bytes");
    refused("/signatures/0/sig", "AAAA", "the signature does not hold");

    std::ofstream(shop.run, std::ios::app) << " "; // the manifest was changed after it was signed
    const auto changed = shop.verify({"--json"});
    CHECK(changed.status == 1);
    CHECK(signature_item(changed).at("reason") == "the envelope is one of other bytes");
}

TEST_CASE("a signature that cannot be checked decides nothing, and what is missing has its name") {
    const signing_shop shop;
    std::filesystem::remove(shop.runs / "bin/openssl");
    const auto result =
        shop.tool({"verify", shop.run, "--sig", shop.envelope, "--with", "openssl", "--key", "k", "--json"},
                  "/nowhere");
    CHECK(result.status == 3);
    CHECK(signature_item(result).at("outcome") == "unreadable");
    CHECK(contains(signature_item(result).at("reason").get<std::string>(), "E_SIGNING_FAILED"));
    CHECK(contains(signature_item(result).at("reason").get<std::string>(), "openssl"));

    CHECK(shop.tool({"verify", shop.run, "--sig", shop.envelope, "--with", "openssl"}).status == 2); // no key
    CHECK(shop.tool({"verify", shop.run, "--sig", "/nowhere", "--key", "k"}).status == 4);
    std::ofstream(shop.envelope) << "{}";
    const auto no_envelope = shop.verify();
    CHECK(no_envelope.status == 4);
    CHECK(contains(no_envelope.err, "E_FIELD_MISSING"));
}

TEST_CASE("a file outside is read where the reader allows it") {
    const support::sample_runs runs;
    auto document = support::bare_manifest();
    const std::string secret = runs.write("secret", "secret").native();
    document["artifacts"] = {secret};
    document["digests"] = {{secret, {{"sha256", support::sha256_of("secret")}, {"outside", true}}}};
    const std::string run = runs.publish("2026-05-22-a", document).native();
    std::filesystem::create_directory(runs / "empty");
    const auto refused = run_program({"verify", run}, {runs / "empty", {}});
    CHECK(refused.status == 3);
    CHECK(contains(refused.out, "outside  artifact"));
    CHECK(contains(refused.out, "E_PATH_ESCAPE"));
    CHECK(contains(refused.out, "--allow-outside"));
    CHECK(run_program({"verify", run, "--allow-outside"}, {runs / "empty", {}}).status == 0);
}

TEST_CASE("no library or program is opened wherever a manifest says, unless the reader allows it") {
    const support::sample_runs runs;
    auto document = support::bare_manifest();
    const std::string secret = runs.write("secret/libkey.so", "secret").native();
    document["level"] = "bit-exact";
    document["libraries"] = {{{"name", "/etc/shadow"}, {"build_id", "00"}},
                             {{"name", secret}, {"build_id", "00"}}};
    document["executable"] = {
        {"path", "p"}, {"absolute", secret}, {"sha256", support::sha256_of("secret")}, {"size", 6}};
    const std::string run = runs.publish("2026-05-22-a", document).native();
    std::filesystem::create_directory(runs / "empty");
    const auto outcomes = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"verify", run, "--environment", "--json"});
        const json answer = json::parse(run_program(words, {runs / "empty", {}}).out);
        std::string text;
        for (const json& item : answer.at("items")) {
            const std::string kind = item.at("kind");
            if (kind != "library" && kind != "executable" && kind != "build") continue;
            text += kind + " " + item.at("outcome").get<std::string>() + "\n";
            if (item.at("outcome") != "outside") continue;
            CHECK(contains(item.at("reason").get<std::string>(), "--allow-outside"));
            CHECK(item.at("found").is_null());
        }
        return text;
    };
    CHECK(outcomes({}) == "library outside\nlibrary outside\nexecutable outside\n");
    CHECK(contains(outcomes({"--allow-outside"}), "executable match\n"));
}

TEST_CASE("a comparison without time decides nothing, and says what it did not check") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    const auto result = run_program({"verify", run, "--timeout", "0"});
    CHECK(result.status == 3);
    CHECK(result.out == "match        manifest  manifest.json\n"
                        "not checked  artifact  loss.npy       the time was over: --timeout gives more\n"
                        "\n"
                        "2026-05-22-a: undecided (1 match, 1 not checked)\n");
    CHECK(run_program({"verify", run, "--timeout", "1000"}).status == 0);
    CHECK(run_program({"verify", run, "--timeout", "soon"}).status == 2);
}

TEST_CASE("without a recorded lockfile --lock has nothing to hold, and cannot decide") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    const auto result = run_program({"verify", run, "--lock"});
    CHECK(result.status == 3);
    CHECK(contains(result.out, "no lockfile was recorded: nothing to hold against what is installed\n"));
    CHECK(json::parse(run_program({"verify", run, "--lock", "--json"}).out).at("verdict") == "undecided");
    CHECK(run_program({"verify", run}).status == 0);
}

TEST_CASE("a gate refuses a run with its reasons, and lets one pass") {
    const support::sample_runs runs;
    auto document = support::bare_manifest();
    document["missing"] = json::array();
    document["git_dirty"] = true;
    const std::string run = runs.publish("2026-05-22-a", document).native();
    const auto refused = run_program({"verify", run, "--gate"});
    CHECK(refused.status == 1);
    CHECK(
        refused.out ==
        "dirty     2026-05-22-a  the working tree had changes that no commit holds  commit, then run again\n"
        "unlocked  2026-05-22-a  no lockfile was recorded                           name the lockfiles of "
        "the "
        "environment in the run\n"
        "\n"
        "gate run: refused (1 run, 2 reasons)\n");
    document["git_dirty"] = false;
    document["lockfiles"] = {{{"path", "uv.lock"},
                              {"absolute", "/src/uv.lock"},
                              {"sha256", support::sha256_of("lock")},
                              {"tracked", true}}};
    runs.publish("2026-05-22-a", document);
    const auto passed = run_program({"verify", run, "--gate"});
    CHECK(passed.status == 0);
    CHECK(passed.out == "gate run: passes (1 run, 0 reasons)\n");
    runs.write("runs/2026-05-22-a/manifest.json.sha256", support::sha256_of("x") + "  manifest.json\n");
    CHECK(contains(run_program({"verify", run, "--gate", "run"}).out, "edited"));
}

TEST_CASE("the gate of a publication takes folders of runs and several of them") {
    const support::sample_runs runs;
    auto document = support::bare_manifest();
    document["missing"] = json::array();
    for (int seed = 0; seed < 4; ++seed) {
        document["seed"] = seed;
        document["seed_text"] = std::to_string(seed);
        runs.publish("sweep/mlp/seed_" + std::to_string(seed), document);
    }
    const auto result =
        run_program({"verify", (runs.root() / "sweep").native(), "--json", "--gate", "publication"});
    CHECK(result.status == 1);
    const json answer = json::parse(result.out);
    CHECK(answer.at("verdict") == "refused");
    CHECK(answer.at("manifests").size() == 4);
    CHECK(answer.at("reasons").size() == 5); // four without lockfiles, and too few seeds
    CHECK(answer.at("reasons").back().at("id") == "few-seeds");
    CHECK(answer.at("reasons").back().at("run").is_null());
    CHECK(run_program({"verify", "--gate", "elsewhere", "--", "x"}).status == 2);
    CHECK(run_program({"verify", "x", "y"}).status == 2);
}
