// SPDX-License-Identifier: MIT
// No output of the library or of the tool tells a secret that a run or a command was given, whichever way it
// came.

#include "../support/secrets.hpp"

#include <repro/repro.hpp>

#include "../support/git_sandbox.hpp"
#include "../support/scoped_variable.hpp"
#include "run_program.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using nlohmann::json;
using support::run_program;

namespace {

/// A lockfile whose addresses hold tokens.
std::string lockfile_with_tokens(std::uint32_t seed) {
    std::string text = "--extra-index-url https://user:hunter2hunter2@packages.example/simple\n";
    for (const support::canary& secret : support::token_canaries(seed))
        if (secret.text.find_first_of("\n /") == std::string::npos)
            text +=
                "p" + std::to_string(text.size()) + " @ git+https://" + secret.text + "@git.example/a.git\n";
    return text;
}

json config_with_secrets(std::uint32_t seed) {
    json config = {{"lr", 0.1 * seed}};
    for (const support::canary& secret : support::token_canaries(seed)) {
        config[secret.label] = secret.text;
        config["keyed"][secret.text] = 1;
    }
    for (const support::canary& secret : support::named_canaries(seed))
        config["named"][secret.name] = secret.text;
    return config;
}

/// Makes a run that is given every canary in every place that takes text, in a process of its own with
/// standard error in a file; returns the run's folder.
std::filesystem::path leaky_run(const support::temporary_folder& folder, std::uint32_t seed) {
    const std::string id = "leaky-" + std::to_string(seed);
    const auto lockfile = folder.write(id + "/requirements.txt", lockfile_with_tokens(seed));
    const auto said = folder.write(id + ".stderr", "");
    const pid_t child = ::fork();
    if (child == 0) {
        ::unsetenv("REPRO_QUIET"); // what is said on standard error is looked at, too
        ::dup2(::open(said.c_str(), O_WRONLY | O_APPEND), 2);
        repro::run run({.id = id,
                        .seed = seed,
                        .config = config_with_secrets(seed),
                        .lockfiles = {lockfile},
                        .root = folder / "runs"});
        for (const support::canary& secret : support::token_canaries(seed)) {
            run.metric(secret.text, 0, 0.5 * seed);
            run.trace(secret.text, 0, std::vector<float>{1.0f});
            run.artifact(secret.text + ".npy");
            run.input("/nowhere/" + secret.text, secret.text);
        }
        run.fail("cannot fetch https://me:hunter2hunter2@h.example/ with " +
                 support::token_canaries(seed)[2].text);
        ::_exit(0);
    }
    (void)support::exit_status(child);
    for (const auto& entry : std::filesystem::directory_iterator(folder / "runs"))
        if (entry.path().native().ends_with(id)) return entry.path();
    return {};
}

/// Publishes the manifest of a run under five seeds, as a baseline asks for; returns their folder.
std::string five_of(const support::temporary_folder& folder, const std::filesystem::path& run) {
    json manifest = json::parse(support::file_text(run / "manifest.json"));
    manifest["status"] = "completed";
    manifest["error"] = nullptr;
    for (const char* const seed : {"1", "2", "3", "4", "5"}) {
        manifest["seed"] = std::stoi(seed);
        manifest["seed_text"] = seed;
        folder.write(std::string("five/") + seed + "/manifest.json", manifest.dump());
    }
    return (folder / "five").native();
}

/// Returns which canaries stand in `text`.
std::string told(const std::string& text, std::uint32_t seed) {
    std::string labels;
    for (const support::canary& secret : support::all_canaries(seed))
        if (support::tells(text, secret)) labels += secret.label + " ";
    if (text.find("hunter2hunter2") != std::string::npos) labels += "login ";
    return labels;
}

/// A command line that holds every canary, in each way to write one.
std::vector<std::string> secret_words(std::uint32_t seed) {
    std::vector<std::string> words = {"--url=https://me:hunter2hunter2@h.example/x"};
    for (const support::canary& secret : support::token_canaries(seed)) {
        words.insert(words.end(), {"--key=" + secret.text, secret.text, "--key", secret.text});
        words.insert(words.end(),
                     {"--header", "X-Key: " + secret.text, "https://h.example/?x=" + secret.text});
    }
    for (const support::canary& secret : support::named_canaries(seed))
        words.insert(words.end(), {"--" + secret.name + "=" + secret.text, secret.name + "=" + secret.text,
                                   "--" + secret.name, secret.text});
    return words;
}

/// Returns the variables that a level asks for, and those that a run records, with canaries for values.
std::vector<std::pair<std::string, std::string>> secret_environment(std::uint32_t seed) {
    std::vector<std::pair<std::string, std::string>> all;
    const std::vector<support::canary> canaries = support::all_canaries(seed);
    const auto value = [&canaries](std::size_t which) {
        const support::canary& secret = canaries[which % canaries.size()];
        return (secret.name.empty() ? "" : secret.name + "=") + secret.text;
    };
    std::size_t which = seed * 29; // another seed, other variables
    for (const repro::knob& each : repro::knobs)
        if (each.asked_by) all.emplace_back(each.name, value(which++));
    for (std::size_t i = 0; i < canaries.size(); ++i)
        all.emplace_back("REPRO_X" + std::to_string(i), value(i));
    return all;
}

/// Checks that a command tells no canary, in text and as a document.
void check_silent(std::vector<std::string> line, const support::program_options& options) {
    for (const bool as_json : {false, true}) {
        if (as_json) line.insert(line.begin() + 1, "--json");
        const auto result = run_program(line, options);
        INFO(line[0] << (as_json ? " --json" : "") << ": " << result.status);
        CHECK(told(result.out + result.err, 1) == "");
        CHECK(result.status != 5);
    }
}

std::vector<std::string> joined(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

} // namespace

TEST_CASE("no command tells a secret of the command line that it starts") {
    const support::temporary_folder folder;
    const support::program_options here{folder.path(), {{"REPRO_QUIET", "1"}}};
    const std::vector<std::string> secrets = secret_words(1);
    check_silent(joined({"shake", "--only", "hash-seed", "--", "true"}, secrets), here);
    check_silent(joined({"audit", "--time", "--", "true"}, secrets), here);
    check_silent(joined({"run", "--", "true"}, secrets), here);
    check_silent(joined({"seeds", "--seeds", "1", "--method", "m", "--", "true"}, secrets), here);
    const std::string token = support::token_canaries(1)[2].text;
    for (const char* const command : {"shake", "audit", "run"})
        check_silent(joined({command, "--", "/nowhere/" + token}, secrets), here);
    check_silent({"seeds", "--seeds", "1", "--", "/nowhere/" + token}, here);
    const json shaken = json::parse(
        run_program({"shake", "--json", "--only", "hash-seed", "--", "true", "--api-key=" + token}, here)
            .out);
    CHECK(shaken["command"] == json{"true", "--api-key=***"});
}

TEST_CASE("no command tells a secret in its own words") {
    const support::temporary_folder folder;
    const support::program_options here{folder.path(), {}};
    for (const support::canary& secret : support::token_canaries(1)) {
        INFO(secret.label);
        for (const std::vector<std::string>& line :
             {std::vector<std::string>{"env", "--format=" + secret.text},
              {"shake", "--nosuch=" + secret.text}})
            CHECK(told(run_program(line, here).err, 1) == "");
    }
    const std::string token = support::token_canaries(1)[2].text;
    const std::string jwt = [] { // longer than what an error names of a word
        for (const support::canary& each : support::token_canaries(1))
            if (each.label == "jwt") return each.text;
        return std::string();
    }();
    CHECK(run_program({"env", "--format", jwt}, here).err.find(jwt.substr(0, 50)) == std::string::npos);
    for (const std::string& word : {token, "/nowhere/" + token, "x?token=" + token}) {
        const std::vector<std::vector<std::string>> lines = {
            {"env", "--seed", word},
            {"env", "--level", word},
            {"run", "--seed", word, "--", "true"},
            {"seeds", "--seeds", word, "--", "true"},
            {"seeds", "--seeds", "1", "--root", word, "--dataset", word, "--", "true"},
            {"seeds", "--seeds", "1", "--launcher", word, "--", "true"},
            {"seeds", "--seeds", "1", "--launcher", "srun", "--ranks", word, "--", "true"},
            {"rank", word},
            {"rank", ".", "--metric", word},
            {"rank", ".", "--blocks", word},
            {"sign", word, "--key", word},
            {"selftest", word},
            {"completion", word},
            {"doctor", "--level", word},
            {"audit", "--" + word, "--", "true"}};
        for (const std::vector<std::string>& line : lines)
            check_silent(line, here);
    }
    CHECK(told(run_program({"--" + token}, here).err + run_program({token}, here).err, 1) == "");
    const auto unexpected = run_program({"env", "--token", "xyzzy"}, here); // its name tells, a word before
    CHECK(unexpected.status == 2);
    CHECK(unexpected.err.find("xyzzy") == std::string::npos);
}

TEST_CASE("no command tells a secret of the environment, and a run records none") {
    const support::temporary_folder folder;
    folder.write("nccl.conf",
                 "NCCL_ALGO=password=hunter2hunter2\nNCCL_X=" + support::token_canaries(1)[2].text);
    const std::string token = support::token_canaries(1)[2].text;
    for (const std::uint32_t round : {0U, 1U, 2U}) { // until each canary was the value of some variable
        support::program_options options{folder.path(), secret_environment(1)};
        for (std::size_t i = 0; i < options.environment.size(); ++i) {
            const std::size_t from = (i + round * 29) % options.environment.size();
            options.environment[i].second = secret_environment(1)[from].second;
        }
        const auto warned = run_program({"run", "--seed", "7", "--", "true"}, options);
        CHECK(warned.err.find("E_KNOB_WRONG") != std::string::npos);
        CHECK(told(warned.err, 1) == "");
        const auto refused = run_program({"run", "--strict", "--json", "--", "true"}, options);
        CHECK(refused.status == 2);
        CHECK(told(refused.out + refused.err, 1) == "");
    }
    support::program_options options{folder.path(), secret_environment(1)};
    check_silent({"env", "--seed", "7"}, options);
    options.environment.insert(options.environment.end(),
                               {{"REPRO_EXPERIMENTS", (folder / ("runs/" + token)).native()},
                                {"NCCL_CONF_FILE", (folder / "nccl.conf").native()},
                                {"LD_PRELOAD", "/nowhere/" + token + ".so"}});
    for (const char* const form : {"--no-color", "--json"}) {
        const auto examined = run_program({"doctor", form}, options); // the loader tells its own errors
        CHECK(examined.out.find("LD_PRELOAD is /nowhere/***") != std::string::npos);
        CHECK(told(examined.out, 1) == "");
    }
    support::program_options recording{folder.path(), secret_environment(1)};
    recording.environment.emplace_back("REPRO_RUN_DIR", (folder / "recorded").native());
    std::erase_if(recording.environment, [](const auto& each) { return each.first == "PYTHONHASHSEED"; });
    const auto recorded =
        run_program(joined({"run", "--", REPRO_RERUN_SUBJECT, "2"}, secret_words(1)), recording);
    CHECK(told(recorded.out + recorded.err, 1) == "");
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "recorded"))
        if (entry.is_regular_file() && entry.path().filename() != "out.txt") { // that is the program's own
            INFO(entry.path().filename());
            CHECK(told(support::file_text(entry.path()), 1) == "");
            ++files;
        }
    CHECK(files >= 4);
    const json manifest = json::parse(support::file_text(folder / "recorded/manifest.json"));
    CHECK(manifest["command"]["arguments"].size() > 400);
    CHECK(manifest["environment"].size() > 70);
}

TEST_CASE(
    "a run from a changed tree tells no secret of its remote or of the changes, and keeps no patch of them") {
    const support::git_sandbox box;
    const std::filesystem::path tree = box.repository();
    const std::string token = support::token_canaries(1)[2].text;
    box.git(tree, "remote add origin 'https://me:" + token + "@git.example/" + token +
                      "/a.git?private_token=" + token + "'");
    std::string secrets, benign;
    for (const support::canary& secret : support::token_canaries(1))
        secrets += "+ " + secret.text + "\n";
    for (const support::canary& secret : support::named_canaries(1))
        secrets += secret.name + "=" + secret.text + "\n";
    for (const std::string& each : support::benign_texts())
        benign += each + "\n";
    for (const bool kept : {true, false}) {
        box.write("repository/wish", kept ? benign : secrets);
        const std::filesystem::path folder = box / (kept ? "kept" : "refused");
        const auto result =
            run_program({"run", "--", REPRO_RERUN_SUBJECT}, {tree, {{"REPRO_RUN_DIR", folder.native()}}});
        CHECK(result.status == 0);
        CHECK(told(result.out + result.err, 1) == "");
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
            if (entry.path().filename() != "out.txt") // in which the program wrote its wish
                CHECK(told(support::file_text(entry.path()), 1) == "");
        const json manifest = json::parse(support::file_text(folder / "manifest.json"));
        CHECK(manifest["git"]["remote"] == "https://git.example/***/a.git");
        CHECK(std::filesystem::exists(folder / "git.patch") == kept);
        if (kept)
            CHECK(support::file_text(folder / "git.patch").find("max_tokens=4096\n") != std::string::npos);
    }
}

TEST_CASE("a secret that a run was given stands in no file of it, and no command tells it") {
    const support::temporary_folder folder;
    const std::string a = leaky_run(folder, 1).native();
    const std::string b = leaky_run(folder, 2).native();
    REQUIRE_FALSE(a.empty());
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "runs"))
        if (entry.is_regular_file()) {
            INFO(entry.path().filename());
            const std::string text = support::file_text(entry.path());
            CHECK(told(text, 1) + told(text, 2) == "");
            ++files;
        }
    CHECK(files >= 8); // of each run manifest, digest, events and trace
    for (const char* const said : {"leaky-1.stderr", "leaky-2.stderr"}) {
        const std::string text = support::file_text(folder / said);
        CHECK(text.find("W_INPUT") != std::string::npos);
        CHECK(told(text, 1) + told(text, 2) == "");
    }

    std::vector<std::vector<std::string>> lines = {
        {"show", a},
        {"ls", (folder / "runs").native()},
        {"verify", a},
        {"verify", a, "--lock"},
        {"verify", a, "--environment"},
        {"verify", a, "--gate"},
        {"verify", a, b, "--gate", "publication"},
        {"diff", a, b, "--all"},
        {"diff", a, b, "--trace"},
        {"report", a, b},
        {"report", "--a", a, "--b", b, "-o", (folder / "page.html").native()},
        {"baseline", "set", (folder / "baseline.json").native(), five_of(folder, a)},
        {"baseline", "check", (folder / "baseline.json").native(), five_of(folder, b)},
        {"compare", a, b},
        {"rerun", a},
        {"recover", a},
        {"explain", (folder / "leaky-1/requirements.txt").native()}};
    for (const char* const format :
         {"ro-crate", "in-toto", "test-result", "dvc", "cyclonedx", "mlflow", "junit", "checklist"})
        lines.push_back({"export", format, a});
    for (std::vector<std::string> line : lines)
        for (const bool as_json : {false, true}) {
            if (as_json) line.push_back("--json");
            const auto result = run_program(line, {folder.path(), {}});
            INFO(line[0] << " " << line[1] << (as_json ? " --json" : ""));
            CHECK(told(result.out + result.err, 1) + told(result.out + result.err, 2) == "");
            CHECK((result.status < 5 && (line[0] == "report" || !(result.out + result.err).empty())));
        }
    for (const char* const written : {"page.html", "baseline.json"}) {
        const std::string text = support::file_text(folder / written);
        INFO(written);
        CHECK(text.size() > 1000);
        CHECK(told(text, 1) + told(text, 2) == "");
    }
}
