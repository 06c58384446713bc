// SPDX-License-Identifier: MIT
// The order of data as a formula: the same batches for any number of ranks, the same augmented samples for
// any number of workers, and an epoch that goes on where it was interrupted, with other ranks and workers.

#include <repro/data/batches.hpp>
#include <repro/data/data_position.hpp>
#include <repro/data/ordered_loader.hpp>
#include <repro/data/permutation.hpp>
#include <repro/data/sample_streams.hpp>
#include <repro/hash/stable_hash.hpp>
#include <repro/rng/distributions.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

constexpr std::uint64_t seed = 42, rows = 1000, batch = 64;

/// A digest of what a world of `world` ranks with `workers` each sees from `start` on to the end of its
/// epoch.
std::uint64_t train(const repro::data_position& start, std::uint64_t world, std::size_t workers) {
    const repro::permutation order(seed, start.epoch, rows);
    const repro::sample_streams augment(seed, "augment");
    const auto load = [&](std::uint64_t row) { // in any thread
        auto g = augment(start.epoch, row);
        return static_cast<double>(row) + 0.1 * repro::normal(g);
    };
    std::uint64_t digest = 0;
    using plan = repro::batches<repro::permutation>;
    const std::uint64_t steps = plan(order, {batch}, {}, start.sample).size();
    for (std::uint64_t step = 0; step < steps; ++step) // ranks in turn, since this is one process
        for (std::uint64_t rank = 0; rank < world; ++rank) {
            const plan mine(order, {batch}, repro::shard(rank, world), start.sample);
            repro::ordered_loader loader(mine[step], load, {.workers = workers});
            while (const auto x = loader.next())
                digest = repro::stable_hash(digest, static_cast<std::int64_t>(*x * 1e6));
        }
    return digest;
}

int main() try {
    const repro::permutation huge(seed, 0, 1'000'000'000'000);
    std::printf("a shuffle of 10^12 rows: row %llu at position 123456789012, and back: %llu\n",
                static_cast<unsigned long long>(huge[123456789012]),
                static_cast<unsigned long long>(huge.position_of(huge[123456789012])));

    const repro::batches steps(repro::permutation(seed, 3, rows), {batch}, repro::shard(0, 2));
    std::printf("epoch 3, step 0, rank 0 of 2:");
    for (std::size_t i = 0; i < 6; ++i)
        std::printf(" %d", static_cast<int>(steps[0][i]));
    std::printf(" ...\n");

    bool same = true;
    const std::uint64_t alone = train({.epoch = 3}, 1, 0);
    for (const std::uint64_t world : {1U, 2U, 3U, 8U})
        for (const std::size_t workers : {0U, 1U, 4U})
            same = same && train({.epoch = 3}, world, workers) == alone;
    std::printf("1, 2, 3 and 8 ranks, of 0, 1 and 4 workers each: %s\n", same ? "equal" : "NOT EQUAL");

    const repro::data_position interrupted{3, steps.position_after(6)};
    const std::string saved = interrupted.save(rows);
    const auto restored = repro::data_position::restore(saved, rows);
    const bool resumed = train(restored, 3, 2) == train(interrupted, 1, 0);
    std::printf("interrupted after step 6: \"%s\"; gone on by 3 ranks: %s\n", saved.c_str(),
                resumed ? "equal" : "NOT EQUAL");
    return same && resumed ? 0 : 1;
} catch (const std::exception& e) {
    std::fprintf(stderr, "11_data_order: %s\n", e.what());
    return 1;
}
