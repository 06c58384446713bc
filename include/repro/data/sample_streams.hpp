// SPDX-License-Identifier: MIT
#pragma once
// Randomness of samples: what is drawn for a sample in an epoch depends on seed, epoch and sample, and not on
// the worker, the rank or the batch in which it is drawn. Known answers:
// tests/vectors/contract/permutation.txt

#include <repro/data/keyed_words.hpp>
#include <repro/hash/stable_hash.hpp>

#include <cstdint>
#include <string_view>

namespace repro::inline v0 {

/// The generators of samples for one use, such as "augment"; uses of other names are independent of it.
///
/// Stability: contract 1: the words are `keyed_words` of the seed, the name's `stable_hash`, epoch and
/// sample,
///            which a kernel gets from `philox4x64<10>` by the same key and counter.
/// Threads:   never changes: safe.
/// Example:
///     const repro::sample_streams augment(42, "augment");
///     auto g = augment(epoch, sample);
///     const double angle = 10.0 * repro::normal(g);
class sample_streams {
public:
    explicit sample_streams(seed s, std::string_view name) noexcept : seed_(s), purpose_(stable_hash(name)) {}

    /// Returns the generator of `sample` in `epoch`, from its start.
    [[nodiscard]] keyed_words operator()(std::uint64_t epoch, std::uint64_t sample) const noexcept {
        return {seed_, purpose_, epoch, sample};
    }

private:
    seed seed_;
    std::uint64_t purpose_;
};

} // namespace repro::inline v0
