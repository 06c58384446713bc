// SPDX-License-Identifier: MIT
// A program of many ranks, for tests to start under an mpirun: its argument says what it does. Each rank
// prints through rank 0, in order, so that launchers cannot mix lines.

#include <repro/adapters/mpi.hpp>
#include <repro/core/error.hpp>
#include <repro/stream/rank_stream.hpp>
#include <repro/stream/seed_everything.hpp>
#include <repro/stream/snapshot.hpp>

#include "ranks/terms.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace {

namespace mpi = repro::mpi;

int rank_here() { return mpi::detail::rank_in(MPI_COMM_WORLD); }
int world_here() { return mpi::detail::size_of(MPI_COMM_WORLD); }

/// Prints a line for each rank, on rank 0.
void print_all(const std::string& text) {
    std::array<char, 4096> line{};
    const int size = static_cast<int>(line.size());
    text.copy(line.data(), line.size() - 1);
    std::vector<char> all(line.size() * static_cast<std::size_t>(world_here()));
    MPI_Gather(line.data(), size, MPI_CHAR, all.data(), size, MPI_CHAR, 0, MPI_COMM_WORLD);
    for (int rank = 0; rank_here() == 0 && rank < world_here(); ++rank)
        std::printf("%d %s\n", rank, all.data() + static_cast<std::size_t>(rank) * line.size());
}

/// Seeds all ranks, and prints what each of them got or refused.
void seed_with(std::optional<repro::seed> given) {
    std::string line;
    try {
        const auto report = repro::seed_everything(given, mpi::streams{});
        line = std::to_string(report.seed.value()) + " " + std::string(to_string(report.source)) +
               " common " + std::to_string(repro::stream("data/shuffle")()) + " own " +
               std::to_string(repro::rank_stream("noise")());
    } catch (const repro::error& problem) {
        line = std::string(to_string(problem.code())) + " " + problem.what_failed();
    }
    print_all(line);
}

void seeds() { seed_with(42); }
void drawn() { seed_with(std::nullopt); }
void given_to_one() { seed_with(rank_here() == 1 ? std::optional<repro::seed>(7) : std::nullopt); }
void differ() { seed_with(rank_here() == 1 ? 43 : 42); }
void malformed() {
    if (rank_here() == 1) ::setenv("REPRO_SEED", "forty-two", 1);
    seed_with(42);
}

std::string bits(double x) { return std::to_string(std::bit_cast<std::uint64_t>(x)); }
std::string bits(float x) { return std::to_string(std::bit_cast<std::uint32_t>(x)); }

/// Adds what each rank has of the same terms, and prints the bits on every rank.
void sums() {
    std::string line;
    for (const char* const kind : ranks::kinds_of_terms) {
        std::vector<double> own;
        std::vector<float> own_floats;
        std::vector<repro::accumulator<double>> places(3);
        const auto all = ranks::terms(kind);
        for (std::size_t i = static_cast<std::size_t>(rank_here()); i < all.size();
             i += static_cast<std::size_t>(world_here())) {
            own.push_back(all[i]);
            own_floats.push_back(static_cast<float>(all[i]));
            places[i % 3].add(all[i]);
        }
        mpi::merge(MPI_COMM_WORLD, std::span(places));
        line += bits(mpi::sum(MPI_COMM_WORLD, own)) + " " + bits(mpi::sum(MPI_COMM_WORLD, own_floats)) + " " +
                bits(mpi::mean(MPI_COMM_WORLD, own)) + " " + bits(mpi::dot(MPI_COMM_WORLD, own, own)) + " " +
                bits(mpi::dot(MPI_COMM_WORLD, own_floats, own_floats)) + " " +
                bits(mpi::norm2(MPI_COMM_WORLD, own)) + " " + bits(mpi::variance(MPI_COMM_WORLD, own)) + " " +
                bits(mpi::variance(MPI_COMM_WORLD, own_floats));
        for (const auto& each : places)
            line += " " + bits(each.value());
        line += ";";
    }
    print_all(line);
}

void print_findings() {
    std::string line;
    for (const auto& each : mpi::check_streams(MPI_COMM_WORLD))
        line += each.stream + " " + each.text + ";";
    print_all(line.empty() ? "well" : line);
}

/// A rank that has drawn once more than the others from what is common.
void parted() {
    repro::seed_everything(42, mpi::streams{});
    for (int i = 0; i < (rank_here() == 2 ? 4 : 3); ++i)
        (void)repro::stream("data/shuffle")();
    print_findings();
}

/// All ranks but 0 hold the state of rank 0's own generator, as after a restore from one file.
void planted() {
    repro::seed_everything(42, mpi::streams{});
    static std::mt19937_64 engine;
    repro::streams().track(repro::rank_stream_name(repro::this_rank().rank, "engine"), engine);
    print_findings();
    engine.seed(1);
    print_findings();
}

/// Rank 1 restores what rank 0 saved.
void misplaced() {
    repro::seed_everything(42, mpi::streams{});
    const std::string of_0 = mpi::detail::broadcast(MPI_COMM_WORLD, repro::snapshot());
    std::string line = "taken";
    try {
        repro::restore(of_0);
    } catch (const repro::error& problem) {
        line = std::string(to_string(problem.code())) + " " + problem.what_failed();
    }
    print_all(line);
}

/// Prints what each rank knows of its place.
void places() {
    const mpi::streams source;
    const repro::rank_place place = repro::this_rank();
    print_all(place.launcher + " " + std::to_string(place.rank) + " of " + std::to_string(place.world) +
              " local " + std::to_string(place.local_rank.value_or(999)) + " job " + place.job);
}

/// Runs the action between MPI_Init and MPI_Finalize, which every rank reaches.
int act(int argc, char** argv) {
    const std::map<std::string, void (*)()> actions{
        {"seeds", seeds},   {"drawn", drawn},         {"given_to_one", given_to_one},
        {"differ", differ}, {"malformed", malformed}, {"sums", sums},
        {"parted", parted}, {"planted", planted},     {"misplaced", misplaced},
        {"places", places}};
    const std::string wanted = argc == 2 ? argv[1] : "";
    if (wanted == "too_early") {
        const mpi::streams none; // throws
        return 1;
    }
    MPI_Init(&argc, &argv);
    int status = 0;
    try {
        actions.at(wanted)();
    } catch (const std::exception& problem) {
        std::printf("%s\n", problem.what());
        status = 3;
    }
    MPI_Finalize();
    return status;
}

} // namespace

int main(int argc, char** argv) try { return act(argc, argv); } catch (const std::exception& problem) {
    std::printf("%s\n", problem.what());
    return 1;
}
