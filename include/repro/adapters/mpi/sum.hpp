// SPDX-License-Identifier: MIT
#pragma once
// Sums over all ranks with the bits of a sum in one process. What travels is the exact sum as whole numbers,
// which MPI may add in any order.

#include <repro/adapters/mpi/call.hpp>
#include <repro/reduce/sum.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mpi.h>
#include <span>
#include <vector>

namespace repro::inline v0::mpi {
namespace detail {

inline constexpr std::size_t n_digits = repro::detail::long_sum::n_digits;
/// Of special values, one word each, which counts the ranks that saw it.
inline constexpr std::size_t n_flags = 5;

/// Returns the same sum in digits of one sign, so that a small negative number has few of them.
[[nodiscard]] inline sum_state in_digits_of_one_sign(sum_state state) noexcept {
    repro::detail::long_sum total;
    total.set_digits(state.digits);
    total.carry();
    const auto size = total.absolute();
    for (std::size_t i = 0; i < n_digits; ++i)
        state.digits[i] = total.negative() ? -std::int64_t{size.digits[i]} : std::int64_t{size.digits[i]};
    return state;
}

/// Sums over more messages than one count of MPI holds.
inline void add_over_ranks(MPI_Comm comm, std::span<std::int64_t> words) {
    constexpr std::size_t most = std::size_t{1} << 26;
    for (std::size_t done = 0; done < words.size(); done += most) {
        const std::size_t n = std::min(most, words.size() - done);
        expect(
            MPI_Allreduce(MPI_IN_PLACE, words.data() + done, static_cast<int>(n), MPI_INT64_T, MPI_SUM, comm),
            "MPI_Allreduce");
    }
}

/// The digits that are not zero in some sum of some rank, [first, last), and the special values in any.
struct digit_range {
    std::size_t first = n_digits, last = 0;
    std::uint64_t flags = 0;
};

[[nodiscard]] inline digit_range range_of(std::span<const sum_state> states) noexcept {
    digit_range range;
    for (const sum_state& state : states) {
        range.flags |= state.special;
        for (std::size_t i = 0; i < n_digits; ++i) {
            if (state.digits[i] == 0) continue;
            range.first = std::min(range.first, i);
            range.last = std::max(range.last, i + 1);
        }
    }
    return range;
}

/// Returns the range that holds those of all ranks.
[[nodiscard]] inline digit_range range_over_ranks(MPI_Comm comm, const digit_range& own) {
    std::array<std::int64_t, 2 + n_flags> most{-static_cast<std::int64_t>(own.first),
                                               static_cast<std::int64_t>(own.last)};
    for (std::size_t i = 0; i < n_flags; ++i)
        most[2 + i] = static_cast<std::int64_t>(own.flags >> i & 1);
    expect(
        MPI_Allreduce(MPI_IN_PLACE, most.data(), static_cast<int>(most.size()), MPI_INT64_T, MPI_MAX, comm),
        "MPI_Allreduce");
    digit_range range{static_cast<std::size_t>(-most[0]), static_cast<std::size_t>(most[1]), 0};
    for (std::size_t i = 0; i < n_flags; ++i)
        range.flags |= static_cast<std::uint64_t>(most[2 + i]) << i;
    return range;
}

/// Adds all ranks' sums, place by place, sending nothing that is zero everywhere.
inline void merge_states(MPI_Comm comm, std::span<sum_state> states, const digit_range& range) {
    const std::size_t n_sent = range.last > range.first ? range.last - range.first : 0;
    const std::size_t n_words = n_sent + static_cast<std::size_t>(std::popcount(range.flags));
    std::vector<std::int64_t> words(states.size() * n_words);
    auto word = words.begin();
    for (const sum_state& state : states) {
        for (std::size_t i = 0; i < n_sent; ++i)
            *word++ = state.digits[range.first + i];
        for (std::size_t i = 0; i < n_flags; ++i)
            if ((range.flags >> i & 1) != 0) *word++ = static_cast<std::int64_t>(state.special >> i & 1);
    }
    add_over_ranks(comm, words);
    word = words.begin();
    for (sum_state& state : states) {
        state = {};
        for (std::size_t i = 0; i < n_sent; ++i)
            state.digits[range.first + i] = *word++;
        for (std::size_t i = 0; i < n_flags; ++i)
            if ((range.flags >> i & 1) != 0) state.special |= static_cast<std::uint64_t>(*word++ != 0) << i;
    }
}

/// Adds one sum of each rank, in one message.
inline void merge_state(MPI_Comm comm, sum_state& state) {
    merge_states(comm, {&state, 1}, {0, n_digits, (1U << n_flags) - 1});
}

} // namespace detail

/// Leaves in each of `totals`, on every rank, what all ranks added to the accumulators of that place:
/// gradients of a batch that was cut over ranks, say. Two messages; a place takes 8 bytes for each 32 binary
/// digits between the largest and the smallest number that came, 48 or so in common data, 584 at most.
///
/// Precondition: as many accumulators on all ranks. Stability: as accumulator: the bits depend on the terms
/// alone, neither on the number of ranks nor on which rank had which term.
/// Errors:  errc::library_failed, std::bad_alloc.
/// Threads: all ranks of `comm` call it, one thread of each. Ranks: up to 2^30.
template <summable T> void merge(MPI_Comm comm, std::span<accumulator<T>> totals) {
    detail::expect_running();
    std::vector<sum_state> states;
    for (const accumulator<T>& each : totals)
        states.push_back(detail::in_digits_of_one_sign(each.save()));
    detail::merge_states(comm, states, detail::range_over_ranks(comm, detail::range_of(states)));
    for (std::size_t i = 0; i < totals.size(); ++i)
        totals[i].restore(states[i]);
}

/// Returns the sum of the values of all ranks, on all ranks: the exact one, rounded once, the bits that
/// repro::sum has for all the values in one process. Ranks may have different numbers of values, or none. One
/// message of 584 bytes.
///
/// Stability, errors, threads: as merge.
/// Example:
///     const double loss = repro::mpi::sum(MPI_COMM_WORLD, losses_of_this_rank);
template <terms Range> [[nodiscard]] auto sum(MPI_Comm comm, const Range& values) {
    detail::expect_running();
    serial by;
    const auto own = repro::detail::accumulated(repro::detail::span_of(values), by);
    sum_state state = own.save();
    detail::merge_state(comm, state);
    return state.value<sum_type<repro::detail::term_type<Range>>>();
}

/// Returns the mean of the values of all ranks, on all ranks: the exact sum divided by their number, rounded
/// once; NaN where there are none.
///
/// Stability, errors, threads: as merge.
template <terms Range> [[nodiscard]] auto mean(MPI_Comm comm, const Range& values) {
    using result = sum_type<repro::detail::term_type<Range>>;
    detail::expect_running();
    serial by;
    sum_state state = repro::detail::accumulated(repro::detail::span_of(values), by).save();
    detail::merge_state(comm, state);
    std::array<std::int64_t, 1> n{static_cast<std::int64_t>(std::ranges::size(values))};
    detail::add_over_ranks(comm, n);
    if (n[0] == 0) return std::numeric_limits<result>::quiet_NaN();
    return state.value<result>(static_cast<std::uint64_t>(n[0]));
}

} // namespace repro::inline v0::mpi
