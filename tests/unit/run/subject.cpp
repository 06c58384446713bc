// SPDX-License-Identifier: MIT
// A program with a run, for tests to start: its first argument says how it ends. The root of its runs is in
// REPRO_EXPERIMENTS.

#include <repro/launch/relaunch.hpp>
#include <repro/run/run.hpp>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <map>
#include <memory>
#include <new>
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

int completes_at_bit_exact() {
    run r({.id = "subject", .seed = 1, .level = repro::level::bit_exact});
    return r.finish();
}

int returns_its_own_status() {
    run r({.id = "subject", .seed = 1});
    for (int step = 0; step < 3; ++step)
        r.metric("loss", step, 1.0 / (step + 1));
    r.trace("weights", 0, std::vector<float>{1.0F, 2.0F});
    std::ofstream(r.path("loss.txt")) << "0.5";
    r.artifact("loss.txt");
    (void)r.finish();
    return 7;
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

int exits_in_a_thread() {
    run r({.id = "subject", .seed = 1});
    std::thread([] { std::exit(8); }).detach();
    for (;;)
        ::pause();
}

int leaves_at_once() {
    run r({.id = "subject", .seed = 1});
    ::_exit(8);
}

int exits_quickly() {
    run r({.id = "subject", .seed = 1});
    std::quick_exit(8);
}

void breaks_a_promise() { throw std::runtime_error("broken promise"); }
void promises_not_to_throw() noexcept { breaks_a_promise(); }

int throws_through_noexcept() {
    run r({.id = "subject", .seed = 1});
    promises_not_to_throw();
    return 3;
}

int dies_by(int signal) {
    run r({.id = "subject", .seed = 1});
    r.metric("loss", 0, 0.5);
    ::raise(signal);
    return 3;
}

int runs_out_of_memory() {
    run r({.id = "subject", .seed = 1});
    const rlimit little{std::size_t{1} << 30, std::size_t{1} << 30};
    ::setrlimit(RLIMIT_AS, &little);
    std::vector<std::unique_ptr<char[]>> all;
    for (std::size_t size = std::size_t{1} << 24;; size = std::max<std::size_t>(size / 2, 64))
        try {
            for (;;)
                all.push_back(std::make_unique<char[]>(size));
        } catch (const std::bad_alloc&) {
            if (size == 64) throw; // nothing is left, and nothing is given back before the end is recorded
        }
}

volatile int deepest = 0;

// Not instrumented: ThreadSanitizer's own stack of calls would overflow first, and leave no handler a call.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::disable_sanitizer_instrumentation)
[[clang::disable_sanitizer_instrumentation]]
#endif
#endif
int recurses(int depth) {
    volatile char room[4096];
    room[0] = static_cast<char>(depth);
    deepest = depth;
    return deepest < 0 ? 0 : recurses(depth + 1) + room[0];
}

int overflows_its_stack() {
    run r({.id = "subject", .seed = 1});
    return recurses(0);
}

int starts_another_program() {
    run r({.id = "subject", .seed = 1});
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/bin/true", "true", static_cast<char*>(nullptr));
        ::_exit(3);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return r.finish() + WEXITSTATUS(status);
}

int runs_twice() {
    run first({.id = "subject", .seed = 1});
    run second({.id = "subject", .seed = 1});
    return first.finish() + second.finish();
}

int has_no_run() { return 0; }

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
    const rlimit small{1024, 1024};
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
    {"completes at bit-exact", completes_at_bit_exact},
    {"returns its own status", returns_its_own_status},
    {"is left by an exception", is_left_by_an_exception},
    {"returns early", returns_early},
    {"throws", throws},
    {"throws a number", throws_a_number},
    {"throws in a thread", throws_in_a_thread},
    {"throws where two runs live", throws_where_two_runs_live},
    {"keeps an earlier terminate handler", keeps_an_earlier_terminate_handler},
    {"exits", exits},
    {"aborts", aborts},
    {"exits in a thread", exits_in_a_thread},
    {"leaves at once", leaves_at_once},
    {"exits quickly", exits_quickly},
    {"throws through noexcept", throws_through_noexcept},
    {"is terminated", [] { return dies_by(SIGTERM); }},
    {"is interrupted", [] { return dies_by(SIGINT); }},
    {"is hung up", [] { return dies_by(SIGHUP); }},
    {"crashes", [] { return dies_by(SIGSEGV); }},
    {"is killed", [] { return dies_by(SIGKILL); }},
    {"runs out of memory", runs_out_of_memory},
    {"overflows its stack", overflows_its_stack},
    {"starts another program", starts_another_program},
    {"runs twice", runs_twice},
    {"has no run", has_no_run},
    {"is static", is_static},
    {"forks", forks},
    {"throws in a child", throws_in_a_child},
    {"works for ever", works_for_ever},
    {"meets a limit on file sizes", meets_a_limit_on_file_sizes},
    {"leaves its folder", leaves_its_folder},
    {"runs many threads", runs_many_threads},
};

void say(const char* word) {
    if (::write(STDOUT_FILENO, word, std::strlen(word)) < 0) ::_exit(126);
}

void on_signal(int number) {
    say(number == SIGABRT ? "abort " : number == SIGSEGV ? "segv " : "signal ");
    ::raise(number); // the handler is gone by now
}

/// What the program set up for its end before it began a run: none of it may get lost.
void set_up_handlers() {
    static char room[1 << 16];
    const stack_t stack{room, 0, sizeof room};
    ::sigaltstack(&stack, nullptr);
    struct sigaction action{};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_ONSTACK | SA_NODEFER);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGSEGV, SIGABRT})
        ::sigaction(number, &action, nullptr);
    std::atexit([] { say("atexit "); });
    std::at_quick_exit([] { say("quick "); });
    std::set_terminate([] {
        say("terminate ");
        std::abort();
    });
}

} // namespace

int main(int argc, char** argv) {
    if (std::strcmp(argv[1], "starts again") == 0) {
        ::setenv("OMP_DYNAMIC", "false", 1); // too late for its reader, unless it stood there already
        (void)repro::relaunch_if_needed(argc, argv, repro::level::bit_exact);
        return completes();
    }
    set_up_handlers();
    return endings.at(argv[1])();
}
