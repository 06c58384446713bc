// SPDX-License-Identifier: MIT
// 13_resume [FILE]: a training is killed in the middle of an epoch, goes on from its last checkpoint, and
// ends with the bits of one that nobody killed.

#include <repro/repro.hpp>

#include "support/digits.hpp"
#include "support/mlp.hpp"
#include "support/resumable_training.hpp"

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

constexpr std::int64_t steps = 150, steps_between_checkpoints = 20;

/// Trains up to `stop` steps, from the checkpoint where there is one, and returns the weights.
std::vector<double> train(const examples::digits& data, const char* checkpoint, std::int64_t stop) {
    repro::run run({.id = "resume", .seed = 42, .config = {{"batch", 32}}});
    examples::resumable_training training(data, {.hidden = 32, .threads = 1}, 42);
    if (const auto from = run.resume(checkpoint)) {
        training.go_on_from(*from);
        std::printf("goes on from step %lld\n", static_cast<long long>(from->step()));
    }
    while (training.steps() < stop) {
        training.take_step(run);
        if (training.steps() % steps_between_checkpoints == 0) run.checkpoint(checkpoint, training.point());
    }
    if (stop < steps) ::raise(SIGKILL); // as a scheduler would, or a power cut
    run.finish();
    return {training.parameters().begin(), training.parameters().end()};
}

int main(int argc, char** argv) try {
    const examples::digits data = examples::read_digits(argc > 1 ? argv[1] : "examples/data/digits.csv");
    const pid_t child = ::fork();
    if (child == 0) {
        train(data, "cut.checkpoint", 75);
        return 1;
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    std::printf("killed behind step 75: %s\n", WIFSIGNALED(status) ? "yes" : "no");
    const auto resumed = train(data, "cut.checkpoint", steps);
    const auto whole = train(data, "whole.checkpoint", steps);
    std::printf("weights after step %lld: %s\n", static_cast<long long>(steps),
                resumed == whole ? "equal" : "NOT EQUAL");
    return resumed == whole ? 0 : 1;
} catch (const std::exception& e) {
    std::fprintf(stderr, "13_resume: %s\n", e.what());
    return 1;
}
