// SPDX-License-Identifier: MIT
// Three faults that make two runs differ, and how the first divergence of their traces tells them apart: a
// hidden rand(), workers that share one stream, and a sum in floats whose order follows the threads.

#include <repro/judge/trace_diff.hpp>
#include <repro/repro.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

enum class luck { good, bad };
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

/// Two workers without seeds of their own: whichever comes first takes the first numbers of one stream.
void shared_stream(repro::run& run, luck day) {
    auto stream = repro::stream("loader");
    tensor batches[2] = {tensor(3), tensor(5)};
    for (const std::size_t turn : {0u, 1u}) {
        const std::size_t worker = day == luck::good ? turn : 1 - turn;
        for (float& x : batches[worker])
            x = static_cast<float>(stream() % 1000);
        if (worker == 0) run.trace("batch of worker 0", 0, batches[0]);
    }
}

/// A sum in floats: as many parts as there are threads, added in the order in which these end.
void parallel_sum(repro::run& run, [[maybe_unused]] luck day) {
    tensor terms(6000, 0.1f);
    run.trace("terms", 0, terms);
    float sum = 0;
#pragma omp parallel for num_threads(day == luck::good ? 1 : 3) reduction(+ : sum) schedule(static)
    for (int i = 0; i < 6000; ++i)
        sum += terms[static_cast<std::size_t>(i)];
    run.trace("sum", 0, std::vector{sum}, repro::trace_keep::values);
}

template <class Fault> repro::trace_contents trace_of(const char* id, Fault fault, luck day) {
    repro::run run({.id = id, .seed = 42, .root = "runs"});
    fault(run, day);
    (void)run.finish();
    return repro::read_trace(run.path("trace.bin").native());
}

template <class Fault> void show(const char* id, Fault fault) {
    const auto parted = first_divergence(trace_of(id, fault, luck::good), trace_of(id, fault, luck::bad));
    if (!parted) throw std::runtime_error(std::string(id) + ": no difference");
    std::printf("%s: %s at step %lld\n", id, parted->name().c_str(), static_cast<long long>(parted->step()));
    for (const repro::stream_standing& each : parted->streams)
        if (each.differs()) std::printf("  stream %s differs\n", each.name.c_str());
    if (parted->size) std::printf("  by %s\n", parted->size->largest < 1.0 ? "less than 1" : "1 or more");
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
