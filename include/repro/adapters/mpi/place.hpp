// SPDX-License-Identifier: MIT
#pragma once
// This process among the ranks of a communicator, held against what the launcher said.

#include <repro/adapters/mpi/call.hpp>
#include <repro/core/entropy.hpp>
#include <repro/core/launcher.hpp>

#include <array>
#include <cstdint>
#include <mpi.h>
#include <string>

namespace repro::inline v0::mpi {
namespace detail {

/// Throws where the launcher started several ranks and MPI knows of another number: each process is then
/// alone in a world of its own, and all of them do the work of rank 0.
inline void expect_launchers_world(const rank_place& told) {
    MPI_Comm parent = MPI_COMM_NULL;
    expect(MPI_Comm_get_parent(&parent), "MPI_Comm_get_parent");
    const auto world = static_cast<std::uint64_t>(size_of(MPI_COMM_WORLD));
    if (!told.many() || told.world == world || parent != MPI_COMM_NULL) return;
    throw error(
        errc::ranks_contradict, "MPI_COMM_WORLD",
        "has " + repro::detail::decimal(world) + " ranks, but " + told.launcher + " started " +
            repro::detail::decimal(told.world),
        "start the program with the mpirun of the MPI that it is linked with, or srun with its --mpi");
}

[[nodiscard]] inline std::uint64_t local_rank_in(MPI_Comm comm) {
    MPI_Comm local = MPI_COMM_NULL;
    expect(MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local), "MPI_Comm_split_type");
    const int rank = rank_in(local);
    expect(MPI_Comm_free(&local), "MPI_Comm_free");
    return static_cast<std::uint64_t>(rank);
}

/// Returns rank 0's text for the launch, or one that it draws, on all ranks.
[[nodiscard]] inline std::string shared_job(MPI_Comm comm, const std::string& known) {
    std::array<char, 1024> text{};
    if (rank_in(comm) == 0) {
        std::array<std::uint8_t, 16> drawn{};
        std::string job = known.substr(0, text.size() - 1);
        if (job.empty() && repro::detail::try_system_entropy(drawn.data(), drawn.size()))
            job = "mpi " + repro::detail::to_hex(drawn);
        job.copy(text.data(), text.size() - 1);
    }
    expect(MPI_Bcast(text.data(), static_cast<int>(text.size()), MPI_CHAR, 0, comm), "MPI_Bcast");
    return text.data();
}

/// Returns the place of this process in `comm`. All its ranks have to call it.
[[nodiscard]] inline rank_place place_in(MPI_Comm comm) {
    rank_place place = detect_launcher();
    expect_launchers_world(place);
    if (place.launcher.empty()) place.launcher = "mpi";
    place.rank = static_cast<std::uint64_t>(rank_in(comm));
    place.world = static_cast<std::uint64_t>(size_of(comm));
    place.local_rank = local_rank_in(comm);
    place.job = shared_job(comm, place.job);
    return place;
}

} // namespace detail
} // namespace repro::inline v0::mpi
