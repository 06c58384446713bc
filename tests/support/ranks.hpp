// SPDX-License-Identifier: MIT
#pragma once
// Ranks without a launcher: forked children with the variables that Open MPI's mpirun would give them.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace support {

/// Variables of every launcher, so that a test may start from none.
inline constexpr const char* launcher_variables[] = {"TORCHELASTIC_RUN_ID",
                                                     "RANK",
                                                     "WORLD_SIZE",
                                                     "LOCAL_RANK",
                                                     "LOCAL_WORLD_SIZE",
                                                     "MASTER_ADDR",
                                                     "TORCHELASTIC_RESTART_COUNT",
                                                     "OMPI_COMM_WORLD_RANK",
                                                     "OMPI_COMM_WORLD_SIZE",
                                                     "OMPI_COMM_WORLD_LOCAL_RANK",
                                                     "OMPI_COMM_WORLD_LOCAL_SIZE",
                                                     "PMIX_NAMESPACE",
                                                     "HYDI_CONTROL_FD",
                                                     "PMI_RANK",
                                                     "PMI_SIZE",
                                                     "MPI_LOCALRANKID",
                                                     "MPI_LOCALNRANKS",
                                                     "SLURM_STEP_NUM_TASKS",
                                                     "SLURM_PROCID",
                                                     "SLURM_LOCALID",
                                                     "SLURM_JOB_ID",
                                                     "SLURM_STEP_ID",
                                                     "REPRO_RUN_ID"};

inline void be_rank(std::uint64_t rank, std::uint64_t world, const std::string& job) {
    for (const char* const name : launcher_variables)
        ::unsetenv(name);
    ::setenv("OMPI_COMM_WORLD_RANK", std::to_string(rank).c_str(), 1);
    ::setenv("OMPI_COMM_WORLD_SIZE", std::to_string(world).c_str(), 1);
    ::setenv("OMPI_COMM_WORLD_LOCAL_RANK", std::to_string(rank).c_str(), 1);
    ::setenv("PMIX_NAMESPACE", job.c_str(), 1);
}

/// Starts `body(rank)` in a child; its result is the child's status, 99 where it throws.
template <class Body>
[[nodiscard]] pid_t start_rank(std::uint64_t rank, std::uint64_t world, const std::string& job, Body body) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    int status = 99;
    try {
        be_rank(rank, world, job);
        status = body(rank);
    } catch (...) { // the status says it
    }
    ::syscall(SYS_exit_group, status);
    return 0;
}

[[nodiscard]] inline int status_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Runs `body(rank)` in as many children at once; returns their statuses.
template <class Body>
[[nodiscard]] std::vector<int> run_ranks(std::uint64_t world, const std::string& job, Body body) {
    std::vector<pid_t> children;
    for (std::uint64_t rank = 0; rank < world; ++rank)
        children.push_back(start_rank(rank, world, job, body));
    std::vector<int> statuses;
    for (const pid_t child : children)
        statuses.push_back(status_of(child));
    return statuses;
}

} // namespace support
