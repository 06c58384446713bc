// SPDX-License-Identifier: MIT
// Sums over ranks beside MPI_Allreduce of doubles, whose bits follow the number of ranks. Equal bits on all
// ranks first, then times, every contestant once a round. Usage, in the project's folder:
//     mpirun -n N bench_mpi_sums [RESULT.md [ROUNDS]]
#include <repro/adapters/mpi.hpp>

#include "support/report.hpp"
#include "support/timing.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mpi.h>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace {

namespace mpi = repro::mpi;

volatile double kept; ///< results go here, so that nobody leaves out their work

std::vector<double> terms(std::size_t n, int rank) {
    std::vector<double> all(n);
    std::uint64_t state = 42 + static_cast<std::uint64_t>(rank);
    for (double& x : all) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        x = static_cast<double>(state >> 11) * 0x1p-53 - 0.5;
    }
    return all;
}

/// One number from the terms of all ranks.
std::vector<bench::timed_case> sum_cases(const std::vector<double>& own) {
    return {{"mpi::sum", [&own] { kept = mpi::sum(MPI_COMM_WORLD, own); }},
            {"std::accumulate, MPI_Allreduce", [&own] {
                 double sum = std::accumulate(own.begin(), own.end(), 0.0);
                 MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
                 kept = sum;
             }}};
}

/// As many numbers as places: a gradient.
std::vector<bench::timed_case> merge_cases(const std::vector<double>& own, std::vector<double>& plain) {
    return {{"mpi::merge of accumulators",
             [&own] {
                 std::vector<repro::accumulator<double>> totals(own.size());
                 for (std::size_t i = 0; i < own.size(); ++i)
                     totals[i].add(own[i]);
                 mpi::merge(MPI_COMM_WORLD, std::span(totals));
                 kept = totals.front().value();
             }},
            {"MPI_Allreduce", [&own, &plain] {
                 plain = own;
                 MPI_Allreduce(MPI_IN_PLACE, plain.data(), static_cast<int>(plain.size()), MPI_DOUBLE,
                               MPI_SUM, MPI_COMM_WORLD);
                 kept = plain.front();
             }}};
}

void print(const std::string& title, std::vector<bench::timed_case> cases, int rounds, bench::report* out) {
    bench::run_rounds(cases, rounds);
    if (out == nullptr) return;
    out->text("\n## " + title +
              "\n\n| by | microseconds, min | median | takes this much longer than the last "
              "row, of minima | median, spread |\n|---|---|---|---|---|\n");
    for (const bench::timed_case& by : cases)
        out->text("| " + by.name + " | " + bench::decimal(by.quantile(0.0), 1) + " | " +
                  bench::decimal(by.quantile(0.5), 1) + " | " +
                  bench::ratio(by.microseconds, cases.back().microseconds) + " |\n");
}

/// Returns whether the sum has the same bits on all ranks.
bool agreed(const std::vector<double>& own) {
    const double sum = mpi::sum(MPI_COMM_WORLD, own);
    double first = sum;
    MPI_Bcast(&first, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    return sum == first;
}

void run(const std::string& path, int rounds) {
    const int rank = mpi::detail::rank_in(MPI_COMM_WORLD), world = mpi::detail::size_of(MPI_COMM_WORLD);
    std::optional<bench::report> file;
    if (rank == 0) file.emplace(path);
    bench::report* const out = file ? &*file : nullptr;
    if (out != nullptr)
        out->text("# Sums over " + std::to_string(world) + " ranks\n\nWritten by bench_mpi_sums on " +
                  bench::today() + ". " + std::to_string(rounds) +
                  " rounds, every contestant once a round.\n\n- Machine: " + bench::processor() +
                  "\n- Compiler: " + __VERSION__ + "\n");
    for (const std::size_t n : {1UL, 1'000UL, 1'000'000UL}) {
        const std::vector<double> own = terms(n, rank);
        if (!agreed(own)) std::abort();
        print("One sum of " + std::to_string(n) + " terms a rank", sum_cases(own), rounds, out);
    }
    for (const std::size_t n : {1'000UL, 20'000UL}) {
        const std::vector<double> own = terms(n, rank);
        std::vector<double> plain;
        print(std::to_string(n) + " sums of one term a rank", merge_cases(own, plain), rounds, out);
    }
}

} // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 25;
    if (rounds > 0)
        run(argc > 1 ? argv[1] : "bench/results/mpi_sums.md", rounds);
    else
        std::fprintf(stderr, "usage: bench_mpi_sums [RESULT.md [ROUNDS]]\n");
    MPI_Finalize();
    return rounds > 0 ? 0 : 2;
}
