// SPDX-License-Identifier: MIT
// Reinforcement learning: the environment draws its transitions, the agent its exploration. With one
// generator for both, a change of the agent changes the world it is tried in; with a seed for the environment
// alone, the exploration is another one every time.

#include <repro/core.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <random>
#include <string>

/// How the agent explores: the second one draws twice a step.
enum class agent { plain, curious };

struct episode {
    std::string winds;   ///< what the environment drew
    std::string actions; ///< what the agent drew
};

template <class Environment, class Exploration>
episode play(agent who, Environment&& environment, Exploration&& exploration) {
    episode played;
    for (int step = 0; step < 12; ++step) {
        played.winds += "nesw"[repro::uniform_int(environment, 4)];
        std::uint64_t action = repro::uniform_int(exploration, 2);
        if (who == agent::curious) action ^= repro::uniform_int(exploration, 2);
        played.actions += "lr"[action];
    }
    return played;
}

void print(const char* what, const episode& played) {
    std::printf("  %-8s winds %s  actions %s\n", what, played.winds.c_str(), played.actions.c_str());
}

int main() try {
    std::printf("Pitfall: one generator for both, so the agent changes its world\n");
    for (const agent who : {agent::plain, agent::curious}) {
        repro::seed_everything(42);
        auto both = repro::stream("everything");
        print(who == agent::plain ? "plain" : "curious", play(who, both, both));
    }

    std::printf("Pitfall: a seed for the environment alone\n");
    const auto explore_at_random = [] {
        repro::seed_everything(42);
        std::random_device unseeded;
        std::mt19937_64 exploration((std::uint64_t{unseeded()} << 32) | unseeded());
        auto environment = repro::stream("environment");
        episode played;
        for (int repeat = 0; repeat < 8; ++repeat) // 96 steps: equal by chance once in 2^96
            played.actions += play(agent::plain, environment, exploration).actions;
        return played.actions;
    };
    std::printf("  twice the same actions? %s\n", explore_at_random() == explore_at_random() ? "yes" : "no");

    std::printf("Cure: a stream for each\n");
    for (const agent who : {agent::plain, agent::curious, agent::plain}) {
        repro::seed_everything(42);
        print(who == agent::plain ? "plain" : "curious",
              play(who, repro::stream("environment"), repro::stream("agent/actions")));
    }
} catch (const std::exception& e) {
    std::fprintf(stderr, "08_environment_and_actions: %s\n", e.what());
    return 1;
}
