// SPDX-License-Identifier: MIT
#include <repro/compat/python.hpp>

#include "../../support/golden.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <string>

using repro::python::random_generator;

TEST_CASE("the Python twin gives every known answer of CPython, and stands where CPython stands") {
    const replay::tally t = support::replayed(support::golden_cases("cpython.json"));
    CHECK(t.failed == 0);
    CHECK(t.unsupported == 0);
    CHECK(t.passed + t.not_promised == 793);
    // Four choose with weights of which the file gives the ends alone: their words are taken, no more.
    CHECK((t.not_promised == 4 || !support::host_is_reference_libm()));
    CHECK(t.calls == 1661);
}

TEST_CASE(
    "correctly rounded sin, cos and acos change the results that they change in CPython, and no others") {
    const auto changes = nlohmann::json::parse(
        std::ifstream("tests/vectors/golden/sensitive.json"))["files"]["cpython.json"]["cr"]["differs"];
    const support::rounded_trigonometry forced;
    int changed = 0, cases = 0;
    for (const auto& c : support::golden_cases("cpython.json")) {
        const std::string call = c.value("call", "");
        if (call != "gauss" && call != "vonmisesvariate") continue;
        INFO(c["id"].get<std::string>());
        const replay::tally t = support::replayed(nlohmann::json::array({c}));
        const bool differs = t.passed == 0;
        CHECK(differs == (std::find(changes.begin(), changes.end(), c["id"]) != changes.end()));
        changed += differs ? 1 : 0;
        ++cases;
    }
    CHECK(cases == 61);
    CHECK(changed == 3);
}

TEST_CASE("the Python twin's forms that fill and return many values draw as the scalar ones do") {
    random_generator one(7), many(7);
    std::vector<double> filled(5);
    many.random(filled);
    for (const double value : filled)
        CHECK(value == one.random());
    for (const double value : many.gauss(1.0, 2.0, 5))
        CHECK(value == one.gauss(1.0, 2.0));
    for (const std::int64_t value : many.randint(1, 6, 5))
        CHECK(value == one.randint(1, 6));
    std::vector<unsigned char> dice(5);
    many.randint(1, 6, std::span(dice));
    for (const unsigned char value : dice)
        CHECK(value == one.randint(1, 6));
    CHECK(one == many);
}

TEST_CASE("the Python twin counts the words taken since it was seeded") {
    random_generator g(42);
    CHECK(g.draws() == 0);
    (void)g.random();
    (void)g.getrandbits(33);
    CHECK(g.draws() == 4);
    for (int i = 0; i < 1000; ++i)
        (void)g();
    CHECK(g.draws() == 1004);
    g.seed(42);
    CHECK(g.draws() == 0);
}

TEST_CASE("a saved Python twin continues as if nothing had happened, the cached gaussian included") {
    random_generator g(42);
    (void)g.gauss();
    const std::string line = g.save();
    CHECK(line.find('\n') == std::string::npos);
    random_generator restored(0);
    restored.restore(line);
    CHECK(restored == g);
    CHECK(restored.draws() == g.draws());
    CHECK(restored.gauss() == g.gauss());
    random_generator exchanged(0);
    exchanged.setstate(g.getstate());
    CHECK(exchanged == g);
}

TEST_CASE("the Python twin refuses a damaged saved state and stays as it was") {
    random_generator g(42);
    const random_generator before = g;
    const std::string line = g.save();
    for (const std::string& bad :
         {std::string(), line.substr(0, line.size() / 2), line + " 0", "x" + line,
          std::string("python.random-1 2 0 270 0"), line.substr(0, 20) + "g" + line.substr(21)}) {
        INFO(bad.substr(0, 40));
        CHECK_THROWS_AS(g.restore(bad), repro::error);
        CHECK(g == before);
    }
    auto state = g.getstate();
    state.internal[624] = 625;
    CHECK_THROWS_AS(g.setstate(state), repro::error);
    CHECK(g == before);
}

TEST_CASE("the Python twin refuses what CPython refuses") {
    random_generator g(1);
    const std::vector<int> empty;
    CHECK_THROWS_AS(g.randint(2, 1), repro::error);
    CHECK_THROWS_AS(g.randrange(0), repro::error);
    CHECK_THROWS_AS(g.randrange(1, 10, 0), repro::error);
    CHECK_THROWS_AS(g.randrange(1, 10, -1), repro::error);
    CHECK_THROWS_AS(g.getrandbits(-1), repro::error);
    CHECK_THROWS_AS(g.getrandbits(65), repro::error);
    CHECK_THROWS_AS(g.choice(empty), repro::error);
    CHECK_THROWS_AS(g.sample_indices(3, 4), repro::error);
    CHECK_THROWS_AS(g.choices_indices(std::span<const double>(), 1), repro::error);
    CHECK_THROWS_AS(g.expovariate(0.0), repro::error);
    CHECK_THROWS_AS(g.gammavariate(0.0, 1.0), repro::error);
    CHECK_THROWS_AS(g.gammavariate(0x1p1023, 1.0), repro::error); // never returns, nor does the next
    CHECK_THROWS_AS(g.vonmisesvariate(0.0, __builtin_nan("")), repro::error);
    CHECK_THROWS_AS(g.binomialvariate(-1, 0.5), repro::error);
    CHECK_THROWS_AS(g.binomialvariate(1, 1.5), repro::error);
    CHECK_THROWS_AS(g.lognormvariate(1e4, 1.0), repro::error);
    CHECK_THROWS_AS(g.seed(__builtin_nan("")), repro::error);
}

TEST_CASE("paretovariate follows the formula of the chosen Python") {
    // the second value of random.seed(123) is the first that differs between CPython 3.9.18 and 3.10.13
    random_generator now(123), then(123);
    then.follow(repro::python::rules::python_3_9);
    CHECK(now.paretovariate(3.0) == then.paretovariate(3.0));
    CHECK(now.paretovariate(3.0) == 0x1.07e76ca421c9fp+0);
    CHECK(then.paretovariate(3.0) == 0x1.07e76ca421c9ep+0);
}

TEST_CASE("the module-level Python twin is one generator") {
    repro::python::global().seed(42);
    CHECK(repro::python::global().randint(0, 99) == 81);
    CHECK(repro::python::global().randint(0, 99) == 14);
}
