// SPDX-License-Identifier: MIT
#include <repro/judge/for_each_seed.hpp>
#include <repro/run/run.hpp>

#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using support::scoped_variable;
using became = repro::seed_outcome::what;

namespace {

struct in_process_sweep {
    support::temporary_folder place;
    scoped_variable quiet{"REPRO_QUIET", "1"};
    scoped_variable seed{"REPRO_SEED", std::nullopt};
    scoped_variable folder{"REPRO_RUN_DIR", "/elsewhere"};
    std::vector<std::uint64_t> calls = {};

    repro::sweep_options options(std::vector<repro::seed> seeds) {
        return {std::move(seeds), {place.path() / "runs", "d", "m"}};
    }
    /// A training that throws under `bad`.
    auto training(std::uint64_t bad = 0) {
        return [this, bad](repro::seed given) {
            calls.push_back(given.value());
            repro::run run({.id = "train", .seed = 1});
            run.metric("loss", 0, 9.5);
            run.metric("loss", 1, static_cast<double>(given.value()) / 4);
            if (given.value() == bad) throw std::runtime_error("diverged");
            (void)run.finish();
        };
    }
};

nlohmann::json results_in(const repro::sweep_place& place, repro::seed which) {
    std::ifstream file(place.folder(which) / "results.json");
    return nlohmann::json::parse(file);
}

} // namespace

TEST_CASE("for_each_seed runs each seed in its folder, and what failed alone again") {
    in_process_sweep sweep;
    const auto options = sweep.options({5, 6, 18446744073709551615U});
    const auto first = repro::for_each_seed(options, sweep.training(6));
    REQUIRE(first.size() == 3);
    CHECK(first[0].became == became::completed);
    CHECK(first[1].became == became::failed);
    CHECK(first[1].reason == "diverged");
    CHECK(first[2].became == became::completed);
    CHECK(results_in(options.place, 5).at("metrics").at("loss") == 1.25); // the last value
    CHECK(results_in(options.place, first[2].seed).at("seed_text") == "18446744073709551615");
    CHECK(std::string(std::getenv("REPRO_RUN_DIR")) == "/elsewhere");
    CHECK(std::getenv("REPRO_SEED") == nullptr);
    CHECK(repro::standing_of(options.place, 6).state == repro::seed_state::torn);

    const auto second = repro::for_each_seed(options, sweep.training());
    CHECK(second[0].became == became::reused);
    CHECK(second[1].became == became::completed);
    CHECK(second[2].became == became::reused);
    CHECK(sweep.calls == std::vector<std::uint64_t>{5, 6, 18446744073709551615U, 6});
}

TEST_CASE("for_each_seed calls a function that makes no run a failed one") {
    in_process_sweep sweep;
    const auto outcomes = repro::for_each_seed(sweep.options({1}), [](repro::seed) {});
    CHECK(outcomes[0].became == became::failed);
    CHECK(outcomes[0].reason.find("left no run") != std::string::npos);
}

TEST_CASE("a run at work is neither run again nor moved") {
    in_process_sweep sweep;
    const auto options = sweep.options({1});
    (void)repro::for_each_seed(options, [&](repro::seed) {
        repro::run run({.id = "train", .seed = 1});
        try {
            (void)repro::has_to_run(options.place, 1);
            FAIL_CHECK("a run at work was taken for a torn one");
        } catch (const repro::error& problem) {
            CHECK(problem.code() == repro::errc::name_taken);
        }
        try {
            (void)repro::enter_sweep(options.place);
            FAIL_CHECK("two sweeps in one folder");
        } catch (const repro::error& problem) {
            CHECK(problem.code() == repro::errc::name_taken);
        }
        (void)run.finish();
    });
    CHECK_FALSE(repro::has_to_run(options.place, 1));
}
