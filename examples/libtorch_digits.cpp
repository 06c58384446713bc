// SPDX-License-Identifier: MIT
// libtorch_digits [cpu|cuda] [DIGITS]: a perceptron with dropout in LibTorch learns the digits under five
// seeds. The first run is repeated, and interrupted and resumed within an epoch: both have to end with the
// same bits.

#include <repro/adapters/libtorch.hpp>
#include <repro/repro.hpp>

#include "support/libtorch_training.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>
#include <torch/torch.h>
#include <vector>

namespace libtorch = repro::libtorch;
using examples::batch;
using examples::data_set;
using examples::epochs;
using examples::outcome;

/// One recorded run.
outcome recorded(const data_set& data, int seed, const std::string& path) {
    const std::string id = "libtorch-digits-" + std::string(data.images.is_cuda() ? "cuda" : "cpu");
    repro::run run({.id = id,
                    .seed = seed,
                    .level = repro::level::bit_exact,
                    .config = nlohmann::json{{"batch", batch}, {"epochs", epochs}, {"lr", 0.05}}},
                   libtorch::streams({.threads = 1}));
    run.input(path, "training set");
    const outcome result = examples::train(data, {.record = &run});
    run.metric("accuracy", epochs, result.accuracy);
    run.finish();
    return result;
}

bool holds(bool is_so, const char* what) {
    std::printf("  %s  %s\n", is_so ? "yes" : "NO ", what);
    return is_so;
}

/// The time of a step without and with the switches of bit-exact, each the best of three trainings in turn.
void print_cost(const data_set& data) {
    double best[2] = {1e9, 1e9};
    for (int turn = 0; turn < 3; ++turn)
        for (const bool exact : {false, true}) {
            const libtorch::keep_switches guard;
            libtorch::switches loose = libtorch::switches::now();
            loose.deterministic_algorithms = loose.cudnn_deterministic = false;
            loose.apply();
            const auto level = exact ? repro::level::bit_exact : repro::level::distribution_stable;
            repro::seed_everything(42, libtorch::streams({.level = level, .threads = 1}));
            best[exact] = std::min(best[exact], examples::train(data).microseconds_a_step);
        }
    std::printf("a step takes %.1f us, and %.1f us with the switches of bit-exact\n", best[0], best[1]);
}

/// How far the weights of two devices are apart after the same training. Dropout draws from each device's own
/// generator; without it, rounding is all that differs.
void print_distance(const data_set& cuda, const data_set& cpu) {
    for (const double dropout : {0.2, 0.0}) {
        std::vector<outcome> both;
        for (const data_set* const data : {&cuda, &cpu}) {
            repro::seed_everything(42, libtorch::streams({.threads = 1}));
            both.push_back(examples::train(*data, {.dropout = dropout}));
        }
        std::printf("CUDA and CPU, dropout %.1f: a weight differs by at most %g, the accuracy by %.2f %%\n",
                    dropout, examples::distance(both[0], both[1]),
                    100 * std::abs(both[0].accuracy - both[1].accuracy));
    }
}

int main(int argc, char** argv) try {
    const std::string name = argc > 1 ? argv[1] : "cpu";
    const std::string path = argc > 2 ? argv[2] : "examples/data/digits.csv";
    if (name == "cuda" && at::getNumGPUs() == 0) {
        std::printf("LibTorch " TORCH_VERSION " reaches no CUDA device here\n");
        return 0;
    }
    const data_set data = examples::load(path, name == "cuda" ? torch::kCUDA : torch::kCPU);
    std::printf("LibTorch " TORCH_VERSION ", %s\n  seed   accuracy\n", name.c_str());
    std::vector<outcome> runs;
    std::vector<double> accuracies;
    for (const int seed : {42, 123, 456, 789, 1024}) {
        runs.push_back(recorded(data, seed, path));
        accuracies.push_back(100 * runs.back().accuracy);
        std::printf("%6d   %6.2f %%\n", seed, accuracies.back());
    }
    const examples::summary s = examples::summarise(accuracies);
    std::printf("  mean   %6.2f %%, std %.2f, SEM %.2f\n", s.mean, s.deviation, s.error);

    bool good = holds(examples::same_bits(runs[0], recorded(data, 42, path)),
                      "seed 42 again: every weight has the same bits");
    repro::seed_everything(7, libtorch::streams({.threads = 1})); // the checkpoint's streams replace these
    const outcome resumed = examples::train(data, {.from = runs[0].kept});
    good = holds(examples::same_bits(runs[0], resumed),
                 "seed 42 resumed within epoch 7: every weight has the same bits") &&
           good;
    if (name == "cuda") print_distance(data, examples::load(path, torch::kCPU));
    print_cost(data);
    return good ? 0 : 1;
} catch (const std::exception& e) {
    std::fprintf(stderr, "libtorch_digits: %s\n", e.what());
    return 1;
}
