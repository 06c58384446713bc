// SPDX-License-Identifier: MIT
#pragma once
// The MPIs whose launchers the tests start.

#include "support/command.hpp"

#include <string>
#include <vector>

namespace ranks {

struct mpi_kind {
    std::string name;
    std::string start;   ///< up to the number of ranks
    std::string subject; ///< linked with this MPI
    std::string example; ///< linked with this MPI
    std::string skip;    ///< why it cannot be tested; empty where it can
};

[[nodiscard]] inline bool is_installed(const std::string& program) {
    return support::run_command("command -v " + program + " >/dev/null").status == 0;
}

[[nodiscard]] inline std::vector<mpi_kind> both_kinds() {
    std::vector<mpi_kind> kinds{
        {"openmpi",
         "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun.openmpi --oversubscribe -n ",
         REPRO_RANKS_SUBJECT,
         REPRO_RANKS_EXAMPLE,
         {}},
        {"mpich", "mpirun.mpich -n ", REPRO_RANKS_SUBJECT_MPICH, REPRO_RANKS_EXAMPLE_MPICH, {}}};
    if (!is_installed("mpirun.openmpi")) kinds[0].skip = "no-mpirun: Open MPI's launcher is not installed";
    if (!is_installed("mpirun.mpich") || kinds[1].subject.empty())
        kinds[1].skip = "no-mpich: MPICH is not installed";
    return kinds;
}

} // namespace ranks
