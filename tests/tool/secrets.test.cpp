// SPDX-License-Identifier: MIT
// No output of the library or of the tool tells a secret that a run was given, whichever way it came.

#include "../support/secrets.hpp"

#include <repro/repro.hpp>

#include "../support/scoped_variable.hpp"
#include "run_program.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

using nlohmann::json;
using support::run_program;

namespace {

std::vector<support::canary> all_canaries(std::uint32_t seed) {
    std::vector<support::canary> all = support::token_canaries(seed);
    for (support::canary& each : support::named_canaries(seed))
        all.push_back(std::move(each));
    return all;
}

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
    for (const support::canary& secret : all_canaries(seed))
        if (support::tells(text, secret)) labels += secret.label + " ";
    if (text.find("hunter2hunter2") != std::string::npos) labels += "login ";
    return labels;
}

} // namespace

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
