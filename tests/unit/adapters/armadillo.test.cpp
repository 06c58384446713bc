// SPDX-License-Identifier: MIT
// Against the real Armadillo, here with its wrapper library; armadillo_without_wrapper.test.cpp has the
// other.
#include <repro/adapters/armadillo.hpp>
#include <repro/stream/seed_everything.hpp>
#include <repro/stream/snapshot.hpp>

#include "../../support/process.hpp"
#include "../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <bit>
#include <thread>

static_assert(repro::source<repro::armadillo::streams>);

namespace {

namespace armadillo = repro::armadillo;
using support::refusal;

/// Uniform, normal, integer and gamma numbers of Armadillo, exactly, as text.
std::string drawn() {
    std::string text =
        std::to_string(static_cast<int>(arma::randi<arma::ivec>(1, arma::distr_param(0, 1000))[0]));
    const arma::vec numbers = arma::join_cols(arma::randu(5), arma::randn(5), arma::randg(5));
    for (const double each : numbers)
        text += " " + std::to_string(std::bit_cast<std::uint64_t>(each));
    return text;
}

} // namespace

TEST_CASE("seed_everything leaves Armadillo where arma_rng::set_seed does") {
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{42}, ~std::uint64_t{0}}) {
        arma::arma_rng::set_seed(seed);
        const std::string by_hand = drawn();
        armadillo::streams source;
        source.seed(seed);
        CHECK(drawn() == by_hand);
        CHECK(source.ledger().at(0).rule == repro::seed_rule::exact);
        CHECK(source.ledger().at(0).seed == std::to_string(seed));
    }
}

TEST_CASE("the hidden process that draws from Armadillo", "[.][armadillo_draws]") {
    repro::seed_everything(42, armadillo::streams());
    support::answer(drawn());
}

TEST_CASE("two processes with one seed draw the same from Armadillo") {
    const std::string there = support::in_fresh_process("armadillo_draws");
    CHECK(there == support::in_fresh_process("armadillo_draws"));
    armadillo::streams().seed(42);
    CHECK(there == drawn());
}

TEST_CASE("a saved state of Armadillo goes on as if nothing had happened") {
    armadillo::streams source;
    source.seed(7);
    (void)drawn();
    const std::string saved = source.save();
    CHECK(saved.find('\n') == std::string::npos);
    const auto digest = source.ledger().at(0).state;
    const std::string expected = drawn();
    CHECK(source.ledger().at(0).state != digest);
    source.restore(saved);
    CHECK(source.ledger().at(0).state == digest);
    CHECK(drawn() == expected);

    repro::seed_everything(7, armadillo::streams());
    const std::string snapshot = repro::snapshot(), after = drawn();
    repro::restore(snapshot);
    CHECK(drawn() == after);
}

TEST_CASE("a text that is no state of Armadillo is refused, and nothing moves") {
    armadillo::streams source;
    source.seed(7);
    const std::string saved = source.save();
    for (const std::string& bad :
         {std::string(), std::string("armadillo-1"), std::string("armadillo-1 elsewhere"),
          std::string("armadillo-1 1 2 3"), "x" + saved, saved + " 1", saved.substr(0, saved.size() - 5)}) {
        INFO(bad.substr(0, 40));
        CHECK(refusal([&] { source.restore(bad); }) == repro::errc::state_invalid);
        CHECK(source.save() == saved);
    }
}

TEST_CASE("Armadillo's generators of other threads are named as not seeded, and start alike") {
    armadillo::streams source;
    CHECK(source.ledger().at(0).note == "not seeded");
    CHECK(source.ledger().at(0).engine == "mt19937-64");
    source.seed(1);
    CHECK(source.not_seeded().at(0).field == "armadillo/other threads");
    std::string one, other = "nothing";
    std::thread([&] { one = drawn(); }).join();
    std::thread([&] { other = drawn(); }).join();
    CHECK(one == other);
    CHECK(one != drawn());
}

TEST_CASE("Armadillo says its version and how it was configured") {
    const auto facts = armadillo::streams().facts();
    REQUIRE(facts.size() == 4);
    CHECK(facts[0].value == arma::arma_version::as_string());
    CHECK(facts[1].value == "on");
    CHECK(facts[3].value == std::to_string(8 * sizeof(arma::uword)));
}
