// SPDX-License-Identifier: MIT
// The structure of what repro export and repro sign write; docs/exports.md says which programs read it.

#include <repro/lockfiles/grade.hpp>

#include "export/formats.hpp"
#include "export/locked_package.hpp"
#include "run_program.hpp"
#include "sample_run.hpp"
#include "signature.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string>

using nlohmann::json;
using support::contains;
using support::run_program;

namespace {

/// The library's sample with everything in it that a format could trip over.
repro::recorded_manifest hostile() {
    std::ifstream file("tests/vectors/manifest/completed.json");
    json document = json::parse(file);
    const std::string evil = "=cmd|'/c calc'!A0 <script>alert(1)</script>\"\n|x|\x01\xe2\x80\xae]]>";
    document["config"] = {
        {evil, evil}, {"lr", 0.1}, {"nested", {{"a", json::array({1, 2})}, {"b", nullptr}}}};
    document["metrics"] = {{evil, {{"step", {0, 1}}, {"value", {0.5, "NaN"}}}},
                           {"../../etc/x", {{"step", {0}}, {"value", {1.0}}}},
                           {"..", {{"step", json::array()}, {"value", json::array()}}}};
    document["artifacts"].push_back(evil);
    document["error"] = {{"message", evil}};
    return repro::parse_manifest(document.dump(), "run/manifest.json");
}

const json& entity(const json& crate, const std::string& id) {
    for (const json& each : crate.at("@graph"))
        if (each.at("@id") == id) return each;
    throw std::runtime_error("no entity " + id);
}

void expect_references(const json& crate) {
    std::set<std::string> ids;
    for (const json& each : crate.at("@graph"))
        CHECK(ids.insert(each.at("@id").get<std::string>()).second);
    for (const json& each : crate.at("@graph"))
        for (const auto& [name, value] : each.items()) {
            if (name == "conformsTo" && each.at("@id") == "ro-crate-metadata.json") continue;
            for (const json& one : value.is_array() ? value : json::array({value}))
                if (one.is_object()) CHECK(ids.contains(one.at("@id").get<std::string>()));
        }
}

} // namespace

TEST_CASE("an RO-Crate describes the run as a Process Run Crate does, and every reference has its entity") {
    const json crate = tool::ro_crate(hostile());
    CHECK(crate.at("@context").size() == 2);
    CHECK(entity(crate, "./").at("conformsTo").at("@id") == "https://w3id.org/ro/wfrun/process/0.5");
    const json& action = entity(crate, entity(crate, "./").at("mentions").at("@id"));
    CHECK(action.at("@type") == "CreateAction");
    CHECK(action.at("actionStatus") == "http://schema.org/CompletedActionStatus");
    CHECK(action.at("startTime") == "2026-11-22T20:35:05.763+00:00");
    CHECK(entity(crate, action.at("instrument").at("@id")).at("@type") == "SoftwareApplication");
    CHECK(action.at("result").size() == 4);
    expect_references(crate);
    for (const json& each : crate.at("@graph"))
        for (const json& value : each)
            CHECK_FALSE((value.is_array() && value.size() == 1)); // RO-Crate recommends the element itself
    for (const json& each : crate.at("@graph"))                   // URIs, whatever the names are
        CHECK(each.at("@id").get<std::string>().find_first_of(" <>\"\n|\x01") == std::string::npos);
}

TEST_CASE("an in-toto statement binds the manifest to its artifacts") {
    const repro::recorded_manifest manifest = hostile();
    const json statement = tool::in_toto(manifest);
    CHECK(statement.at("_type") == "https://in-toto.io/Statement/v1");
    CHECK(statement.at("predicateType") == repro::manifest_schema);
    CHECK(statement.at("predicate") == manifest.document);
    CHECK(statement.at("subject").size() == 4); // what has no digest is no subject
    CHECK(statement.at("subject")[0].at("digest").at("sha256") == manifest.sha256.hex());
}

TEST_CASE("a test result says what verification found") {
    repro::verification found;
    using enum repro::verify_outcome;
    for (const auto outcome : {match, changed, missing, unreadable, not_recorded})
        found.items.push_back(
            {repro::item_kind::artifact, std::string(to_string(outcome)), "", "", outcome, ""});
    const json predicate = json(tool::test_result(hostile(), found)).at("predicate");
    CHECK(predicate.at("result") == "FAILED");
    CHECK(predicate.at("passedTests") == json::array({"artifact:match"}));
    CHECK(predicate.at("failedTests") == json::array({"artifact:changed", "artifact:missing"}));
    CHECK(predicate.at("warnedTests") == json::array({"artifact:unreadable", "artifact:not recorded"}));
}

TEST_CASE("a CycloneDX document names each component once, with digests where there are some") {
    const json document = tool::cyclonedx(hostile(), {});
    CHECK(document.at("specVersion") == "1.6");
    CHECK(document.at("serialNumber") == "urn:uuid:01a204f8-37a3-79a3-bab3-366969a402c4");
    std::set<std::string> references;
    std::size_t hashed = 0;
    for (const json& each : document.at("components")) {
        CHECK(references.insert(each.at("bom-ref").get<std::string>()).second);
        hashed += each.contains("hashes") ? 1u : 0u;
        CHECK_FALSE(each.at("name").get<std::string>().empty());
        if (each.contains("version"))
            CHECK_FALSE(each.at("version").get<std::string>().starts_with("absent"));
    }
    CHECK(hashed == 5); // three artifacts, an input, a lockfile
}

TEST_CASE("packages are named by package URLs, and digests as CycloneDX spells them") {
    using repro::lockfiles::package;
    CHECK(tool::package_url("uv.lock", {"Ruamel_Yaml", "0.18.6"}) == "pkg:pypi/ruamel-yaml@0.18.6");
    CHECK(tool::package_url("package-lock.json", {"@types/node", "20.1.0"}) ==
          "pkg:npm/%40types/node@20.1.0");
    CHECK(tool::package_url("go.sum", {"github.com/BurntSushi/toml", "v1.3.2"}) ==
          "pkg:golang/github.com/burntsushi/toml@v1.3.2");
    CHECK(tool::package_url("Debian packages", {"libc6:amd64", "1:2.36-9+deb12u14"}) ==
          "pkg:deb/debian/libc6@1:2.36-9%2Bdeb12u14?arch=amd64");
    CHECK(tool::package_url("requirements", {.name = "numpy", .version = ">=1", .exact = false}) ==
          "pkg:pypi/numpy");
    CHECK(tool::package_url("uv.lock", {.name = "own", .version = "1", .local = true}).empty());
    CHECK(
        tool::package_url("Cargo.lock", {.name = "a", .version = "1", .hash = "git:" + std::string(40, 'a')})
            .empty());
    CHECK(tool::package_url("spack.lock", {"zlib", "1.3.1"}).empty());
    for (const char* const name : {"", "..", "a/../b", "a//b", "a/", "/a"})
        CHECK(tool::package_url("go.sum", {name, "v1"}).empty());

    const std::string hex(64, 'a');
    CHECK(tool::cyclonedx_hash("sha256:" + hex).content == hex);
    CHECK(tool::cyclonedx_hash("sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=").content ==
          "a9993e364706816aba3e25717850c26c9cd0d89d"); // of "abc"
    for (const char* const none : {"", "sha256", "sha256:aa", "git:a9993e364706816aba3e25717850c26c9cd0d89d",
                                   "recipe:0123456789abcdef", "in its parent"})
        CHECK(tool::cyclonedx_hash(none).content.empty());
}

TEST_CASE("a CycloneDX document holds the packages of lockfiles that are as recorded, and says where they "
          "are not") {
    const support::sample_runs runs;
    const std::string text = support::file_text("tests/vectors/lockfiles/real/npm/package-lock.json");
    auto document = support::bare_manifest();
    for (const char* const name : {"package-lock.json", "uv.lock"}) {
        const std::string lock = runs.write(name, text).native();
        document["lockfiles"].push_back({{"path", name},
                                         {"absolute", lock},
                                         {"sha256", support::sha256_of(text)},
                                         {"size", text.size()},
                                         {"tracked", true}});
    }
    const std::string run = runs.publish("2026-05-22-a", document).native();
    const auto components = [&] {
        const auto result = run_program({"export", "cyclonedx", run}, {runs.path(), {}});
        INFO(result.err);
        REQUIRE(result.status == 0);
        return json::parse(result.out).at("components");
    };
    const auto property = [](const json& of, const std::string& name) {
        for (const json& each : of.at("properties"))
            if (each.at("name") == name) return each.at("value").get<std::string>();
        return std::string();
    };
    const auto report = repro::lockfiles::grade("package-lock.json", text);
    std::size_t packages = 0, hashed = 0, urls = 0, commits = 0;
    for (const json& each : components()) {
        if (!each.contains("properties")) continue;
        if (property(each, "repro:role") == "locked package") {
            ++packages;
            hashed += each.contains("hashes") ? 1u : 0u;
            urls += each.contains("purl") ? 1u : 0u;
            CHECK(property(each, "repro:lockfile") == "package-lock.json");
            commits += property(each, "repro:locked_by").starts_with("git:") ? 1u : 0u;
        }
        if (each.at("name") == "uv.lock")
            CHECK(contains(property(each, "repro:packages"), "not known: E_LOCK_UNKNOWN_FORMAT"));
        if (each.at("name") == "package-lock.json") CHECK(property(each, "repro:grade") == "A");
    }
    CHECK(packages == report.counts.packages);
    CHECK(commits == 1); // which is no digest to CycloneDX, and no package of npm's registry
    CHECK(hashed == report.counts.hashed - commits);
    CHECK(urls == report.counts.packages - report.counts.local - commits);

    runs.write("package-lock.json", text + "\n");
    for (const json& each : components())
        if (each.at("name") == "package-lock.json")
            CHECK(property(each, "repro:packages") ==
                  "not known: no file with the recorded digest is at hand");
}

TEST_CASE("DVC gets the last value of each series, and the config as YAML") {
    const tool::dvc_files files = tool::dvc(hostile());
    const json metrics = json::parse(files.metrics);
    CHECK(metrics.size() == 2); // an empty series has no last value
    CHECK(metrics.at("../../etc/x") == 1.0);
    CHECK(contains(files.params, "\"lr\": 0.1"));
    CHECK(contains(files.params, "\"seed\": 18446744073709551615"));
    CHECK(json::parse(files.params).at("config") == hostile().document.at("config"));
}

TEST_CASE(
    "a key that is longer than YAML takes for one is marked as a key, and text that looks like one is not") {
    json document = support::bare_manifest();
    const std::string longer(1200, 'k');
    document["config"] = {{longer, "\\\": " + longer}, {std::string(900, 's'), {longer, 1}}, {"\\", 2}};
    const std::string params = tool::dvc(repro::parse_manifest(document.dump(), "m.json")).params;
    CHECK(contains(params, "\n    ? \"" + longer + "\": "));
    CHECK(contains(params, "\n    \"" + std::string(900, 's') + "\": [\n      \"" + longer + "\",\n"));
    CHECK(contains(params, "\n    \"\\\\\": 2"));
    CHECK(std::ranges::count(params, '?') == 1);
}

TEST_CASE("MLflow's names and limits are kept") {
    json document = hostile().document;
    json series = {{"step", json::array()}, {"value", json::array()}};
    for (int step = 0; step < 2500; ++step) {
        series["step"].push_back(step);
        series["value"].push_back(0.5);
        document["config"]["p" + std::to_string(step / 10)] = std::string(600, 'x');
    }
    document["metrics"]["long"] = series;
    const auto manifest = repro::parse_manifest(document.dump(), "run/manifest.json");
    std::set<std::string> params;
    std::size_t points = 0;
    for (const tool::mlflow_request& each : tool::mlflow(manifest, "repro")) {
        const json body = each.body;
        CHECK(body.value("metrics", json::array()).size() <= 1000);
        CHECK(body.value("params", json::array()).size() <= 100);
        points += body.value("metrics", json::array()).size();
        for (const json& param : body.value("params", json::array())) {
            const auto key = param.at("key").get<std::string>();
            CHECK(params.insert(key).second);
            CHECK(key.find_first_of("<>\"\n=|'!\x01") == std::string::npos);
            CHECK_FALSE(contains(key, "../"));
            CHECK(param.at("value").get<std::string>().size() <= 500);
        }
    }
    CHECK(points == 2503);
    CHECK(params.size() == 255); // 250, lr, the odd one, two nested ones, and the seed
}

TEST_CASE("JUnit XML escapes whatever stands in names and reasons") {
    repro::verification found;
    found.items.push_back({repro::item_kind::artifact, "a<b>&\"\x01\xff", "", "",
                           repro::verify_outcome::missing, "it's ]]> gone\n"});
    found.items.push_back({repro::item_kind::input, "x", "", "", repro::verify_outcome::not_recorded, ""});
    const std::string xml = tool::junit(hostile(), found);
    CHECK(contains(xml, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\""));
    CHECK(contains(xml, "name=\"a&#60;b&#62;&#38;&#34;\xef\xbf\xbd\xef\xbf\xbd\""));
    CHECK(contains(xml, "it&#39;s ]]&#62; gone&#10;"));
}

TEST_CASE("a checklist shows foreign text and does nothing with it") {
    const repro::recorded_manifest runs[] = {hostile()};
    const std::string text = tool::checklist(runs);
    CHECK_FALSE(contains(text, "<script"));
    CHECK_FALSE(contains(text, "\x01"));
    CHECK_FALSE(contains(text, "\xe2\x80\xae"));
    CHECK(contains(text, "**Experimental result reproducibility: seeds.** 18446744073709551615"));
    CHECK(contains(text, "for the author to answer"));
    CHECK(contains(text, "not recorded"));
}

TEST_CASE("exports go to standard output or to a file, and a wrong format is a matter of usage") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    for (const char* const format : {"ro-crate", "in-toto", "test-result", "cyclonedx", "mlflow"}) {
        const auto result = run_program({"export", format, run});
        INFO(format << result.err);
        CHECK(result.status == 0);
        CHECK_FALSE(json::parse(result.out).empty());
        const std::string file = runs / format;
        CHECK(run_program({"export", format, run, "-o", file}).status == 0);
        CHECK(support::file_text(file) == result.out);
    }
    CHECK(run_program({"export", "dvc", run, "-o", (runs / "dvc").native()}).status == 0);
    CHECK(std::filesystem::exists(runs / "dvc/params.yaml"));
    CHECK(run_program({"export", "dvc", run}).status == 2);
    CHECK(run_program({"export", "nonsense", run}).status == 2);
    CHECK(run_program({"export", "in-toto", run, run}).status == 2);
    CHECK(run_program({"export", "checklist", run, run}).status == 0);
    CHECK(run_program({"export", "in-toto", run, "-o", "/nowhere/x"}).status == 5);
    CHECK(run_program({"export", "mlflow", run, "--url", "http://127.0.0.1:1"}).status == 5);
}

TEST_CASE("what is signed is DSSE's encoding of type and bytes") {
    CHECK(tool::pre_authentication_encoding("http://example.com/HelloWorld", "hello world") ==
          "DSSEv1 29 http://example.com/HelloWorld 11 hello world"); // the specification's own example
}

TEST_CASE("a signature is of exactly these bytes, and a command of the user's makes and checks it") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    const std::vector<std::string> signs = {"sign", run, "--", "sha256sum"};
    const std::vector<std::string> checks = {
        "sign", run, "--check", "--", "sh", "-c", "sha256sum | cmp -s - \"$0\""};
    CHECK(run_program(checks).status == 4); // there is none yet
    CHECK(run_program(signs).status == 0);
    CHECK(run_program(checks).status == 0);
    const json envelope = json::parse(support::file_text(run + ".dsse.json"));
    CHECK(envelope.at("payloadType") == tool::manifest_payload_type);
    CHECK(envelope.at("signatures").size() == 1);
    CHECK(run_program({"sign", run, "--check", "--", "false"}).status == 1);
    CHECK(run_program({"sign", run, "--", "false"}).status == 5);
    CHECK(run_program({"sign", run, "--", "/nowhere/program"}).status == 5);
    CHECK(run_program({"sign", run}).status == 2);
    CHECK(run_program({"sign", run, "--with", "nonsense", "--key", "x"}).status == 2);
    std::ofstream(run, std::ios::app) << " "; // the same document, other bytes
    const auto result = run_program(checks);
    CHECK(result.status == 1);
    CHECK(contains(result.out, "other bytes"));
}
