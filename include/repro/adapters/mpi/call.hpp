// SPDX-License-Identifier: MIT
#pragma once
// Calls of MPI: what they return is looked at, and they are made between MPI_Init and MPI_Finalize alone.

#include <repro/core/error.hpp>

#include <mpi.h>
#include <string>

namespace repro::inline v0::mpi {
namespace detail {

/// Throws unless a call of MPI succeeded. By default MPI ends the program before it comes to that.
inline void expect(int code, const char* call) {
    if (code == MPI_SUCCESS) return;
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, text, &length);
    throw error(errc::library_failed, call, std::string(text, static_cast<std::size_t>(length)),
                "see what MPI says of its network and of the other ranks");
}

/// Throws unless MPI can be called now.
inline void expect_running() {
    int begun = 0, ended = 0;
    MPI_Initialized(&begun);
    MPI_Finalized(&ended);
    if (begun == 0 || ended != 0)
        throw error(errc::library_failed, "MPI", begun == 0 ? "is not initialized" : "is finalized",
                    "call MPI_Init before, and MPI_Finalize after everything that has a communicator");
}

[[nodiscard]] inline int rank_in(MPI_Comm comm) {
    int rank = 0;
    expect(MPI_Comm_rank(comm, &rank), "MPI_Comm_rank");
    return rank;
}

[[nodiscard]] inline int size_of(MPI_Comm comm) {
    int size = 1;
    expect(MPI_Comm_size(comm, &size), "MPI_Comm_size");
    return size;
}

} // namespace detail
} // namespace repro::inline v0::mpi
