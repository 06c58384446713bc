// SPDX-License-Identifier: MIT
#include <repro/judge/recover.hpp>

#include "../../support/interrupted_run.hpp"
#include "../../support/manifest.hpp"
#include "../../support/refusal.hpp"
#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using nlohmann::json;
using repro::process_identity;
using repro::recover;
using repro::recovery_outcome;
using repro::detail::event_log;

namespace {

process_identity dead_process() {
    process_identity process = repro::capture_process_identity();
    process.pid = 0x7fffffff; // beyond what the kernel gives
    return process;
}

/// The folder of a run whose process left it as it was.
struct left_run : support::temporary_folder {
    explicit left_run(const process_identity& process) {
        write("manifest.json", support::running_manifest(process).dump(2));
    }
    std::filesystem::path manifest = path() / "manifest.json";

    void add_events(int count) const {
        const repro::detail::descriptor handle(::open(path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        event_log log;
        for (int step = 0; step < count; ++step)
            CHECK_FALSE(log.add(handle.get(), repro::detail::now(), step % 2 == 0 ? "loss" : "accuracy", step,
                                step + 0.25));
    }
    [[nodiscard]] std::string events() const { return support::read_text(*this / "events.jsonl"); }
};

} // namespace

TEST_CASE("a dead run becomes aborted, with its metrics, and everything else as it was") {
    const left_run run(dead_process());
    run.add_events(5);
    const json before = support::read_manifest(run.path());
    CHECK(recover(run.manifest).outcome == recovery_outcome::recovered);
    const json after = support::read_manifest(run.path());
    CHECK(after["status"] == "aborted");
    CHECK(after["error"]["message"].get<std::string>().starts_with("the run was interrupted: process "));
    CHECK(after["recovery"]["cause"] == "interrupted");
    CHECK(repro::detail::read_time(after["recovery"]["recovered_at"].get<std::string>()).has_value());
    CHECK(after["recovery"]["events"] == 5);
    CHECK(after["metrics"] == json{{"loss", {{"step", {0, 2, 4}}, {"value", {0.25, 2.25, 4.25}}}},
                                   {"accuracy", {{"step", {1, 3}}, {"value", {1.25, 3.25}}}}});
    CHECK_FALSE(support::reason(after, "finished_at").empty());
    for (const auto& [key, value] : before.items()) {
        if (key == "status" || key == "error" || key == "metrics" || key == "missing") continue;
        INFO(key);
        CHECK(after[key] == value);
    }
    const auto read = repro::read_manifest(run.manifest); // the strict reader takes it
    CHECK(support::read_text(run / "manifest.json.sha256") == read.sha256.hex() + "  manifest.json\n");
}

TEST_CASE("the keys of a recovered manifest stand where they stood") {
    const left_run run(dead_process());
    const auto keys = [&] {
        std::vector<std::string> all;
        const auto document = nlohmann::ordered_json::parse(support::read_text(run.manifest));
        for (const auto& member : document.items())
            all.push_back(member.key());
        return all;
    };
    std::vector<std::string> expected = keys();
    (void)recover(run.manifest);
    expected.emplace_back("recovery");
    CHECK(keys() == expected);
}

TEST_CASE("doing it twice changes nothing more") {
    const left_run run(dead_process());
    (void)recover(run.manifest);
    const std::string once = support::read_text(run.manifest);
    CHECK(recover(run.manifest).outcome == recovery_outcome::not_needed);
    CHECK(support::read_text(run.manifest) == once);
}

TEST_CASE("a run that lives, or may live, is left alone to the byte") {
    auto elsewhere = dead_process();
    elsewhere.world.namespaces = "pid:[1]";
    for (const auto& [process, outcome] :
         {std::pair{repro::capture_process_identity(), recovery_outcome::alive},
          std::pair{elsewhere, recovery_outcome::undecided}}) {
        const left_run run(process);
        run.write(".reserve", "room");
        const std::string before = support::read_text(run.manifest);
        CHECK(recover(run.manifest).outcome == outcome);
        CHECK(support::read_text(run.manifest) == before);
        CHECK(std::filesystem::exists(run / ".reserve"));
        CHECK_FALSE(std::filesystem::exists(run / "manifest.json.sha256"));
    }
}

TEST_CASE("a torn last line is told, a damaged one warned of, the rest is kept") {
    const left_run run(dead_process());
    run.add_events(6);
    std::string text = run.events();
    text[text.find('\n') + 3] ^= 1; // in the second line
    text.resize(text.size() - 4);   // in the last one
    run.write("events.jsonl", text);
    const auto report = recover(run.manifest);
    CHECK(report.events.torn);
    CHECK(report.events.damaged == std::vector<std::size_t>{2});
    const json after = support::read_manifest(run.path());
    CHECK(after["metrics"]["loss"]["step"] == json{0, 2, 4});
    CHECK(after["metrics"]["accuracy"]["step"] == json{3});
    CHECK(support::warns(after, "W_EVENTS_DAMAGED"));
    CHECK(after["recovery"]["damaged_lines"] == json{2});
    CHECK(after["recovery"]["torn_line"] == true);
}

TEST_CASE("what the dead run kept for itself is taken away, what others have there is not") {
    const left_run run(dead_process());
    run.write(".reserve", std::string(1000, '\0'));
    const auto temporary = [&](const process_identity& owner) {
        return run.write(
            repro::detail::temporary_name("manifest.json", repro::detail::temporary_owner(owner)), "half");
    };
    const auto own = temporary(dead_process());
    const auto other = temporary(repro::capture_process_identity());
    (void)recover(run.manifest);
    CHECK_FALSE(std::filesystem::exists(run / ".reserve"));
    CHECK_FALSE(std::filesystem::exists(own));
    CHECK(std::filesystem::exists(other));
}

TEST_CASE("of many recoveries at one time one does it, and the digest fits") {
    const left_run run(dead_process());
    run.add_events(3);
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) ::_exit(recover(run.manifest).outcome == recovery_outcome::recovered ? 1 : 0);
        children.push_back(child);
    }
    int recovered = 0;
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFEXITED(status));
        recovered += WEXITSTATUS(status);
    }
    CHECK(recovered == 1);
    const auto read = repro::read_manifest(run.manifest);
    CHECK(support::read_text(run / "manifest.json.sha256") == read.sha256.hex() + "  manifest.json\n");
}

TEST_CASE("a folder without a manifest is refused by name") {
    const support::temporary_folder folder;
    CHECK(support::refusal([&] { (void)recover(folder / "manifest.json"); }) ==
          repro::errc::manifest_missing);
}
