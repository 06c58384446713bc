// SPDX-License-Identifier: MIT
// mpirun -n N 12_ranks [FILE]: trains the network of 03_digits on N ranks, each with its part of every batch.
// Gradients are added exactly, the order of data and the dropout of a sample do not know of ranks: the
// weights have the same bits for any N, one included.

#include <repro/adapters/mpi.hpp>
#include <repro/data/batches.hpp>
#include <repro/data/permutation.hpp>
#include <repro/data/sample_streams.hpp>
#include <repro/repro.hpp>

#include "support/digits.hpp"
#include "support/mlp.hpp"
#include "support/npy.hpp"

#include <cstdint>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <vector>

using sums = std::vector<repro::accumulator<double>>;

/// Adds what this rank's samples contribute to the gradient, and their losses, the last place.
void add_samples(const examples::mlp& model, const examples::digits& data, const auto& samples,
                 const repro::sample_streams& dropout, std::uint64_t epoch, std::size_t hidden, sums& total) {
    std::vector<double> mask(hidden);
    for (const std::uint64_t sample : samples) {
        auto stream = dropout(epoch, sample);
        for (double& each : mask)
            each = repro::bernoulli(stream, 0.5) ? 0.0 : 2.0;
        std::vector<double> gradient(total.size());
        gradient.back() = model.add_gradient(data, sample, mask, gradient);
        for (std::size_t p = 0; p < total.size(); ++p)
            total[p].add(gradient[p]);
    }
}

void train(repro::run& run, const std::string& file) {
    const repro::rank_place here = repro::this_rank();
    const repro::seed seed = run.report().seed;
    const examples::mlp_options options{.hidden = 16};
    const examples::digits data = examples::read_digits(file);
    examples::mlp model(options, repro::stream("weights")); // common: the same on all ranks
    const repro::sample_streams dropout(seed, "dropout");
    constexpr std::size_t batch = 64;
    for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
        const repro::batches steps(repro::permutation(seed, epoch, data.size()),
                                   {batch, repro::last_batch::drop}, repro::shard(here.rank, here.world));
        for (std::uint64_t step = 0; step < steps.size(); ++step) {
            sums total(model.parameters().size() + 1);
            add_samples(model, data, steps[step], dropout, epoch, options.hidden, total);
            repro::mpi::merge(MPI_COMM_WORLD, std::span(total));
            std::vector<double> mean;
            for (const auto& each : total)
                mean.push_back(each.mean(batch));
            model.step(mean);
            run.metric("loss", static_cast<std::int64_t>(epoch * steps.size() + step), mean.back());
        }
    }
    run.trace("weights", 1, model.parameters()); // every rank's own file has the digest
    if (here.rank != 0) return;
    examples::write_npy(run.path("weights.npy"), model.parameters());
    run.artifact("weights.npy");
}

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    int status = 1;
    try {
        repro::run run({.id = "digits-ranks", .seed = 42}, repro::mpi::streams{});
        train(run, argc > 1 ? argv[1] : "examples/data/digits.csv");
        status = run.finish();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "12_ranks: %s\n", e.what());
    }
    MPI_Finalize();
    return status;
}
