// SPDX-License-Identifier: MIT
// Hyperparameter search: the sampler draws settings, each trial trains under a seed. With the trials' seeds
// pinned and the sampler's not, a rerun tries other settings; with one generator for both, a trial that is
// pruned early moves all that follow.

#include <repro/core.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <random>
#include <string>

/// A learning rate out of eight, and what the trial's first two draws are.
template <class Sampler, class Trial> std::string run_trial(Sampler&& sampler, Trial&& trial, int draws) {
    constexpr const char* rates[] = {"0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3"};
    std::string text = rates[repro::uniform_int(sampler, 8)];
    for (int i = 0; i < draws; ++i)
        text += " " + std::to_string(repro::uniform_int(trial, 100));
    return text;
}

/// The settings of thirty-two trials with a sampler that nobody seeded.
std::string unpinned_sampler() {
    repro::seed_everything(42);
    std::random_device unseeded;
    std::mt19937_64 sampler((std::uint64_t{unseeded()} << 32) | unseeded());
    std::string all;
    for (std::uint64_t t = 0; t < 32; ++t) // equal by chance once in 2^96
        all += run_trial(sampler, repro::stream("search/trial").split(t), 2) + "; ";
    return all;
}

/// Three trials; `pruned` is stopped after one draw of two.
void shared(int pruned) {
    repro::seed_everything(42);
    auto both = repro::stream("search");
    std::printf("  trial %d pruned:", pruned);
    for (int t = 0; t < 3; ++t)
        std::printf("  [%s]", run_trial(both, both, t == pruned ? 1 : 2).c_str());
    std::printf("\n");
}

void separate(int pruned) {
    repro::seed_everything(42);
    auto sampler = repro::stream("search/sampler");
    std::printf("  trial %d pruned:", pruned);
    for (int t = 0; t < 3; ++t) {
        auto trial = repro::stream("search/trial").split(static_cast<std::uint64_t>(t));
        std::printf("  [%s]", run_trial(sampler, trial, t == pruned ? 1 : 2).c_str());
    }
    std::printf("\n");
}

int main() try {
    std::printf("Pitfall: the trials' seeds alone are pinned\n  twice the same trials? %s\n",
                unpinned_sampler() == unpinned_sampler() ? "yes" : "no");
    std::printf("Pitfall: one generator for sampler and trials\n");
    shared(0);
    shared(2);
    std::printf("Cure: a stream for the sampler, and one for each trial\n");
    separate(0);
    separate(2);
} catch (const std::exception& e) {
    std::fprintf(stderr, "10_sampler_and_trials: %s\n", e.what());
    return 1;
}
