// SPDX-License-Identifier: MIT
// Against the real Armadillo without its wrapper library: its numbers come from std::rand.
#define ARMA_DONT_USE_WRAPPER
#include <repro/adapters/armadillo.hpp>
#include <repro/stream/seed_everything.hpp>
#include <repro/stream/snapshot.hpp>

#include "../../support/refusal.hpp"

#include <catch2/catch_test_macros.hpp>

static_assert(arma::arma_rng::rng_method == 0);
static_assert(repro::source<repro::armadillo::streams>);

namespace armadillo = repro::armadillo;

TEST_CASE("without its wrapper library Armadillo is seeded by 32 bits, wider seeds being derived") {
    arma::arma_rng::set_seed(42);
    const arma::vec by_hand = arma::randu(5);
    armadillo::streams source;
    source.seed(42);
    CHECK(arma::all(arma::randu(5) == by_hand));
    CHECK(source.ledger().at(0).rule == repro::seed_rule::exact);
    source.seed(std::uint64_t{42} << 32);
    CHECK(source.ledger().at(0).rule == repro::seed_rule::derived);
    CHECK_FALSE(source.ledger().at(0).note.empty());
    CHECK(source.ledger().at(0).engine == "rand");
    CHECK_FALSE(arma::all(arma::randu(5) == by_hand));
}

TEST_CASE("without its wrapper library a snapshot holds Armadillo's state as the C library's") {
    repro::seed_everything(42, armadillo::streams());
    const std::string snapshot = repro::snapshot();
    const arma::vec expected = arma::randn(5);
    const arma::vec others = arma::randu(3);
    repro::restore(snapshot);
    CHECK(others.size() == 3);
    CHECK(arma::all(arma::randn(5) == expected));
    CHECK(support::refusal([] { armadillo::streams().restore("armadillo-1 1 2 3"); }) ==
          repro::errc::state_invalid);
}
