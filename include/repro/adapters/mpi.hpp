// SPDX-License-Identifier: MIT
#pragma once
// Ranks of MPI: one seed for all, streams common to all and of each, sums with the bits of one process.
// Tested with Open MPI 4.1 and MPICH 4.0; no version is refused.

#if !__has_include(<mpi.h>)
#error "repro/adapters/mpi.hpp needs MPI: find_package(repro COMPONENTS mpi), link repro::mpi"
#else

#include <repro/adapters/mpi/agreement.hpp>
#include <repro/adapters/mpi/place.hpp>
#include <repro/adapters/mpi/products.hpp>
#include <repro/adapters/mpi/stream_check.hpp>
#include <repro/adapters/mpi/sum.hpp>
#include <repro/core/seed.hpp>
#include <repro/core/source.hpp>
#include <repro/detail/text.hpp>
#include <repro/stream/rank_stream.hpp>

#include <cstdint>
#include <mpi.h>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::mpi {

/// The ranks of a communicator, as a source for seed_everything and run.
///
/// All ranks get one seed: the one that they, or some of them, were given, else one that rank 0 draws. Named
/// streams are then common to all ranks, and `rank_stream(name)` is each rank's own; `run` puts all ranks
/// into one folder. A saved state belongs to its rank, and is refused by another one of as many. Does not
/// cover: the order in which MPI adds floating-point numbers (use mpi::sum and mpi::merge), and in which
/// messages arrive at MPI_ANY_SOURCE; what a library draws by the number of its rank.
///
/// Errors:  errc::library_failed outside of MPI_Init and MPI_Finalize; errc::ranks_contradict where the
///          launcher started another number of ranks than MPI_COMM_WORLD has.
/// Threads: all ranks of the communicator make it, and seed with it, one thread of each.
/// Example:
///     MPI_Init(&argc, &argv);
///     repro::run run({.id = "training", .seed = 42}, repro::mpi::streams{});
class streams {
public:
    explicit streams(MPI_Comm comm = MPI_COMM_WORLD) : comm_(comm) {
        detail::expect_running();
        place_ = detail::place_in(comm);
        announce_rank(place_);
    }

    [[nodiscard]] static constexpr std::string_view name() noexcept { return "mpi"; }

    /// Returns the seed that all ranks take: see repro::detail::choose_seed.
    ///
    /// Errors: on all ranks: errc::seeds_differ where they were given different ones, errc::seed_invalid
    /// where
    ///         one has no valid one.
    template <class Given, class Draw> [[nodiscard]] auto agree(Given given, Draw draw) const {
        return detail::agree_on_seed(comm_, given, draw);
    }

    void seed(repro::seed) noexcept {} // it has no streams but named ones

    [[nodiscard]] std::string save() const {
        return "mpi-1 " + repro::detail::decimal(place_.rank) + " " + repro::detail::decimal(place_.world);
    }

    /// Errors: errc::state_invalid for the state of another rank of as many: restored on the wrong rank, the
    ///         streams of each rank would be another's.
    void restore(std::string_view text) const {
        std::uint64_t rank = 0, world = 0;
        if (repro::detail::next_token(text, ' ') != "mpi-1" ||
            !repro::detail::from_decimal(repro::detail::next_token(text, ' '), rank) ||
            !repro::detail::from_decimal(text, world))
            throw error(errc::state_invalid, "mpi", "the saved state is not one of MPI", "save it anew");
        if (world == place_.world && rank != place_.rank)
            throw error(errc::state_invalid, "mpi",
                        "the saved state is of rank " + repro::detail::decimal(rank) + ", and this is rank " +
                            repro::detail::decimal(place_.rank) + " of " + repro::detail::decimal(world),
                        "restore on each rank what that rank saved");
    }

    [[nodiscard]] std::vector<stream_facts> ledger() const { return {}; }

    [[nodiscard]] std::vector<fact> facts() const {
        char library[MPI_MAX_LIBRARY_VERSION_STRING] = "";
        int length = 0, level = 0;
        MPI_Get_library_version(library, &length);
        MPI_Query_thread(&level);
        const std::string_view text(library, static_cast<std::size_t>(length));
        const char* const levels[] = {"single", "funneled", "serialized", "multiple"};
        std::vector<fact> all{
            {"library", std::string(repro::detail::trimmed(text.substr(0, text.find('\n'))))},
            {"rank", repro::detail::decimal(place_.rank)},
            {"world", repro::detail::decimal(place_.world)}};
        const int known[] = {MPI_THREAD_SINGLE, MPI_THREAD_FUNNELED, MPI_THREAD_SERIALIZED,
                             MPI_THREAD_MULTIPLE};
        for (std::size_t i = 0; i < std::size(known); ++i)
            if (level == known[i]) all.push_back({"threads", levels[i]});
        return all;
    }

    [[nodiscard]] std::vector<missing_fact> not_seeded() const { return {}; }

private:
    MPI_Comm comm_;
    rank_place place_;
};

} // namespace repro::inline v0::mpi
#endif
