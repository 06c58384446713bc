// SPDX-License-Identifier: MIT
// Inputs that no run left, through the program: the exact code, exit code 4, a place, a fix, and not half an
// answer.

#include "run_program.hpp"
#include "sample_run.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using nlohmann::json;
using support::run_program;

namespace {

struct bad_input {
    const char* what;
    std::string text;
    const char* code;
    const char* place; ///< behind the file's name
};

std::string repeated(std::string_view part, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += part;
    return text;
}

/// The sample with one value in another's place.
std::string with(const char* pointer, const json& value) {
    json document = json::parse(support::bare_manifest().dump());
    document[json::json_pointer(pointer)] = value;
    return document.dump(2);
}

std::vector<bad_input> bad_inputs() {
    const std::string good = support::bare_manifest().dump(2);
    return {
        {"empty", "", "E_JSON_SYNTAX", ":1:1"},
        {"a line end", "\n", "E_JSON_SYNTAX", ":2:1"},
        {"zeros", std::string(4096, '\0'), "E_JSON_SYNTAX", ":1:1"},
        {"cut in half", good.substr(0, good.size() / 2), "E_JSON_SYNTAX", ":"},
        {"something behind its end", good + "{}", "E_JSON_SYNTAX", ":"},
        {"zeros behind its end", good + std::string(512, '\0'), "E_JSON_SYNTAX", ":"},
        {"a mark of byte order", "\xef\xbb\xbf" + good, "E_JSON_ENCODING", ":1:1"},
        {"UTF-16", std::string("\xff\xfe{\0}\0", 6), "E_JSON_ENCODING", ":1:1"},
        {"UTF-16 without a mark", std::string("{\0}\0", 4), "E_JSON_SYNTAX", ":1:2"},
        {"Latin-1", "{\"id\": \"caf\xe9\"}", "E_JSON_ENCODING", ":1:12"},
        {"an overlong slash", "{\"id\": \"\xc0\xaf\"}", "E_JSON_ENCODING", ":1:9"},
        {"a surrogate as bytes", "{\"id\": \"\xed\xa0\x80\"}", "E_JSON_ENCODING", ":1:9"},
        {"a lone surrogate", R"({"id": "\ud800"})", "E_JSON_SYNTAX", ":1:"},
        {"a key twice", R"({"id": "a", "id": "b"})", "E_JSON_DUPLICATE_KEY", ":"},
        {"a key twice, spelled differently", R"({"id": "a", "\u0069d": "b"})", "E_JSON_DUPLICATE_KEY", ":"},
        {"too deep", repeated("[", 65) + repeated("]", 65), "E_JSON_TOO_DEEP", ":"},
        {"much too deep", repeated("[", 1'000'000), "E_JSON_TOO_DEEP", ":"},
        {"NaN as a token", R"({"wall_seconds": NaN})", "E_JSON_SYNTAX", ":1:"},
        {"Infinity as a token", R"({"wall_seconds": -Infinity})", "E_JSON_SYNTAX", ":1:"},
        {"a number beyond doubles", R"({"wall_seconds": 1e999})", "E_JSON_NUMBER", ":1:"},
        {"a seed beyond 64 bits", R"({"seed": 18446744073709551616})", "E_JSON_NUMBER", ":"},
        {"a comment", "{} // none", "E_JSON_SYNTAX", ":1:"},
        {"a comma too many", R"({"id": "a",})", "E_JSON_SYNTAX", ":1:"},
        {"single quotes", "{'id': 'a'}", "E_JSON_SYNTAX", ":1:"},
        {"YAML", "id: a\nseed: 42\n", "E_JSON_SYNTAX", ":1:"},
        {"HTML", "<!DOCTYPE html>", "E_JSON_SYNTAX", ":1:1"},
        {"a list", "[]", "E_FIELD_TYPE", "#"},
        {"a text", "\"manifest\"", "E_FIELD_TYPE", "#"},
        {"an empty object", "{}", "E_FIELD_MISSING", "#/id"},
        {"a seed as text", with("/seed", "42"), "E_FIELD_TYPE", "#/seed"},
        {"a seed below zero", with("/seed", -1), "E_FIELD_TYPE", "#/seed"},
        {"a fraction as seed", with("/seed", 0.5), "E_FIELD_TYPE", "#/seed"},
        {"another seed_text", with("/seed_text", "1"), "E_FIELD_VALUE", "#/seed_text"},
        {"a word for git_dirty", with("/git_dirty", "no"), "E_FIELD_TYPE", "#/git_dirty"},
        {"another major version", with("/schema", "urn:repro:manifest:2.0"), "E_SCHEMA_VERSION", "#/schema"},
        {"another schema", with("/schema", "https://example.org/"), "E_SCHEMA_VERSION", "#/schema"},
        {"no time", with("/started_at", "today"), "E_FIELD_VALUE", "#/started_at"},
        {"a time without a zone", with("/started_at", "2026-05-22T19:14:02"), "E_FIELD_VALUE",
         "#/started_at"},
        {"a day that there is not", with("/started_at", "2026-02-30T00:00:00Z"), "E_FIELD_VALUE",
         "#/started_at"},
        {"no level", with("/level", "perfect"), "E_FIELD_VALUE", "#/level"},
        {"no status", with("/status", "fine"), "E_FIELD_VALUE", "#/status"},
        {"a digest cut short", with("/executable/sha256", "e3b0"), "E_DIGEST_FORMAT", "#/executable/sha256"},
        {"a digest in capitals", with("/executable/sha256", std::string(64, 'A')), "E_DIGEST_FORMAT",
         "#/executable/sha256"},
        {"a digest of other letters", with("/executable/sha256", std::string(64, 'g')), "E_DIGEST_FORMAT",
         "#/executable/sha256"},
        {"a patch that is no object", with("/git/patch", "git.patch"), "E_FIELD_TYPE", "#/git/patch"},
        {"a patch with a digest cut short", with("/git/patch", {{"sha256", "e3b0"}}), "E_DIGEST_FORMAT",
         "#/git/patch/sha256"},
        {"steps without values", with("/metrics/loss/value", json::array()), "E_FIELD_VALUE",
         "#/metrics/loss"},
        {"null as a value of a metric", with("/metrics/loss/value/0", nullptr), "E_FIELD_TYPE",
         "#/metrics/loss/value"},
        {"a word as a value of a metric", with("/metrics/loss/value/0", "nan"), "E_FIELD_TYPE",
         "#/metrics/loss/value"},
        {"artifacts that are no texts", with("/artifacts", json::array({1})), "E_FIELD_TYPE", "#/artifacts"},
        {"bytes of a path that are no base64", with("/executable/path_b64", "?"), "E_FIELD_VALUE",
         "#/executable/path_b64"},
    };
}

/// The keys that every manifest of this schema has, in the order in which the schema lists them, and a value
/// of a kind that none of them takes.
std::vector<bad_input> bad_fields() {
    const char* const keys[] = {
        "id",         "git_sha",     "git_dirty",    "seed",        "versions",        "hardware",
        "started_at", "finished_at", "wall_seconds", "artifacts",   "stream_contract", "run_id",
        "status",     "level",       "seed_text",    "seed_source", "executable",      "git",
        "build",      "lockfiles",   "inputs",       "digests",     "streams",         "metrics",
        "libraries",  "missing",     "warnings"};
    static std::vector<std::string> places; // outlives the rows
    places.reserve(std::size(keys));
    std::vector<bad_input> rows;
    for (const char* const key : keys) {
        json document = json::parse(support::bare_manifest().dump());
        REQUIRE(document.contains(key));
        const char* const place = places.emplace_back(std::string("#/") + key).c_str();
        document[key] = json::array({json::array({1})});
        rows.push_back({"a list of lists under a key", document.dump(), "E_FIELD_TYPE", place});
        document.erase(key);
        rows.push_back({"a key that is not there", document.dump(), "E_FIELD_MISSING", place});
    }
    return rows;
}

/// A file that a command is given: the command's words, with FILE for its path, the file's name and text.
struct bad_file {
    std::vector<std::string> words;
    const char* name;
    std::string text;
    const char* code;
    int status;
};

std::vector<bad_file> bad_tables() {
    const auto row = [](std::string text, const char* code, int status = 4) {
        return bad_file{{"compare", "FILE", "7.72,0.66,5"}, "t.csv", std::move(text), code, status};
    };
    return {row("", "E_FIELD_MISSING"),
            row("# nothing but a remark\n", "E_FIELD_MISSING"),
            row("seed,rmse\n", "E_FIELD_MISSING"),
            row("rmse\n0.5\n", "E_FIELD_MISSING"),
            row("Seed,rmse\n1,0.5\n", "E_FIELD_MISSING"),
            row("seed,x,x\n1,2,3\n", "E_FIELD_VALUE"),
            row("seed,x,seed\n1,2,3\n", "E_FIELD_VALUE"),
            row(",seed,x\n0,1,2\n", "E_FIELD_VALUE"),
            row("seed;rmse\n1;0.5\n", "E_FIELD_MISSING"),
            row("seed,rmse\n1\n", "E_FIELD_VALUE"),
            row("seed,rmse\n1,0.5,0.5\n", "E_FIELD_VALUE"),
            row("seed,rmse\n1,good\n", "E_FIELD_VALUE"),
            row("seed,rmse\n1,\n", "E_FIELD_VALUE"),
            row("seed,rmse\n1,0x1p-1\n", "E_FIELD_VALUE"),
            row("seed,rmse\n1,=1+1\n", "E_FIELD_VALUE"),
            row("seed,rmse\n1.5,0.5\n", "E_FIELD_VALUE"),
            row("seed,rmse\n-1,0.5\n", "E_FIELD_VALUE"),
            row("seed,rmse\n18446744073709551616,0.5\n", "E_FIELD_VALUE"),
            row("seed,rmse\n1,1e999\n", "E_FIELD_VALUE"),
            row("seed,rmse\n1,2\n1,3\n", "E_SEED_DUPLICATE", 2)};
}

std::vector<bad_file> bad_envelopes() {
    const auto row = [](std::string text, const char* code) {
        return bad_file{{"sign", "RUN", "--check", "--envelope", "FILE", "--", "true"},
                        "e.json",
                        std::move(text),
                        code,
                        4};
    };
    return {row("", "E_JSON_SYNTAX"),
            row("[]", "E_FIELD_TYPE"),
            row("{}", "E_FIELD_MISSING"),
            row("\xef\xbb\xbf{}", "E_JSON_ENCODING"),
            row(R"({"payloadType": 1, "payload": "", "signatures": []})", "E_FIELD_TYPE"),
            row(R"({"payloadType": "t", "signatures": []})", "E_FIELD_MISSING"),
            row(R"({"payloadType": "t", "payload": "", "payload": "", "signatures": []})",
                "E_JSON_DUPLICATE_KEY"),
            row(R"({"payloadType": "t", "payload": null, "signatures": []})", "E_FIELD_TYPE"),
            row(R"({"payloadType": "t", "payload": "", "signatures": {}})", "E_FIELD_TYPE"),
            row(R"({"payloadType": "t", "payload": "", "signatures": ["sig"]})", "E_FIELD_TYPE"),
            row(R"({"payloadType": "application/vnd.repro.manifest+json", "payload": "?", "signatures": []})",
                "E_FIELD_VALUE"),
            row(R"({"payloadType": "t", "payload": "", "signatures": []} {})", "E_JSON_SYNTAX")};
}

std::vector<bad_file> bad_lockfiles() {
    const auto row = [](const char* name, std::string text, const char* code) {
        return bad_file{{"explain", "FILE"}, name, std::move(text), code, 4};
    };
    return {row("uv.lock", "", "E_LOCK_EMPTY"),
            row("uv.lock", "version = \n", "E_LOCK_SYNTAX"),
            row("uv.lock", "version = 1\n<<<<<<< HEAD\n", "E_LOCK_CONFLICT_MARKERS"),
            row("conan.lock", "{\"version\": \"0.5\",", "E_LOCK_SYNTAX"),
            row("conan.lock", repeated("[", 20'000), "E_LOCK_SYNTAX"),
            row("package-lock.json", "\xef\xbb\xbf", "E_LOCK_EMPTY"),
            row("pixi.lock", "version: 6\n---\nversion: 6\n", "E_LOCK_SYNTAX"),
            row("go.sum", "example.com/a v1.0.0\n", "E_LOCK_SYNTAX"),
            row("channels.scm", "(list (channel (name 'guix)", "E_LOCK_SYNTAX")};
}

std::vector<bad_file> bad_files() {
    std::vector<bad_file> all;
    for (const auto& rows : {bad_tables(), bad_envelopes(), bad_lockfiles()})
        all.insert(all.end(), rows.begin(), rows.end());
    return all;
}

/// Command lines that name nothing, or something that is not there.
std::vector<bad_file> bad_command_lines() {
    const auto row = [](std::vector<std::string> words, const char* code, int status = 2) {
        return bad_file{std::move(words), "unused", "", code, status};
    };
    return {row({"verify", "RUN", "--timeout", "soon"}, "E_ARGUMENT_INVALID"),
            row({"verify", "RUN", "--timeout", "-1"}, "E_ARGUMENT_INVALID"),
            row({"verify", "RUN", "--timeout", "1000000001"}, "E_ARGUMENT_INVALID"),
            row({"verify", "RUN", "RUN"}, "E_ARGUMENT_INVALID"),
            row({"verify", "RUN", "--gate", "paper"}, "E_ARGUMENT_INVALID"),
            row({"verify", "RUN", "--sig", "RUN", "--with", "gpg", "--key", "k"}, "E_FIELD_MISSING", 4),
            row({"verify", "RUN", "--sig", "FILE.none", "--key", "k"}, "E_ARTIFACT_MISSING", 4),
            row({"show", "FILE.none"}, "E_MANIFEST_MISSING", 4),
            row({"show", "/proc/self/stat"}, "E_PSEUDO_FS", 4),
            row({"show", "/dev/null"}, "E_NOT_REGULAR", 4),
            row({"diff", "RUN", "RUN", "--only", "weather"}, "E_ARGUMENT_INVALID"),
            row({"compare", "RUN", "RUN", "--level", "perfect"}, "E_LEVEL_UNKNOWN"),
            row({"compare", "nan,0.66,5", "7.53,0.65,5"}, "E_ARGUMENT_INVALID"),
            row({"compare", "7.72,-0.66,5", "7.53,0.65,5"}, "E_ARGUMENT_INVALID"),
            row({"compare", "7.72,0.66,5", "7.53,inf,5"}, "E_ARGUMENT_INVALID"),
            row({"compare", "7.72,0.66,0", "7.53,0.65,5"}, "E_ARGUMENT_INVALID"),
            row({"env", "--seed", "-1"}, "E_SEED_INVALID"),
            row({"env", "--level", "exact"}, "E_LEVEL_UNKNOWN"),
            row({"explain", "E_NO_SUCH"}, "E_ARGUMENT_INVALID"),
            row({"export", "nonsense", "RUN"}, "E_ARGUMENT_INVALID"),
            row({"ls", "FILE.none"}, "E_MANIFEST_MISSING", 4)};
}

/// Puts paths where a row says FILE and RUN.
std::vector<std::string> filled(std::vector<std::string> words, const std::string& file,
                                const std::string& run) {
    for (std::string& word : words) {
        if (word.starts_with("FILE")) word.replace(0, 4, file);
        if (word == "RUN") word = run;
    }
    return words;
}

} // namespace

TEST_CASE("there are at least 150 bad inputs with a name of their own each") {
    CHECK(bad_inputs().size() + bad_fields().size() + bad_files().size() + bad_command_lines().size() >= 150);
}

TEST_CASE("a file or a command line that makes no sense is refused by its name, and nothing is printed") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    for (const auto& rows : {bad_files(), bad_command_lines()})
        for (const bad_file& bad : rows) {
            const std::string path = runs.write(std::string("bad/") + bad.name, bad.text).native();
            std::vector<std::string> words = filled(bad.words, path, run);
            const auto command = std::find(words.begin(), words.end(), "--");
            words.insert(command, "--json");
            const auto result = run_program(words);
            CAPTURE(words, bad.text.substr(0, 80), result.out, result.err);
            CHECK(result.status == bad.status);
            const json answer = json::parse(result.out, nullptr, false);
            REQUIRE(answer.is_object());
            REQUIRE(answer.size() == 1);
            CHECK(answer.at("error").at("code") == bad.code);
            CHECK_FALSE(answer.at("error").at("fix").get<std::string>().empty());
            CHECK_FALSE(answer.at("error").at("where").get<std::string>().empty());
        }
}

TEST_CASE(
    "an input that no run left is refused by its name, with its place and a fix, and nothing is printed") {
    const support::temporary_folder folder;
    std::vector<bad_input> all = bad_inputs();
    std::ranges::move(bad_fields(), std::back_inserter(all));
    for (const bad_input& bad : all) {
        const std::string path = folder.write("manifest.json", bad.text).native();
        const auto result = run_program({"verify", path, "--json"});
        INFO(bad.what << ": " << result.err);
        CHECK(result.status == 4);
        const json answer = json::parse(result.out); // the error is the whole answer
        REQUIRE(answer.size() == 1);
        CHECK(answer.at("error").at("code") == bad.code);
        CHECK(answer.at("error").at("where").get<std::string>().starts_with(
            bad.place == std::string_view(":") ? path : path + bad.place));
        CHECK_FALSE(answer.at("error").at("fix").get<std::string>().empty());
    }
}

TEST_CASE("no command prints half an answer of a bad input, or leaves half a file") {
    const support::temporary_folder folder;
    const std::string path = folder.write("manifest.json", "{\"id\": \"a\"}").native();
    const std::string out = folder / "out";
    const std::vector<std::vector<std::string>> lines = {{"show", path},
                                                         {"verify", path},
                                                         {"export", "in-toto", path, "-o", out},
                                                         {"export", "ro-crate", path, "-o", out},
                                                         {"export", "junit", path, "-o", out},
                                                         {"export", "dvc", path, "-o", out},
                                                         {"export", "checklist", path, "-o", out},
                                                         {"sign", path, "--envelope", out, "--", "cat"}};
    for (const auto& line : lines) {
        const auto result = run_program(line);
        INFO(line[0] << " " << line[1]);
        CHECK(result.status == 4);
        CHECK(result.out.empty());
        CHECK(result.err.find("E_FIELD_MISSING") != std::string::npos);
        CHECK_FALSE(std::filesystem::exists(out));
    }
}
