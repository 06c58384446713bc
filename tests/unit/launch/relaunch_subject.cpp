// SPDX-License-Identifier: MIT
// Calls relaunch_if_needed first in main, as a training program does, and says what came of it. Links an
// object whose name is that of an OpenMP runtime, so that the variables of one are asked for.

#include <repro/launch/relaunch.hpp>

#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

int looks_like_openmp();

int main(int argc, char** argv) {
    const auto asked = [&](const char* word) { return argc > 1 && std::strcmp(argv[1], word) == 0; };
    std::jthread other;
    if (asked("thread"))
        other = std::jthread([](const std::stop_token& stop) {
            while (!stop.stop_requested())
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
    if (asked("close-on-exec")) ::fcntl(777, F_SETFD, FD_CLOEXEC);
    const auto layout = asked("fixed") ? repro::address_layout::fixed : repro::address_layout::as_is;
    const repro::relaunch_report& report =
        repro::relaunch_if_needed(argc, argv, repro::level::bit_exact, layout);
    std::printf("%s|%s|", std::string(to_string(report.outcome)).c_str(), report.reason.c_str());
    for (const repro::setting& each : report.settings)
        std::printf("%s=%s ", each.name.c_str(), each.value.c_str());
    const char* const threads = std::getenv("OMP_NUM_THREADS");
    std::printf("|%d|%s|%s|%p|", static_cast<int>(::getpid()), threads != nullptr ? threads : "none", argv[0],
                static_cast<void*>(std::make_unique<int>(looks_like_openmp()).get()));
    const char* rank = "none";
    for (const char* const name : {"SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "RANK"})
        if (const char* const value = std::getenv(name)) rank = value;
    std::printf("%s|", rank);
    for (int i = 1; i < argc; ++i)
        std::printf("%s,", argv[i]);
    std::printf("\n");
    return 5;
}
