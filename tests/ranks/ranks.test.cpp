// SPDX-License-Identifier: MIT
// Real ranks: the subject under mpirun of Open MPI and of MPICH, more ranks than processors.

#include <repro/detail/text.hpp>
#include <repro/reduce/moments.hpp>
#include <repro/reduce/sum.hpp>

#include "ranks/kinds.hpp"
#include "ranks/terms.hpp"
#include "support/command.hpp"
#include "support/contains.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <bit>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using ranks::both_kinds;
using ranks::is_installed;
using ranks::mpi_kind;

/// Returns what the ranks printed, a line each.
std::vector<std::string> lines_of(const mpi_kind& kind, int world, const std::string& action) {
    if (!kind.skip.empty()) SKIP(kind.skip);
    const auto result =
        support::run_command("env -u REPRO_SEED -u REPRO_RUN_ID timeout -k 5 60 sh -c '" + kind.start +
                             std::to_string(world) + " " + kind.subject + " " + action + "' 2>/dev/null");
    INFO(kind.name << " " << world << " " << action << "\n" << result.output);
    CHECK(result.status == 0);
    std::vector<std::string> lines;
    for (std::string_view rest = result.output; !rest.empty();)
        lines.emplace_back(repro::detail::next_token(rest, '\n'));
    CHECK(lines.size() == static_cast<std::size_t>(world));
    for (std::string& each : lines)
        each.erase(0, each.find(' ') + 1); // the rank
    return lines;
}

std::string bits(double x) { return std::to_string(std::bit_cast<std::uint64_t>(x)); }
std::string bits(float x) { return std::to_string(std::bit_cast<std::uint32_t>(x)); }

/// What the subject prints of sums, from this process alone.
std::string serial_sums() {
    std::string line;
    for (const char* const kind : ranks::kinds_of_terms) {
        const std::vector<double> all = ranks::terms(kind);
        std::vector<float> floats;
        std::vector<std::vector<double>> places(3);
        for (std::size_t i = 0; i < all.size(); ++i) {
            floats.push_back(static_cast<float>(all[i]));
            places[i % 3].push_back(all[i]);
        }
        line += bits(repro::sum(all)) + " " + bits(repro::sum(floats)) + " " + bits(repro::mean(all)) + " " +
                bits(repro::dot(all, all)) + " " + bits(repro::dot(floats, floats)) + " " +
                bits(repro::norm2(all)) + " " + bits(repro::variance(all)) + " " +
                bits(repro::variance(floats));
        for (const auto& each : places)
            line += " " + bits(repro::sum(each));
        line += ";";
    }
    return line;
}

} // namespace

TEST_CASE("sums over ranks have the bits of one process, for any number of ranks") {
    const mpi_kind kind = GENERATE(Catch::Generators::from_range(both_kinds()));
    const std::string expected = serial_sums();
    for (const int world : {1, 2, 3, 4, 8})
        for (const std::string& line : lines_of(kind, world, "sums"))
            CHECK(line == expected);
}

TEST_CASE("all ranks have one seed: common streams are equal, the ranks' own differ") {
    const mpi_kind kind = GENERATE(Catch::Generators::from_range(both_kinds()));
    for (const char* const action : {"seeds", "drawn", "given_to_one"}) {
        std::set<std::string> common, own;
        for (const std::string& line : lines_of(kind, 4, action)) {
            common.insert(line.substr(0, line.find(" own ")));
            own.insert(line.substr(line.find(" own ")));
        }
        CHECK(common.size() == 1);
        CHECK(own.size() == 4);
    }
}

TEST_CASE("different seeds, and a malformed one, are an error on every rank") {
    const mpi_kind kind = GENERATE(Catch::Generators::from_range(both_kinds()));
    for (const std::string& line : lines_of(kind, 3, "differ"))
        CHECK(line == "E_SEEDS_DIFFER ranks were given different ones: 42 on 0,2, 43 on 1");
    const auto malformed = lines_of(kind, 3, "malformed");
    CHECK(malformed.at(0) == "E_SEED_INVALID ranks 1 have none that is valid");
    CHECK(malformed.at(1) == "E_SEED_INVALID is no 64-bit whole number");
    CHECK(malformed.at(2) == malformed.at(0));
}

TEST_CASE("a wrong state on a rank is found on all of them") {
    const mpi_kind kind = GENERATE(Catch::Generators::from_range(both_kinds()));
    for (const std::string& line : lines_of(kind, 4, "parted")) {
        CHECK(line.starts_with("data/shuffle has to be the same on all ranks"));
        CHECK(support::contains(line, "on 3 ranks (0-1,3)"));
        CHECK(support::contains(line, "on 1 rank (2)"));
    }
}

TEST_CASE("ranks whose own streams got one state are found") {
    const mpi_kind kind = both_kinds()[0];
    if (!kind.skip.empty()) SKIP(kind.skip);
    const std::string output =
        support::run_command(kind.start + "4 " + kind.subject + " planted 2>/dev/null").output;
    CHECK(support::contains(output, "0 well\n1 well\n2 well\n3 well\n"));
    CHECK(support::contains(output, "3 rank/engine has to differ from rank to rank"));
    CHECK(support::contains(output, "on 4 ranks (0-3)"));
}

TEST_CASE("the state of another rank is refused") {
    const mpi_kind kind = GENERATE(Catch::Generators::from_range(both_kinds()));
    const auto lines = lines_of(kind, 2, "misplaced");
    CHECK(lines.at(0) == "taken");
    CHECK(lines.at(1) == "E_STATE_INVALID the saved state is of rank 0, and this is rank 1 of 2");
}

TEST_CASE("ranks know their launcher, and share the text of their launch") {
    const mpi_kind kind = GENERATE(Catch::Generators::from_range(both_kinds()));
    std::set<std::string> jobs;
    const auto lines = lines_of(kind, 3, "places");
    for (std::size_t rank = 0; rank < lines.size(); ++rank) {
        const std::string number = std::to_string(rank);
        CHECK(lines[rank].starts_with(kind.name + " " + number + " of 3 local " + number + " job " +
                                      kind.name));
        jobs.insert(lines[rank].substr(lines[rank].find(" job ")));
    }
    CHECK(jobs.size() == 1);
    CHECK(lines_of(kind, 3, "places").at(0).find(*jobs.begin()) == std::string::npos);
}

TEST_CASE("an mpirun of another MPI is found out, before every process does the work of rank 0") {
    const auto kinds = both_kinds();
    for (const mpi_kind& each : kinds)
        if (!each.skip.empty()) SKIP(each.skip);
    const auto mixed = support::run_command(kinds[1].start + "2 " + kinds[0].subject + " seeds 2>&1");
    CHECK(support::contains(mixed.output, "E_RANKS_CONTRADICT has 1 ranks, but mpich started 2"));
}

TEST_CASE("MPI that is not initialized is a named error") {
    const auto result = support::run_command(std::string(REPRO_RANKS_SUBJECT) + " too_early");
    CHECK(support::contains(result.output, "[E_LIBRARY_FAILED]"));
}

TEST_CASE("training on any number of ranks ends with the same weights, bit for bit, under both MPIs") {
    const support::temporary_folder folder;
    std::set<std::string> weights;
    std::size_t trainings = 0;
    for (const mpi_kind& kind : both_kinds()) {
        if (!kind.skip.empty()) continue;
        for (const int world : kind.name == "openmpi" ? std::vector{1, 2, 3, 4, 8} : std::vector{1, 2, 4}) {
            const std::string root = (folder / (kind.name + std::to_string(world))).native();
            const auto result = support::run_command("REPRO_QUIET=1 REPRO_EXPERIMENTS=" + root + " " +
                                                     kind.start + std::to_string(world) + " " + kind.example +
                                                     " examples/data/digits.csv");
            INFO(kind.name << " " << world);
            CHECK(result.status == 0);
            const auto digest =
                support::run_command("sha256sum " + root + "/*/weights.npy | cut -d' ' -f1").output;
            CHECK(digest.size() == 65);
            weights.insert(digest);
            CHECK(support::run_command("ls " + root + "/*/rank-*.json 2>/dev/null | wc -l").output ==
                  std::to_string(world - 1) + "\n");
            ++trainings;
        }
    }
    if (trainings == 0) SKIP("no-mpirun: neither Open MPI's launcher nor MPICH's is installed");
    CHECK(weights.size() == 1);
}

TEST_CASE("sixteen ranks of a program that knows nothing of MPI leave one folder under mpirun") {
    const mpi_kind kind = GENERATE(Catch::Generators::from_range(both_kinds()));
    if (!kind.skip.empty()) SKIP(kind.skip);
    const support::temporary_folder folder;
    const std::string start = "cd " + folder.path().native() + " && REPRO_QUIET=1 " + kind.start + "16 ";
    CHECK(support::run_command(start + REPRO_RANKS_RUN).status == 0);
    std::set<std::string> files{"events.jsonl", "manifest.json", "manifest.json.sha256"};
    for (int rank = 1; rank < 16; ++rank) {
        const std::string name = std::string(rank < 10 ? "rank-000" : "rank-00") + std::to_string(rank);
        files.insert({name + ".json", name + ".events.jsonl"});
    }
    std::set<std::string> found;
    std::size_t folders = 0;
    for (const auto& each : std::filesystem::directory_iterator(folder / "experiments")) {
        if (each.path().filename().native().starts_with('.')) continue; // by which the ranks meet
        ++folders;
        for (const auto& file : std::filesystem::directory_iterator(each))
            found.insert(file.path().filename().native());
    }
    CHECK(folders == 1);
    CHECK(found == files);
}

#ifdef REPRO_TOOL
namespace {

/// Sweeps two seeds of the run by `launcher`; `start` stands before the tool. Returns the status.
int sweep(const support::temporary_folder& folder, const std::string& start, const std::string& launcher) {
    const auto result = support::run_command(
        "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 "
        "REPRO_QUIET=1 " +
        start + " " + REPRO_TOOL + " seeds --seeds 1,2 --root " + (folder / "runs").native() +
        " --dataset d --method m " + launcher + " -- " + REPRO_RANKS_RUN + " 2>&1");
    UNSCOPED_INFO(result.output);
    return result.status;
}

void check_ranks_of_seeds(const support::temporary_folder& folder) {
    for (const char* const seed : {"1", "2"}) {
        const auto files = support::run_command("cd " + (folder / "runs/d/m/seed_").native() + seed +
                                                " && ls manifest.json results.json rank-*.json | wc -l");
        CHECK(files.output == "5\n");
        const auto seen = support::run_command(std::string(REPRO_TOOL) + " show " +
                                               (folder / "runs/d/m/seed_").native() + seed);
        CHECK(support::contains(seen.output, "completed"));
        CHECK(support::contains(seen.output, "0-3"));
    }
}

} // namespace

TEST_CASE("ls and show tell which ranks never finished") {
    const mpi_kind kind = both_kinds()[0];
    if (!kind.skip.empty()) SKIP(kind.skip);
    const support::temporary_folder folder;
    const auto result =
        support::run_command("cd " + folder.path().native() + " && REPRO_QUIET=1 " + kind.start + "4 " +
                             REPRO_RANKS_RUN + " && rm experiments/*/rank-0002.json && " + REPRO_TOOL +
                             " ls && " + REPRO_TOOL + " ls --json && " + REPRO_TOOL + " show @last");
    CHECK(result.status == 0);
    CHECK(support::contains(result.output, "completed, ranks 2 not"));
    CHECK(support::contains(result.output, "\"unfinished_ranks\": \"2\""));
    CHECK(support::contains(result.output, "  completed  0-1,3\n  absent     2\n"));
}

TEST_CASE("repro seeds starts each seed's ranks by mpirun, known or spelled out") {
    if (!is_installed("mpirun.openmpi")) SKIP("no-mpirun: Open MPI's launcher is not installed");
    for (const char* const launcher : {"--launcher mpirun --ranks 4", "--launcher 'mpirun.openmpi -n 4'"}) {
        const support::temporary_folder folder;
        CHECK(sweep(folder, "", launcher) == 0);
        check_ranks_of_seeds(folder);
    }
}

TEST_CASE("repro seeds starts each seed's ranks by srun, two seeds at once in an allocation of two nodes") {
    if (!is_installed("slurmctld") || !is_installed("slurmd") || !is_installed("salloc"))
        SKIP("no-slurm: Slurm's daemons are not installed, or do not start here");
    const support::temporary_folder folder;
    const int status = sweep(folder, "tests/ranks/slurm.sh " + (folder / "slurm").native(),
                             "--launcher srun --ranks 4 --jobs 2");
    if (status == 77) SKIP("no-slurm: Slurm's daemons are not installed, or do not start here");
    CHECK(status == 0);
    check_ranks_of_seeds(folder);
}

TEST_CASE("repro seeds refuses a launcher without ranks, ranks beside words, and an open quote") {
    const support::temporary_folder folder;
    for (const char* const wrong :
         {"--launcher mpirun", "--launcher srun --ranks 0", "--launcher torchrun --ranks x",
          "--launcher 'mpiexec -n 2' --ranks 2", "--ranks 2", "--launcher \"mpiexec '\""}) {
        INFO(wrong);
        CHECK(sweep(folder, "", wrong) == 2);
    }
}
#endif
