// SPDX-License-Identifier: MIT
#pragma once
// The samplers of torch.utils.data, and random_split: the order of indices that they give. Class int, but for
// the weighted one. Origin: PyTorch 2.6 and 2.11 (BSD-3-Clause), torch/utils/data.

#include <repro/compat/pytorch/generator.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace repro::inline v0::pytorch {
namespace detail {

inline void append(std::vector<std::int64_t>& to, std::span<const std::int64_t> what) {
    to.insert(to.end(), what.begin(), what.end());
}

} // namespace detail

/// Returns the generator that a RandomSampler without one makes for itself: seeded by two words of the global
/// generator, under the same rules.
[[nodiscard]] inline cpu_generator sampler_generator(cpu_generator& global) {
    std::int64_t seed = 0;
    global.random_(std::span<std::int64_t>(&seed, 1));
    cpu_generator own = global;
    own.manual_seed(seed);
    return own;
}

/// Returns one pass of RandomSampler(range(n), num_samples=num_samples, generator=g): whole permutations of
/// n, and the front of one more, which is drawn even where nothing of it is needed.
///
/// Errors: errc::argument_invalid for n = 0 or num_samples = 0.
[[nodiscard]] inline std::vector<std::int64_t> random_sampler(std::size_t n, std::size_t num_samples,
                                                              cpu_generator& g) {
    detail::require(n > 0 && num_samples > 0, "RandomSampler", "there is nothing to sample",
                    "pass n > 0 and num_samples > 0");
    std::vector<std::int64_t> order;
    order.reserve(num_samples);
    for (std::size_t pass = 0; pass <= num_samples / n; ++pass) {
        const std::vector<std::int64_t> permutation = g.randperm(static_cast<std::int64_t>(n));
        const std::size_t wanted = pass < num_samples / n ? n : num_samples % n;
        detail::append(order, std::span(permutation).first(wanted));
    }
    return order;
}
/// Returns one pass of RandomSampler(range(n), generator=g).
[[nodiscard]] inline std::vector<std::int64_t> random_sampler(std::size_t n, cpu_generator& g) {
    return random_sampler(n, n, g);
}

/// Returns one pass of RandomSampler(range(n), replacement=True, num_samples=num_samples, generator=g):
/// random integers in calls of 32.
///
/// Errors: errc::argument_invalid for n = 0 or num_samples = 0.
[[nodiscard]] inline std::vector<std::int64_t>
random_sampler_with_replacement(std::size_t n, std::size_t num_samples, cpu_generator& g) {
    detail::require(n > 0 && num_samples > 0, "RandomSampler", "there is nothing to sample",
                    "pass n > 0 and num_samples > 0");
    return g.randint(0, static_cast<std::int64_t>(n), num_samples); // calls of randint join without a seam
}

/// Returns one pass of SubsetRandomSampler(indices, generator=g).
[[nodiscard]] inline std::vector<std::int64_t> subset_random_sampler(std::span<const std::int64_t> indices,
                                                                     cpu_generator& g) {
    std::vector<std::int64_t> order = g.randperm(static_cast<std::int64_t>(indices.size()));
    for (std::int64_t& each : order)
        each = indices[static_cast<std::size_t>(each)];
    return order;
}

/// Returns one pass of WeightedRandomSampler(weights, num_samples, replacement, generator=g). Class as
/// multinomial() over double.
///
/// Errors: as multinomial().
[[nodiscard]] inline std::vector<std::int64_t>
weighted_random_sampler(std::span<const double> weights, std::size_t num_samples, cpu_generator& g,
                        replacement replace = replacement::yes) {
    return g.multinomial(weights, num_samples, replace);
}

/// Returns the indices of random_split(range(n), lengths, generator=g), a part for each length.
///
/// Errors: errc::argument_invalid unless the lengths add up to n.
[[nodiscard]] inline std::vector<std::vector<std::int64_t>>
random_split(std::size_t n, std::span<const std::size_t> lengths, cpu_generator& g) {
    std::size_t sum = 0;
    for (const std::size_t length : lengths)
        sum += length;
    detail::require(sum == n, "random_split()", "the lengths do not add up to n",
                    "pass lengths of the whole");
    const std::vector<std::int64_t> order = g.randperm(static_cast<std::int64_t>(n));
    std::vector<std::vector<std::int64_t>> parts;
    std::size_t start = 0;
    for (const std::size_t length : lengths) {
        const auto part = std::span(order).subspan(start, length);
        parts.emplace_back(part.begin(), part.end());
        start += length;
    }
    return parts;
}

/// What becomes of elements that do not divide among the replicas.
enum class remainder : unsigned char { pad, drop };

/// Returns the indices of DistributedSampler(range(n), num_replicas, rank, seed=seed, drop_last=rest) in an
/// epoch: every num_replicas-th of one permutation, keyed by seed + epoch.
///
/// Errors: errc::argument_invalid for n = 0, and unless rank < num_replicas.
[[nodiscard]] inline std::vector<std::int64_t> distributed_sampler(std::size_t n, std::size_t num_replicas,
                                                                   std::size_t rank, std::uint64_t seed,
                                                                   std::uint64_t epoch,
                                                                   remainder rest = remainder::pad) {
    detail::require(n > 0, "DistributedSampler", "there is nothing to sample", "pass n > 0");
    detail::require(rank < num_replicas, "DistributedSampler", "the rank is not below num_replicas",
                    "pass 0 <= rank < num_replicas");
    const std::size_t whole = n / num_replicas;
    const std::size_t each = rest == remainder::drop || n % num_replicas == 0 ? whole : whole + 1;
    cpu_generator g(seed + epoch);
    const std::vector<std::int64_t> order = g.randperm(static_cast<std::int64_t>(n));
    std::vector<std::int64_t> mine;
    for (std::size_t i = 0; i < each; ++i)
        mine.push_back(order[(rank + i * num_replicas) % n]); // padding starts over at the front
    return mine;
}

} // namespace repro::inline v0::pytorch
