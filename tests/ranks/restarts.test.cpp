// SPDX-License-Identifier: MIT
// Ranks that end early, and ranks that another number of them goes on from, under mpirun of Open MPI and
// MPICH.

#include <repro/data/permutation.hpp>

#include "ranks/kinds.hpp"
#include "support/command.hpp"
#include "support/contains.hpp"
#include "support/manifest.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
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

namespace {

/// What all ranks together saw in the steps that one launch took.
struct launch_record {
    std::vector<std::string> steps;  ///< epoch and samples
    std::vector<std::string> common; ///< what each step drew from the common stream
    std::vector<std::string> own;    ///< what all ranks drew from their own
};

/// Reads the files of `world` ranks in `folder`; the ranks' common draws have to be equal.
launch_record read_seen(const std::filesystem::path& folder, int world) {
    launch_record all;
    for (int rank = 0; rank < world; ++rank) {
        std::ifstream in(folder / ("seen." + std::to_string(rank)));
        std::vector<std::string> common;
        std::size_t step = 0;
        for (std::string samples, noise, own; std::getline(in, samples); ++step) {
            std::getline(in, noise);
            std::getline(in, own);
            if (rank == 0)
                all.steps.push_back(samples);
            else
                all.steps.at(step) += samples.substr(std::min(samples.size(), samples.find(' ')));
            common.push_back(noise);
            all.own.push_back(own);
        }
        if (rank == 0) all.common = common;
        CHECK(common == all.common);
    }
    return all;
}

/// Goes on from the checkpoints in the folder `from` up to step `stop`, on `world` ranks.
launch_record go_on(const mpi_kind& kind, const support::temporary_folder& folder, const std::string& from,
                    const std::string& to, int world, int stop) {
    std::filesystem::create_directory(folder / to);
    const auto result = start(kind, folder, world,
                              "env REPRO_EXPERIMENTS=" + to + "/runs " + REPRO_RANKS_RESUME + " " + from +
                                  " " + to + " " + std::to_string(stop));
    CHECK(result.status == 0);
    return read_seen(folder / to, world);
}

/// Returns what the steps of the subject see, one process alone: batches of 48 of 1000 samples.
std::vector<std::string> order_of_data(std::size_t steps) {
    std::vector<std::string> lines;
    for (std::uint64_t epoch = 0; lines.size() < steps; ++epoch) {
        const repro::permutation order(42, epoch, 1000);
        for (std::uint64_t i = 0; i < order.size(); ++i) {
            if (i % 48 == 0) lines.push_back(std::to_string(epoch));
            lines.back() += " " + std::to_string(order[i]);
        }
    }
    lines.resize(steps);
    return lines;
}

template <class T> std::vector<T> joined(std::vector<T> first, const std::vector<T>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// Checks what the ranks recorded of their place among `world`, after a checkpoint of four.
void check_places(const std::filesystem::path& run, int world) {
    for (int rank = 0; rank < world; ++rank) {
        INFO("rank " << rank << " of " << world);
        const json report = json::parse(support::read_text(report_of(run, rank)));
        CHECK(report.at("status") == "completed");
        CHECK(support::warns(report, "W_RANKS_CHANGED") == (world != 4));
        const std::string words = "taken by rank " + std::to_string(rank < 4 ? rank : 0) +
                                  " of 4, and this is rank " + std::to_string(rank) + " of " +
                                  std::to_string(world) + ":";
        CHECK(support::contains(report.at("warnings").dump(), words) == (world != 4));
    }
    const json manifest = support::read_manifest(run);
    CHECK(manifest.at("parent").at("step") == 13);
    CHECK(manifest.at("parent").at("place") == json({{"rank", 0}, {"world", 4}}));
    CHECK(manifest.at("parent").at("place_now") == json({{"rank", 0}, {"world", world}}));
    CHECK(manifest.at("ranks").at("findings").empty());
}

} // namespace

TEST_CASE(
    "another number of ranks goes on with the order of data and common streams, and with new own ones") {
    const mpi_kind kind = GENERATE(Catch::Generators::from_range(ranks::both_kinds()));
    if (!kind.skip.empty()) SKIP(kind.skip);
    const support::temporary_folder folder;
    const auto whole = go_on(kind, folder, "none", "whole", 4, 30); // nobody stops it
    CHECK(whole.steps == order_of_data(30));
    const auto before = go_on(kind, folder, "none", "before", 4, 13); // stops within the first epoch
    std::set<std::string> drawn(before.own.begin(), before.own.end());
    CHECK(drawn.size() == 4 * 13);
    std::size_t count = drawn.size();
    for (const int world : {2, 3, 4, 5}) {
        INFO(kind.name << " " << world << " ranks");
        const std::string to = "after" + std::to_string(world);
        const auto after = go_on(kind, folder, "before", to, world, 30);
        CHECK(joined(before.steps, after.steps) == whole.steps);
        CHECK(joined(before.common, after.common) == whole.common);
        check_places(only_run(folder / (to + "/runs")), world);
        drawn.insert(after.own.begin(), after.own.end());
        count += static_cast<std::size_t>(world) * 17;
        CHECK(drawn.size() == count); // no number twice
        const std::size_t known = static_cast<std::size_t>(
            std::count_if(after.own.begin(), after.own.end(), [&](const std::string& each) {
                return std::find(whole.own.begin(), whole.own.end(), each) != whole.own.end();
            }));
        CHECK(known == (world == 4 ? 4U * 17U : 0U)); // as many ranks go on with their own
    }
}
