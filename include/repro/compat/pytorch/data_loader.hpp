// SPDX-License-Identifier: MIT
#pragma once
// What torch.utils.data.DataLoader draws: the order of batches in each epoch, and the seeds of its workers.
// Class int. Origin: PyTorch 2.6 and 2.11 (BSD-3-Clause), torch/utils/data/dataloader.py and
// _utils/worker.py.

#include <repro/compat/pytorch/samplers.hpp>
#include <repro/rng/seed_sequence.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace repro::inline v0::pytorch {

/// Whether a loader shuffles.
enum class order : unsigned char { sequential, shuffled };

/// What becomes of a last batch that is not full.
enum class last_batch : unsigned char { keep, drop };

using batches = std::vector<std::vector<std::int64_t>>; ///< Indices, batch by batch.

/// One epoch of a DataLoader.
struct loader_epoch {
    std::int64_t base_seed = 0; ///< drawn when the epoch's iterator is made; worker_seeds() go on from it
    pytorch::batches batches;   ///< batch b is loaded by worker b modulo their number

    friend bool operator==(const loader_epoch&, const loader_epoch&) = default;
};

namespace detail {

[[nodiscard]] inline batches cut(std::span<const std::int64_t> indices, std::size_t batch_size,
                                 last_batch rest) {
    batches all;
    for (; indices.size() >= batch_size; indices = indices.subspan(batch_size))
        all.emplace_back(indices.begin(), indices.begin() + static_cast<std::ptrdiff_t>(batch_size));
    if (!indices.empty() && rest == last_batch::keep) all.emplace_back(indices.begin(), indices.end());
    return all;
}

} // namespace detail

/// The twin of DataLoader(range(n), batch_size, shuffle, drop_last, generator=...), as far as it draws.
class data_loader {
public:
    /// Errors: errc::argument_invalid for batch_size = 0, and for nothing to shuffle.
    explicit data_loader(std::size_t n, std::size_t batch_size = 1, order shuffle = order::sequential,
                         last_batch rest = last_batch::keep)
        : n_(n), batch_size_(batch_size), shuffle_(shuffle), rest_(rest) {
        detail::require(batch_size > 0, "DataLoader", "batch_size is zero", "pass one or more");
        detail::require(n > 0 || shuffle == order::sequential, "DataLoader", "there is nothing to shuffle",
                        "pass n > 0");
    }

    /// Returns the next epoch of a loader that was given `generator`: all its draws come from there.
    [[nodiscard]] loader_epoch epoch(cpu_generator& generator) const {
        return made(draw_seed(generator), generator);
    }
    /// Returns the next epoch of a loader without a generator: a base seed and the seed of a generator for
    /// the order come from the global one.
    [[nodiscard]] loader_epoch epoch_of_global(cpu_generator& global = default_generator()) const {
        const std::int64_t base_seed = draw_seed(global);
        if (shuffle_ == order::sequential) return made(base_seed, global);
        cpu_generator own = sampler_generator(global);
        return made(base_seed, own);
    }

private:
    static std::int64_t draw_seed(cpu_generator& g) {
        std::int64_t seed = 0;
        g.random_(std::span<std::int64_t>(&seed, 1));
        return seed;
    }

    [[nodiscard]] loader_epoch made(std::int64_t base_seed, cpu_generator& g) const {
        std::vector<std::int64_t> indices(n_);
        for (std::size_t i = 0; i < n_; ++i)
            indices[i] = static_cast<std::int64_t>(i);
        if (shuffle_ == order::shuffled) indices = random_sampler(n_, g);
        return {base_seed, detail::cut(indices, batch_size_, rest_)};
    }

    std::size_t n_;
    std::size_t batch_size_;
    order shuffle_;
    last_batch rest_;
};

/// Returns the batches of `epochs` passes over DataLoader(range(n), batch_size, shuffle=True,
/// generator=torch.Generator().manual_seed(seed)).
///
/// Errors: errc::argument_invalid for n = 0 or batch_size = 0.
[[nodiscard]] inline std::vector<batches> data_loader_order(std::size_t n, std::size_t batch_size,
                                                            std::uint64_t seed, std::size_t epochs = 1,
                                                            last_batch rest = last_batch::keep) {
    const data_loader loader(n, batch_size, order::shuffled, rest);
    cpu_generator g(seed);
    std::vector<batches> all;
    for (std::size_t e = 0; e < epochs; ++e)
        all.push_back(loader.epoch(g).batches);
    return all;
}

/// What a worker of a DataLoader is seeded with.
struct worker_seed {
    std::uint64_t seed = 0; ///< of torch.manual_seed and random.seed; torch.initial_seed() in the worker
    std::optional<std::array<std::uint32_t, 4>> numpy; ///< of np.random.seed; none before PyTorch 1.9

    friend bool operator==(const worker_seed&, const worker_seed&) = default;
};

/// Returns the seeds of worker `worker_id` in an epoch with this base seed. Under rules::torch_1_8 NumPy is
/// left as it was, the same in all workers.
///
/// Errors: errc::argument_invalid for a negative base seed.
[[nodiscard]] inline worker_seed worker_seeds(std::int64_t base_seed, std::uint32_t worker_id,
                                              rules which = rules::torch_2_13) {
    detail::require(base_seed >= 0, "worker_seeds()", "the base seed is negative",
                    "pass the base seed of an epoch");
    const auto base = static_cast<std::uint64_t>(base_seed);
    worker_seed seeds{base + worker_id, {}};
    if (which == rules::torch_1_8) return seeds;
    const std::array<std::uint32_t, 4> entropy = {worker_id, static_cast<std::uint32_t>(base),
                                                  static_cast<std::uint32_t>(base >> 32), 0};
    std::array<std::uint32_t, 4> state{}; // PyTorch repeats NumPy's SeedSequence
    seed_sequence(std::span<const std::uint32_t>(entropy)).generate_state(std::span<std::uint32_t>(state));
    seeds.numpy = state;
    return seeds;
}

/// Returns seeds for a worker that lives over epochs. PyTorch seeds persistent workers once, so that what
/// they draw depends on how many epochs they have seen; keyed by the epoch, an epoch can be repeated alone.
/// Epoch 0 has worker_seeds(); the others are ours.
///
/// Stability: contract 1. Errors: as worker_seeds().
[[nodiscard]] inline worker_seed persistent_worker_seeds(std::int64_t base_seed, std::uint32_t worker_id,
                                                         std::uint32_t epoch,
                                                         rules which = rules::torch_2_13) {
    worker_seed seeds = worker_seeds(base_seed, worker_id, which);
    if (epoch == 0) return seeds;
    const auto base = static_cast<std::uint64_t>(base_seed);
    const std::array<std::uint32_t, 3> entropy = {worker_id, static_cast<std::uint32_t>(base),
                                                  static_cast<std::uint32_t>(base >> 32)};
    const std::array<std::uint32_t, 1> key = {epoch};
    const auto words = seed_sequence(entropy, key).generate_state<std::uint32_t>(6);
    seeds.seed = (std::uint64_t{words[1]} << 32 | words[0]) >> 1; // below 2^63, as base seeds are
    if (seeds.numpy) seeds.numpy = {words[2], words[3], words[4], words[5]};
    return seeds;
}

/// Returns the pairs of workers whose generators have equal states, and so will draw the same numbers.
[[nodiscard]] inline std::vector<std::pair<std::size_t, std::size_t>>
equal_workers(std::span<const cpu_generator> workers) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < workers.size(); ++i)
        for (std::size_t j = i + 1; j < workers.size(); ++j)
            if (workers[i] == workers[j]) pairs.emplace_back(i, j);
    return pairs;
}

} // namespace repro::inline v0::pytorch
