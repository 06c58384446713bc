// SPDX-License-Identifier: MIT
// A program with a run, for tests to start: its first argument says how it ends. The root of its runs is in
// REPRO_EXPERIMENTS.

#include <repro/run/run.hpp>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using repro::run;

int completes() {
    run r({.id = "subject", .seed = 1});
    return r.finish();
}

int is_left_by_an_exception() {
    try {
        run r({.id = "subject", .seed = 1});
        throw std::runtime_error("caught outside");
    } catch (const std::runtime_error&) {
        return 5;
    }
}

int returns_early() {
    run r({.id = "subject", .seed = 1});
    return 6;
}

int throws() {
    run r({.id = "subject", .seed = 1});
    throw std::runtime_error("loss is not \xff finite");
}

int throws_a_number() {
    run r({.id = "subject", .seed = 1});
    throw 42;
}

int throws_in_a_thread() {
    run r({.id = "subject", .seed = 1});
    std::thread([] { throw std::runtime_error("worker failed"); }).join();
    return 0;
}

int throws_where_two_runs_live() {
    run first({.id = "first", .seed = 1});
    run second({.id = "second", .seed = 1});
    throw std::runtime_error("both");
}

int keeps_an_earlier_terminate_handler() {
    std::set_terminate([] { ::_exit(77); });
    run r({.id = "subject", .seed = 1});
    throw std::runtime_error("handled");
}

int exits() {
    run r({.id = "subject", .seed = 1});
    std::exit(8);
}

int aborts() {
    run r({.id = "subject", .seed = 1});
    std::abort();
}

int is_static() {
    static run r({.id = "subject", .seed = 1});
    return 9;
}

int forks() {
    run r({.id = "subject", .seed = 1});
    const pid_t child = ::fork();
    if (child == 0) {
        r.metric("loss", 0, 1.0);
        r.trace("weights", 0, std::vector<int>{1});
        r.fail("the child's affair");
        std::exit(r.finish());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    r.metric("loss", 1, 2.0);
    return r.finish() + WEXITSTATUS(status);
}

int throws_in_a_child() {
    run r({.id = "subject", .seed = 1});
    const pid_t child = ::fork();
    if (child == 0) throw std::runtime_error("the child's affair");
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? r.finish() : 3;
}

int works_for_ever() {
    for (;;) {
        run r({.id = "subject", .seed = 1});
        r.metric("loss", 0, 1.0);
        (void)r.finish();
    }
}

int meets_a_limit_on_file_sizes() {
    const rlimit small{256, 256};
    ::setrlimit(RLIMIT_FSIZE, &small);
    run r({.id = "subject", .seed = 1, .strict = std::getenv("STRICT") != nullptr});
    for (int step = 0; step < 20; ++step)
        r.trace("weights", step, std::vector<int>{step});
    return r.finish();
}

int leaves_its_folder() {
    run r({.id = "subject", .seed = 1});
    if (::chdir("/") != 0) return 3;
    std::ofstream(r.path("result.txt")) << "42";
    r.artifact("result.txt");
    return r.finish();
}

int runs_many_threads() {
    run r({.id = "subject", .seed = 1});
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&r, thread] {
            for (int step = 0; step < 100; ++step) {
                r.metric("loss/" + std::to_string(thread), step, 0.5);
                r.trace("weights/" + std::to_string(thread), step, std::vector<int>{step});
            }
        });
    for (std::thread& each : threads)
        each.join();
    return r.finish();
}

const std::map<std::string, int (*)()> endings = {
    {"completes", completes},
    {"is left by an exception", is_left_by_an_exception},
    {"returns early", returns_early},
    {"throws", throws},
    {"throws a number", throws_a_number},
    {"throws in a thread", throws_in_a_thread},
    {"throws where two runs live", throws_where_two_runs_live},
    {"keeps an earlier terminate handler", keeps_an_earlier_terminate_handler},
    {"exits", exits},
    {"aborts", aborts},
    {"is static", is_static},
    {"forks", forks},
    {"throws in a child", throws_in_a_child},
    {"works for ever", works_for_ever},
    {"meets a limit on file sizes", meets_a_limit_on_file_sizes},
    {"leaves its folder", leaves_its_folder},
    {"runs many threads", runs_many_threads},
};

} // namespace

int main(int, char** argv) { return endings.at(argv[1])(); }
