// SPDX-License-Identifier: MIT
// Three faults that make two runs differ, and how the first divergence of their traces tells them apart: a
// hidden rand(), workers that share one stream, and a sum in floats whose order follows the threads. The last
// two differ by themselves, from run to run.

#include <repro/judge/trace_diff.hpp>
#include <repro/repro.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

enum class luck { good, bad }; ///< whether the library happens to log
using tensor = std::vector<float>;

/// A library that logs now and then, and takes a number of everybody's for it.
void hidden_rand(repro::run& run, luck day) {
    tensor weights(4, 0.0f);
    for (int step = 0; step < 3; ++step) {
        if (day == luck::bad && step == 1) (void)std::rand(); // NOLINT(concurrency-mt-unsafe)
        for (float& w : weights)
            w += static_cast<float>(std::rand() % 1000); // NOLINT(concurrency-mt-unsafe)
        run.trace("weights", step, weights);
    }
}

/// Two workers without seeds of their own: which numbers of the one stream each gets, the scheduler decides.
void shared_stream(repro::run& run, luck /*day*/) {
    auto stream = repro::stream("loader");
    std::mutex turn;
    const auto load = [&](bool traced) {
        for (int i = 0; i < 200; ++i) {
            {
                const std::lock_guard lock(turn);
                tensor batch(3);
                for (float& x : batch)
                    x = static_cast<float>(stream() % 1000);
                if (traced) run.trace("batch of worker 0", i, batch);
            }
            std::this_thread::yield();
        }
    };
    const std::jthread other(load, false);
    load(true);
}

/// Sums in floats: each of four threads adds up its part, and the parts are added in the order in which the
/// threads end.
void parallel_sum(repro::run& run, luck /*day*/) {
    tensor terms(6000);
    for (std::size_t i = 0; i < terms.size(); ++i)
        terms[i] =
            static_cast<float>(i * 2654435761 % 100003) / (i % 7 == 0 ? 100 : 100003); // large and small
    for (int step = 0; step < 1000; ++step) {
        float sum = 0;
#pragma omp parallel for num_threads(4) reduction(+ : sum) schedule(static)
        for (int i = 0; i < 6000; ++i)
            sum += terms[static_cast<std::size_t>(i)];
        run.trace("sum", step, std::vector{sum}, repro::trace_keep::values);
    }
}

template <class Fault> repro::trace_contents trace_of(const char* id, Fault fault, luck day) {
    repro::run run({.id = id, .seed = 42, .root = "runs"});
    fault(run, day);
    (void)run.finish();
    return repro::read_trace(run.path("trace.bin").native());
}

/// Runs twice, and again where the second run had the first one's luck.
template <class Fault> void show(const char* id, Fault fault) {
    for (int attempt = 0; attempt < 50; ++attempt) {
        const auto parted = first_divergence(trace_of(id, fault, luck::good), trace_of(id, fault, luck::bad));
        if (!parted) continue;
        std::printf("%s: first in the %s\n", id, parted->name().c_str());
        for (const repro::stream_standing& each : parted->streams)
            if (each.differs()) std::printf("  stream %s differs\n", each.name.c_str());
        if (parted->size) std::printf("  by %s\n", parted->size->largest < 1.0 ? "less than 1" : "1 or more");
        return;
    }
    throw std::runtime_error(std::string(id) + ": no difference");
}

int main() try {
    show("hidden-rand", hidden_rand);
    show("shared-stream", shared_stream);
    show("parallel-sum", parallel_sum);
    return 0;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
}
