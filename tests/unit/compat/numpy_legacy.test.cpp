// SPDX-License-Identifier: MIT
#include <repro/compat/numpy/random_state.hpp>

#include "../../support/golden.hpp"

#include <catch2/catch_test_macros.hpp>

using repro::numpy::random_state;
using repro::numpy::replacement;

TEST_CASE("the RandomState twin gives every known answer of NumPy, and stands where NumPy stands") {
    const replay::tally t = support::replayed(support::golden_cases("numpy_legacy.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == 677);
    CHECK((t.not_promised <= 6 || !support::host_is_reference_libm()));
    CHECK(t.calls == 1462);
}

TEST_CASE("a RandomState twin is restored with its cached gaussian, and refuses anything else") {
    random_state g(42);
    (void)g.randn();
    const std::string line = g.save();
    CHECK(line.find('\n') == std::string::npos);
    random_state restored(0);
    restored.restore(line);
    CHECK(restored == g);
    CHECK(restored.draws() == g.draws());
    const random_state before = restored;
    for (const std::string& bad :
         {std::string(), line.substr(0, line.size() / 2), line + " 0", "python.random-1" + line.substr(20)})
        CHECK_THROWS_AS(restored.restore(bad), repro::error);
    CHECK(restored == before);
    auto state = g.get_state();
    random_state exchanged(0);
    exchanged.set_state(state);
    CHECK(exchanged == g);
    state.pos = 625;
    CHECK_THROWS_AS(exchanged.set_state(state), repro::error);
    CHECK(exchanged == g);
}

TEST_CASE("randint of small dtypes cuts words into pieces within a call and drops the rest of them") {
    random_state at_once(1), one_by_one(1);
    const auto together = at_once.randint<std::uint8_t>(0, 256, 4);
    CHECK(at_once.draws() == 1);
    for (int i = 0; i < 4; ++i)
        (void)one_by_one.randint<std::uint8_t>(0, 256);
    CHECK(one_by_one.draws() == 4);
    std::vector<std::uint8_t> filled(4);
    random_state span(1);
    span.randint(0, 256, std::span(filled));
    CHECK(filled == together);
    const std::vector<bool> bits = random_state(1).randint<bool>(0, 2, 40);
    CHECK(bits.size() == 40);
}

TEST_CASE("a constant range draws nothing, and the full range of 64 bits is reached") {
    random_state g(5);
    CHECK(g.randint(7, 8) == 7);
    CHECK(g.draws() == 0);
    (void)g.randint<std::uint64_t>(0, repro::numpy::wide{1} << 64);
    CHECK(g.draws() == 2);
}

TEST_CASE("bytes(0) takes a word, as in NumPy") {
    // RandomState(1).bytes(0) moves the position from 624 to 1, in NumPy 1.24.2, 2.2.4 and 2.5.2
    random_state g(1);
    CHECK(g.bytes(0).empty());
    CHECK(g.get_state().pos == 1);
}

TEST_CASE("multinomial takes a uniform for a zero probability from NumPy 2.5 on") {
    // RandomState(1).multinomial(10, [0.0, 0.3, 0.7]) on 2.5.2, and on 2.2.4 and 1.24.2
    const double pvals[] = {0.0, 0.3, 0.7};
    random_state now(1), then(1);
    then.follow(repro::numpy::rules::numpy_2_2);
    CHECK(now.multinomial(10, pvals) == std::vector<std::int64_t>{0, 4, 6});
    CHECK(now.random_sample() == 0.00011437481734488664);
    CHECK(then.multinomial(10, pvals) == std::vector<std::int64_t>{0, 3, 7});
    CHECK(then.random_sample() == 0.7203244934421581);
}

TEST_CASE("the RandomState twin refuses what NumPy refuses, and what would never return") {
    random_state g(1);
    const double nan = __builtin_nan("");
    CHECK_THROWS_AS(random_state(-1), repro::error);
    CHECK_THROWS_AS(random_state(std::uint64_t{1} << 32), repro::error);
    CHECK_THROWS_AS(g.seed(std::span<const std::uint32_t>()), repro::error);
    CHECK_THROWS_AS(g.randint(1, 1), repro::error);
    CHECK_THROWS_AS(g.randint<std::uint8_t>(0, 257), repro::error);
    CHECK_THROWS_AS(g.randint<std::int8_t>(-129, 0), repro::error);
    CHECK_THROWS_AS(g.randint<bool>(0, 3), repro::error);
    CHECK_THROWS_AS(g.permutation(-1), repro::error);
    CHECK_THROWS_AS(g.choice(0), repro::error);
    CHECK_THROWS_AS(g.choice(3, 4, replacement::no), repro::error);
    CHECK_THROWS_AS(g.choice(1, replacement::yes, std::vector<double>{0.5, 0.4}), repro::error);
    CHECK_THROWS_AS(g.choice(1, replacement::yes, std::vector<double>{1.5, -0.5}), repro::error);
    CHECK_THROWS_AS(g.choice(1, replacement::yes, std::vector<double>{nan, 0.5}), repro::error);
    CHECK_THROWS_AS(g.choice(2, replacement::no, std::vector<double>{1.0, 0.0}), repro::error);
    CHECK_THROWS_AS(g.normal(0.0, -1.0), repro::error);
    CHECK_THROWS_AS(g.normal(0.0, -0.0), repro::error);
    CHECK_THROWS_AS(g.uniform(-1e308, 1e308), repro::error);
    CHECK_THROWS_AS(g.standard_gamma(nan), repro::error);
    CHECK_THROWS_AS(g.vonmises(0.0, 1e200), repro::error);
    CHECK_THROWS_AS(g.vonmises(0.0, 2e16), repro::error);
    CHECK_THROWS_AS(g.zipf(1.0), repro::error);
    CHECK_THROWS_AS(g.zipf(1e4), repro::error);
    CHECK_THROWS_AS(g.poisson(-1.0), repro::error);
    CHECK_THROWS_AS(g.poisson(1e19), repro::error);
    CHECK_THROWS_AS(g.binomial(-1, 0.5), repro::error);
    CHECK_THROWS_AS(g.geometric(0.0), repro::error);
    CHECK_THROWS_AS(g.logseries(1.0), repro::error);
    CHECK_THROWS_AS(g.hypergeometric(1, 1, 3), repro::error);
    CHECK_THROWS_AS(g.triangular(0.0, 2.0, 1.0), repro::error);
    CHECK_THROWS_AS(g.multinomial(1, std::vector<double>{0.7, 0.7, 0.1}), repro::error);
    CHECK_THROWS_AS(g.dirichlet(std::vector<double>{1.0, 0.0}), repro::error);
    CHECK(g == random_state(1));
    CHECK(g.normal(nan, 1.0) != 0.0); // NaN passes where NumPy lets it
}

TEST_CASE("a RandomState twin without a seed is counted, and the process-wide one is one generator") {
    const std::uint64_t before = repro::numpy::unseeded_generators();
    (void)repro::numpy::legacy(); // is not one of them
    CHECK(repro::numpy::unseeded_generators() == before);
    CHECK_FALSE(random_state() == random_state());
    CHECK(repro::numpy::unseeded_generators() == before + 2);
    repro::numpy::legacy().seed(42);
    CHECK(repro::numpy::legacy().randint(0, 100) == 51);
    CHECK(repro::numpy::legacy().randint(0, 100) == 92);
}
