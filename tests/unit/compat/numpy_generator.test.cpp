// SPDX-License-Identifier: MIT
#include <repro/compat/numpy/generator.hpp>
#include <repro/compat/numpy/mt19937_jump.hpp>
#include <repro/compat/numpy/philox.hpp>
#include <repro/compat/numpy/sfc64.hpp>

#include "../../support/golden.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

TEST_CASE("the Generator twin gives every known answer of NumPy on all bit generators, and stands where "
          "NumPy stands") {
    const replay::tally t = support::replayed(support::golden_cases("numpy_generator.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == 1430);
    CHECK((t.not_promised <= 12 || !support::host_is_reference_libm()));
    CHECK(t.calls == 2567);
}

TEST_CASE("the Generator twin is default_rng, and its copies go on alike") {
    auto g = repro::numpy::default_rng(42);
    const auto first = g.integers(0, 100, 5);
    CHECK(first == std::vector<std::int64_t>{8, 77, 65, 43, 43});
    auto copy = g;
    CHECK(copy == g);
    CHECK(copy.random() == g.random());
    CHECK(copy.integers(0, 10) == g.integers(0, 10));
    (void)copy();
    CHECK_FALSE(copy == g);
}

TEST_CASE("Generator counts raw outputs, and a kept half costs none") {
    auto g = repro::numpy::default_rng(1);
    CHECK(g.draws() == 0);
    (void)g.integers(0, 100);
    CHECK(g.draws() == 1);
    (void)g.integers(0, 100);
    CHECK(g.draws() == 1);
    (void)g.random();
    CHECK(g.draws() == 2);
    for (int i = 0; i < 100000; ++i)
        (void)g();
    CHECK(g.draws() == 100002);
    g.bit_generator().advance(1000);
    CHECK(g.draws() == 100002);
    repro::numpy::basic_generator<repro::numpy::philox> p(1);
    repro::numpy::basic_generator<repro::numpy::sfc64> s(1);
    for (std::uint64_t i = 1; i < 100; ++i) {
        (void)p();
        (void)s();
        CHECK(p.draws() == i);
        CHECK(s.draws() == i);
    }
}

TEST_CASE("the state of PCG64 leads anywhere in its period and back") {
    repro::numpy::pcg64 there(7), back(7);
    there.advance((repro::detail::uint128{1} << 100) + 12345);
    CHECK_FALSE(there == back);
    there.advance(0 - ((repro::detail::uint128{1} << 100) + 12345));
    CHECK(there == back);
}

TEMPLATE_TEST_CASE("a Generator twin is restored complete from its line of text, and refuses any other", "",
                   repro::numpy::pcg64, repro::numpy::pcg64dxsm, repro::numpy::mt19937, repro::numpy::philox,
                   repro::numpy::sfc64) {
    repro::numpy::basic_generator<TestType> g(std::uint64_t{12345678901});
    (void)g.integers(0, 100, 3);
    (void)g.spawn(2);
    const std::string line = g.save();
    CHECK(line.find('\n') == std::string::npos);
    repro::numpy::basic_generator<TestType> restored(0);
    restored.restore(line);
    CHECK(restored == g);
    CHECK(restored.draws() == g.draws());
    CHECK(restored.save() == line);
    CHECK(restored.integers(0, 100, 3) == g.integers(0, 100, 3));
    CHECK(restored.spawn(1)[0] == g.spawn(1)[0]);
    const auto before = restored;
    for (const std::string& bad : {std::string(), line.substr(0, line.size() / 2), line + " 0", "x" + line,
                                   line.substr(0, line.size() - 2)})
        CHECK_THROWS_AS(restored.restore(bad), repro::error);
    CHECK(restored == before);
}

TEST_CASE("the Generator twin follows the release it is told to") {
    // default_rng(42).wald(1.0, 2.0, 3) on NumPy 2.2.4 and 2.5.2
    auto now = repro::numpy::default_rng(42), then = repro::numpy::default_rng(42);
    then.follow(repro::numpy::rules::numpy_2_2);
    const auto old_values = then.wald(1.0, 2.0, 3), new_values = now.wald(1.0, 2.0, 3);
    CHECK(old_values ==
          std::vector<double>{0x1.9ced6924d0a1ep-1, 0x1.b096fbd8fa3e8p+0, 0x1.d0555dfb2ab7ep+1});
    CHECK(new_values ==
          std::vector<double>{0x1.9ced6924d0a1fp-1, 0x1.b096fbd8fa3e8p+0, 0x1.d0555dfb2ab7ep+1});
}

TEST_CASE("the Generator twin refuses what NumPy refuses") {
    auto g = repro::numpy::default_rng(1);
    const double nan = __builtin_nan("");
    using repro::numpy::endpoint;
    using repro::numpy::replacement;
    CHECK_THROWS_AS(g.integers(1, 1), repro::error);
    CHECK_THROWS_AS(g.integers(2, 1, endpoint::included), repro::error);
    CHECK_THROWS_AS(g.integers<std::uint8_t>(0, 256, endpoint::included), repro::error);
    CHECK_THROWS_AS(g.integers<std::uint64_t>(-1, 5), repro::error);
    CHECK_THROWS_AS(g.choice(0), repro::error);
    CHECK_THROWS_AS(g.choice(3, 4, replacement::no), repro::error);
    CHECK_THROWS_AS(g.choice(1, replacement::yes, std::vector<double>{0.5, 0.4}), repro::error);
    CHECK_THROWS_AS(g.permutation(-1), repro::error);
    CHECK_THROWS_AS(g.uniform(1.0, 0.0), repro::error);
    CHECK_THROWS_AS(g.normal(0.0, -1.0), repro::error);
    CHECK_THROWS_AS(g.standard_gamma(-1.0), repro::error);
    CHECK_THROWS_AS(g.standard_gamma(nan), repro::error);
    CHECK_THROWS_AS(g.negative_binomial(1.0, 0.0), repro::error);
    CHECK_THROWS_AS(g.hypergeometric(1000000000, 1, 1), repro::error);
    CHECK_THROWS_AS(g.multivariate_hypergeometric(std::vector<std::int64_t>{1, 2}, 4), repro::error);
    CHECK_THROWS_AS(g.dirichlet(std::vector<double>{0.5, -0.1}), repro::error);
    CHECK_THROWS_AS(g.dirichlet(std::vector<double>{0.05, -0.0}), repro::error);
    CHECK_THROWS_AS(g.binomial(1, nan), repro::error);
    CHECK_THROWS_AS(g.permuted(std::span<std::int64_t>(), 1, 1, 1), repro::error);
    auto old = repro::numpy::default_rng(1);
    old.follow(repro::numpy::rules::numpy_1_24); // whose beta never returns for these
    CHECK_THROWS_AS(old.beta(1e-300, 1e-300), repro::error);
    CHECK_THROWS_AS(old.dirichlet(std::vector<double>{0.05, 1e-300, 1e-300}), repro::error);
    CHECK(old.dirichlet(std::vector<double>{1e-300, 0.05})[1] == 1.0);
    CHECK(g == repro::numpy::default_rng(1));
    CHECK(g.integers(5, 5, endpoint::included) == 5);
    CHECK(g.draws() == 0);
}

TEST_CASE("a default_rng without a seed is counted, and the process-wide one is one generator") {
    (void)repro::numpy::default_generator(); // is not one of them
    const std::uint64_t before = repro::numpy::unseeded_generators();
    CHECK_FALSE(repro::numpy::default_rng() == repro::numpy::default_rng());
    CHECK(repro::numpy::unseeded_generators() == before + 2);
    repro::numpy::default_generator().seed(42);
    CHECK(repro::numpy::default_generator().integers(0, 100) == 8);
    CHECK(repro::numpy::default_generator().integers(0, 100) == 77);
}
