// SPDX-License-Identifier: MIT
// Orders of data: a permutation's index at any position beside whole shuffles, and a loader by its number of
// workers. What is compared is checked before anything is timed. Usage: bench_order [RESULT.md [ROUNDS
// [N...]]], in the project's folder. Without CMake:
//     g++ -std=c++20 -O3 -pthread -Iinclude -Ibench bench/order.cpp -o bench_order
#include <repro/compat/numpy/fill.hpp>
#include <repro/data/batches.hpp>
#include <repro/data/ordered_loader.hpp>
#include <repro/data/permutation.hpp>
#include <repro/data/sample_streams.hpp>
#include <repro/data/shuffle.hpp>
#include <repro/rng/distributions.hpp>

#include "support/arguments.hpp"
#include "support/contest.hpp"
#include "support/numpy_process.hpp"
#include "support/report.hpp"
#include "support/timing.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace {

using bench::contest;
using indices = std::vector<std::uint64_t>;

void expect(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "%s\n", what);
    std::exit(1);
}

/// Every way to have an order of as many samples as `out` has places.
contest order_contest(std::span<std::int64_t> out) {
    const std::uint64_t n = out.size();
    const repro::permutation order(42, 0, n);
    indices all(order.begin(), order.end());
    for (std::uint64_t i = 0; i < n; i += 97)
        expect(order.position_of(all[i]) == i, "permutation: position_of is not the inverse");
    std::sort(all.begin(), all.end());
    for (std::uint64_t i = 0; i < n; ++i)
        expect(all[i] == i, "permutation: a sample is missing");

    contest c{"an order", sizeof(std::int64_t), "rs.permutation(n)", {}};
    c.contestants.push_back({"permutation[i]", [=] {
                                 for (std::uint64_t i = 0; i < n; ++i)
                                     out[i] = static_cast<std::int64_t>(order[i]);
                             }});
    c.contestants.push_back({"permutation.copy", [=, samples = indices(n)]() mutable {
                                 order.copy(0, samples);
                                 for (std::uint64_t i = 0; i < n; ++i)
                                     out[i] = static_cast<std::int64_t>(samples[i]);
                             }});
    c.contestants.push_back({"permutation.position_of(i)", [=] {
                                 for (std::uint64_t i = 0; i < n; ++i)
                                     out[i] = static_cast<std::int64_t>(order.position_of(i));
                             }});
    c.contestants.push_back({"repro::shuffle(seed, epoch, items)", [=] {
                                 std::iota(out.begin(), out.end(), std::int64_t{0});
                                 repro::shuffle(42, 0, out);
                             }});
    c.contestants.push_back(
        {"fill::permutation, NumPy's Generator",
         [=, g = repro::numpy::default_rng(42)]() mutable { repro::fill::permutation(g, out); }});
    c.contestants.push_back({"std::shuffle, mt19937_64", [=, engine = std::mt19937_64(42)]() mutable {
                                 std::iota(out.begin(), out.end(), std::int64_t{0});
                                 std::shuffle(out.begin(), out.end(), engine);
                             }});
    return c;
}

/// Some work for each sample, and a loader that does it with several numbers of workers.
std::vector<bench::timed_case> loader_cases(std::uint64_t samples, int draws) {
    const repro::batches steps(repro::permutation(42, 0, samples), {64});
    const auto load = [draws, augment = repro::sample_streams(42, "augment")](std::uint64_t sample) {
        auto g = augment(0, sample);
        double sum = 0.0;
        for (int i = 0; i < draws; ++i)
            sum += repro::normal(g);
        return sum;
    };
    const auto run = [=](std::size_t workers) {
        repro::ordered_loader loader(steps, load, {.workers = workers});
        std::vector<double> all;
        while (const auto batch = loader.next())
            all.insert(all.end(), batch->begin(), batch->end());
        return all;
    };
    const std::vector<double> expected = run(0);
    std::vector<bench::timed_case> cases;
    for (const std::size_t workers : {0U, 1U, 2U, 4U, 8U}) {
        expect(run(workers) == expected, "loader: other data with workers");
        cases.push_back(
            {std::to_string(workers) + " workers", [=] { expect(!run(workers).empty(), "none"); }});
    }
    return cases;
}

void print_orders(std::size_t n, int rounds, bench::numpy_process& python, bench::report& out) {
    std::vector<std::int64_t> memory(n);
    contest c = order_contest(memory);
    run(c, python, n, rounds);
    out.text(
        "\n## An order of " + std::to_string(n) +
        " samples\n\n| by | ns each, min | median, max | the last row takes, of minima | median, spread |\n"
        "|---|---|---|---|---|\n");
    for (const bench::timed_case& by : c.contestants) {
        const auto each = [&](double part) {
            return bench::decimal(by.quantile(part) * 1000.0 / static_cast<double>(n), 2);
        };
        out.text("| " + by.name + " | " + each(0.0) + " | " + each(0.5) + ", " + each(1.0) + " | " +
                 bench::ratio(c.contestants.back().microseconds, by.microseconds) + " |\n");
    }
}

void print_loader(int draws, int rounds, bench::report& out) {
    constexpr std::uint64_t samples = 20'000;
    std::vector<bench::timed_case> cases = loader_cases(samples, draws);
    bench::run_rounds(cases, rounds);
    out.text("\n## A loader of " + std::to_string(samples) + " samples in batches of 64, " +
             std::to_string(draws) +
             " normals each\n\n| workers | samples a second, best | median | no workers take, of minima | "
             "median, spread |\n|---|---|---|---|---|\n");
    for (const bench::timed_case& by : cases) {
        const auto rate = [&](double part) {
            return bench::decimal(static_cast<double>(samples) / by.quantile(part) * 1e6, 0);
        };
        out.text("| " + by.name + " | " + rate(0.0) + " | " + rate(0.5) + " | " +
                 bench::ratio(cases.front().microseconds, by.microseconds) + " |\n");
    }
}

} // namespace

int main(int argc, char** argv) {
    const auto [path, rounds, sizes] =
        bench::parse_arguments(argc, argv, {"bench/results/order.md", 15, {1'000'000, 10'000'000}});
    bench::numpy_process python("bench/numpy_fills.py");
    bench::report out(path);
    out.text(
        "# Orders of data\n\nWritten by bench_order on " + bench::today() + ". " + std::to_string(rounds) +
        " rounds, every contestant once a round.\n\n- Machine: " + bench::processor() + ", " +
        std::to_string(std::thread::hardware_concurrency()) + " processors\n- Compiler: " + __VERSION__ +
        "\n- NumPy: " + (python.running() ? python.version() : "absent (no python3 that has it)") + "\n");
    for (const std::size_t n : sizes)
        print_orders(n, rounds, python, out);
    for (const int draws : {10, 1000})
        print_loader(draws, rounds, out);
    return 0;
}
