// SPDX-License-Identifier: MIT
// Three ways to be wrong without noticing, each beside its cure.

#include <repro/core.hpp>

#include "support/statistics.hpp"

#include <cstdint>
#include <cstdio>
#include <exception>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

// A forked worker inherits the state of its parent's streams. Two workers that do not seed themselves augment
// their samples with the same noise.
void fork_workers(void (*prepare)(std::uint64_t worker)) {
    for (std::uint64_t worker = 0; worker < 2; ++worker) {
        std::fflush(stdout);
        const pid_t child = fork();
        if (child == 0) {
            prepare(worker);
            std::printf("  worker %d:", static_cast<int>(worker));
            for (const auto number : repro::numpy::legacy().randint(0, 100, 5))
                std::printf(" %2d", static_cast<int>(number));
            std::printf("\n");
            std::fflush(stdout);
            _exit(0);
        }
        waitpid(child, nullptr, 0);
    }
}

// NumPy's legacy seed does not reach a Generator: default_rng() takes entropy from the system instead.
void legacy_seed_and_generator() {
    const auto unseeded = [] {
        repro::numpy::legacy().seed(42);
        return repro::numpy::default_rng().integers(0, 1'000'000'000, 5);
    };
    const auto seeded = [] { return repro::numpy::default_rng(42).integers(0, 1'000'000'000, 5); };
    std::printf("  legacy seed 42, default_rng():  twice the same? %s\n",
                unseeded() == unseeded() ? "yes" : "no");
    std::printf("  default_rng(42):                twice the same? %s\n",
                seeded() == seeded() ? "yes" : "no");
}

// Pi from 1000 random points: the stand-in for whatever a training run reports.
double result(repro::seed seed) {
    repro::seed_everything(seed);
    auto points = repro::stream("points");
    int inside = 0;
    for (int i = 0; i < 1000; ++i) {
        const double x = repro::uniform_closed_open(points), y = repro::uniform_closed_open(points);
        inside += x * x + y * y < 1.0;
    }
    return 4.0 * inside / 1000.0;
}

int main() try {
    repro::seed_everything(42);
    std::printf("Forking without seeding\n");
    fork_workers([](std::uint64_t) {});
    std::printf("Cure: seed_worker(worker, epoch) in the child\n");
    fork_workers([](std::uint64_t worker) { repro::seed_worker(worker, 0); });

    std::printf("\nTrusting the legacy seed to seed a Generator; cure: pass the seed\n");
    legacy_seed_and_generator();

    std::printf("\nReporting a single seed\n  pi is %.3f\n", result(42));
    const std::vector results = {result(42), result(123), result(456), result(789), result(1024)};
    const examples::summary s = examples::summarise(results);
    std::printf("Cure: five seeds, and how far they scatter\n");
    std::printf("  pi is %.3f, standard deviation %.3f, standard error of the mean %.3f\n", s.mean,
                s.deviation, s.error);
} catch (const std::exception& e) {
    std::fprintf(stderr, "02_pitfalls: %s\n", e.what());
    return 1;
}
