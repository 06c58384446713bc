// SPDX-License-Identifier: MIT
#pragma once
// Which of many processes this one is, as its launcher tells by environment variables: Slurm's srun, mpirun
// of Open MPI or MPICH, torchrun. No MPI is linked for it.
//
// Names of the variables: Slurm's srun(1), OUTPUT ENVIRONMENT VARIABLES; Open MPI's FAQ on running jobs, and
// PMIx; PMI 1 as MPICH's Hydra and Slurm's pmi2 plugin set it; PyTorch's torch/distributed/run.py.

#include <repro/core/error.hpp>
#include <repro/detail/config.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/process_stat.hpp>
#include <repro/detail/text.hpp>

#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A rank: one of `world` processes that run one program together.
struct rank_place {
    std::string launcher; ///< "slurm", "openmpi", "mpich", "torchrun", "mpi"; empty: a process by itself
    std::uint64_t rank = 0;
    std::uint64_t world = 1;
    std::optional<std::uint64_t> local_rank; ///< among the ranks of this machine
    std::string job; ///< text that all ranks of one launch have, and no other launch; empty where unknown
    std::vector<std::string> variables; ///< that told it
    std::vector<warning> warnings;      ///< variables that contradict each other

    /// Returns whether other processes belong to this one's run.
    [[nodiscard]] bool many() const noexcept { return world > 1; }
};

/// More processes than this are taken for a mistake.
inline constexpr std::uint64_t most_ranks = std::uint64_t{1} << 20;

namespace detail {

/// Returns a text for the process that started all ranks of this machine: the nearest one above this one in
/// whose environment `variable` is not set. Empty where /proc does not tell.
[[nodiscard]] inline std::string starter_of_ranks(std::string_view variable) {
    auto process = read_process_stat("self");
    for (int steps = 0; process && process->parent > 0 && steps < 64; ++steps) {
        const std::uint64_t pid = process->parent;
        process = read_process_stat(decimal(pid));
        const auto environment = read_text(("/proc/" + decimal(pid) + "/environ").c_str(), 1U << 20);
        if (!process || !environment) return {};
        if (find_entry(*environment, variable)) continue;
        const auto boot = read_text("/proc/sys/kernel/random/boot_id", 64);
        return decimal(pid) + " " + decimal(process->started) + " " + std::string(boot ? trimmed(*boot) : "");
    }
    return {};
}

/// Where a launcher writes which rank a process is.
struct rank_variables {
    std::string_view launcher;
    const char* mark; ///< without it, the variables are somebody else's
    const char* rank;
    const char* world;
    const char* local_rank;
    const char* local_world;
};

/// The launcher nearest to the process comes first: an mpirun inside of an allocation of Slurm, say.
inline constexpr rank_variables launchers[] = {
    {"torchrun", "TORCHELASTIC_RUN_ID", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    {"openmpi", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
     "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"mpich", "HYDI_CONTROL_FD", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
    // SLURM_STEP_NUM_TASKS is set for what srun started, and not in the script of a job.
    {"slurm", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", nullptr},
    {"mpich", "PMI_RANK", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
    {"torchrun", "MASTER_ADDR", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
};

/// Reads the variables of launchers through `lookup`, a function like getenv.
template <class Lookup> class launcher_search {
public:
    explicit launcher_search(Lookup lookup) : lookup_(lookup) {}

    [[nodiscard]] rank_place run() {
        const rank_variables* const nearest = find();
        if (nearest != nullptr) {
            place_.job = job(*nearest);
            if (const auto given = text("REPRO_RUN_ID")) {
                place_.job = "given " + *given;
                place_.variables.emplace_back("REPRO_RUN_ID");
            }
        }
        return std::move(place_);
    }

    /// Returns the rank alone, which needs no look at other processes.
    [[nodiscard]] std::uint64_t rank() {
        (void)find();
        return place_.rank;
    }

private:
    /// Returns the launcher that is nearest to the process; null where there is none.
    [[nodiscard]] const rank_variables* find() {
        const rank_variables* nearest = nullptr;
        for (const rank_variables& each : launchers) {
            if (!text(each.mark) || !(text(each.rank) || text(each.world))) continue;
            const auto found = read(each);
            if (found && nearest == nullptr) {
                take(each, *found);
                nearest = &each;
            } else if (found) {
                compare(each, *found);
            }
        }
        return nearest;
    }

    struct numbers {
        std::uint64_t rank, world;
    };

    [[nodiscard]] std::optional<std::string> text(const char* name) const {
        const char* const value = name != nullptr ? lookup_(name) : nullptr;
        return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
    }

    [[nodiscard]] std::string spelled(const char* name) const {
        constexpr std::size_t longest =
            20; // a number of 64 bits; what is longer is somebody's secret, perhaps
        const auto value = text(name);
        if (value && value->size() > longest)
            return std::string(name) + " is a text of " + decimal(std::uint64_t{value->size()}) +
                   " characters";
        return std::string(name) + (value ? "=" + *value : " is not set");
    }

    [[nodiscard]] std::optional<std::uint64_t> number(const char* name) const {
        const auto value = text(name);
        std::uint64_t read = 0;
        return value && from_decimal(*value, read) ? std::optional(read) : std::nullopt;
    }

    [[nodiscard]] std::optional<numbers> read(const rank_variables& from) {
        const auto rank = number(from.rank), world = number(from.world);
        if (rank && world && *rank < *world && *world <= most_ranks) return numbers{*rank, *world};
        place_.warnings.push_back({warn::ranks_unclear, spelled(from.rank) + ", " + spelled(from.world) +
                                                            ": this is no rank of a launch by " +
                                                            std::string(from.launcher)});
        return std::nullopt;
    }

    void take(const rank_variables& from, numbers found) {
        place_.launcher = from.launcher;
        place_.rank = found.rank;
        place_.world = found.world;
        place_.local_rank = number(from.local_rank);
        for (const char* const name : {from.rank, from.world, from.local_rank})
            if (text(name)) place_.variables.emplace_back(name);
    }

    /// Slurm's own numbers count the daemons of an mpirun or torchrun, and may differ.
    void compare(const rank_variables& from, numbers found) {
        const bool same = found.rank == place_.rank && found.world == place_.world;
        if (same || from.launcher == "slurm") return;
        place_.warnings.push_back(
            {warn::ranks_unclear, place_.launcher + " says rank " + decimal(place_.rank) + " of " +
                                      decimal(place_.world) + ", but " + spelled(from.rank) + ", " +
                                      spelled(from.world) + ": the first is believed"});
    }

    /// Returns `texts` as one, which begins with the launcher's name; nothing where the first is not set.
    [[nodiscard]] std::string joined(std::string all, std::initializer_list<const char*> texts) {
        if (!text(*texts.begin())) return {};
        for (const char* const name : texts) {
            const auto value = text(name);
            all += " " + value.value_or("");
            if (value) place_.variables.emplace_back(name);
        }
        return all;
    }

    [[nodiscard]] std::string job(const rank_variables& from) {
        if (from.launcher == "slurm")
            return joined("slurm", {"SLURM_JOB_ID", "SLURM_STEP_ID", "SLURM_CLUSTER_NAME",
                                    "SLURM_JOB_START_TIME", "SLURM_RESTART_COUNT"});
        // A namespace of PMIx comes from the number of mpirun's process, and comes again; the keys of
        // transports that Open MPI 4 draws for each launch do not.
        if (from.launcher == "openmpi")
            return joined("openmpi", {"PMIX_NAMESPACE", "OMPI_MCA_orte_precondition_transports",
                                      "OMPI_MCA_orte_hnp_uri", "PRTE_LAUNCHED"});
        if (from.launcher == "torchrun" && text("TORCHELASTIC_RUN_ID").value_or("none") != "none")
            return joined("torchrun", {"TORCHELASTIC_RUN_ID", "TORCHELASTIC_RESTART_COUNT"});
        return job_of_one_machine(from);
    }

    /// Hydra names no job, nor does a torchrun without --rdzv-id. On one machine, all ranks have one starter.
    [[nodiscard]] std::string job_of_one_machine(const rank_variables& from) const {
        if (number(from.local_world) != number(from.world)) return {};
        const std::string starter = starter_of_ranks(from.rank);
        const std::string again = text("TORCHELASTIC_RESTART_COUNT").value_or("");
        return starter.empty() ? starter : std::string(from.launcher) + " " + starter + " " + again;
    }

    Lookup lookup_;
    rank_place place_;
};

/// What an adapter knows better than the environment.
REPRO_SHARED inline std::optional<rank_place> announced_place;

} // namespace detail

/// Returns what the environment says of this process among ranks; a place of its own where it says nothing.
/// Values that contradict each other or are no numbers are warned of; where the rank itself is unclear, the
/// process stands by itself.
///
/// Threads: while no other thread changes the environment.
[[nodiscard]] inline rank_place detect_launcher() {
    return detail::launcher_search([](const char* name) { return std::getenv(name); }).run();
}

/// Returns the place of this process: what an adapter announced, else what the environment says.
///
/// Threads: as detect_launcher.
[[nodiscard]] inline rank_place this_rank() {
    return detail::announced_place ? *detail::announced_place : detect_launcher();
}

namespace detail {

/// Returns this_rank().rank, without asking which launch it is of.
[[nodiscard]] inline std::uint64_t own_rank() {
    if (announced_place) return announced_place->rank;
    return launcher_search([](const char* name) { return std::getenv(name); }).rank();
}

} // namespace detail

/// Says which rank this process is, for those that know it better than the environment: an adapter.
///
/// Threads: before others ask.
inline void announce_rank(rank_place place) { detail::announced_place = std::move(place); }

} // namespace repro::inline v0
