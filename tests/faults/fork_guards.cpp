// SPDX-License-Identifier: MIT
// What a run keeps from the processes that are forked from it. Built by mutations.py.

#include <repro/run/run.hpp>

#include "guards.hpp"
#include "support/temporary_folder.hpp"

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Returns whether what a forked child does to its parent's run changes none of the run's files.
template <class Child> bool leaves_run_alone(Child child) {
    const support::temporary_folder folder;
    std::filesystem::current_path(folder.path());
    repro::run run({.id = "x", .seed = 1, .root = folder.path()});
    run.metric("loss", 0, 0.5);
    const std::string manifest = text_of(run.path("manifest.json"));
    const std::string events = text_of(run.path("events.jsonl"));
    const pid_t id = ::fork();
    if (id == 0) {
        child(run);
        ::_exit(0);
    }
    int status = 1;
    (void)::waitpid(id, &status, 0);
    return status == 0 && !manifest.empty() && !events.empty() &&
           text_of(run.path("manifest.json")) == manifest && text_of(run.path("events.jsonl")) == events;
}

constexpr guards::guard all[] = {
    {"forked child finishes nothing",
     [] { return leaves_run_alone([](repro::run& run) { (void)run.finish(); }); }},
    {"forked child adds nothing",
     [] { return leaves_run_alone([](repro::run& run) { run.metric("loss", 1, 1); }); }},
};

} // namespace

int main() {
    ::setenv("REPRO_QUIET", "1", 1);
    return guards::run_all(all);
}
