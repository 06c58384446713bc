// SPDX-License-Identifier: MIT
#include <repro/core/launcher.hpp>

#include "support/ranks.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <string>
#include <utility>

namespace {

using repro::rank_place;
using environment = std::map<std::string, std::string>;

rank_place found_in(const environment& variables) {
    return repro::detail::launcher_search([&](const char* name) {
               const auto found = variables.find(name);
               return found == variables.end() ? nullptr : found->second.c_str();
           })
        .run();
}

environment with(environment all, const environment& more) {
    for (const auto& [name, value] : more)
        all[name] = value;
    return all;
}

const environment srun{{"SLURM_PROCID", "5"},
                       {"SLURM_STEP_NUM_TASKS", "8"},
                       {"SLURM_LOCALID", "1"},
                       {"SLURM_JOB_ID", "1234"},
                       {"SLURM_STEP_ID", "0"}};
const environment open_mpi{{"OMPI_COMM_WORLD_RANK", "2"},
                           {"OMPI_COMM_WORLD_SIZE", "4"},
                           {"OMPI_COMM_WORLD_LOCAL_RANK", "0"},
                           {"PMIX_NAMESPACE", "1502609409"}};
const environment hydra{{"HYDI_CONTROL_FD", "7"}, {"PMI_RANK", "1"},        {"PMI_SIZE", "2"},
                        {"MPI_LOCALRANKID", "1"}, {"MPI_LOCALNRANKS", "2"}, {"PMI_FD", "8"}};
const environment torchrun{{"RANK", "3"},
                           {"WORLD_SIZE", "4"},
                           {"LOCAL_RANK", "1"},
                           {"LOCAL_WORLD_SIZE", "2"},
                           {"MASTER_ADDR", "10.0.0.1"},
                           {"TORCHELASTIC_RUN_ID", "job-7"},
                           {"TORCHELASTIC_RESTART_COUNT", "0"}};

void check_place(const rank_place& place, const char* launcher, std::uint64_t rank, std::uint64_t world,
                 std::uint64_t local) {
    CHECK(place.launcher == launcher);
    CHECK(place.rank == rank);
    CHECK(place.world == world);
    CHECK(place.local_rank == local);
    CHECK(place.warnings.empty());
}

} // namespace

TEST_CASE("each launcher's variables tell rank, world and launch") {
    check_place(found_in(srun), "slurm", 5, 8, 1);
    check_place(found_in(open_mpi), "openmpi", 2, 4, 0);
    check_place(found_in(hydra), "mpich", 1, 2, 1);
    check_place(found_in(torchrun), "torchrun", 3, 4, 1);
    CHECK(found_in(srun).job == "slurm 1234 0   ");
    CHECK(found_in(open_mpi).job == "openmpi 1502609409   ");
    CHECK(found_in(torchrun).job == "torchrun job-7 0");
    CHECK(found_in(open_mpi).variables ==
          std::vector<std::string>{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
                                   "OMPI_COMM_WORLD_LOCAL_RANK", "PMIX_NAMESPACE"});
}

TEST_CASE("without a launcher a process stands by itself") {
    CHECK(found_in({}).launcher.empty());
    CHECK_FALSE(found_in({}).many());
    CHECK_FALSE(found_in({{"SLURM_JOB_ID", "1"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}}).many());
    CHECK_FALSE(found_in({{"RANK", "admiral"}}).many());
    CHECK(found_in({{"REPRO_RUN_ID", "x"}}).job.empty());
}

TEST_CASE("all ranks of a launch have one text for it, and no other launch has") {
    CHECK(found_in(with(open_mpi, {{"OMPI_COMM_WORLD_RANK", "0"}})).job == found_in(open_mpi).job);
    CHECK(found_in(with(open_mpi, {{"PMIX_NAMESPACE", "7"}})).job != found_in(open_mpi).job);
    const environment keyed = with(open_mpi, {{"OMPI_MCA_orte_precondition_transports", "a-b"}});
    CHECK(found_in(keyed).job != found_in(open_mpi).job); // namespaces come again
    CHECK(found_in(with(srun, {{"SLURM_STEP_ID", "1"}})).job != found_in(srun).job);
    CHECK(found_in(with(srun, {{"SLURM_RESTART_COUNT", "1"}})).job != found_in(srun).job);
    CHECK(found_in(with(torchrun, {{"TORCHELASTIC_RESTART_COUNT", "1"}})).job != found_in(torchrun).job);
    CHECK(found_in(with(srun, {{"REPRO_RUN_ID", "mine"}})).job == "given mine");
    CHECK(found_in(with(hydra, {{"MPI_LOCALNRANKS", "1"}})).job.empty()); // on several machines
}

TEST_CASE("the launcher nearest to the process is believed, and Slurm around it is no contradiction") {
    CHECK(found_in(with(srun, open_mpi)).launcher == "openmpi");
    CHECK(found_in(with(srun, open_mpi)).warnings.empty());
    CHECK(found_in(with(srun, torchrun)).launcher == "torchrun");
    CHECK(found_in(with(srun, {{"PMI_RANK", "5"}, {"PMI_SIZE", "8"}})).warnings.empty()); // srun --mpi=pmi2
}

TEST_CASE("variables that contradict each other are warned of") {
    const rank_place both = found_in(with(open_mpi, torchrun));
    CHECK(both.launcher == "torchrun");
    REQUIRE(both.warnings.size() == 1);
    CHECK(both.warnings[0].code == repro::warn::ranks_unclear);
    CHECK(both.warnings[0].text == "torchrun says rank 3 of 4, but OMPI_COMM_WORLD_RANK=2, "
                                   "OMPI_COMM_WORLD_SIZE=4: the first is believed");
    CHECK_FALSE(found_in(with(srun, {{"PMI_RANK", "0"}, {"PMI_SIZE", "8"}})).warnings.empty());
}

TEST_CASE("a rank that is none is warned of, and the process stands by itself") {
    for (const char* const rank : {"4", "-1", "x", "1x", "18446744073709551616"}) {
        INFO(rank);
        const rank_place place = found_in(with(open_mpi, {{"OMPI_COMM_WORLD_RANK", rank}}));
        CHECK_FALSE(place.many());
        REQUIRE(place.warnings.size() == 1);
        CHECK(place.warnings[0].code == repro::warn::ranks_unclear);
    }
    environment half = open_mpi;
    half.erase("OMPI_COMM_WORLD_SIZE");
    CHECK(found_in(half).warnings.at(0).text ==
          "OMPI_COMM_WORLD_RANK=2, OMPI_COMM_WORLD_SIZE is not set: this is no rank of a launch by openmpi");
    CHECK_FALSE(found_in(with(open_mpi, {{"OMPI_COMM_WORLD_SIZE", "99999999999"}})).many());
    CHECK(found_in(with(open_mpi, {{"OMPI_COMM_WORLD_RANK", std::string(21, 'x')}})).warnings.at(0).text ==
          "OMPI_COMM_WORLD_RANK is a text of 21 characters, OMPI_COMM_WORLD_SIZE=4: this is no rank of a "
          "launch "
          "by openmpi");
}

TEST_CASE("what an adapter announces is believed before the environment") {
    rank_place place;
    place.rank = 6;
    place.world = 7;
    repro::announce_rank(place);
    CHECK(repro::this_rank().rank == 6);
    repro::detail::announced_place.reset();
    CHECK(repro::this_rank().rank == repro::detect_launcher().rank);
}

TEST_CASE("ranks of one machine are known by the process that started them") {
    const std::string job = "unused";
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    (void)support::run_ranks(
        2, job, [&](std::uint64_t) { // exec, since /proc tells what a program started with
            ::unsetenv("OMPI_COMM_WORLD_RANK");
            ::setenv("HYDI_CONTROL_FD", "7", 1);
            const std::string text = repro::detail::starter_of_ranks("REPRO_NOBODY_SETS_THIS");
            return ::write(ends[1], (text + "\n").c_str(), text.size() + 1) > 0 ? 0 : 1;
        });
    char text[512];
    const auto size = ::read(ends[0], text, sizeof text);
    REQUIRE(size > 0);
    const std::string both(text, static_cast<std::size_t>(size));
    const std::string first = both.substr(0, both.find('\n') + 1);
    CHECK(both == first + first);
    CHECK(first.starts_with(std::to_string(::getpid()) + " "));
}
