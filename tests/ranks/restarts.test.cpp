// SPDX-License-Identifier: MIT
// Ranks that end early, under mpirun of Open MPI and
// MPICH.

#include "ranks/kinds.hpp"
#include "support/command.hpp"
#include "support/manifest.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using nlohmann::json;
using ranks::mpi_kind;

/// Runs `program` in `folder` on so many ranks, for a minute at most.
support::command_result start(const mpi_kind& kind, const support::temporary_folder& folder, int world,
                              const std::string& program) {
    return support::run_command("cd " + folder.path().native() +
                                " && REPRO_QUIET=1 timeout -k 5 60 env -u REPRO_SEED -u REPRO_RUN_ID " +
                                kind.start + std::to_string(world) + " " + program + " 2>/dev/null");
}

/// Returns the only run's folder below `root`, beside that by which the ranks meet.
std::filesystem::path only_run(const std::filesystem::path& root) {
    std::vector<std::filesystem::path> folders;
    for (const auto& each : std::filesystem::directory_iterator(root))
        if (!each.path().filename().native().starts_with('.')) folders.push_back(each.path());
    REQUIRE(folders.size() == 1);
    return folders[0];
}

std::filesystem::path report_of(const std::filesystem::path& run, int rank) {
    return run / (rank == 0 ? "manifest.json" : "rank-000" + std::to_string(rank) + ".json");
}

} // namespace

#ifdef REPRO_TOOL
namespace {

using states = std::map<std::string, std::set<int>>; ///< the ranks in each state

/// Returns what the files say once all processes are gone. Each of them has to be whole.
states states_by_files(const std::filesystem::path& run, int world) {
    states found;
    for (int rank = 0; rank < world; ++rank) {
        const auto file = report_of(run, rank);
        if (!std::filesystem::exists(file)) {
            found["absent"].insert(rank);
            continue;
        }
        const json report = json::parse(support::read_text(file)); // throws where it is torn
        found[report.at("status") == "running" ? "interrupted" : report.at("status")].insert(rank);
    }
    return found;
}

/// Returns the ranks of "0-1,3".
std::set<int> numbers_of(const std::string& ranges) {
    std::set<int> numbers;
    std::istringstream in(ranges);
    for (std::string each; std::getline(in, each, ',');) {
        const auto dash = each.find('-');
        const int last = std::stoi(dash == std::string::npos ? each : each.substr(dash + 1));
        for (int rank = std::stoi(each); rank <= last; ++rank)
            numbers.insert(rank);
    }
    return numbers;
}

/// Returns what `repro show` says of the run's ranks.
states states_shown(const std::filesystem::path& run) {
    const auto shown = support::run_command(std::string(REPRO_TOOL) + " show " + run.native());
    UNSCOPED_INFO(shown.output);
    CHECK(shown.status == 0);
    states found;
    std::istringstream lines(
        shown.output.substr(std::min(shown.output.size(), shown.output.find("\nranks\n"))));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string state, ranges;
        words >> state >> ranges;
        if (state == "hosts") break;
        if (!ranges.empty()) found[state] = numbers_of(ranges);
    }
    return found;
}

/// The same, once nothing runs any more: mpirun may end before those that it has killed are gone.
states states_at_last(const std::filesystem::path& run) {
    states found = states_shown(run);
    for (int i = 0; i < 300 && found.contains("running"); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        found = states_shown(run);
    }
    return found;
}

/// Holds what `repro ls` says of the run against the states of its ranks.
void check_listed(const std::filesystem::path& run, const states& expected) {
    const auto listed =
        support::run_command(std::string(REPRO_TOOL) + " ls --json " + run.parent_path().native());
    const json facts = json::parse(listed.output).at("runs").at(0);
    std::set<int> unfinished;
    for (const auto& [state, numbers] : expected)
        if (state != "completed") unfinished.insert(numbers.begin(), numbers.end());
    const json& told = facts.at("unfinished_ranks");
    CHECK((told.is_null() ? std::set<int>() : numbers_of(told.get<std::string>())) == unfinished);
    const auto of_0 = std::find_if(expected.begin(), expected.end(),
                                   [](const auto& each) { return each.second.contains(0); });
    REQUIRE(of_0 != expected.end());
    CHECK(facts.at("status") == of_0->first);
}

/// Checks that nothing in the run's folder is torn: each line of events is one, and a digest is that of its
/// file.
void check_whole(const std::filesystem::path& run) {
    for (const auto& each : std::filesystem::directory_iterator(run)) {
        INFO(each.path().native());
        const std::string name = each.path().filename().native();
        if (name.ends_with(".jsonl")) {
            std::istringstream lines(support::read_text(each.path()));
            for (std::string line; std::getline(lines, line);) {
                CHECK(json::accept(line));
                CHECK_FALSE(lines.eof()); // it ends in a newline
            }
        } else if (name.ends_with(".sha256")) {
            CHECK(support::run_command("cd " + run.native() + " && sha256sum -c --status " + name).status ==
                  0);
        }
    }
}

} // namespace

TEST_CASE("a rank that ends early is told from those that completed") {
    const mpi_kind kind = GENERATE(Catch::Generators::from_range(ranks::both_kinds()));
    if (!kind.skip.empty()) SKIP(kind.skip);
    for (const char* const end : {"absent", "left", "killed", "struck"}) {
        INFO(kind.name << " " << end);
        const bool dies = std::string_view(end) == "killed" || std::string_view(end) == "struck";
        const support::temporary_folder folder;
        const auto result = start(kind, folder, 4, std::string(REPRO_RANKS_RUN) + " " + end);
        CHECK((result.status == 0) == !dies);
        const auto run = only_run(folder / "experiments");
        const states seen = states_at_last(run);
        CHECK(seen == states_by_files(run, 4));
        check_listed(run, seen);
        check_whole(run);
        const std::string of_2 = std::string_view(end) == "absent" ? "absent" : "interrupted";
        REQUIRE(seen.contains(of_2));
        CHECK(seen.at(of_2).contains(2));
        if (!dies)
            CHECK(seen == states{{"completed", {0, 1, 3}}, {of_2, {2}}}); // else mpirun may kill others
    }
}
#endif
