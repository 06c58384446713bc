// SPDX-License-Identifier: MIT
#include <repro/run/run.hpp>
#include <repro/run/strict.hpp>

#include "support/git_sandbox.hpp"
#include "support/process.hpp"
#include "support/scoped_variable.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

struct strict_case {
    bool locked = true;
    bool changed = false;
};

/// What finish() of a strict run says in a repository of its own.
std::string strict_status(const support::git_sandbox& sandbox, const strict_case& given) {
    const auto repository =
        sandbox.repository("r" + std::to_string(given.locked) + std::to_string(given.changed));
    if (given.changed) sandbox.write(repository.filename().native() + "/a", "changed\n");
    return support::in_forked_child([&] {
        std::filesystem::current_path(repository);
        for (const char* const name : {"REPRO_SEED", "REPRO_RUN_DIR", "REPRO_EXPERIMENTS"})
            ::unsetenv(name);
        const std::vector<std::filesystem::path> locks = {"b/c"};
        repro::run run({.id = "strict",
                        .seed = 42,
                        .level = repro::level::distribution_stable,
                        .lockfiles = given.locked ? locks : std::vector<std::filesystem::path>(),
                        .strict = true});
        return std::to_string(run.finish());
    });
}

} // namespace

TEST_CASE("a strict run that a gate lets pass ends with 0, and one that it refuses with 1") {
    const support::scoped_variable quiet("REPRO_QUIET", "1");
    const support::git_sandbox sandbox;
    CHECK(strict_status(sandbox, {}) == "0");
    CHECK(strict_status(sandbox, {.changed = true}) == "1");
    CHECK(strict_status(sandbox, {.locked = false}) == "1");
}

TEST_CASE("a strict run in a fresh process, with a library mapped that reads PYTHONHASHSEED",
          "[.strict-with-variable]") {
    const support::git_sandbox sandbox;
    const auto repository = sandbox.repository();
    std::filesystem::current_path(repository);
    const std::string lookalike = (repository / ".git/libpython3.so").native();
    std::filesystem::copy_file(REPRO_PASSING_MODULE, lookalike);
    if (::dlopen(lookalike.c_str(), RTLD_NOW) == nullptr) return support::answer("not loaded");
    repro::run run({.id = "strict",
                    .seed = 42,
                    .level = repro::level::seed_stable,
                    .lockfiles = {"b/c"},
                    .strict = true});
    support::answer(std::to_string(run.finish()));
}

TEST_CASE("a variable against the level is enough to make a strict run end with 1") {
    const support::scoped_variable quiet("REPRO_QUIET", "1");
    for (const char* const name : {"REPRO_SEED", "REPRO_RUN_DIR", "REPRO_EXPERIMENTS"})
        ::unsetenv(name);
    const auto status = [](const char* value) {
        const support::scoped_variable seed("PYTHONHASHSEED", value);
        return support::in_fresh_process("strict-with-variable");
    };
    CHECK(status("42") == "0");
    CHECK(status("random") == "1");
}

TEST_CASE("a manifest in the making is judged as the one that is read") {
    repro::detail::manifest m;
    m.id = "x";
    m.status = repro::run_status::completed;
    m.git.emplace();
    m.git->at_start.sha = "0123";
    m.git->at_start.dirty = true;
    m.miss("inputs.a", "gone");
    m.warnings.push_back({repro::warn::seed_changed, "twice"});
    std::string ids;
    for (const repro::gate_reason& each : repro::detail::gate_reasons(repro::detail::gate_facts_of(m)))
        ids += each.id + " ";
    CHECK(ids == "dirty unlocked incomplete warned ");
}
