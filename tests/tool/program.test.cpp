// SPDX-License-Identifier: MIT
// The frame: exit codes, errors, --json, colour, and where text goes.

#include <repro/version.hpp>

#include "run_program.hpp"
#include "sample_run.hpp"
#include "support/contains.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using nlohmann::json;
using support::contains;
using support::run_on_terminal;
using support::run_program;

namespace {

/// The characters of `text` that a terminal would act on, line ends apart.
std::string controls(std::string_view text) {
    std::string found;
    for (const char c : text)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r') || c == 0x7f) found += c;
    return found;
}

} // namespace

TEST_CASE("the version names the library and the stream contract") {
    const auto result = run_program({"--version"});
    CHECK(result.status == 0);
    CHECK(result.out == "repro " + std::string(repro::version) + " (stream contract " +
                            std::to_string(repro::stream_contract) + ")\n");
    CHECK(result.err.empty());
}

TEST_CASE("help lists the commands and the exit codes") {
    const auto result = run_program({"--help"});
    CHECK(result.status == 0);
    for (const char* const word : {"show", "verify", "explain", "Exit codes", "@last"})
        CHECK(contains(result.out, word));
    CHECK(contains(run_program({"verify", "--help"}).out, "--environment"));
}

TEST_CASE("a command line that makes no sense is a matter of usage") {
    const std::vector<std::vector<std::string>> lines = {{},
                                                         {"nonsense"},
                                                         {"verify"},
                                                         {"show", "a", "b"},
                                                         {"verify", "--no-such-option", "x"},
                                                         {"explain", "E_NO_SUCH"}};
    for (const auto& line : lines) {
        const auto result = run_program(line);
        INFO((line.empty() ? "" : line.front()));
        CHECK(result.status == 2);
        CHECK(result.out.empty());
        CHECK_FALSE(result.err.empty());
    }
}

TEST_CASE("a command line that makes no sense is a document too, where one is asked for") {
    struct row {
        std::vector<std::string> line;
        const char *where, *what, *fix;
    };
    for (const row& each : std::vector<row>{
             {{"verify", "--json"}, "repro verify", "RUN is required", "repro help verify"},
             {{"verify", "--json", "--no-such", "x"}, "repro verify", "--no-such", "repro help verify"},
             {{"seeds", "--json", "--", "true"}, "repro seeds", "--seeds is required", "repro help seeds"},
             {{"verfy", "--json", "x"}, "command 'verfy'", "is unknown", "did you mean verify?"},
             {{"--json"}, "repro", "was called wrongly", "repro --help"}}) {
        const auto result = run_program(each.line);
        INFO(result.out << result.err);
        CHECK(result.status == 2);
        const auto error = nlohmann::json::parse(result.out).at("error");
        CHECK(error.at("code") == "E_ARGUMENT_INVALID");
        CHECK(error.at("where") == each.where);
        CHECK(contains(error.at("what").get<std::string>(), each.what));
        CHECK(contains(error.at("fix").get<std::string>(), each.fix));
        CHECK(contains(result.err, "repro: error E_ARGUMENT_INVALID: "));
    }
    CHECK(run_program({"seeds", "--", "true", "--json"}).out.empty()); // the option of another program
}

TEST_CASE("a word that is no command is told with the nearest one, and help takes a command") {
    const auto near = run_program({"verfy", "x"});
    CHECK(near.status == 2);
    CHECK(near.err == "repro: error E_ARGUMENT_INVALID: command 'verfy' is unknown\n"
                      "  fix:  did you mean verify? repro --help lists the commands\n"
                      "  more: repro explain E_ARGUMENT_INVALID\n");
    CHECK(contains(run_program({"xyzzyplugh"}).err, "'xyzzyplugh' is unknown\n  fix:  repro --help lists"));
    CHECK(contains(run_program({"help", "verfy"}).err, "did you mean verify?"));
    CHECK(run_program({"help"}).out == run_program({"--help"}).out);
    const auto page = run_program({"help", "verify"});
    CHECK(page.status == 0);
    CHECK(page.out == run_program({"verify", "--help"}).out);
}

TEST_CASE("an error names its code, what failed, where, and what to do") {
    const auto result = run_program({"show", "/nowhere/manifest.json"});
    CHECK(result.status == 4);
    CHECK(result.out.empty());
    for (const char* const word :
         {"E_MANIFEST_MISSING", "/nowhere/manifest.json", "fix:", "repro explain E_MANIFEST_MISSING"})
        CHECK(contains(result.err, word));
}

TEST_CASE("with --json an error is one document, too") {
    const auto result = run_program({"verify", "/nowhere/manifest.json", "--json"});
    CHECK(result.status == 4);
    const json document = json::parse(result.out);
    CHECK(document.at("error").at("code") == "E_MANIFEST_MISSING");
    for (const char* const key : {"where", "what", "fix"})
        CHECK(document.at("error").at(key).is_string());
    CHECK(contains(result.err, "E_MANIFEST_MISSING"));
}

TEST_CASE("a malformed manifest is unreadable input") {
    const support::sample_runs runs;
    for (const char* const text : {"", "{", "[]", "{\"id\":1}", "\xef\xbb\xbf{}"}) {
        const std::string path = runs.write("m.json", text).native();
        INFO(text);
        CHECK(run_program({"show", path}).status == 4);
        CHECK(run_program({"verify", path}).status == 4);
    }
}

TEST_CASE("the schema is printed as it is installed") {
    const auto result = run_program({"schema"});
    CHECK(result.status == 0);
    CHECK(result.out == support::file_text("schema/manifest-1.schema.json"));
    CHECK(run_program({"schema", "manifest"}).out == result.out);
    CHECK(run_program({"schema", "answers"}).out == support::file_text("schema/answers-1.schema.json"));
    CHECK(run_program({"schema", "nonsense"}).status == 2);
}

TEST_CASE("every command answers in one JSON document") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    const std::vector<std::vector<std::string>> lines = {{"show", run, "--json"},
                                                         {"verify", run, "--json"},
                                                         {"explain", "--json"},
                                                         {"explain", "E_INTERNAL", "--json"},
                                                         {"explain", "bit-exact", "--json"}};
    for (const auto& line : lines) {
        const auto result = run_program(line);
        INFO(line.front() << line[1]);
        CHECK(result.status == 0);
        CHECK(json::parse(result.out).is_object());
        CHECK(result.err.empty());
    }
}

TEST_CASE("explain has a page for codes and levels, and a list of all") {
    CHECK(contains(run_program({"explain", "E_SEED_INVALID"}).out, "What to do"));
    CHECK(contains(run_program({"explain", "W_SEED_DRAWN"}).out, "What to do"));
    CHECK(contains(run_program({"explain", "seed-stable"}).out, "What may differ"));
    const auto all = run_program({"explain"});
    for (const char* const word : {"distribution-stable", "E_ARGUMENT_INVALID", "W_VOLATILE_FS"})
        CHECK(contains(all.out, word));
}

TEST_CASE("colour is for terminals, and for those who did not say no") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    CHECK(controls(run_program({"verify", run}).out).empty());
    CHECK_FALSE(controls(run_on_terminal({"verify", run}).out).empty());
    CHECK_FALSE(controls(run_on_terminal({"verify", run}, {.environment = {{"NO_COLOR", ""}}}).out).empty());
    // Progress is shown on a terminal whatever its colours, so a command without any is asked.
    CHECK_FALSE(controls(run_on_terminal({"show", run}).out).empty());
    CHECK(controls(run_on_terminal({"show", run, "--no-color"}).out).empty());
    CHECK(controls(run_on_terminal({"show", run, "--json"}).out).empty());
    CHECK(controls(run_on_terminal({"show", run}, {.environment = {{"NO_COLOR", "1"}}}).out).empty());
    CHECK(controls(run_on_terminal({"show", run}, {.environment = {{"TERM", "dumb"}}}).out).empty());
}

TEST_CASE("a terminal of any width gets the same lines, which it breaks itself, and no foreign control") {
    const support::sample_runs runs;
    auto document = support::bare_manifest();
    document["config"]["\x1b[31m\u202e"] = std::string(300, 'x') + "\x1b]0;title\a";
    const std::string run = runs.publish("2026-05-22-a", document).native();
    const std::string usual = run_program({"show", run}).out;
    for (const int columns : {40, 41, 79, 80, 120, 200}) {
        INFO(columns);
        const auto shown =
            run_on_terminal({"show", run, "--no-color"},
                            {.environment = {}, .columns = static_cast<unsigned short>(columns)});
        CHECK(controls(shown.out).empty());
        std::string lines = shown.out;
        std::erase(lines, '\r');
        CHECK(lines == usual);
    }
}

TEST_CASE("nothing in a manifest, a path or an argument reaches the terminal unescaped") {
    const support::sample_runs runs;
    const std::string evil = "\x1b]0;title\a\x1b[31m\u009b2J\r\b\x7f\u202e";
    auto document = support::bare_manifest();
    document["config"] = {{evil, evil}};
    document["hardware"]["cpu"] = evil;
    document["versions"] = {{evil, evil}};
    document["git"]["branch"] = evil;
    document["error"] = {{"message", evil}};
    document["artifacts"] = json::array({evil});
    document["metrics"] = {{evil, {{"step", {0}}, {"value", {evil}}}}};
    document["streams"] = json::array({{{"name", evil}, {"engine", evil}, {"seed", evil}, {"draws", evil}}});
    document["missing"] = json::array({{{"field", evil}, {"reason", evil}}});
    document["warnings"] = json::array({{{"code", evil}, {"text", evil}}});
    const std::string path = runs.write("runs/x/manifest.json", document.dump()).native();
    const std::string bad =
        runs.write("bad.json", "{\"id\": 1, \"" + std::string("\\u001b[31m") + "\": 2, \"\\u001b[31m\": 3}")
            .native();
    const std::vector<std::vector<std::string>> lines = {
        {"show", path, "--no-color"}, {"show", path, "--json"}, {"verify", path, "--json"}, {"show", bad},
        {"show", evil + ".json"},     {"show", evil},           {"explain", evil},          {evil},
        {"show", "--" + evil}};
    for (const auto& line : lines) {
        const auto result = run_on_terminal(line, {.folder = runs.path(), .environment = {}});
        INFO(result.out);
        CHECK(controls(result.out).empty());
        CHECK_FALSE(contains(result.out, "\u202e"));
        CHECK_FALSE(contains(result.out, "\u009b"));
    }
    const auto verified = run_program({"verify", path});
    CHECK(controls(verified.out + verified.err).empty());
}

TEST_CASE("an answer that cannot be written is an error, not a success") {
    const support::sample_runs runs;
    const std::string run = runs.publish("2026-05-22-a").native();
    const std::string line = std::string(REPRO_TOOL) + " show " + run + " >/dev/full 2>/dev/null";
    CHECK(WEXITSTATUS(std::system(line.c_str())) == 5);
}

TEST_CASE("an interrupt ends the program as a shell expects it") {
    const support::sample_runs runs;
    auto document = support::bare_manifest();
    document["artifacts"] = json::array({"large"});
    document["digests"] = {
        {"large",
         {{"sha256", support::sha256_of("")}, {"size", std::uint64_t{1} << 40}, {"outside", false}}}};
    const std::string run = runs.publish("2026-05-22-a", document).native();
    std::filesystem::resize_file(runs.write("runs/2026-05-22-a/large", ""),
                                 std::uintmax_t{1} << 40); // sparse
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(::open("/dev/null", O_WRONLY), 1);
        support::become_program({"verify", run}, {});
    }
    ::usleep(300'000); // it has a terabyte to hash: whenever the signal comes, it is at work
    ::kill(child, SIGINT);
    CHECK(support::exit_status(child) == 130);
}
