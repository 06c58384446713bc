// SPDX-License-Identifier: MIT
// run_subject [END]: a program that knows nothing of ranks, one run with a number from its seed. END lets
// rank 2 end before its run does:
//   absent  it leaves before it has made a run
//   left    it leaves in the middle of its run, and says that all is well
//   killed  it is killed there
//   struck  it is killed there, while the other ranks are at work for two seconds more

#include <repro/repro.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <thread>
#include <unistd.h>

namespace {

/// Waits until rank 0 has its manifest, for 20 seconds at most.
void await_rank_0(const repro::run& run) {
    for (int i = 0; i < 2000 && !std::filesystem::exists(run.path("manifest.json")); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

} // namespace

int main(int argc, char** argv) try {
    const std::string end = argc > 1 ? argv[1] : "";
    const bool ends_early = !end.empty() && repro::this_rank().rank == 2;
    if (ends_early && end == "absent") return 0;
    repro::run run({.id = "ranked", .seed = 42});
    run.metric("value", 0, repro::uniform_closed_open(repro::stream("value")));
    if (ends_early) {
        await_rank_0(run);
        if (end == "left") ::_exit(0);
        ::raise(SIGKILL);
    }
    if (end == "struck") std::this_thread::sleep_for(std::chrono::seconds(2));
    return run.finish();
} catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
}
