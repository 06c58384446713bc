// SPDX-License-Identifier: MIT
// A program to be audited: does what its arguments name, one after the other.

#include "drawing_library.hpp"

#include <csignal>
#include <cstdlib>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

void tell(); // what an audit within the program saw, where there is one

namespace {

struct action {
    std::string_view name;
    void (*run)();
};

void draw_in_threads() {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([] {
            for (int k = 0; k < 25'000; ++k)
                drawing::from_rand();
        });
    for (std::thread& each : threads)
        each.join();
}

void draw_in_forked_children() {
    for (int i = 0; i < 2; ++i) {
        if (::fork() == 0) {
            for (int k = 0; k < 5; ++k)
                drawing::from_getentropy();
            ::_exit(0); // runs no handler of exit
        }
    }
    for (int i = 0; i < 2; ++i)
        ::wait(nullptr);
}

void draw_and_be_killed() {
    drawing::from_getrandom();
    std::raise(SIGKILL);
}

constexpr action actions[] = {
    {"device", drawing::from_random_device},
    {"getrandom", drawing::from_getrandom},
    {"getentropy", drawing::from_getentropy},
    {"syscall", drawing::from_system_call},
    {"open", drawing::from_urandom_by_open},
    {"fopen", drawing::from_urandom_by_fopen},
    {"arc4random", drawing::from_arc4random},
    {"openat", drawing::from_random_by_openat},
    {"openat-2", drawing::from_urandom_by_checked_openat},
    {"freopen", drawing::from_urandom_by_freopen},
    {"uuid", drawing::from_uuid_by_fopen},
    {"hwrng", drawing::from_hwrng_by_open},
    {"rand", drawing::from_rand},
    {"random", drawing::from_random},
    {"drand48", drawing::from_drand48},
    {"lrand48", drawing::from_lrand48},
    {"mrand48", drawing::from_mrand48},
    {"srandom", drawing::seed_srandom},
    {"srandom-time", drawing::seed_srandom_by_time},
    {"initstate", drawing::seed_initstate},
    {"initstate-time", drawing::seed_initstate_by_time},
    {"srandom_r", drawing::seed_srandom_r},
    {"srandom_r-time", drawing::seed_srandom_r_by_time},
    {"initstate_r", drawing::seed_initstate_r},
    {"initstate_r-time", drawing::seed_initstate_r_by_time},
    {"srand48", drawing::seed_srand48},
    {"srand48_r", drawing::seed_srand48_r},
    {"srand48_r-time", drawing::seed_srand48_r_by_time},
    {"setstate", drawing::hand_over_by_setstate},
    {"seed48", drawing::hand_over_by_seed48},
    {"lcong48", drawing::hand_over_by_lcong48},
    {"seed", [] { drawing::seed_rand(12345); }},
    {"time-seed", drawing::seed_rand_by_time},
    {"time-of-day-seed", drawing::seed_rand_by_time_of_day},
    {"clock-seed", drawing::seed_drand48_by_clock},
    {"threads", draw_in_threads},
    {"forks", draw_in_forked_children},
    {"killed", draw_and_be_killed},
    {"exit-7", [] { std::exit(7); }},
    {"tell", tell},
};

} // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        bool known = false;
        for (const action& each : actions)
            if (each.name == argv[i]) {
                each.run();
                known = true;
            }
        if (!known) return 99;
    }
}
