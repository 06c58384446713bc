// SPDX-License-Identifier: MIT
#pragma once
// One seed for all ranks. Every rank takes part in every step, whatever went wrong on it, and all of them
// throw where one has to: nobody waits for a rank that has given up.

#include <repro/adapters/mpi/call.hpp>
#include <repro/core/seed.hpp>
#include <repro/stream/rank_check.hpp>
#include <repro/stream/seed_everything.hpp>

#include <array>
#include <cstdint>
#include <exception>
#include <mpi.h>
#include <optional>
#include <string>
#include <vector>

namespace repro::inline v0::mpi {
namespace detail {

using repro::detail::chosen_seed;

/// What one rank was given, as it travels.
struct given_message {
    enum : std::uint64_t { nothing, seed, failed };
    std::uint64_t kind = nothing;
    std::uint64_t value = 0;
    std::uint64_t source = 0;
};
static_assert(sizeof(given_message) == 3 * sizeof(std::uint64_t));

[[nodiscard]] inline std::vector<given_message> gather(MPI_Comm comm, const given_message& own) {
    std::vector<given_message> all(static_cast<std::size_t>(size_of(comm)));
    expect(MPI_Allgather(&own, 3, MPI_UINT64_T, all.data(), 3, MPI_UINT64_T, comm), "MPI_Allgather");
    return all;
}

/// Returns what each rank was given: "42 on ranks 0-2, 43 on ranks 3", for those of one kind.
[[nodiscard]] inline std::vector<rank_group> seeds_given(const std::vector<given_message>& all) {
    std::vector<rank_value> values;
    for (std::size_t rank = 0; rank < all.size(); ++rank)
        if (all[rank].kind == given_message::seed)
            values.push_back({rank, repro::detail::decimal(all[rank].value)});
    return group_ranks(values);
}

inline void expect_none_failed(const std::vector<given_message>& all) {
    std::vector<std::uint64_t> failed;
    for (std::size_t rank = 0; rank < all.size(); ++rank)
        if (all[rank].kind == given_message::failed) failed.push_back(rank);
    if (!failed.empty())
        throw error(errc::seed_invalid, "seed", "ranks " + rank_ranges(failed) + " have none that is valid",
                    "see what those ranks say; look at REPRO_SEED in their environment");
}

inline void expect_one_seed(const std::vector<given_message>& all) {
    const auto groups = seeds_given(all);
    if (groups.size() < 2) return;
    std::string text = "ranks were given different ones: ";
    for (std::size_t i = 0; i < groups.size() && i < 4; ++i)
        text += (i == 0 ? "" : ", ") + groups[i].value + " on " + rank_ranges(groups[i].ranks);
    if (groups.size() > 4) text += ", and " + repro::detail::decimal(groups.size() - 4) + " other seeds";
    throw error(errc::seeds_differ, "seed", std::move(text),
                "pass one seed on all ranks, or on none but one; look at REPRO_SEED in their environment");
}

/// Returns what `draw` gives on rank 0, on all ranks.
template <class Draw> [[nodiscard]] chosen_seed drawn_together(MPI_Comm comm, Draw draw) {
    given_message message;
    std::exception_ptr problem;
    if (rank_in(comm) == 0) try {
            message = {given_message::seed, draw().value.value(), 0};
        } catch (...) {
            problem = std::current_exception();
            message.kind = given_message::failed;
        }
    expect(MPI_Bcast(&message, 3, MPI_UINT64_T, 0, comm), "MPI_Bcast");
    if (problem) std::rethrow_exception(problem);
    if (message.kind == given_message::failed)
        throw error(errc::seed_invalid, "seed", "rank 0 could draw none", "pass a seed");
    return {message.value, seed_source::drawn};
}

/// Returns the seed that all ranks were given, or those that were given one; where none was, rank 0 draws.
///
/// Errors: on all ranks: errc::seeds_differ; errc::seed_invalid where `given` throws on another rank; what
///         `given` throws on this one.
template <class Given, class Draw>
[[nodiscard]] chosen_seed agree_on_seed(MPI_Comm comm, Given given, Draw draw) {
    given_message own;
    std::exception_ptr problem;
    try {
        if (const std::optional<chosen_seed> seed = given())
            own = {given_message::seed, seed->value.value(), static_cast<std::uint64_t>(seed->source)};
    } catch (...) {
        problem = std::current_exception();
        own.kind = given_message::failed;
    }
    const std::vector<given_message> all = gather(comm, own);
    if (problem) std::rethrow_exception(problem);
    expect_none_failed(all);
    expect_one_seed(all);
    for (const given_message& each : all)
        if (each.kind == given_message::seed) {
            const auto source = own.kind == given_message::seed ? own.source : each.source;
            return {each.value, static_cast<seed_source>(source)};
        }
    return drawn_together(comm, draw);
}

} // namespace detail
} // namespace repro::inline v0::mpi
