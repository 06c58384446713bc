// SPDX-License-Identifier: MIT
// Inputs that no run left, through the program: the exact code, exit code 4, a place, a fix, and not half an
// answer.

#include "run_program.hpp"
#include "sample_run.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

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

} // namespace

TEST_CASE(
    "an input that no run left is refused by its name, with its place and a fix, and nothing is printed") {
    const support::temporary_folder folder;
    for (const bad_input& bad : bad_inputs()) {
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
