// SPDX-License-Identifier: MIT
// resume_subject FROM TO STOP: a rank goes through the order of data up to step STOP, from its checkpoint in
// the folder FROM where there is one; a rank beyond the old world goes on from that of rank 0. It leaves a
// checkpoint and what it saw in the folder TO. Nothing here knows of MPI.

#include <repro/data/batches.hpp>
#include <repro/data/data_position.hpp>
#include <repro/data/permutation.hpp>
#include <repro/repro.hpp>
#include <repro/stream/rank_stream.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace {

constexpr std::uint64_t seed = 42, rows = 1000, batch = 48;

std::string of_rank(const char* folder, const char* name, std::uint64_t rank) {
    return std::string(folder) + "/" + name + "." + std::to_string(rank);
}

/// Writes the rank's samples of the next step, and moves behind the step's batch.
void take_step(repro::data_position& at, const repro::rank_place& here, std::ostream& out) {
    const repro::batches plan(repro::permutation(seed, at.epoch, rows), {batch},
                              repro::shard(here.rank, here.world), at.sample);
    out << at.epoch;
    for (const std::uint64_t sample : plan[0])
        out << ' ' << sample;
    out << '\n' << repro::stream("noise")() << '\n' << repro::rank_stream("noise")() << '\n';
    at.sample = plan.position_after(0);
    if (at.sample == rows) at = {at.epoch + 1, 0};
}

int go_on(const char* from_folder, const char* to_folder, std::int64_t stop) {
    const repro::rank_place here = repro::this_rank();
    repro::run run({.id = "elastic", .seed = seed});
    repro::data_position at;
    std::int64_t step = 0;
    std::string path = of_rank(from_folder, "checkpoint", here.rank);
    if (!std::filesystem::exists(path)) path = of_rank(from_folder, "checkpoint", 0);
    if (const auto from = run.resume(path)) {
        step = from->step();
        at = repro::data_position::restore(from->value("data"), rows);
    }
    std::ofstream out(of_rank(to_folder, "seen", here.rank));
    for (; step < stop; ++step)
        take_step(at, here, out);
    const bool taken = run.checkpoint(of_rank(to_folder, "checkpoint", here.rank),
                                      {.step = step, .values = {{"data", at.save(rows)}}});
    const int status = run.finish();
    return taken && out.flush() ? status : 3;
}

} // namespace

int main(int argc, char** argv) try {
    return argc == 4 ? go_on(argv[1], argv[2], std::atoi(argv[3])) : 2;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
}
