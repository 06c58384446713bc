// SPDX-License-Identifier: MIT
#pragma once
// The batches of an epoch as a function: which samples a rank takes in a step, for any step, and from any
// position on. Batches are counted over all ranks, so that what a step sees is the same for any number of
// them.

#include <repro/core/error.hpp>
#include <repro/data/index_iterator.hpp>
#include <repro/data/shard.hpp>
#include <repro/detail/config.hpp>
#include <repro/detail/text.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// An order of samples: a `permutation`, a vector, whatever gives the sample at each position.
template <class T>
concept sample_order = requires(const T& order, std::uint64_t i) {
    { order.size() } -> std::convertible_to<std::uint64_t>;
    { order[i] } -> std::convertible_to<std::uint64_t>;
};

/// What becomes of the samples at the end that fill no batch.
enum class last_batch : unsigned char {
    keep, ///< they are a smaller batch
    drop, ///< they are left out of this epoch
    pad   ///< they are a batch, filled up with samples from the order's beginning
};

/// The size of a batch over all ranks together, and the rule for the last.
struct batch_rule {
    std::uint64_t size = 1;
    last_batch last = last_batch::keep;
};

/// The batches of one epoch for one rank: `batches[k]` is the rank's part of step k. The parts of all ranks,
/// put behind each other, are the step's batch, whatever the number of ranks; every rank has as many steps as
/// the others, and where a batch does not divide evenly, parts differ by one sample (or are empty).
///
/// Stability: contract 1.
/// Threads:   never changes: safe, as far as the order is.
/// Example:
///     const repro::batches steps(repro::permutation(42, epoch, samples), {256}, repro::shard(rank, world));
///     for (const auto& samples_of_step : steps) train(samples_of_step);
template <sample_order Order> class batches {
public:
    /// Cuts `order` from position `first` on, as far as an interrupted epoch had come.
    ///
    /// Errors: errc::argument_invalid for batches of nothing, and where `first` lies behind the end.
    explicit batches(Order order, batch_rule rule, shard part = {}, std::uint64_t first = 0)
        : order_(std::move(order)), rule_(rule), part_(part), first_(first), length_(order_.size()) {
        if (rule.size == 0)
            throw error(errc::argument_invalid, "batches()", "are of no samples",
                        "pass a size of at least 1");
        if (first > length_)
            throw error(errc::argument_invalid, "batches()",
                        "begin at sample " + detail::decimal(first) + " of " + detail::decimal(length_),
                        "pass a position within the epoch");
        const std::uint64_t left = length_ - first;
        steps_ = left / rule.size + (left % rule.size != 0 && rule.last != last_batch::drop ? 1 : 0);
    }

    /// Returns the number of steps.
    [[nodiscard]] std::uint64_t size() const noexcept { return steps_; }

    /// Returns this rank's samples of step `step`.
    ///
    /// Precondition: step < size().
    [[nodiscard]] std::vector<std::uint64_t> operator[](std::uint64_t step) const {
        REPRO_EXPECTS(step < steps_);
        const std::uint64_t begin = first_ + step * rule_.size;
        const std::uint64_t present = std::min(rule_.size, length_ - begin);
        const position_range mine = part_.part_of(rule_.last == last_batch::pad ? rule_.size : present);
        std::vector<std::uint64_t> samples(static_cast<std::size_t>(mine.size()));
        std::uint64_t i = mine.begin;
        if constexpr (requires { order_.copy(begin, std::span(samples)); }) {
            i = std::max(i, std::min(mine.end, present));
            order_.copy(begin + mine.begin,
                        std::span(samples).first(static_cast<std::size_t>(i - mine.begin)));
        }
        for (; i < mine.end; ++i) // padding begins where the epoch does
            samples[static_cast<std::size_t>(i - mine.begin)] =
                order_[i < present ? begin + i : (i - present) % length_];
        return samples;
    }

    /// Returns how far the epoch has come after step `step`, over all ranks: where to begin when it goes on.
    ///
    /// Precondition: step < size().
    [[nodiscard]] std::uint64_t position_after(std::uint64_t step) const noexcept {
        REPRO_EXPECTS(step < steps_);
        const std::uint64_t begin = first_ + step * rule_.size;
        return begin + std::min(rule_.size, length_ - begin);
    }

    [[nodiscard]] auto begin() const noexcept { return detail::index_iterator(*this, 0); }
    [[nodiscard]] auto end() const noexcept { return detail::index_iterator(*this, steps_); }

private:
    Order order_;
    batch_rule rule_;
    shard part_;
    std::uint64_t first_, length_;
    std::uint64_t steps_ = 0;
};

} // namespace repro::inline v0
